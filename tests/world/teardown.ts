// After the last test, also when tests failed: everything of this run is removed from the cluster.
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { execute } from "./cluster.ts";
import { removeRun } from "./leftovers.ts";
import { installed } from "./platform.ts";
import { results, run } from "./settings.ts";

export default async function teardown(): Promise<void> {
  const log = await execute("kubectl", ["logs", "deployment/souk", "-n", installed().namespace]);
  writeFileSync(join(results, "platform.log"), log.out);
  await removeRun(run);
}
