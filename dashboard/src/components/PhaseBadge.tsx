// A phase as icon and word; colour only repeats what they say.
import type { Phase } from '../api/model';
import { texts } from '../texts';
import {
  IconAlert,
  IconCircleCheck,
  IconClock,
  IconLoader,
  IconPause,
  IconTrash,
  IconX,
} from './icons';
import classes from './PhaseBadge.module.css';

const ICONS = {
  Pending: IconClock,
  Provisioning: IconLoader,
  Ready: IconCircleCheck,
  Degraded: IconAlert,
  Suspended: IconPause,
  Deleting: IconLoader,
  Deleted: IconTrash,
  Failed: IconX,
} satisfies Record<Phase, unknown>;

export function PhaseBadge({ phase, large = false }: { phase: Phase; large?: boolean }) {
  const Icon = ICONS[phase];
  const turning = phase === 'Provisioning' || phase === 'Deleting';
  return (
    <span className={classes.badge} data-phase={phase} data-large={large || undefined}>
      <Icon size={large ? 16 : 14} stroke={2.2} className={turning ? 'turning' : undefined} />
      {texts.phases[phase]}
    </span>
  );
}
