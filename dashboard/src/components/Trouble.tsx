// Something did not work: what, why, and a way to try again.
import { Alert, Button } from '@mantine/core';
import { sentence } from '../api/problem';
import { texts } from '../texts';
import { IconAlert } from './icons';

interface TroubleProps {
  error: unknown;
  title?: string;
  onRetry?: () => void;
}

export function Trouble({ error, title, onRetry }: TroubleProps) {
  return (
    <Alert color="red" variant="light" icon={<IconAlert size={18} />} title={title} role="alert">
      {sentence(error)}
      {onRetry !== undefined && (
        <Button size="compact-sm" variant="default" mt="xs" display="block" onClick={onRetry}>
          {texts.errors.again}
        </Button>
      )}
    </Alert>
  );
}
