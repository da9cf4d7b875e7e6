// Opens the palette, by click or by ⌘K; only then is it loaded.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { IconSearch } from '../components/icons';
import { texts } from '../texts';

const Palette = lazy(async () => ({ default: (await import('./Palette')).Palette }));

export function PaletteButton() {
  const [state, setState] = useState<'unused' | 'open' | 'closed'>('unused');
  const open = () => {
    setState('open');
  };
  // In fields too, where one may be typing.
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <Tooltip label={texts.palette.open}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={texts.palette.label}
          aria-keyshortcuts="Control+K Meta+K"
          onClick={open}
        >
          <IconSearch size={18} />
        </ActionIcon>
      </Tooltip>
      {state !== 'unused' && (
        <Suspense>
          <Palette
            opened={state === 'open'}
            onClose={() => {
              setState('closed');
            }}
          />
        </Suspense>
      )}
    </>
  );
}
