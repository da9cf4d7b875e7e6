// HTTP with *.localhost names resolved to the front door, as browsers and curl do and Node does not.
import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { Agent, fetch, type RequestInit, type Response } from "undici";
import { frontDoor } from "./settings.ts";

const lookup: LookupFunction = (host, options, callback) => {
  if (host !== "localhost" && !host.endsWith(".localhost")) {
    systemLookup(host, options, callback);
  } else if (options.all) {
    callback(null, [{ address: frontDoor.hostname, family: 4 }]);
  } else {
    callback(null, frontDoor.hostname, 4);
  }
};

// No connection is kept: the tests kill servers, and a reused connection would fail a request for that.
const agent = new Agent({ connect: { lookup }, pipelining: 0, headersTimeout: 60_000, bodyTimeout: 0 });

export type { Response };

export function request(url: string | URL, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { redirect: "manual", dispatcher: agent, ...init });
}
