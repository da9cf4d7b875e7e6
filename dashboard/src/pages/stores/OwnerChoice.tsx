// Whom a new store is to belong to: oneself, or a team that one belongs to. Says how much is left for it.
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { teamsQuery } from '../../api/people';
import { QuotaBars } from '../../components/QuotaBars';
import { texts } from '../../texts';

interface OwnerChoiceProps {
  /** The team's name; empty for oneself. */
  value: string;
  onChange: (team: string) => void;
  error?: ReactNode;
}

export function OwnerChoice({ value, onChange, error }: OwnerChoiceProps) {
  const { data: teams } = useQuery(teamsQuery);
  if (teams === undefined || teams.items.length === 0) return null;
  return (
    <div>
      <NativeSelect
        label={texts.create.owner}
        mb="sm"
        value={value}
        error={error}
        data={[
          { value: '', label: texts.create.ownerSelf },
          ...teams.items.map(({ name }) => ({ value: name, label: name })),
        ]}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
      <QuotaBars team={value === '' ? undefined : value} />
    </div>
  );
}
