// The way around: a column on wide screens, a bar at the top and one at the bottom on phones.
import { ActionIcon, Menu, Text, Tooltip, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../api/may';
import { useSignOut } from '../api/session';
import { IconDevice, IconLogout, IconMoon, IconSun, IconUser } from '../components/icons';
import { Mark } from '../components/Mark';
import { texts } from '../texts';
import { useLive } from './live';
import classes from './Navigation.module.css';
import { PaletteButton } from './PaletteButton';
import { PLACES } from './places';

const SCHEMES = [
  { value: 'auto', Icon: IconDevice },
  { value: 'light', Icon: IconSun },
  { value: 'dark', Icon: IconMoon },
] as const;

function Connection() {
  const { status } = useLive();
  return (
    <Tooltip label={texts.live.liveHint} disabled={status !== 'live'}>
      <span className={classes.live} data-status={status} role="status">
        <span className={classes.dot} aria-hidden="true" />
        {texts.live[status]}
      </span>
    </Tooltip>
  );
}

export function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = SCHEMES.find(({ value }) => value === colorScheme)?.Icon ?? IconDevice;
  return (
    <Menu position="top-start" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={texts.scheme.label}>
          <Current size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{texts.scheme.label}</Menu.Label>
        {SCHEMES.map(({ value, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} />}
            aria-current={value === colorScheme || undefined}
            onClick={() => {
              setColorScheme(value);
            }}
          >
            {texts.scheme[value]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function Navigation({ actor }: { actor: string }) {
  const signOut = useSignOut();
  const may = useMay();
  return (
    <header className={classes.side}>
      <Link to="/stores" className={classes.brand} aria-label={texts.product}>
        <Mark />
        <span>{texts.product}</span>
      </Link>
      <nav className={classes.places} aria-label={texts.nav.label}>
        {PLACES.filter(({ need }) => need === null || may(need)).map(({ to, label, Icon }) => (
          <Link key={to} to={to} className={classes.place}>
            <Icon size={18} />
            {label}
          </Link>
        ))}
      </nav>
      <div className={classes.foot}>
        <Connection />
        <Text className={classes.actor ?? ''} size="xs" c="dimmed" truncate>
          {texts.nav.signedInAs(actor)}
        </Text>
        <div className={classes.tools}>
          <PaletteButton />
          <Tooltip label={texts.nav.account}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={texts.nav.account}
              renderRoot={(props) => <Link to="/account" {...props} />}
            >
              <IconUser size={18} />
            </ActionIcon>
          </Tooltip>
          <SchemeMenu />
          <Tooltip label={texts.nav.signOut}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={texts.nav.signOut}
              loading={signOut.isPending}
              onClick={() => {
                signOut.mutate();
              }}
            >
              <IconLogout size={18} />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
    </header>
  );
}
