// One team: who belongs to it, how much it may have, and, for who may, its changes.
import {
  ActionIcon,
  Button,
  Group,
  NativeSelect,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { mayChange, useMay } from '../../api/may';
import type { Member, StoreRole, Team } from '../../api/model';
import { membersQuery, useDeleteTeam, useRemoveMember, useSetMember } from '../../api/people';
import { isProblem } from '../../api/problem';
import { Confirm } from '../../components/Confirm';
import { IconTrash, IconX } from '../../components/icons';
import { Panel } from '../../components/Panel';
import { QuotaBars } from '../../components/QuotaBars';
import { Trouble } from '../../components/Trouble';
import { teams as texts } from '../../texts';
import classes from './TeamPanel.module.css';

const ROLES = Object.entries(texts.roles).map(([value, label]) => ({ value, label }));

export function TeamPanel({ team }: { team: Team }) {
  const may = useMay();
  const members = useQuery(membersQuery(team.id));
  const change = mayChange(team, may);
  const rows = members.data?.items ?? [];
  return (
    <Panel title={team.name} aside={may('teams.manage') && <DeleteTeam team={team} />}>
      <Stack gap="sm">
        {team.role !== null && (
          <Text size="sm" c="dimmed">
            {texts.yourRole(team.role)}
          </Text>
        )}
        {members.isError && <Trouble error={members.error} />}
        {members.isPending && <Skeleton height={40} />}
        {members.isSuccess && rows.length === 0 && <Text c="dimmed">{texts.nobody}</Text>}
        {rows.length > 0 && (
          <ul className={classes.members} aria-label={texts.members(team.name)}>
            {rows.map((member) => (
              <MemberLine key={member.userId} team={team} member={member} change={change} />
            ))}
          </ul>
        )}
        {change && <AddMember team={team} />}
        <QuotaBars team={team.name} />
      </Stack>
    </Panel>
  );
}

interface MemberLineProps {
  team: Team;
  member: Member;
  change: boolean;
}

function MemberLine({ team, member, change }: MemberLineProps) {
  const set = useSetMember(team.id);
  const remove = useRemoveMember(team.id);
  const failure = set.error ?? remove.error;
  return (
    <li>
      <div className={classes.member}>
        <span className={classes.name}>{member.name}</span>
        {change ? (
          <>
            <NativeSelect
              size="xs"
              aria-label={texts.roleOf(member.name)}
              data={ROLES}
              value={member.role}
              disabled={set.isPending}
              onChange={(event) => {
                const role = event.currentTarget.value as StoreRole;
                set.mutate({ name: member.name, role });
              }}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={texts.remove(member.name)}
              loading={remove.isPending}
              onClick={() => {
                remove.mutate(member.name);
              }}
            >
              <IconX size={16} />
            </ActionIcon>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {texts.roles[member.role]}
          </Text>
        )}
      </div>
      {failure !== null && <Trouble title={texts.failed} error={failure} />}
    </li>
  );
}

function AddMember({ team }: { team: Team }) {
  const add = useSetMember(team.id);
  const [name, setName] = useState('');
  const [empty, setEmpty] = useState(false);
  const unknown = isProblem(add.error, 404);
  const refused = unknown ? texts.memberUnknown(name.trim()) : undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setEmpty(name.trim() === '');
        if (name.trim() === '') return;
        add.mutate(
          { name: name.trim(), role: 'member' },
          {
            onSuccess: () => {
              setName('');
            },
          },
        );
      }}
    >
      <Group gap="xs" align="flex-start">
        <TextInput
          size="xs"
          aria-label={texts.memberName(team.name)}
          placeholder={texts.memberHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          error={empty ? texts.memberEmpty : refused}
          onChange={(event) => {
            setName(event.currentTarget.value);
            setEmpty(false);
            if (add.isError) add.reset();
          }}
        />
        <Button type="submit" size="xs" variant="default" loading={add.isPending}>
          {texts.addMember}
        </Button>
      </Group>
      {add.isError && !unknown && <Trouble title={texts.failed} error={add.error} />}
    </form>
  );
}

function DeleteTeam({ team }: { team: Team }) {
  const remove = useDeleteTeam(team.id);
  const [asked, setAsked] = useState(false);
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={texts.delete(team.name)}
        onClick={() => {
          remove.reset();
          setAsked(true);
        }}
      >
        <IconTrash size={16} />
      </ActionIcon>
      {asked && (
        <Confirm
          title={texts.confirm.title(team.name)}
          text={texts.confirm.text}
          submit={texts.confirm.submit}
          cancel={texts.confirm.cancel}
          failed={texts.failed}
          error={remove.error}
          pending={remove.isPending}
          onConfirm={() => {
            remove.mutate(undefined);
          }}
          onClose={() => {
            setAsked(false);
          }}
        />
      )}
    </>
  );
}
