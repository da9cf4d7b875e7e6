// Copies a text, and says so. Works on plain http too, where browsers hide the clipboard.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { texts } from '../texts';
import { IconCheck, IconCopy } from './icons';

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'visually-hidden';
  // Inside an open dialog, because its focus trap would take the focus back.
  (document.querySelector('[role="dialog"]') ?? document.body).append(field);
  const before = document.activeElement;
  field.select();
  try {
    // Deprecated, and the only way where the page is not served over https.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}

export function CopyButton({ value, what }: { value: string; what: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => {
      setState('idle');
    }, 2_000);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);

  const label = texts.copy.label(what);
  const said = state === 'idle' ? label : texts.copy[state];
  return (
    <>
      <Tooltip label={said}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={label}
          onClick={async () => {
            setState((await copy(value)) ? 'done' : 'failed');
          }}
        >
          {state === 'done' ? <IconCheck size={16} /> : <IconCopy size={16} />}
        </ActionIcon>
      </Tooltip>
      <span className="visually-hidden" role="status">
        {state === 'idle' ? '' : said}
      </span>
    </>
  );
}
