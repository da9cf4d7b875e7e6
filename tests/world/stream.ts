// Server-sent events as the tests read them.
import { createParser } from "eventsource-parser";
import { expect } from "@playwright/test";
import type { Souk } from "./api.ts";
import { request } from "./http.ts";
import { NotYet, until } from "./wait.ts";

export interface Message {
  event: string;
  id: string | undefined;
  data: unknown;
}

export class Stream {
  readonly messages: Message[] = [];
  readonly #abort = new AbortController();
  #end: string | undefined;

  /** Connects and waits for the greeting; `after` resumes behind that event. */
  static async open(souk: Souk, path: string, after?: string): Promise<Stream> {
    const stream = new Stream();
    const response = await request(`${souk.url}${path}`, {
      signal: stream.#abort.signal,
      headers: {
        authorization: `Bearer ${souk.token}`,
        accept: "text/event-stream",
        ...(after === undefined ? {} : { "last-event-id": after }),
      },
    });
    expect(response.status, path).toBe(200);
    expect(response.headers.get("content-type"), path).toContain("text/event-stream");
    const parser = createParser({
      onEvent: ({ event = "message", id, data }) => {
        stream.messages.push({ event, id, data: data === "" ? null : (JSON.parse(data) as unknown) });
      },
    });
    void (async () => {
      const decoder = new TextDecoder();
      try {
        for await (const chunk of response.body ?? [])
          parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
        stream.#end = "it was ended by the server";
      } catch (error) {
        stream.#end = String(error);
      }
    })();
    await stream.until("the greeting", 20, (message) => message.event === "hello");
    return stream;
  }

  /** Waits for a message, also one that came already. */
  async until(what: string, seconds: number, wanted: (message: Message) => boolean): Promise<Message> {
    return until(what, seconds, () => {
      const found = this.messages.find(wanted);
      if (found) return found;
      throw new NotYet(`${this.messages.length} messages came${this.#end ? `, then ${this.#end}` : ""}.`);
    });
  }

  close(): void {
    this.#abort.abort();
  }
}
