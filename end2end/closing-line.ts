// Ends the report with one plain line, `42 passed, 0 failed`, for people and programs to read; and fails
// a run in which nothing passed, because a test that was not found proves nothing.

import type { FullResult, Reporter, Suite } from "@playwright/test/reporter";

export default class ClosingLine implements Reporter {
  #suite: Suite | undefined;
  #errors = 0;
  #line = "0 passed, 0 failed";

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite;
  }

  /** What failed outside of any test, such as the start or the end of the server. */
  onError(): void {
    this.#errors += 1;
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult["status"] }> {
    let passed = 0;
    let failed = this.#errors;
    let skipped = 0;
    for (const test of this.#suite?.allTests() ?? []) {
      if (test.outcome() === "expected") passed += 1;
      else if (test.expectedStatus === "skipped") skipped += 1;
      else failed += 1; // also a test that was never reached
    }
    this.#line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    const wanting = result.status === "passed" && (passed === 0 || failed > 0);
    return { status: wanting ? "failed" : result.status };
  }

  /** Comes after every reporter's end, so that the line is the last one. */
  async onExit(): Promise<void> {
    process.stdout.write(`\n${this.#line}\n`);
  }

  /** The `list` reporter prints the tests; this one only adds a line. */
  printsToStdio(): boolean {
    return false;
  }
}
