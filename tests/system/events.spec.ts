// Server-sent events: a broken connection resumes behind the last event, without gaps or repeats.
import type { Store, TimelineEvent } from "../world/api.ts";
import { Stream } from "../world/stream.ts";
import { expect, test } from "../world/test.ts";

test("events of a create arrive live, and a connection that breaks resumes where it was", async ({
  souk,
  createStore,
}) => {
  const first = await Stream.open(souk, "/api/events");
  const store = await createStore({ name: "Live" });
  const ofStore = (stream: Stream): TimelineEvent[] =>
    stream.messages
      .filter((message) => message.event === "timeline")
      .map((message) => message.data as TimelineEvent)
      .filter((event) => event.storeId === store.id);

  await first.until("an event of the new store", 60, () => ofStore(first).length > 0);
  await first.until(
    "the whole store in a message",
    60,
    ({ event, data }) => event === "store" && (data as Store).id === store.id,
  );
  const heard = ofStore(first);
  const last = first.messages.filter((message) => message.event === "timeline" && message.id !== undefined).at(-1)?.id;
  expect(last).toBeDefined();
  first.close();

  // In the meantime the create goes on to its end.
  await souk.waitReady(store.id);
  const second = await Stream.open(souk, "/api/events", last);
  const written = await souk.timeline(store.id);
  const end = written.at(-1)?.id;
  await second.until(
    "what was missed",
    30,
    ({ event, data }) => event === "timeline" && (data as TimelineEvent).id === end,
  );
  const before = heard.filter((event) => event.id <= Number(last));
  const ids = [...before, ...ofStore(second)].map((event) => event.id);
  expect(ids.filter((id) => id <= Number(end))).toEqual(written.map((event) => event.id));

  // And from there on it is live again.
  await souk.delete(store.id);
  await second.until("the delete", 60, ({ event, data }) => event === "store" && (data as Store).phase === "Deleting");
  second.close();
});

test("the stream of one store tells of that store only", async ({ souk, createStore }) => {
  const mine = await createStore({ name: "Mine" });
  const stream = await Stream.open(souk, `/api/stores/${mine.id}/events`);
  const other = await createStore({ name: "Other" });
  await souk.waitFor(other.id, "begun", 120, ({ phase }) => phase !== "Pending");
  await souk.waitReady(mine.id);
  await stream.until(
    "the store ready",
    30,
    ({ event, data }) => event === "store" && (data as Store).phase === "Ready",
  );
  stream.close();
  const ids = stream.messages.flatMap(({ event, data }) => {
    if (event === "store") return [(data as Store).id];
    return event === "timeline" ? [(data as TimelineEvent).storeId] : [];
  });
  expect(new Set(ids)).toEqual(new Set([mine.id]));
});

test("streams are for callers with the token", async ({ souk }) => {
  const headers = { authorization: "Bearer wrong", accept: "text/event-stream" };
  (await souk.ask("GET", "/api/events", { headers })).expecting(401).problem();
});
