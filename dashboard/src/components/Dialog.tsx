// A dialog over the page. While it is open the page behind cannot be reached, by keyboard and
// screen reader neither; when it closes, the focus goes back to where it was.
import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';

interface DialogProps {
  title: string;
  closeLabel: string;
  size?: 'md' | 'lg';
  /** Something was typed: a click beside the dialog must not lose it. */
  keep?: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ title, closeLabel, size = 'md', keep, onClose, children }: DialogProps) {
  const phone = useMediaQuery('(max-width: 760px)', undefined, { getInitialValueInEffect: false });
  useEffect(() => {
    const page = document.getElementById('root');
    const before = document.activeElement;
    page?.setAttribute('inert', '');
    return () => {
      page?.removeAttribute('inert');
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      fullScreen={phone && size === 'lg'}
      closeOnClickOutside={keep !== true}
      closeButtonProps={{ 'aria-label': closeLabel }}
    >
      {children}
    </Modal>
  );
}
