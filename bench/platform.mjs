// The platform under measurement, by its API: requests, stores from birth to Ready, and until they are gone.
import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { cpus, release, totalmem } from "node:os";
import { createInterface } from "node:readline";

export const kubectl = (...args) => execFileSync("kubectl", args, { encoding: "utf8" });
export const souk = new URL(process.env.SOUK_URL ?? "http://souk.localhost");
let credentials;
/** The token is looked for when it is first needed. */
function headers() {
  credentials ??= `Bearer ${process.env.SOUK_TOKEN ?? Buffer.from(kubectl("get", "secret", "souk-admin", "-n", "souk", "-o", "jsonpath={.data.token}"), "base64").toString()}`;
  return { authorization: credentials, "content-type": "application/json" };
}

/** One request; resolves with the response once its head is there. *.localhost is this machine. */
export function ask(url, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const local = url.hostname === "localhost" || url.hostname.endsWith(".localhost");
    const sent = request(
      {
        method,
        host: local ? "127.0.0.1" : url.hostname,
        port: url.port || 80,
        path: url.pathname + url.search,
        headers: { host: url.host, ...headers },
      },
      resolve,
    );
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

export async function json(url, options) {
  const response = await ask(url, options);
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  if (response.statusCode >= 300)
    throw new Error(`${options?.method ?? "GET"} ${url} answered ${response.statusCode}: ${text}`);
  return text === "" ? null : JSON.parse(text);
}

export const api = (path, options = {}) => json(new URL(path, souk), { ...options, headers: headers() });

/** Lines of a response until `wanted` returns something; the connection is closed then. */
export async function firstLine(response, wanted) {
  for await (const line of createInterface({ input: response })) {
    const found = wanted(line);
    if (found !== undefined) {
      response.destroy();
      return found;
    }
  }
  throw new Error("the stream ended before what was waited for");
}

/** The stream of events of all stores. */
export async function events() {
  const stream = await ask(new URL("/api/events", souk), {
    headers: { ...headers(), accept: "text/event-stream" },
  });
  if (stream.statusCode !== 200) throw new Error(`the events answered ${stream.statusCode}`);
  return stream;
}

/** From the request for a store to the message that it is Ready; `seconds` is how long that took. */
export async function birth(body) {
  const stream = await events();
  let id;
  const ready = firstLine(stream, (line) => {
    if (!line.startsWith("data:") || !line.includes('"phase"')) return undefined;
    const store = JSON.parse(line.slice(5));
    if (store.id !== id) return undefined;
    if (store.phase === "Failed") throw new Error(`store ${id} failed: ${store.message}`);
    return store.phase === "Ready" ? store : undefined;
  });
  const began = performance.now();
  id = (await api("/api/stores", { method: "POST", body })).id;
  const store = await ready;
  return { store, seconds: (performance.now() - began) / 1000 };
}

/** Deletes a store and comes back when nothing of it is left. */
export async function remove(id) {
  await api(`/api/stores/${id}`, { method: "DELETE" });
  const stream = await events();
  const { phase } = await api(`/api/stores/${id}`).catch(() => ({
    phase: "Deleted",
  }));
  if (phase === "Deleted") return stream.destroy();
  return firstLine(stream, (line) => {
    if (!line.startsWith("data:") || !line.includes(id)) return undefined;
    const store = JSON.parse(line.slice(5));
    return store.id === id && store.phase === "Deleted" ? true : undefined;
  });
}

/** The machine and the cluster, in one line. */
export async function machine() {
  const platform = await api("/api/platform");
  const others = (await api("/api/stores?limit=1")).total;
  return `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Kubernetes ${platform.cluster.version}, ${others} other stores`;
}
