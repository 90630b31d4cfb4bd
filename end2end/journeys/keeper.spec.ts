// Sessions that never break, in real browsers against the real server: tabs that share the work, and an end
// that is warned about.

import { live, signIn } from "../people.ts";
import { banner, clean, expect, lifeOf, refreshAnswersOf, test } from "../sessions.ts";

test("three tabs share the work of many short tokens: nobody is signed out, nothing is refreshed twice", async ({
  device,
  served,
}) => {
  test.setTimeout(120_000);
  const server = await served({ WARDLINE_ACCESS_TTL: "5" });
  const context = await device({ baseURL: server.url });
  const answers = refreshAnswersOf(context);
  const first = await context.newPage();
  await signIn(first, "district");
  const tabs = [first, await context.newPage(), await context.newPage()];
  for (const tab of tabs.slice(1)) {
    await tab.goto("/inbox");
    await live(tab);
  }
  answers.length = 0;
  const began = Date.now();
  for (let round = 0; Date.now() - began < 60_000; round += 1) {
    const tab = tabs[round % tabs.length];
    if (!tab) throw new Error("no tab");
    await tab.bringToFront();
    // Each tab in turn finds less, then everything again: a call that is answered each time.
    const finds = Math.floor(round / tabs.length) % 2 === 0;
    const found = tab.waitForResponse((answer) => answer.url().endsWith("/fn/tickets/inbox"));
    await tab.getByRole("searchbox").fill(finds ? "Molo" : "");
    expect((await found).status()).toBe(200);
    if (finds) await expect(tab).toHaveURL(/q=Molo/);
    else await expect(tab).not.toHaveURL(/q=/);
  }
  const span = Date.now() - began;
  expect(answers.map((answer) => answer.status()).filter((status) => status !== 200)).toEqual([]);
  const expiries = span / (await lifeOf(answers));
  expect(answers.length).toBeGreaterThanOrEqual(Math.floor(expiries * 0.9));
  expect(answers.length).toBeLessThanOrEqual(Math.ceil(expiries * 1.1));
  for (const tab of tabs) {
    await expect(banner(tab)).toHaveCount(0);
    await live(tab);
  }
});

test("the idle end is warned about, and goes away when the person stays", async ({ device, served }) => {
  // Seven seconds of work, then five minutes' warning: shorter than any lunch.
  const server = await served({ WARDLINE_SESSION_IDLE: "307", WARDLINE_ACCESS_TTL: "600" });
  const page = await (await device({ baseURL: server.url })).newPage();
  await signIn(page, "ward");
  const warning = page.getByRole("status").filter({ hasText: "Your session ends in 5 minutes" });
  await expect(warning).toBeVisible({ timeout: 15_000 });
  await clean(page, "the warning");
  await page.getByRole("button", { name: "Refresh now" }).click();
  await expect(warning).toHaveCount(0);
});
