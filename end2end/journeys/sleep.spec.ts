// A device that slept: what it shows when it wakes up, and how soon.

import { aFarmer, farmerWrites, live, signIn, unique } from "../people.ts";
import { asleep, awake, banner, expect, log, refreshesOf, strip, test } from "../sessions.ts";

test("a tab that was hidden for ten hours is live again within a second, with one refresh", async ({
  device,
  wired,
  native,
}) => {
  const { cable, server } = await wired({ WARDLINE_ACCESS_TTL: "8" });
  const request = await native(server);
  const farmer = await aFarmer(request);
  const context = await device({ baseURL: cable.url });
  const page = await context.newPage();
  await page.clock.install();
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  await asleep(page);

  // The token is over, by the server's word; and whoever waited at the other end of the line has gone.
  const standing = async (): Promise<number> => (await context.request.get(`${server.url}/api/auth/session`)).status();
  await expect.poll(standing, { timeout: 15_000 }).toBe(401);
  cable.cut();
  await expect(strip(page)).toContainText("Reconnecting");
  const missed = unique("Usiku wote mvua");
  await farmerWrites(request, farmer.phone, missed);
  cable.mend();

  const refreshes = refreshesOf(context);
  const { took, banners } = await awake(page, 10, ".strip", "Live");
  expect(refreshes).toHaveLength(1);
  expect(took).toBeLessThan(1_000);
  expect(banners.filter(Boolean)).toEqual([]);
  await expect(log(page).getByText(missed)).toHaveCount(1);
  await live(page);
  await expect(banner(page)).toHaveCount(0);
  // It was not the first of several: no other follows before this token, too, comes to its end.
  expect(refreshes).toHaveLength(1);
  const answer = await (await refreshes[0]?.response())?.json();
  expect(Date.parse(answer.access_expires_at) - Date.parse(answer.server_time)).toBeGreaterThan(0);
});
