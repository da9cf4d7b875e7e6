// An EventSource whose messages the test sends itself.
import { act } from '@testing-library/react';

export class FakeEventSource extends EventTarget {
  static readonly all: FakeEventSource[] = [];
  readonly url: string;
  closed = false;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.all.push(this);
  }

  close() {
    this.closed = true;
  }

  /** The connection in use; fails when there is not exactly one. */
  static open(): FakeEventSource {
    const open = FakeEventSource.all.filter(({ closed }) => !closed);
    const [source] = open;
    if (source === undefined || open.length > 1) {
      throw new Error(`expected one open EventSource, found ${open.length}`);
    }
    return source;
  }

  static send(type: 'hello' | 'store' | 'timeline', data: unknown = {}) {
    const source = FakeEventSource.open();
    act(() => {
      source.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
    });
  }

  static cut() {
    const source = FakeEventSource.open();
    act(() => {
      source.dispatchEvent(new Event('error'));
    });
  }
}
