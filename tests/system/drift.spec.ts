// Somebody deletes or edits what Souk made for a store: noticed by a watch, told, and set back within 30 s,
// unless the store's owner has switched repairs off. One store, one thing after the other.
import type { Store } from "../world/api.ts";
import { kubectl, namespaceOf, secret } from "../world/cluster.ts";
import { condition, isWhole, meddle, newest, patch, release, thing, told, value } from "../world/meddle.ts";
import { Server } from "../world/server.ts";
import { canSignIn } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";
import { NotYet, until } from "../world/wait.ts";

test.describe.configure({ mode: "serial" });

/** The promise. */
const SECONDS = 30;

let server: Server;
let store: Store;

test.beforeAll(async () => {
  server = await Server.make("drift");
  store = await server.souk.create({ name: "Drift" });
  store = await server.souk.waitReady(store.id);
  store = await server.souk.waitFor(store.id, "noted as it was made", 30, isWhole);
});

test.afterAll(async () => {
  await server.remove();
});

interface Meddling {
  title: string;
  act: () => Promise<unknown>;
  told: RegExp;
  /** Reads what has to be as it was. */
  read: () => Promise<unknown>;
}

const spec = (name: string) => async (): Promise<unknown> => (await thing(store, name)).spec;

const meddlings: Meddling[] = [
  {
    title: "the shop is scaled",
    act: () => meddle(store, "scale", "deployment/shop", "--replicas=2"),
    told: /^DriftRepaired: spec\.replicas of Deployment shop was changed by kubectl; set back\.$/,
    read: spec("deployment/shop"),
  },
  {
    title: "an environment variable is added",
    act: () => meddle(store, "set", "env", "deployment/shop", "-c", "php", "DEBUG=1"),
    told: /^DriftRepaired: spec\.template\.spec\.containers\[php\]\.env\[DEBUG\] of Deployment shop was changed by kubectl/,
    read: spec("deployment/shop"),
  },
  {
    title: "a service is deleted",
    act: () => meddle(store, "delete", "service/shop"),
    told: /^DriftRepaired: Service shop was deleted; made again\.$/,
    read: () => value(store, "service/shop", ".spec.selector"),
  },
  {
    title: "the address is edited",
    act: () =>
      meddle(
        store,
        ...["patch", "ingress/shop", "--type=json", "-p"],
        '[{"op": "replace", "path": "/spec/rules/0/host", "value": "elsewhere.example"}]',
      ),
    told: /^DriftRepaired: spec\.rules of Ingress shop was changed by kubectl-patch; set back\.$/,
    read: spec("ingress/shop"),
  },
  {
    title: "a network policy is opened",
    act: () => patch(store, "networkpolicy/deny", { spec: { egress: [{}] } }),
    told: /^DriftRepaired: spec\.egress of NetworkPolicy deny was changed by kubectl-patch; set back\.$/,
    read: spec("networkpolicy/deny"),
  },
  {
    title: "a rule of a network policy is taken away",
    act: () => patch(store, "networkpolicy/database", { spec: { ingress: null } }),
    told: /^DriftRepaired: .*NetworkPolicy database .*; set back\.$/,
    read: spec("networkpolicy/database"),
  },
  {
    title: "the quota is tightened",
    act: () => patch(store, "resourcequota/store", { spec: { hard: { pods: "0" } } }),
    told: /^DriftRepaired: spec\.hard\.pods of ResourceQuota store was changed by kubectl-patch; set back\.$/,
    read: spec("resourcequota/store"),
  },
  {
    title: "a label is added, and the store's own is taken away",
    act: () => meddle(store, "label", "limitrange/store", "stray=yes", "app.kubernetes.io/part-of-"),
    told: /^DriftRepaired: .*metadata\.labels\.stray of LimitRange store .*kubectl-label; set back\.$/,
    read: async () => (await thing(store, "limitrange/store")).metadata.labels,
  },
  {
    title: "the deployment is deleted",
    act: () => meddle(store, "delete", "deployment/shop"),
    told: /^DriftRepaired: Deployment shop was deleted; made again\.$/,
    read: spec("deployment/shop"),
  },
  {
    title: "a password is edited",
    act: () => patch(store, "secret/store-database", { stringData: { password: "guessed" } }),
    told: /^DriftRepaired: data\.password of Secret store-database was changed by kubectl-patch; put back as it was\.$/,
    read: () => secret(namespaceOf(store.id), "store-database"),
  },
  {
    title: "the namespace loses labels",
    act: () =>
      kubectl([
        ...["label", "namespace", namespaceOf(store.id), "--overwrite"],
        ...["pod-security.kubernetes.io/enforce=privileged", "souk.dev/store-"],
      ]),
    told: /^DriftRepaired: Labels souk\.dev\/store, pod-security\.kubernetes\.io\/enforce of the namespace were changed/,
    read: labels,
  },
  {
    title: "the namespace loses the label that Souk looks for",
    act: () => kubectl(["label", "namespace", namespaceOf(store.id), "souk.dev/platform-"]),
    told: /^DriftRepaired: Label souk\.dev\/platform of the namespace was changed; put back\.$/,
    read: labels,
  },
];

async function labels(): Promise<unknown> {
  const namespace = JSON.parse(await kubectl(["get", "namespace", namespaceOf(store.id), "-o", "json"])) as {
    metadata: { labels: Record<string, string> };
  };
  return namespace.metadata.labels;
}

