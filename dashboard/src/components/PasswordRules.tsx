// The rules for a new password, ticked off as they are met.
import { texts } from '../texts';
import { IconCheck, IconCircle, IconInfo } from './icons';
import { passwordRules } from './password';
import classes from './PasswordRules.module.css';

export function PasswordRules({ value, strength }: { value: string; strength: string }) {
  return (
    <ul className={classes.rules}>
      {passwordRules(value).map(({ text, met }) => (
        <li key={text} data-met={met || undefined}>
          {met ? <IconCheck size={14} stroke={2.4} /> : <IconCircle size={14} />}
          {text}
          <span className="visually-hidden">
            : {met ? texts.create.ruleMet : texts.create.ruleOpen}
          </span>
        </li>
      ))}
      <li>
        <IconInfo size={14} />
        {strength}
      </li>
    </ul>
  );
}
