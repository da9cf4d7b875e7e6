// Turns vitest's JSON report (first argument) into lines of the record (see tests/run) for the
// suite of the second argument.
import { readFileSync } from "node:fs";

const [, , path, suite] = process.argv;
const report = JSON.parse(readFileSync(path, "utf8"));
const line = (state, count, what, reason = "") =>
  process.stdout.write(
    `${[state, count, suite, what, reason].map((cell) => String(cell).replace(/\s+/g, " ")).join("\t")}\n`,
  );

let passed = 0;
for (const file of report.testResults) {
  if (file.status === "failed" && file.assertionResults.length === 0) line("failed", 1, file.name, file.message);
  for (const test of file.assertionResults) {
    if (test.status === "passed") passed += 1;
    else if (test.status === "failed") line("failed", 1, test.fullName, test.failureMessages[0] ?? "");
    else line("skipped", 1, test.fullName, `marked as ${test.status}`);
  }
}
if (passed > 0) line("passed", passed, "vitest");
