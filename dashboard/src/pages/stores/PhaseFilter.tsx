// Narrows the table to one phase. Shows how many there are of each; phases without stores hide.
import { useQuery } from '@tanstack/react-query';
import { PHASES, type Phase } from '../../api/model';
import { metricsQuery } from '../../api/platform';
import { texts } from '../../texts';
import classes from './PhaseFilter.module.css';

interface PhaseFilterProps {
  value: Phase | undefined;
  onChange: (phase: Phase | undefined) => void;
}

export function PhaseFilter({ value, onChange }: PhaseFilterProps) {
  const { data: metrics } = useQuery(metricsQuery);
  const count = (phase: Phase) => metrics?.stores.byPhase[phase] ?? 0;
  const usual: readonly Phase[] = ['Ready', 'Provisioning', 'Failed'];
  const shown = PHASES.filter((phase) => {
    if (phase === value) return true;
    if (phase === 'Deleted') return false;
    return metrics === undefined ? usual.includes(phase) : count(phase) > 0;
  });
  return (
    <div className={classes.chips} role="group" aria-label={texts.stores.filter}>
      <button
        type="button"
        className={classes.chip}
        aria-pressed={value === undefined}
        onClick={() => {
          onChange(undefined);
        }}
      >
        {texts.stores.all}
      </button>
      {shown.map((phase) => (
        <button
          key={phase}
          type="button"
          className={classes.chip}
          data-phase={phase}
          aria-pressed={value === phase}
          onClick={() => {
            onChange(value === phase ? undefined : phase);
          }}
        >
          <span className={classes.dot} aria-hidden="true" />
          {texts.phases[phase]}
          {count(phase) > 0 && <span className={classes.count}>{count(phase)}</span>}
        </button>
      ))}
    </div>
  );
}
