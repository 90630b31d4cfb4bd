// A page that stays signed in and live, with lifetimes so short that a test can outlive them.

import { expect, test as base } from "../fixtures.ts";
import { aFarmer, farmerWrites, signIn, unique } from "../people.ts";
import { Server } from "../server.ts";
import { lifeOf, refreshAnswersOf } from "../sessions.ts";

const test = base.extend<object, { shortLived: Server }>({
  shortLived: [
    async ({}, use) => {
      const server = await Server.start({ name: "short-lived", env: { WARDLINE_ACCESS_TTL: "5" } });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ shortLived }, use) => use(shortLived.url),
});

test("a page outlives many access tokens: live, able to send, each token refreshed once", async ({ page, request }) => {
  const farmer = await aFarmer(request);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  const refreshes = refreshAnswersOf(page.context());
  const began = Date.now();
  let round = 0;
  while (Date.now() - began < 18_000) {
    round += 1;
    const asked = unique(`Swali ${round}`);
    await farmerWrites(request, farmer.phone, asked);
    await expect(page.getByRole("log").getByText(asked)).toHaveCount(1);
    const answer = unique(`Jibu ${round}`);
    await page.getByRole("textbox", { name: "Reply" }).fill(answer);
    await page.getByRole("textbox", { name: "Reply" }).press("Control+Enter");
    await expect(page.getByRole("log").getByText(answer)).toHaveCount(1);
  }
  const span = Date.now() - began;
  expect(refreshes.map((answer) => answer.status()).filter((status) => status !== 200)).toEqual([]);
  const expiries = span / (await lifeOf(refreshes));
  expect(refreshes.length).toBeGreaterThanOrEqual(Math.floor(expiries * 0.9));
  expect(refreshes.length).toBeLessThanOrEqual(Math.ceil(expiries * 1.1));
});

test("a page loaded long after its access token ended is signed in still", async ({ page }) => {
  await signIn(page, "district");
  await page.goto("about:blank");
  // It is over when the server says so.
  const standing = async (): Promise<number> => (await page.request.get("/api/auth/session")).status();
  await expect.poll(standing, { timeout: 15_000 }).toBe(401);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/inbox/);
  await expect(page.getByRole("region", { name: "Connection" })).toContainText("Live");
});
