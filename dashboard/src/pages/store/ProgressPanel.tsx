// How far the latest operation is: each step with its state and its time, running ones ticking.
import { Text } from '@mantine/core';
import type { NextOperation, Operation, Step } from '../../api/model';
import { IconCheck, IconLoader, IconX } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { duration, useNow } from '../../components/time';
import { texts } from '../../texts';
import classes from './ProgressPanel.module.css';

function span(from: string | null, to: string | null, now: number) {
  if (from === null) return null;
  const end = to === null ? now : Date.parse(to);
  return duration(end - Date.parse(from));
}

/** "Creating · step 3 of 7 · 12 s", "Created in 9.8 s", "Creating failed after 5 min 00 s". */
export function headline(operation: Operation, now: number): string {
  const { kind, state, steps, attempts } = operation;
  const words = texts.progress.kinds[kind];
  const time = span(operation.startedAt, operation.finishedAt, now);
  if (state === 'queued') {
    const place = operation.queue?.position;
    return place === undefined ? words.queued : texts.progress.inLine(place);
  }
  if (state === 'succeeded') {
    return time === null ? words.done : `${words.done} ${texts.progress.took(time)}`;
  }
  if (state === 'failed' || state === 'cancelled') {
    const ended = texts.progress[state][kind];
    return time === null ? ended : `${ended} ${texts.progress.after(time)}`;
  }
  const done = steps.filter((step) => step.state === 'done').length;
  const wait =
    operation.nextAttemptAt === null
      ? 0
      : Math.ceil((Date.parse(operation.nextAttemptAt) - now) / 1_000);
  return [
    words.running,
    texts.progress.count(done, steps.length),
    ...(attempts > 1 ? [texts.progress.attempt(attempts)] : []),
    ...(wait > 0 ? [texts.progress.next(wait)] : []),
    ...(time === null ? [] : [time]),
  ].join(' · ');
}

interface ProgressPanelProps {
  operation: Operation;
  next: NextOperation | null;
}

export function ProgressPanel({ operation, next }: ProgressPanelProps) {
  const running = operation.state === 'running';
  const now = useNow(100, running);
  const done = operation.steps.filter(({ state }) => state === 'done').length;
  return (
    <Panel
      title={texts.progress.title}
      aside={
        <Text size="sm" c="dimmed" className="numbers">
          {headline(operation, now)}
        </Text>
      }
    >
      {(running || operation.state === 'queued') && (
        <progress
          className={classes.bar}
          max={operation.steps.length}
          value={done}
          aria-label={texts.stores.steps(done, operation.steps.length)}
        />
      )}
      <ol className={classes.steps} aria-label={texts.progress.label}>
        {operation.steps.map((step) => (
          <StepLine key={step.name} step={step} now={now} />
        ))}
      </ol>
      {(operation.state === 'failed' || operation.state === 'cancelled') &&
        (operation.message ?? '') !== '' && (
          <Text size="sm" mt="sm" className={classes.ended ?? ''}>
            {operation.message}
          </Text>
        )}
      {next !== null && (
        <Text size="sm" mt="sm" c="dimmed">
          {texts.progress.nextUp[next.kind]} {next.message}
        </Text>
      )}
    </Panel>
  );
}

function StepLine({ step, now }: { step: Step; now: number }) {
  const time = span(step.startedAt, step.finishedAt, now);
  return (
    <li className={classes.step} data-state={step.state}>
      <span className={classes.sign} aria-hidden="true">
        {step.state === 'done' && <IconCheck size={13} stroke={3} />}
        {step.state === 'running' && <IconLoader size={15} stroke={2.4} className="turning" />}
        {step.state === 'failed' && <IconX size={13} stroke={3} />}
      </span>
      <span className={classes.what}>
        {step.title}
        <span className="visually-hidden">, {texts.progress.states[step.state]}</span>
        {(step.message ?? '') !== '' && step.state !== 'done' && (
          <Text size="xs" c="dimmed" component="span" display="block">
            {step.message}
          </Text>
        )}
      </span>
      <span className={`${classes.time ?? ''} numbers`}>{time}</span>
    </li>
  );
}
