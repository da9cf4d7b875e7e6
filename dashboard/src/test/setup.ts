// What a browser has and jsdom lacks, and a clean slate after each test.
import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';
import { FakeEventSource } from './events';

vi.stubGlobal('EventSource', FakeEventSource);
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe = () => undefined;
    unobserve = () => undefined;
    disconnect = () => undefined;
  },
);
vi.stubGlobal('matchMedia', (media: string) => ({
  media,
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;

// A busy machine is slow; what does not come within this does not come.
configure({ asyncUtilTimeout: 8_000 });

afterEach(() => {
  cleanup();
  FakeEventSource.all.length = 0;
  window.localStorage.clear();
});
