// What narrows the list of stores: words, phase, owner, blueprint; on a phone the order too. It keeps
// nothing but the word that is being typed; the address has the rest.
import { CloseButton, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type RefObject } from 'react';
import { platformQuery } from '../../api/platform';
import { IconSearch } from '../../components/icons';
import type { StoresSearch } from '../../router';
import { texts } from '../../texts';
import { PhaseFilter } from './PhaseFilter';
import classes from './StoresPage.module.css';

interface FiltersProps {
  value: StoresSearch;
  onChange: (next: StoresSearch) => void;
  searchField: RefObject<HTMLInputElement | null>;
  /** Owners that are known, to choose from; repeated ones do not matter. */
  owners: string[];
  withSort: boolean;
}

export function Filters({ value, onChange, searchField, owners, withSort }: FiltersProps) {
  const { data: platform } = useQuery(platformQuery);
  const set = (name: keyof StoresSearch, wanted: string | undefined) => {
    const { [name]: _old, ...rest } = value;
    onChange(wanted === undefined || wanted === '' ? rest : { ...rest, [name]: wanted });
  };
  return (
    <div className={classes.tools}>
      <Word
        field={searchField}
        label={texts.stores.search}
        hint={texts.stores.searchHint}
        clear={texts.stores.clear}
        value={value.search ?? ''}
        onChange={(search) => {
          set('search', search);
        }}
      />
      <Word
        label={texts.stores.owner}
        hint={texts.stores.ownerHint}
        clear={texts.stores.ownerClear}
        value={value.owner ?? ''}
        choices={owners}
        onChange={(owner) => {
          set('owner', owner);
        }}
      />
      <NativeSelect
        aria-label={texts.stores.blueprint}
        value={value.blueprint ?? ''}
        data={[
          { value: '', label: texts.stores.blueprintAll },
          ...(platform?.blueprints ?? []).map(({ name, title }) => ({ value: name, label: title })),
        ]}
        onChange={(event) => {
          set('blueprint', event.currentTarget.value);
        }}
      />
      {withSort && (
        <NativeSelect
          aria-label={texts.stores.sort}
          value={value.sort ?? '-createdAt'}
          data={Object.entries(texts.stores.sorts).map(([order, label]) => ({
            value: order,
            label,
          }))}
          onChange={(event) => {
            set('sort', event.currentTarget.value);
          }}
        />
      )}
      <PhaseFilter
        value={value.phase}
        onChange={(phase) => {
          set('phase', phase);
        }}
      />
    </div>
  );
}

interface WordProps {
  field?: RefObject<HTMLInputElement | null>;
  label: string;
  hint: string;
  clear: string;
  value: string;
  choices?: string[];
  onChange: (word: string) => void;
}

/** A field whose word counts as soon as the typing rests. */
function Word({ field, label, hint, clear, value, choices, onChange }: WordProps) {
  const list = useId();
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  const [known, setKnown] = useState(value);
  // The address changed, and not by this field: by the way back, or by "show all".
  if (known !== value) {
    setKnown(value);
    if (value !== sent) setTyped(value);
  }
  const later = useDebouncedCallback((word: string) => {
    setSent(word);
    onChange(word);
  }, 200);
  return (
    <>
      <TextInput
        ref={field}
        type="search"
        className={(choices === undefined ? classes.search : classes.word) ?? ''}
        aria-label={label}
        placeholder={hint}
        leftSection={choices === undefined && <IconSearch size={16} />}
        list={choices === undefined ? undefined : list}
        rightSection={
          typed !== '' && (
            <CloseButton
              size="sm"
              aria-label={clear}
              onClick={() => {
                setTyped('');
                setSent('');
                onChange('');
                field?.current?.focus();
              }}
            />
          )
        }
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          later(event.currentTarget.value.trim());
        }}
      />
      {choices !== undefined && (
        <datalist id={list}>
          {[...new Set(choices)].sort().map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  );
}
