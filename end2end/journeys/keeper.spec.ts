// Sessions that never break, in real browsers against the real server, with lifetimes so short that a test
// can outlive them.

import { AxeBuilder } from "@axe-core/playwright";
import { type BrowserContext, type Page, type Response, request as outside } from "@playwright/test";
import { expect, test as base } from "../fixtures.ts";
import { PASSWORD, PEOPLE, aFarmer, hydrated, live, signIn, tokens, unique } from "../people.ts";
import { Server } from "../server.ts";

/** A server with lifetimes of its own, for one test. */
const test = base.extend<{ served: (env: Record<string, string>) => Promise<Server> }>({
  served: async ({}, use) => {
    const servers: Server[] = [];
    await use(async (env) => {
      const server = await Server.start({ name: `keeper-${servers.length}`, env });
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
});

/** Every answer to a refresh of this browser. */
function refreshesOf(context: BrowserContext): Response[] {
  const answers: Response[] = [];
  context.on("response", (answer) => {
    if (answer.url().endsWith("/api/auth/refresh")) answers.push(answer);
  });
  return answers;
}

const banner = (page: Page) => page.locator(".banner");
const reply = (page: Page) => page.getByRole("textbox", { name: "Reply" });

test("three tabs share the work of many short tokens: nobody is signed out, nothing is refreshed twice", async ({ browser, served }) => {
  test.setTimeout(120_000);
  const server = await served({ WARDLINE_ACCESS_TTL: "5" });
  const context = await browser.newContext({ baseURL: server.url });
  const answers = refreshesOf(context);
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
    await tab.getByRole("searchbox").fill(round % 2 ? "Molo" : "");
    await tab.waitForTimeout(700); // a person does not click without pause
  }
  const span = Date.now() - began;
  expect(answers.map((answer) => answer.status()).filter((status) => status !== 200)).toEqual([]);
  const lives: number[] = [];
  for (const answer of answers) {
    const facts = (await answer.json()) as { server_time: string; access_expires_at: string };
    lives.push(Date.parse(facts.access_expires_at) - Date.parse(facts.server_time));
  }
  const life = lives.reduce((sum, each) => sum + each, 0) / lives.length;
  const expiries = span / life;
  expect(answers.length).toBeGreaterThanOrEqual(Math.floor(expiries * 0.9));
  expect(answers.length).toBeLessThanOrEqual(Math.ceil(expiries * 1.1));
  for (const tab of tabs) {
    await expect(banner(tab)).toHaveCount(0);
    await live(tab);
  }
  await context.close();
});

test("a tab that was hidden for ten hours comes back with one refresh", async ({ page, context }) => {
  await page.clock.install();
  await signIn(page, "district");
  const answers = refreshesOf(context);
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  // A clock that jumps, as after a sleep: timers fire late, and all at once.
  await page.clock.fastForward("10:00:00");
  answers.length = 0;
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.clock.runFor(1_000);
  await expect.poll(() => answers.length).toBeLessThanOrEqual(1);
  await expect(banner(page)).toHaveCount(0);
  await live(page);
});

test("past the end the page stays readable, and a sign-in in place goes on where one was", async ({ browser, served, tolerate }) => {
  test.setTimeout(180_000);
  tolerate(/401/);
  const server = await served({ WARDLINE_SESSION_WINDOW: "25", WARDLINE_ACCESS_TTL: "600" });
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 360, height: 740 },
  ]) {
    const context = await browser.newContext({ baseURL: server.url, viewport, colorScheme: "dark" });
    const page = await context.newPage();
    const farmer = await aFarmer(context.request);
    await signIn(page, "ward", `/inbox/${farmer.ticket}`);
    // The end is near from the beginning: only a sign-in moves it.
    await expect(page.getByRole("status").filter({ hasText: "Your session ends in" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Sign in now" })).toBeVisible();
    await clean(page);
    const draft = unique("Rasimu");
    await reply(page).fill(draft);

    const expired = page.getByRole("alert").filter({ hasText: "Your session has reached its end" });
    await expect(expired).toBeVisible({ timeout: 30_000 });
    await expect(reply(page)).toHaveValue(draft);
    await expect(page.getByRole("log")).toContainText("Habari, mimi ni mkulima mpya");
    await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
    await clean(page);

    await page.getByLabel(`Password of ${PEOPLE.ward}`).fill("not this one");
    await page.locator(".banner").getByRole("button", { name: "Sign in" }).click();
    await expect(page.locator(".banner").getByText("wrong")).toBeVisible();
    await page.getByLabel(`Password of ${PEOPLE.ward}`).fill(PASSWORD);
    await page.locator(".banner").getByRole("button", { name: "Sign in" }).click();
    await expect(expired).toHaveCount(0);
    await live(page);
    await expect(page).toHaveURL(new RegExp(`/inbox/${farmer.ticket}$`));
    await expect(reply(page)).toHaveValue(draft);
    await reply(page).press("Control+Enter");
    await expect(page.getByRole("log").getByText(draft)).toHaveCount(1);
    await page.reload();
    await expect(page.getByRole("log").getByText(draft)).toHaveCount(1);
    await context.close();
  }
});

test("the idle end is warned about, and goes away when the person stays", async ({ browser, served }) => {
  // Seven seconds of work, then five minutes' warning: shorter than any lunch.
  const server = await served({ WARDLINE_SESSION_IDLE: "307", WARDLINE_ACCESS_TTL: "600" });
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await signIn(page, "ward");
  const warning = page.getByRole("status").filter({ hasText: "Your session ends in 5 minutes" });
  await expect(warning).toBeVisible({ timeout: 15_000 });
  await clean(page);
  await page.getByRole("button", { name: "Refresh now" }).click();
  await expect(warning).toHaveCount(0);
  await context.close();
});

test("whoever signs in after somebody else finds nothing of them, in no tab and in no store", async ({ browser, served, tolerate }) => {
  tolerate(/401|409/);
  const server = await served({});
  const context = await browser.newContext({ baseURL: server.url });
  const [page, other] = [await context.newPage(), await context.newPage()];
  const farmer = await aFarmer(context.request);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  const marker = unique("Siri ya Amina");
  await reply(page).fill(marker);
  await other.goto("/inbox");
  await live(other);
  await page.waitForFunction((id) => Object.keys(localStorage).some((key) => key.endsWith(`:ticket:${id}`)), farmer.ticket);

  // Somebody else signs in in one tab; the other one still shows the first person.
  await page.goto("/sign-in");
  await hydrated(page);
  await signIn(page, "elsewhere");
  await other.waitForURL("**/inbox");
  await live(other);
  await page.goBack();
  await page.waitForLoadState();
  await page.goto("/inbox");
  await live(page);
  for (const tab of [page, other]) {
    const left = await leftOf(tab, [marker, farmer.name, farmer.phone]);
    expect(left).toEqual([]);
    await expect(tab.locator("body")).not.toContainText(farmer.name);
  }
  await context.close();
});

test("an officer who is moved to another ward sees it within a second, and keeps what they were writing", async ({ browser, served, tolerate }) => {
  tolerate(/404.*tickets\/conversation/); // the open one is theirs no longer
  const server = await served({});
  const context = await browser.newContext({ baseURL: server.url });
  // Native clients, beside the browser and without its cookies.
  const request = await outside.newContext({ baseURL: server.url });
  const [admin, officer] = [await tokens(request, "admin"), await tokens(request, "ward")];
  const farmer = await aFarmer(request);
  const page = await context.newPage();
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  await reply(page).fill("Nitakujibu baada ya");
  const before = await rowsOf(page);

  const me = (await (await request.get("/api/me", bearer(officer))).json()) as { id: number; areas: { id: number }[] };
  const elsewhere = bearer(await tokens(request, "elsewhere"));
  const { areas: others } = (await (await request.get("/api/me", elsewhere)).json()) as { areas: { id: number }[] };
  const began = Date.now();
  const moved = await request.put(`/api/staff/${me.id}/rights`, {
    ...bearer(admin),
    data: { role: "eo", areas: [others[0]?.id] },
  });
  expect(moved.status(), await moved.text()).toBe(200);
  await expect.poll(() => rowsOf(page), { intervals: [50] }).not.toEqual(before);
  expect(Date.now() - began).toBeLessThan(1_000);
  await live(page);

  // Back again: the draft is where it was.
  await request.put(`/api/staff/${me.id}/rights`, { ...bearer(admin), data: { role: "eo", areas: [me.areas[0]?.id] } });
  await expect.poll(() => rowsOf(page)).toEqual(before);
  await expect(reply(page)).toHaveValue("Nitakujibu baada ya");
  await context.close();
});

const bearer = ({ access_token }: { access_token: string }) => ({ headers: { authorization: `Bearer ${access_token}` } });

/** The tickets of the list, in their order. */
function rowsOf(page: Page): Promise<string[]> {
  return page.locator(".ticket-list a").evaluateAll((rows) => rows.map((row) => row.getAttribute("href") ?? ""));
}

/** Where any of these texts stands: the page, what the browser keeps, what the service worker keeps. */
async function leftOf(page: Page, markers: string[]): Promise<string[]> {
  return page.evaluate(async (markers) => {
    const places: [string, string][] = [["page", document.documentElement.outerHTML]];
    for (const key of Object.keys(localStorage)) places.push([`localStorage ${key}`, key + localStorage.getItem(key)]);
    for (const key of Object.keys(sessionStorage)) places.push([`sessionStorage ${key}`, key + sessionStorage.getItem(key)]);
    for (const { name } of await indexedDB.databases()) places.push(["IndexedDB", name ?? ""]);
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request))?.clone().text();
        places.push([`cache ${request.url}`, request.url + text]);
      }
    }
    return places.filter(([, text]) => markers.some((marker) => text.includes(marker))).map(([place]) => place);
  }, markers);
}

async function clean(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}
