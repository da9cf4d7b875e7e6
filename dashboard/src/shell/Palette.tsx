// Everything by keyboard: places, actions and stores, found by typing; only what one may. Loaded when it
// is first asked for; it asks the server for stores that fit.
import '@mantine/spotlight/styles.css';
import { Text, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState, type ReactNode } from 'react';
import { fits } from '../api/apply';
import { useMay } from '../api/may';
import { useSignOut } from '../api/session';
import { storesQuery } from '../api/stores';
import {
  IconDevice,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
  IconUser,
} from '../components/icons';
import { PhaseBadge } from '../components/PhaseBadge';
import { texts } from '../texts';
import { PLACES } from './places';

const [store, palette] = createSpotlight();
/** Stores that are offered. */
const MOST = 8;

interface Entry {
  key: string;
  label: string;
  icon: ReactNode;
  run: () => void;
}

function useEntries(): Entry[] {
  const navigate = useNavigate();
  const signOut = useSignOut();
  const may = useMay();
  const { setColorScheme } = useMantineColorScheme();
  const icon = { size: 18 };
  const { nav } = texts;
  return [
    ...(may('stores.create')
      ? [
          {
            key: 'create',
            label: texts.stores.create,
            icon: <IconPlus {...icon} />,
            run: () => void navigate({ to: '/stores', search: { create: true } }),
          },
        ]
      : []),
    ...PLACES.filter(({ need }) => need === null || may(need)).map(({ to, label, Icon }) => ({
      key: to,
      label,
      icon: <Icon {...icon} />,
      run: () => void navigate({ to }),
    })),
    {
      key: 'account',
      label: nav.account,
      icon: <IconUser {...icon} />,
      run: () => void navigate({ to: '/account' }),
    },
    ...(
      [
        ['light', <IconSun key="icon" {...icon} />],
        ['dark', <IconMoon key="icon" {...icon} />],
        ['auto', <IconDevice key="icon" {...icon} />],
      ] as const
    ).map(([scheme, sign]) => ({
      key: scheme,
      label: texts.palette.scheme[scheme],
      icon: sign,
      run: () => {
        setColorScheme(scheme);
      },
    })),
    {
      key: 'sign-out',
      label: nav.signOut,
      icon: <IconLogout {...icon} />,
      run: () => {
        signOut.mutate();
      },
    },
  ];
}

interface PaletteProps {
  opened: boolean;
  onClose: () => void;
}

export function Palette({ opened, onClose }: PaletteProps) {
  const navigate = useNavigate();
  const entries = useEntries();
  const may = useMay();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), 150);
  const stores = useInfiniteQuery({
    ...storesQuery({ sort: 'name', ...(search === '' ? {} : { search }) }),
    enabled: opened,
  });
  // While the server is asked, what was read before is narrowed here.
  const found = (stores.data?.pages[0]?.items ?? [])
    .filter((store) => fits(store, { search: typed.trim(), sort: 'name' }))
    .slice(0, MOST);
  const fitting = entries.filter(({ label }) =>
    label.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  useEffect(() => {
    if (opened) palette.open();
    else palette.close();
  }, [opened]);

  return (
    <Spotlight.Root
      store={store}
      query={typed}
      onQueryChange={setTyped}
      onSpotlightClose={onClose}
      shortcut={null}
      clearQueryOnClose
      scrollable
      maxHeight={440}
      lockScroll={false}
      attributes={{ content: { 'aria-label': texts.palette.label } }}
    >
      <Spotlight.Search
        placeholder={texts.palette.hint}
        aria-label={texts.palette.hint}
        leftSection={<IconSearch size={18} />}
      />
      <Spotlight.ActionsList aria-label={texts.palette.label}>
        {found.length > 0 && (
          <Spotlight.ActionsGroup label={texts.nav.stores}>
            {found.map(({ id, name, phase }) => (
              <Spotlight.Action
                key={id}
                onClick={() => void navigate({ to: '/stores/$id', params: { id } })}
                rightSection={<PhaseBadge phase={phase} />}
                dimmedSections={false}
                label={name}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {fitting.length > 0 && (
          <Spotlight.ActionsGroup label={texts.palette.actions}>
            {fitting.map(({ key, label, icon, run }) => (
              <Spotlight.Action key={key} label={label} leftSection={icon} onClick={run} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {found.length === 0 && fitting.length === 0 && (
          <Spotlight.Empty>{texts.palette.none}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
      <Text size="xs" c="dimmed" p="xs">
        {texts.palette.keys} {may('stores.create') && texts.palette.keysCreate}
      </Text>
    </Spotlight.Root>
  );
}
