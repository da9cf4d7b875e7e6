// Before the first test: what killed runs have left is removed, the platform under test is installed.
import { openProxy } from "./cluster.ts";
import { dump } from "./dump.ts";
import { platformIdOf, removeOldRuns, removeRun } from "./leftovers.ts";
import { install } from "./platform.ts";
import { results, run } from "./settings.ts";

export default async function setup(): Promise<void> {
  await openProxy();
  await removeOldRuns(3);
  const platform = await install().catch(async (error: unknown) => {
    await dump(platformIdOf(run, "platform"), results, platformIdOf(run, "platform"));
    await removeRun(run);
    throw error;
  });
  const shop =
    platform.wooCommerce === null ? "plain WordPress, no WooCommerce" : `WooCommerce ${platform.wooCommerce}`;
  console.log(`Platform under test: ${platform.url}, namespace ${platform.namespace}, ${shop}.`);
}
