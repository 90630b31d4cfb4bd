// Rights that change under an open page: what it shows changes within a second, and nothing that was
// written is lost on the way.

import type { Route } from "@playwright/test";
import { aFarmer, live, signIn, unique } from "../people.ts";
import { Client, expect, failed, log, reply, rowsOf, send, strip, test } from "../sessions.ts";

test("an officer who is moved to another ward sees other tickets within a second, and keeps what they were writing", async ({
  device,
  served,
  native,
  tolerate,
}) => {
  tolerate(/^answer 401: POST \[\S+\/fn\/tickets\/\S+\]/); // the tokens of before the move
  tolerate(/^answer 404: POST \[\S+\/fn\/tickets\/conversation\]/); // the open one is theirs no longer
  const server = await served({});
  const request = await native(server);
  const farmer = await aFarmer(request);
  const [admin, officer, other] = [
    await Client.of(request, "admin"),
    await Client.of(request, "ward"),
    await Client.of(request, "elsewhere"),
  ];
  const { id, areas } = await officer.me();
  const [here, there] = [areas[0]?.id, (await other.me()).areas[0]?.id];
  const [mine, theirs] = [await admin.rows(`&ward=${here}`), await admin.rows(`&ward=${there}`)];
  expect(mine).toContain(`/inbox/${farmer.ticket}`);
  expect(theirs.length).toBeGreaterThan(0);
  expect(mine.filter((row) => theirs.includes(row))).toEqual([]);

  const page = await (await device({ baseURL: server.url })).newPage();
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  const draft = unique("Nitakujibu baada ya");
  await reply(page).fill(draft);
  expect(await rowsOf(page)).toEqual(mine);

  // Looked at from within the page, by the clock that this process has as well.
  const changed = page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const rows = [...document.querySelectorAll(".ticket-list a")].map((row) => row.getAttribute("href"));
          if (rows.join() === wanted.join()) resolve(Date.now());
        };
        new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
        setTimeout(() => resolve(Infinity), 15_000);
      }),
    theirs,
  );
  await admin.put(`/api/staff/${id}/rights`, { role: "eo", areas: [there] });
  const answered = Date.now();
  expect((await changed) - answered).toBeLessThan(1_000);
  const shown = await rowsOf(page);
  expect(mine.filter((row) => shown.includes(row)), "rows that should have left").toEqual([]);
  expect(theirs.filter((row) => !shown.includes(row)), "rows that should have come").toEqual([]);
  await live(page);
  await expect(page.getByText(/no longer yours|no such ticket/)).toBeVisible();
  await expect(log(page)).toHaveCount(0);
  // What was begun is out of sight with its ticket, and kept.
  const kept = (): Promise<string | undefined> =>
    page.evaluate((ticket) => Object.entries(localStorage).find(([key]) => key.endsWith(`:draft:${ticket}`))?.[1], farmer.ticket);
  expect(await kept()).toBe(draft);

  // Back again: ticket and draft are where they were.
  await admin.put(`/api/staff/${id}/rights`, { role: "eo", areas: [here] });
  await expect.poll(() => rowsOf(page)).toEqual(mine);
  await expect(reply(page)).toHaveValue(draft);
  await expect(log(page)).toContainText("Habari, mimi ni mkulima mpya");
});

test("a reply that is on its way at the moment when its author's rights change is carried out once and is no failure", async ({
  device,
  served,
  native,
  tolerate,
}) => {
  tolerate(/^answer 401: (POST|GET) \[\S+\/(fn\/tickets\/\S+|api\/auth\/session|ws\/socket\.io)/); // the tokens of before
  const server = await served({});
  const request = await native(server);
  const farmer = await aFarmer(request);
  const [admin, officer, other] = [
    await Client.of(request, "admin"),
    await Client.of(request, "ward"),
    await Client.of(request, "elsewhere"),
  ];
  const { id, areas } = await officer.me();
  const page = await (await device({ baseURL: server.url })).newPage();
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);

  // Both wait on the line: the reply under the tokens of before, and the refresh that would replace them.
  const held = new Map<string, Route>();
  const hold = (name: string) => async (route: Route): Promise<void> => {
    if (held.has(name)) await route.continue();
    else held.set(name, route);
  };
  await page.route("**/fn/tickets/reply", hold("reply"));
  await page.route("**/api/auth/refresh", hold("refresh"));
  const answers: number[] = [];
  page.on("response", (answer) => {
    if (answer.url().endsWith("/fn/tickets/reply")) answers.push(answer.status());
  });
  const text = unique("Jibu wakati wa mabadiliko");
  await reply(page).fill(text);
  await reply(page).press("Control+Enter");
  await expect.poll(() => held.has("reply")).toBe(true);
  const both = [...areas, ...(await other.me()).areas].map((area) => area.id);
  await admin.put(`/api/staff/${id}/rights`, { role: "eo", areas: both });
  await expect.poll(() => held.has("refresh")).toBe(true);
  const stale = page.waitForResponse("**/fn/tickets/reply");
  await held.get("reply")?.continue();
  expect(await (await stale).text()).toContain("claims_stale");
  const failures: number[] = [];
  await page.exposeFunction("sawFailure", () => failures.push(Date.now()));
  await page.evaluate(() => {
    new MutationObserver(() => {
      if (document.querySelector(".message__fail")) (window as unknown as { sawFailure: () => void }).sawFailure();
    }).observe(document, { subtree: true, childList: true });
  });
  await held.get("refresh")?.continue();

  await expect(log(page).getByText(text)).toHaveCount(1);
  await expect(page.locator(".message.is-pending")).toHaveCount(0);
  await expect(failed(page)).toHaveCount(0);
  await expect(strip(page)).not.toContainText("not sent");
  await live(page);
  expect(failures).toEqual([]);
  expect(answers[0]).toBe(401);
  expect(answers.at(-1)).toBe(200);
  const reader = await Client.of(request, "admin");
  const said = async (): Promise<string[]> => (await reader.said(farmer.ticket)).filter((body) => body === text);
  expect(await said()).toHaveLength(1);
  // Under the new rights all goes on: the next one, too, is there once.
  const next = unique("Jibu la baadaye");
  await send(page, next);
  await expect(page.locator(".message.is-pending")).toHaveCount(0);
  await page.reload();
  await expect(log(page).getByText(text)).toHaveCount(1);
  await expect(log(page).getByText(next)).toHaveCount(1);
  expect(await said()).toHaveLength(1);
});
