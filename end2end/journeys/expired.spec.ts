// The end of a session: what is on the screen stays, and a sign-in in place goes on where one was.

import { type Page } from "@playwright/test";
import { aFarmer, at, live, signIn, unique } from "../people.ts";
import {
  Client,
  NO_NETWORK,
  asleep,
  awake,
  banner,
  clean,
  expect,
  failed,
  log,
  refreshAnswersOf,
  reply,
  send,
  signInHere,
  strip,
  test,
} from "../sessions.ts";

/** What a page asks whose session is over. */
const OVER = /^answer 401: (POST|GET) \[\S+\/(api\/auth\/(refresh|session)|fn\/tickets\/\S+|ws\/socket\.io)/;
/** What a wrong password is answered with. */
const WRONG = /^answer 401: POST \[\S+\/fn\/session\/sign-in-here\]/;

const expired = (page: Page) => page.getByRole("alert").filter({ hasText: "Your session has reached its end" });

test("past the end the page stays readable, and a sign-in in place goes on where one was", async ({
  device,
  served,
  native,
  tolerate,
}) => {
  test.setTimeout(120_000);
  tolerate(OVER);
  tolerate(WRONG);
  const server = await served({ WARDLINE_SESSION_WINDOW: "25", WARDLINE_ACCESS_TTL: "600" });
  const page = await (await device({ baseURL: server.url, colorScheme: "dark" })).newPage();
  const farmer = await aFarmer(await native(server));
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  // The end is near from the beginning: only a sign-in moves it.
  await expect(page.getByRole("status").filter({ hasText: "Your session ends in" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in now" })).toBeVisible();
  const draft = unique("Rasimu");
  await reply(page).fill(draft);

  await expect(expired(page)).toBeVisible({ timeout: 30_000 });
  await expect(page.locator(".banner--warning")).toHaveCount(0);
  await expect(reply(page)).toHaveValue(draft);
  await expect(log(page)).toContainText("Habari, mimi ni mkulima mpya");
  await expect(page.locator(".composer").getByRole("button")).toBeDisabled();
  await clean(page, "the end");

  await signInHere(page, "ward", "not this one");
  await expect(banner(page).getByText("wrong")).toBeVisible();
  await signInHere(page, "ward");
  await expect(expired(page)).toHaveCount(0);
  await live(page);
  await expect(page).toHaveURL(new RegExp(`/inbox/${farmer.ticket}$`));
  await expect(reply(page)).toHaveValue(draft);
  await send(page, draft);
  await page.reload();
  await expect(log(page).getByText(draft)).toHaveCount(1);
});

test("who wakes past the end is told at once and without a countdown, and what waited goes out once after a sign-in in place", async ({
  device,
  served,
  native,
  tolerate,
}) => {
  test.setTimeout(120_000);
  tolerate(OVER);
  NO_NETWORK.forEach(tolerate);
  const server = await served({ WARDLINE_SESSION_WINDOW: "20", WARDLINE_ACCESS_TTL: "600" });
  const request = await native(server);
  const farmer = await aFarmer(request);
  const context = await device({ baseURL: server.url });
  const page = await context.newPage();
  await page.clock.install();
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);

  await context.setOffline(true);
  await expect(strip(page)).toContainText("Offline since");
  const queued = unique("Jibu lililosubiri");
  await send(page, queued);
  const draft = unique("Rasimu ya jana");
  await reply(page).fill(draft);
  await asleep(page);

  // The end, by the server's word.
  const ends = async (): Promise<string> => {
    const answer = await context.request.get("/api/auth/session");
    return answer.ok() ? "" : ((await answer.json()) as { code: string }).code;
  };
  await expect.poll(ends, { timeout: 30_000 }).toMatch(/session_expired|token_missing|token_expired/);
  const refreshes = refreshAnswersOf(context);
  const { took, banners } = await awake(page, 12.5, ".banner--expired", "Your session has reached its end");
  expect(took).toBeLessThan(1_000);
  expect(banners.filter((text) => /ends in/.test(text))).toEqual([]);
  await expect(page.locator(".banner--warning")).toHaveCount(0);
  await expect(reply(page)).toHaveValue(draft);
  await expect(log(page).getByText(queued)).toHaveCount(1);

  await context.setOffline(false);
  await expect(expired(page)).toBeVisible();
  await signInHere(page, "ward");
  await expect(banner(page).filter({ hasText: "reached its end" })).toHaveCount(0);
  await live(page);
  await expect(page).toHaveURL(new RegExp(`/inbox/${farmer.ticket}$`));
  await expect(reply(page)).toHaveValue(draft);
  await expect(strip(page)).not.toContainText("not sent");
  await expect(failed(page)).toHaveCount(0);
  await expect(log(page).getByText(queued)).toHaveCount(1);
  expect(refreshes.length).toBeLessThanOrEqual(2); // the word of the server, questioned once

  const other = await at((options) => device({ ...options, baseURL: server.url }), "district", `/inbox/${farmer.ticket}`);
  await expect(log(other).getByText(queued)).toHaveCount(1);
  const said = await (await Client.of(request, "district")).said(farmer.ticket);
  expect(said.filter((text) => text === queued)).toHaveLength(1);
  expect(said).not.toContain(draft);
});
