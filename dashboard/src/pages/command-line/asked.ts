// What `souk login` asks for in the address of its page, and where its answer goes. The address can be made up
// by anybody: what is not of the one right form is nothing.

export interface CommandLineSearch {
  challenge?: string;
  host?: string;
  /** A text when it is no number, and so no port. */
  port?: number | string;
  state?: string;
}

export interface Asked {
  /** Of the secret that only this command line has. */
  challenge: string;
  /** The machine that it runs on, as it names itself. */
  host: string;
  /** Where it listens; without, somebody copies the code. */
  back: Back | null;
}

export interface Back {
  port: number;
  state: string;
}

/** Null when the address is not whole. */
export function readAsked({ challenge, host, port, state }: CommandLineSearch): Asked | null {
  if (challenge === undefined || !/^[\w-]{43}$/.test(challenge)) return null;
  if (host === undefined || !/^[a-z\d][\w.-]{0,51}$/i.test(host)) return null;
  if (port === undefined) return { challenge, host, back: null };
  // Who may open one below is no ordinary program.
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1024 || port > 65_535)
    return null;
  if (state === undefined || !/^[\w-]{16,128}$/.test(state)) return null;
  return { challenge, host, back: { port, state } };
}

/** An address of this machine, whatever else was asked for. */
export function wayBack(
  { port, state }: Back,
  answer: { code: string } | { error: 'access_denied' },
): string {
  return `http://127.0.0.1:${port}/done?${new URLSearchParams({ ...answer, state }).toString()}`;
}
