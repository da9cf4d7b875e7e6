// The rules for a chosen password, as the form shows them. The server decides; this only spares a
// round trip.
import { texts } from '../../texts';

export interface PasswordRule {
  text: string;
  met: boolean;
}

export function passwordRules(password: string): PasswordRule[] {
  const characters = Array.from(password);
  const { rules } = texts.create;
  return [
    { text: rules.length, met: characters.length >= 12 && characters.length <= 128 },
    { text: rules.control, met: password !== '' && !/\p{Cc}/u.test(password) },
    { text: rules.variety, met: new Set(characters).size >= 5 },
  ];
}
