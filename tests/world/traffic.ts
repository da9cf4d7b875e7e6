// Requests without a pause, one after the other and none of them tried again: what people would notice.
import type { Answer } from "./api.ts";
import { NotYet, until } from "./wait.ts";

/** One kind of request; it answers with what was wrong, or nothing. */
export type Call = () => Promise<string | undefined>;

/** A call that has to answer with this status. */
export function expecting(status: number, ask: () => Promise<Answer>): Call {
  return async () => {
    const answer = await ask();
    return answer.status === status
      ? undefined
      : `${answer.asked} answered ${answer.status}: ${answer.text.slice(0, 200)}`;
  };
}

export class Traffic {
  readonly failures: string[] = [];
  #count = 0;
  #done = false;
  readonly #finished: Promise<unknown>;

  /** Every call gets a loop of its own, until `stop`. */
  constructor(calls: Call[]) {
    this.#finished = Promise.all(calls.map((call) => this.#repeat(call)));
  }

  async #repeat(call: Call): Promise<void> {
    while (!this.#done) {
      const wrong = await call().catch((error: unknown) => {
        const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
        return `${String(error)}${cause}`;
      });
      this.#count += 1;
      if (wrong !== undefined) this.failures.push(`${new Date().toISOString()} ${wrong}`);
    }
  }

  get count(): number {
    return this.#count;
  }

  /** Waits until so many requests more were answered. */
  async further(count: number): Promise<void> {
    const wanted = this.#count + count;
    await until(`${count} requests more`, 60, () => {
      if (this.#count < wanted) throw new NotYet(`${wanted - this.#count} are missing.`);
    });
  }

  async stop(): Promise<void> {
    this.#done = true;
    await this.#finished;
  }
}
