// Stores by phase as one bar with its legend. Plain elements: a chart library would weigh more
// than the page.
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PHASES } from '../../api/model';
import { texts } from '../../texts';
import classes from './PhaseBar.module.css';

export function PhaseBar({ byPhase }: { byPhase: Record<string, number | undefined> }) {
  const shares = PHASES.filter((phase) => phase !== 'Deleted')
    .map((phase) => ({ phase, count: byPhase[phase] ?? 0 }))
    .filter(({ count }) => count > 0);
  if (shares.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {texts.platform.byPhaseNone}
      </Text>
    );
  }
  return (
    <>
      <div className={classes.bar} aria-hidden="true">
        {shares.map(({ phase, count }) => (
          <span key={phase} data-phase={phase} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={classes.legend}>
        {shares.map(({ phase, count }) => (
          <li key={phase} data-phase={phase}>
            <Link to="/stores" search={{ phase }}>
              <span className={classes.dot} aria-hidden="true" />
              {texts.phases[phase]} <strong className="numbers">{count}</strong>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
