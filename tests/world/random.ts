// Random choices that a seed repeats: a failing run prints its seed, and SOUK_TEST_SEED replays it.
import { randomInt } from "node:crypto";

export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  /** The seed of SOUK_TEST_SEED, else a new one. */
  static fromEnvironment(): Random {
    const given = process.env["SOUK_TEST_SEED"];
    return new Random(given === undefined || given === "" ? randomInt(2 ** 32) : Number(given));
  }

  /** The next number, at least 0 and less than 1 (mulberry32, public domain, by Tommy Ettinger). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  /** One of the things; at least one has to be there. */
  pick<T>(things: readonly T[]): T {
    const thing = things[Math.floor(this.next() * things.length)];
    if (thing === undefined) throw new Error("nothing to pick from");
    return thing;
  }

  /** A source of its own: what it draws does not depend on who else draws when. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 2 ** 32));
  }
}
