// The cluster refuses, lacks an image, or is away for minutes: said within 60 s, and the create goes on by itself
// once the cause is gone.
import { join } from "node:path";
import type { Store } from "../world/api.ts";
import { kubectl, namespaceOf } from "../world/cluster.ts";
import { Gate } from "../world/gate.ts";
import { runLabel } from "../world/leftovers.ts";
import { images, results, run } from "../world/settings.ts";
import { frontPage } from "../world/shop.ts";
import { expect, test } from "../world/test.ts";

test.describe.configure({ mode: "parallel" });

const says = (reason: string, type?: string) => (store: Store) =>
  store.conditions.some(
    (each) => each.status === "False" && each.reason === reason && (type === undefined || each.type === type),
  );

test("a webhook that does not answer is named, and its end lets the create go on", async ({ startServer }) => {
  const server = await startServer("helm-webhook");
  const { souk } = server;
  const name = `souk-test-${run}-webhook`;
  const webhook = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name, labels: { [runLabel]: run } },
    webhooks: [
      {
        name: "nobody.souk.test",
        clientConfig: { url: "https://127.0.0.1:1/" },
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 1,
        // The stores of this test's server, and nobody else's.
        namespaceSelector: { matchLabels: { "souk.dev/platform": server.platformId } },
        rules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["*"], resources: ["deployments"] }],
      },
    ],
  };
  await kubectl(["apply", "-f", "-"], { input: JSON.stringify(webhook) });
  try {
    const store = await souk.create({ name: "Refused" });
    const waiting = await souk.waitFor(store.id, "naming the webhook", 60, says("WebhookRefused", "ReleaseReady"));
    const condition = waiting.conditions.find((each) => each.reason === "WebhookRefused");
    expect(condition?.message).toContain("nobody.souk.test");
    await kubectl(["delete", "validatingwebhookconfiguration", name]);
    await frontPage(await souk.waitReady(store.id));
  } finally {
    await kubectl(["delete", "validatingwebhookconfiguration", name, "--ignore-not-found"]);
  }
});

test("an image that is nowhere is named, and the right one lets the create go on", async ({ startServer }) => {
  const wrong = images().shop.replace(/:[^:/]*$/, ":nowhere");
  const settings = { SOUK_IMAGE_SHOP: wrong, SOUK_IMAGE_PULL_POLICY: "Never" };
  const server = await startServer("helm-image", {}, { settings });
  const { souk } = server;
  const store = await souk.create({ name: "No Image" });
  const waiting = await souk.waitFor(store.id, "naming the image", 60, says("ImageMissing"));
  expect(waiting.conditions.find((each) => each.reason === "ImageMissing")?.message).toContain(wrong);
  await server.stop("SIGTERM");
  await server.start();
  const ready = await souk.waitReady(store.id);
  expect(ready.operation?.id, "the same create").toBe(store.operation?.id);
  await frontPage(ready);
});

test("a quota that has no room is named, and room lets the create go on", async ({ startServer }) => {
  const server = await startServer("helm-quota", {}, { failpoints: "create-release-before=return" });
  const { souk } = server;
  const store = await souk.create({ name: "No Room" });
  await server.ended(120);
  const namespace = namespaceOf(store.id);
  await kubectl(["create", "quota", "theirs", "-n", namespace, "--hard=pods=0"]);
  await server.start();
  const waiting = await souk.waitFor(store.id, "naming the quota", 60, says("QuotaExceeded"));
  expect(waiting.conditions.find((each) => each.reason === "QuotaExceeded")?.message).toContain("theirs");
  await kubectl(["delete", "quota", "theirs", "-n", namespace]);
  await frontPage(await souk.waitReady(store.id));
});

test(
  "the API server is away for two minutes in the middle of a create",
  { tag: "@patient" },
  async ({ startServer }) => {
    const gate = await Gate.make();
    const path = join(results, `gate-away-${run}.kubeconfig`);
    gate.writeKubeconfig(path);
    try {
      await gate.open();
      const server = await startServer("helm-away", { KUBECONFIG: path });
      const { souk } = server;
      const store = await souk.create({ name: "Away" });
      await souk.waitFor(store.id, "at its release", 120, ({ operation }) =>
        Boolean(operation?.steps.some((each) => each.name === "release" && each.state !== "pending")),
      );
      await gate.close();
      const away = await souk.waitFor(store.id, "saying that the cluster is away", 60, says("ClusterUnreachable"));
      expect(away.operation?.state).toBe("running");
      await souk.waitFor(store.id, "away for two minutes", 150, ({ conditions }) => {
        const since = conditions.find((each) => each.reason === "ClusterUnreachable")?.lastTransitionTime ?? "";
        return Date.now() - Date.parse(since) > 120_000;
      });
      await gate.open();
      const ready = await souk.waitReady(store.id);
      expect(ready.operation?.id).toBe(store.operation?.id);
      await frontPage(ready);
      await server.remove();
    } finally {
      await gate.close();
    }
  },
);
