// Waiting for a condition with a deadline, and saying what was missing when it passes.
import { setTimeout } from "node:timers/promises";

/** Thrown by a probe that has to be asked again; the message says what is missing. */
export class NotYet extends Error {}

/** Asks `probe` until it answers, for at most `seconds`; anything but NotYet ends the waiting at once. */
export async function until<T>(what: string, seconds: number, probe: () => Promise<T> | T): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const asked = performance.now();
    try {
      return await probe();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      if (performance.now() > deadline) {
        throw new Error(`${what}: not within ${seconds} s. ${error.message}`, { cause: error });
      }
    }
    // An answer that took long was dear, too: a program was started for it.
    await setTimeout(Math.max(250, 2 * (performance.now() - asked)));
  }
}

/** Turns any failure of `probe` into "not yet": for servers that are starting. */
export async function orNotYet<T>(probe: () => Promise<T>): Promise<T> {
  try {
    return await probe();
  } catch (error) {
    if (error instanceof NotYet) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new NotYet(`${String(error)}${cause}`);
  }
}
