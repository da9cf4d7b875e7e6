// For how long a token may be made; the empty value is for ever.
import { tokens } from '../../texts';

export const ENDS = ['30', '90', '365', ''].map((value) => ({
  value,
  label: tokens.create.in[value] ?? value,
}));
