// The address of a shop: follows the name until it is edited, and is checked with the server as
// one types. It owns the question "is it free?"; the value belongs to the form around it.
import { Anchor, Loader, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { platformQuery } from '../../api/platform';
import { said, sentence } from '../../api/problem';
import { slugQuery } from '../../api/stores';
import { IconAlert, IconCheck } from '../../components/icons';
import { texts } from '../../texts';
import classes from './AddressField.module.css';

interface AddressFieldProps {
  name: string;
  /** What was typed; null while the address follows the name. */
  slug: string | null;
  onChange: (slug: string | null) => void;
  error?: ReactNode;
  /** The address that the store has already: free for itself. */
  own?: string;
}

export function AddressField({ name, slug, onChange, error, own }: AddressFieldProps) {
  const { data: platform } = useQuery(platformQuery);
  const [question] = useDebouncedValue(slug === null ? { name: name.trim() } : { slug }, 250);
  const check = useQuery(slugQuery(question));
  const asked = slug ?? name.trim();
  const current = 'name' in question ? question.name : question.slug;
  const waiting = asked !== '' && (asked !== current || check.isFetching);
  const derived = asked === '' ? '' : (check.data?.slug ?? '');
  const suffix = platform === undefined ? '' : `.${platform.baseDomain}`;

  return (
    <div>
      <TextInput
        label={texts.create.address}
        description={texts.create.addressHint}
        value={slug ?? derived}
        error={error}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={63}
        rightSection={
          <Text span c="dimmed" size="sm" className={classes.suffix ?? ''}>
            {suffix}
          </Text>
        }
        rightSectionWidth={`${suffix.length + 3}ch`}
        onChange={(event) => {
          onChange(event.currentTarget.value.toLowerCase().replaceAll(/[\s_.]+/g, '-'));
        }}
      />
      <div className={classes.answer}>
        <span role="status">
          {error === undefined || error === null || error === false || error === '' ? (
            <Answer
              asked={asked}
              waiting={waiting}
              mine={own !== undefined && slug === own}
              check={check}
            />
          ) : null}
        </span>
        {slug !== null && own === undefined && (
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => {
              onChange(null);
            }}
          >
            {texts.create.addressDerived}
          </Anchor>
        )}
      </div>
    </div>
  );
}

interface AnswerProps {
  asked: string;
  waiting: boolean;
  mine: boolean;
  check: ReturnType<
    typeof useQuery<{ slug: string; url: string; available: boolean; reason?: string | null }>
  >;
}

function Answer({ asked, waiting, mine, check }: AnswerProps) {
  if (mine) return null;
  if (asked === '') return <>{texts.create.addressAfterName}</>;
  if (waiting) {
    return (
      <>
        <Loader size={12} /> {texts.create.checking}
      </>
    );
  }
  if (check.isError) return <>{sentence(check.error)}</>;
  if (check.data === undefined) return null;
  if (check.data.slug === '') return <>{texts.create.addressById}</>;
  if (check.data.available) {
    return (
      <span className={classes.free}>
        <IconCheck size={14} stroke={2.4} /> {texts.create.free(check.data.url)}{' '}
        {check.data.reason && texts.create.because(check.data.reason)}
      </span>
    );
  }
  return (
    <span className={classes.taken}>
      <IconAlert size={14} />{' '}
      {check.data.reason ? said('slug', check.data.reason) : texts.create.taken}
    </span>
  );
}
