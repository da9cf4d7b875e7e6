// What narrows the audit log. Moments are typed in the time of the browser and asked for in UTC.
import { Button, NativeSelect, Pill, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useId, useState } from 'react';
import type { AuditFilter } from '../../api/model';
import { texts } from '../../texts';
import classes from './ActivityPage.module.css';

/** What is written into the log; an action that is not among them can stand in the address. */
const ACTIONS = [
  'store.create',
  'store.update',
  'store.suspend',
  'store.resume',
  'store.delete',
  'store.give',
  'store.member',
  'credentials.read',
  'login-link.create',
  'operation.cancel',
  'operation.retry',
  'sweep.remove',
  'session.create',
  'session.delete',
  'user.create',
  'user.invite',
  'user.accept',
  'user.password',
  'user.reset',
  'user.role',
  'user.disable',
  'user.enable',
  'user.delete',
  'team.create',
  'team.member',
  'team.delete',
  'token.allow',
  'token.create',
  'token.revoke',
];

interface AuditFiltersProps {
  value: AuditFilter;
  onChange: (next: AuditFilter) => void;
  /** Those that are known, to choose from. */
  actors: string[];
  storeName: string | undefined;
}

/** 2026-03-01T12:00 as the field wants it, in the browser's time. */
function toField(moment: string | undefined): string {
  if (moment === undefined) return '';
  const at = new Date(moment);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function AuditFilters({ value, onChange, actors, storeName }: AuditFiltersProps) {
  const list = useId();
  const [actor, setActor] = useState(value.actor ?? '');
  const set = (name: keyof AuditFilter, wanted: string) => {
    const { [name]: _old, ...rest } = value;
    onChange(wanted === '' ? rest : { ...rest, [name]: wanted });
  };
  const later = useDebouncedCallback((typed: string) => {
    set('actor', typed);
  }, 200);
  const { since, until } = value;
  const endsFirst =
    since !== undefined && until !== undefined && Date.parse(until) <= Date.parse(since);
  const moment = (name: 'since' | 'until') => (
    <TextInput
      type="datetime-local"
      max="9999-12-31T23:59"
      label={texts.activity[name]}
      value={toField(value[name])}
      error={name === 'until' && endsFirst && texts.activity.endsFirst}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        // A year of more than four digits is none that a moment can be written with.
        if (!/^\d{5}/.test(typed)) set(name, typed === '' ? '' : new Date(typed).toISOString());
      }}
    />
  );
  const actions =
    value.action === undefined || ACTIONS.includes(value.action)
      ? ACTIONS
      : [...ACTIONS, value.action];

  return (
    <div className={classes.filters} role="group" aria-label={texts.activity.filters}>
      <TextInput
        type="search"
        label={texts.activity.actor}
        list={list}
        value={actor}
        onChange={(event) => {
          setActor(event.currentTarget.value);
          later(event.currentTarget.value.trim());
        }}
      />
      <datalist id={list}>
        {[...new Set(actors)].sort().map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <NativeSelect
        label={texts.activity.action}
        value={value.action ?? ''}
        data={[{ value: '', label: texts.activity.anyAction }, ...actions]}
        onChange={(event) => {
          set('action', event.currentTarget.value);
        }}
      />
      {moment('since')}
      {moment('until')}
      {value.store !== undefined && (
        <Pill
          size="lg"
          className={classes.beside ?? ''}
          withRemoveButton
          removeButtonProps={{
            'aria-label': texts.activity.anyStore,
            'aria-hidden': false,
            tabIndex: 0,
          }}
          onRemove={() => {
            set('store', '');
          }}
        >
          {texts.activity.storeIs(storeName ?? value.store)}
        </Pill>
      )}
      {Object.keys(value).length > 0 && (
        <Button
          variant="subtle"
          color="gray"
          className={classes.beside ?? ''}
          onClick={() => {
            setActor('');
            onChange({});
          }}
        >
          {texts.activity.reset}
        </Button>
      )}
    </div>
  );
}