for (const meddling of meddlings) {
  test(`${meddling.title}: it is set back within ${SECONDS} s, and told`, async () => {
    const before = await meddling.read();
    const after = await newest(server.souk, store);
    await meddling.act();
    await told(server.souk, store, meddling.told, SECONDS, after);
    await until("it is as it was", SECONDS, async () => {
      const now = await meddling.read();
      if (JSON.stringify(now) !== JSON.stringify(before)) throw new NotYet(JSON.stringify(now));
    });
    await server.souk.waitFor(store.id, "whole again", 120, isWhole);
  });
}

test("a deleted admin Secret comes back as it was: the shop's password stays", async () => {
  const before = await server.souk.credentials(store.id);
  // The password that was edited above has been brought back to the shop, too.
  const signsIn = () => canSignIn(store.url, before.username, before.password);
  await expect.poll(signsIn, { timeout: SECONDS * 1000 }).toBe(true);
  const after = await newest(server.souk, store);
  await meddle(store, "delete", "secret/store-admin", "secret/store-keys");
  await told(
    server.souk,
    store,
    /^DriftRepaired: Secret store-admin was deleted; put back as it was\.$/,
    SECONDS,
    after,
  );
  expect(await server.souk.credentials(store.id)).toEqual(before);
  await server.souk.waitFor(store.id, "whole again", 60, isWhole);
  expect(await signsIn()).toBe(true);
});

test("a restarted server knows what was made, and sets back what was changed meanwhile", async () => {
  await server.stop();
  await meddle(store, "delete", "service/database");
  await server.start();
  await told(server.souk, store, /^DriftRepaired: Service database was deleted; made again\.$/, SECONDS);
  await server.souk.waitFor(store.id, "whole again", 120, isWhole);
});

test("what was changed before the release was noted is set back, too", async () => {
  const before = await spec("deployment/shop")();
  const record = (await release(store)).metadata.name;
  await server.stop();
  await meddle(store, "annotate", "secret", record, "souk.dev/objects-");
  await meddle(store, "set", "env", "deployment/shop", "-c", "php", "PHP_WORKERS=9");
  await meddle(store, "delete", "networkpolicy/deny");
  await server.start();
  await told(server.souk, store, /^DriftRepaired: NetworkPolicy deny was deleted; made again\.$/, SECONDS);
  await server.souk.waitFor(store.id, "whole again", 120, isWhole);
  expect(await spec("deployment/shop")()).toEqual(before);
});

test("a rollout restart is nobody's drift", async () => {
  const after = await newest(server.souk, store);
  await meddle(store, "rollout", "restart", "deployment/shop");
  await meddle(store, "rollout", "status", "deployment/shop", "--timeout=120s");
  await server.souk.waitFor(store.id, "whole", 60, isWhole);
  const lines = (await server.souk.timeline(store.id)).filter((event) => event.id > after);
  expect(lines.filter((event) => event.reason === "DriftRepaired")).toEqual([]);
});

test("with repairs off a change is told and left alone, and the next upgrade does not stumble over it", async () => {
  const path = `/api/stores/${store.id}`;
  const off = await server.souk.ask("PATCH", path, { body: { repair: "off" } });
  expect(off.expecting(202).json<Store>()).toMatchObject({ repair: "off", phase: "Ready" });

  await meddle(store, "scale", "deployment/shop", "--replicas=2");
  const shown = await server.souk.waitFor(store.id, "telling the change", SECONDS, (now) => {
    return condition(now, "AsWanted")?.reason === "RepairOff";
  });
  expect(condition(shown, "AsWanted")?.message).toContain("spec.replicas of Deployment shop was changed by kubectl");
  expect(await value(store, "deployment/shop", ".spec.replicas")).toBe("2");

  // A person asks for something: what was scaled by hand neither stops it nor survives it.
  (await server.souk.ask("PATCH", path, { body: { name: "Drift Two" } })).expecting(202);
  await server.souk.waitFor(store.id, "renamed", 180, (now) => {
    return now.phase === "Ready" && now.operation?.kind === "update" && now.operation.state === "succeeded";
  });
  expect(await value(store, "deployment/shop", ".spec.replicas")).toBe("1");
});

test("with repairs off a lack is told: quota exceeded, no node that takes the pod, a part deleted", async () => {
  const degraded = (what: string, reason: string): Promise<Store> =>
    server.souk.waitFor(store.id, `telling that ${what}`, 60, (now) => {
      return now.phase === "Degraded" && condition(now, "StorefrontReady")?.reason === reason;
    });
  await patch(store, "resourcequota/store", { spec: { hard: { pods: "0" } } });
  await meddle(store, "delete", "pod", "-l", "app.kubernetes.io/component=shop", "--wait=false");
  await degraded("the quota is exceeded", "QuotaExceeded");

  await meddle(store, "delete", "resourcequota/store", "limitrange/store");
  await meddle(store, "set", "resources", "deployment/shop", "-c", "php", "--requests=cpu=64", "--limits=cpu=64");
  await degraded("no node takes the pod", "Unschedulable");

  await meddle(store, "delete", "deployment/shop");
  const lost = await degraded("repairs are off", "RepairOff");
  expect(lost.message).toMatch(/switched off/);

  const on = await server.souk.ask("PATCH", `/api/stores/${store.id}`, { body: { repair: "on" } });
  on.expecting(202);
  await server.souk.waitFor(store.id, "whole again", 180, isWhole);
});
