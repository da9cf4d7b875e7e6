// Something did not work: what, why, and a way to try again.
import { Button } from '@mantine/core';
import { sentence } from '../api/problem';
import { texts } from '../texts';
import { Notice } from './Notice';

interface TroubleProps {
  error: unknown;
  title?: string;
  onRetry?: () => void;
}

export function Trouble({ error, title, onRetry }: TroubleProps) {
  return (
    <Notice kind="bad" title={title}>
      {sentence(error)}
      {onRetry !== undefined && (
        <Button size="compact-sm" variant="default" mt="xs" display="block" onClick={onRetry}>
          {texts.errors.again}
        </Button>
      )}
    </Notice>
  );
}
