// The roles as choices of a field.
import type { Role } from '../../api/model';
import { people } from '../../texts';

export const ROLES = Object.entries(people.roles).map(([value, label]) => ({
  value: value as Role,
  label,
}));
