// How the journeys run: against the built server that global-setup.ts starts, in the system's Chromium.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { defineConfig } from "@playwright/test";
import { PHONE } from "./phone.ts";

const here = import.meta.dirname;
// The workers load this file again; they inherit the answer instead of asking anew.
process.env.CHROMIUM ??= execFileSync(join(here, "../scripts/chromium.sh"), { encoding: "utf8" }).trim();

/** The journeys about sessions, which are made on a phone as well. */
const ON_A_PHONE = ["another-person", "expired", "moved", "offline", "sleep"].map((name) => `**/journeys/${name}.spec.ts`);

export default defineConfig({
  testDir: here,
  testMatch: "**/*.spec.ts",
  outputDir: join(here, "results/artifacts"),
  globalSetup: join(here, "global-setup.ts"),
  reporter: [["list"], [join(here, "closing-line.ts")]],

  forbidOnly: true,
  // A test that passes at the second try has found something.
  retries: 0,
  // Each worker is a browser and keeps a core busy; the server wants some of it too.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },

  projects: [{ name: "desk" }, { name: "phone", use: PHONE, testMatch: ON_A_PHONE }],

  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      args: [
        "--no-sandbox", // containers run the tests as root, which Chromium's sandbox refuses
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    locale: "en-GB",
    timezoneId: "Africa/Nairobi",
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
});
