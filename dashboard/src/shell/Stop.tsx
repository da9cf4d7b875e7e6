// What stands in place of a page that cannot be shown: no such address, or an error while drawing.
import { Button, Stack, Text, Title } from '@mantine/core';
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { sentence, UnreachableError } from '../api/problem';
import { texts } from '../texts';
import classes from './Stop.module.css';

export function NotFound() {
  return (
    <Stack component="main" className={classes.stop ?? ''} gap="sm">
      <Title order={1} size="h3">
        {texts.errors.notFound}
      </Title>
      <Text c="dimmed">{texts.errors.notFoundText}</Text>
      <Button component={Link} to="/stores" variant="default">
        {texts.errors.toStores}
      </Button>
    </Stack>
  );
}

export function Crash({ error, reset }: ErrorComponentProps) {
  const away = error instanceof UnreachableError;
  return (
    <Stack component="main" className={classes.stop ?? ''} gap="sm" role="alert">
      <Title order={1} size="h3">
        {texts.errors.page}
      </Title>
      <Text c="dimmed">{away ? error.message : texts.errors.pageText}</Text>
      {!away && (
        <Text c="dimmed" size="sm" ff="monospace">
          {sentence(error)}
        </Text>
      )}
      <Button
        variant="default"
        onClick={() => {
          reset();
          window.location.reload();
        }}
      >
        {texts.errors.reload}
      </Button>
    </Stack>
  );
}
