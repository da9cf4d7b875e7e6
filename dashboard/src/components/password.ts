// The rules for a chosen password, as far as a form can tell. The server decides, also whether it
// is hard to guess; this only spares a round trip.
import { texts } from '../texts';

export interface PasswordRule {
  text: string;
  met: boolean;
}

export function passwordRules(password: string): PasswordRule[] {
  const characters = Array.from(password);
  const { rules } = texts.create;
  return [
    { text: rules.length, met: characters.length >= 12 && characters.length <= 128 },
    {
      text: rules.plain,
      met: password !== '' && password.trim() === password && !/\p{Cc}/u.test(password),
    },
  ];
}
