// Teams: those that one belongs to, or all of them for an administrator.
import { Button, Group, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../api/may';
import { teamsQuery, useCreateTeam } from '../../api/people';
import { ProblemError } from '../../api/problem';
import { Page } from '../../components/Page';
import { Trouble } from '../../components/Trouble';
import { teams as texts } from '../../texts';
import { TeamPanel } from './TeamPanel';

export function TeamsPage() {
  const may = useMay();
  const teams = useQuery(teamsQuery);
  const rows = teams.data?.items ?? [];
  return (
    <Page title={texts.title} lead={texts.lead}>
      <Stack gap="md">
        {may('teams.manage') && <NewTeam />}
        {teams.isError && <Trouble error={teams.error} onRetry={() => void teams.refetch()} />}
        {teams.isPending && <Skeleton height={160} radius="lg" />}
        {teams.isSuccess && rows.length === 0 && (
          <Text c="dimmed">{may('teams.manage') ? texts.none : texts.noneOwn}</Text>
        )}
        {rows.map((team) => (
          <TeamPanel key={team.id} team={team} />
        ))}
      </Stack>
    </Page>
  );
}

function NewTeam() {
  const create = useCreateTeam();
  const [name, setName] = useState('');
  const [empty, setEmpty] = useState(false);
  const refused = create.error instanceof ProblemError ? create.error.fields.name : undefined;
  const submit = () => {
    setEmpty(name.trim() === '');
    if (name.trim() === '') return;
    create.mutate(name.trim(), {
      onSuccess: () => {
        setName('');
      },
    });
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Group align="flex-start" gap="xs">
        <TextInput
          aria-label={texts.name}
          placeholder={texts.name}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          error={empty ? texts.nameEmpty : refused}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setEmpty(false);
            if (create.isError) create.reset();
          }}
        />
        <Button type="submit" loading={create.isPending}>
          {texts.add}
        </Button>
      </Group>
      {create.isError && refused === undefined && (
        <Trouble title={texts.failed} error={create.error} />
      )}
    </form>
  );
}
