// A reporter that adds each outcome to the record of tests/run.
import { appendFileSync } from "node:fs";
import { relative } from "node:path";
import type { FullResult, Reporter, TestCase, TestError, TestResult } from "@playwright/test/reporter";

export default class Record implements Reporter {
  readonly #file = process.env["SOUK_TEST_RECORD"];
  readonly #suite = process.env["SOUK_TEST_SUITE"] ?? "system";
  readonly #last = new Map<TestCase, TestResult>();
  #failed = 0;

  printsToStdio(): boolean {
    return false;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    // A test that was tried again counts once, with its last result.
    this.#last.set(test, result);
  }

  onError(error: TestError): void {
    this.#write("failed", "outside of any test", error.message ?? error.value ?? "");
  }

  onEnd(result: FullResult): void {
    for (const [test, { error }] of this.#last) {
      const title = `${relative(import.meta.dirname + "/..", test.location.file)}: ${test.title}`;
      const outcome = test.outcome();
      if (outcome === "skipped") {
        const reason = test.annotations.find((each) => each.type === "skip" || each.type === "fixme")?.description;
        this.#write("skipped", title, reason ?? "a test before it failed");
      } else if (outcome === "unexpected") {
        this.#write("failed", title, error?.message?.split("\n")[0] ?? "");
      } else {
        this.#write("passed", title, "");
      }
    }
    if (result.status !== "passed" && this.#failed === 0) this.#write("failed", "the run", `it was ${result.status}`);
  }

  #write(state: "passed" | "failed" | "skipped", what: string, reason: string): void {
    if (state === "failed") this.#failed += 1;
    if (this.#file === undefined) return;
    // eslint-disable-next-line no-control-regex -- messages come with colours
    const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "").replace(/\s+/g, " ");
    appendFileSync(this.#file, [state, "1", this.#suite, plain(what), plain(reason)].join("\t") + "\n");
  }
}
