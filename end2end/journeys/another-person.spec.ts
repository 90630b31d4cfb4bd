// One browser, one person after the other: nothing of the first is left for the second, in no tab and in no
// store; and nothing of the second is lost to a tab of the first that wakes up late.

import type { Page } from "@playwright/test";
import type { Cable } from "../cable.ts";
import { type Farmer, PEOPLE, aFarmer, hydrated, live, signIn, unique } from "../people.ts";
import {
  Client,
  NO_ANSWER,
  NO_NETWORK,
  backOn,
  cutOff,
  expect,
  keptFor,
  leftOf,
  log,
  reply,
  send,
  strip,
  test,
} from "../sessions.ts";

const OFFICER = "Samuel Kiplagat Cheruiyot";

/**
 * The ward officer reads, writes, and leaves a draft and a reply behind that has not gone out. Answers the texts
 * that nobody else may find.
 */
async function leaveTraces(page: Page, farmer: Farmer, cable: Cable): Promise<string[]> {
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  const [sent, queued, draft] = [unique("Jibu la Amina"), unique("Halijatumwa"), unique("Siri ya Amina")];
  await send(page, sent);
  await keptFor(page, farmer.ticket);
  await cutOff(page.context(), cable);
  await expect(strip(page)).toContainText("Offline since");
  await send(page, queued);
  await reply(page).fill(draft);
  // All of it is on the device: else there would be nothing to look for.
  const left = await leftOf(page, [sent, queued, draft, farmer.name]);
  for (const what of [":replies", `:draft:${farmer.ticket}`, `:ticket:${farmer.ticket}`, ":inbox"]) {
    expect(left.filter((place) => place.endsWith(what)), what).toHaveLength(1);
  }
  return [sent, queued, draft, farmer.name, farmer.phone];
}

/** Where any of these texts is, or who the officer was; the sign-in page of the demo names everybody. */
async function nothingOf(page: Page, texts: string[]): Promise<string[]> {
  const named = await leftOf(page, [PEOPLE.ward, OFFICER]);
  return [...(await leftOf(page, texts)), ...named.filter((place) => /^(local|session)Storage|^IndexedDB/.test(place))];
}

/** From the first moment of each further document of this tab, notes which of these texts were on it. */
async function watchFor(page: Page, markers: string[]): Promise<string[]> {
  const seen: string[] = [];
  await page.exposeFunction("wasSeen", (marker: string) => seen.push(`${marker} at ${page.url()}`));
  await page.addInitScript((markers) => {
    const told = new Set<string>();
    const look = (): void => {
      const shown = document.documentElement?.textContent ?? "";
      for (const marker of markers.filter((marker) => !told.has(marker) && shown.includes(marker))) {
        told.add(marker);
        (window as unknown as { wasSeen: (marker: string) => void }).wasSeen(marker);
      }
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
    look();
  }, markers);
  return seen;
}

test("whoever signs in after somebody else finds nothing of them, in no tab and in no store", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  test.setTimeout(90_000);
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  // What the first person's open pages still asked for; what the way back leads to is not the second one's.
  tolerate(/^answer 401: (POST|GET) \[\S+\/(api\/auth\/(refresh|session)|fn\/\S+|ws\/socket\.io)/);
  tolerate(/^answer 409: POST \[\S+\/fn\//);
  tolerate(/^answer 404: GET \[\S+\/inbox\/\d+\]/);
  tolerate(/^answer 404: POST \[\S+\/fn\/tickets\/conversation\]/);
  const { cable, server } = await wired({});
  const request = await native(server);
  const context = await device({ baseURL: cable.url });
  const [page, other] = [await context.newPage(), await context.newPage()];
  const farmer = await aFarmer(request);
  const texts = await leaveTraces(page, farmer, cable);
  await backOn(context, cable);
  await live(page);
  await expect(strip(page)).not.toContainText("not sent");
  await other.goto(`/inbox/${farmer.ticket}`);
  await live(other);
  await expect(reply(other)).toHaveValue(/Siri ya Amina/);

  // Somebody else signs in in one tab; the other one still shows the first person.
  await page.goto("/sign-in");
  await hydrated(page);
  await signIn(page, "elsewhere");
  const seen = await watchFor(page, texts);
  await expect(other).toHaveURL(/\/inbox$/);
  await live(other);
  for (const tab of [page, other]) expect(await nothingOf(tab, texts)).toEqual([]);

  // The way back, past the sign-in, to where the first person was: at no moment is it theirs.
  await page.evaluate(() => history.go(-3));
  await page.waitForURL(`**/inbox/${farmer.ticket}`, { waitUntil: "commit" });
  expect(await nothingOf(page, texts)).toEqual([]);
  await hydrated(page);
  await expect(log(page)).toHaveCount(0);
  expect(await nothingOf(page, texts)).toEqual([]);
  await page.goBack({ waitUntil: "commit" });
  expect(await nothingOf(page, texts)).toEqual([]);
  await page.goto("/inbox");
  await live(page);
  expect(seen).toEqual([]);
  for (const tab of [page, other]) expect(await nothingOf(tab, texts)).toEqual([]);
});

test("after a sign-out nothing of the person is left, though nobody comes after them", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  tolerate(/^answer 401: (POST|GET) \[\S+\/(api\/auth\/(refresh|session)|fn\/tickets\/\S+|ws\/socket\.io)/);
  const { cable, server } = await wired({});
  const request = await native(server);
  const context = await device({ baseURL: cable.url });
  const [page, other] = [await context.newPage(), await context.newPage()];
  const farmer = await aFarmer(request);
  const texts = await leaveTraces(page, farmer, cable);
  await backOn(context, cable);
  await live(page);
  await expect(strip(page)).not.toContainText("not sent");
  await other.goto(`/inbox/${farmer.ticket}`);
  await live(other);

  await signOut(page);
  for (const tab of [page, other]) {
    await expect(tab).toHaveURL(/\/sign-in/);
    await hydrated(tab);
    expect(await nothingOf(tab, texts)).toEqual([]);
  }
  await page.goBack({ waitUntil: "commit" });
  expect(await nothingOf(page, texts)).toEqual([]);
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await nothingOf(page, texts)).toEqual([]);
});

test("a sign-out without a network leaves at once, and nothing personal stays on the device", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  const { cable, server } = await wired({});
  const request = await native(server);
  const context = await device({ baseURL: cable.url });
  const page = await context.newPage();
  const farmer = await aFarmer(request);
  const texts = await leaveTraces(page, farmer, cable);

  await signOut(page);
  // What was on the screen goes within a second, whatever stands there instead.
  await expect(page.locator("body")).not.toContainText(farmer.name, { timeout: 1_000 });
  await expect(page.getByLabel("Email").or(page.getByText(/signed out/i)).first()).toBeVisible();
  expect(await nothingOf(page, texts)).toEqual([]);
  await page.reload();
  await expect(page.locator("body")).not.toContainText(farmer.name);
  expect(await nothingOf(page, texts)).toEqual([]);

  // As soon as the server can be told, the session is over, and its cookies are gone.
  const cookies = await context.cookies(cable.url);
  const access = cookies.find((cookie) => cookie.name.endsWith("wardline_access"))?.value ?? "";
  await backOn(context, cable);
  await expect.poll(async () => (await context.cookies(cable.url)).length, { timeout: 30_000 }).toBe(0);
  const after = await request.get(`${server.url}/api/me`, { headers: { authorization: `Bearer ${access}` } });
  expect(after.status()).toBe(401);
  await page.goto("/inbox");
  await expect(page.getByLabel("Email")).toBeVisible();
});

/** How an old tab comes back to life. */
const WAKES = {
  // What the tabs told each other meanwhile waited for it.
  "is thawed": (old: Page, told: unknown[]) =>
    old.evaluate((told) => {
      document.dispatchEvent(new Event("resume"));
      const again = new BroadcastChannel("wardline-session");
      for (const message of told) again.postMessage(message);
    }, told),
  // Nobody tells it anything.
  "comes back from the browser's cache": (old: Page) =>
    old.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    }),
};

for (const [how, wakes] of Object.entries(WAKES)) {
  test(`an old tab of somebody who left ${how} and takes no draft and no reply from whoever came after`, async ({
    device,
    wired,
    native,
    tolerate,
  }) => {
    test.setTimeout(90_000);
    [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
    tolerate(/^answer (401|409): (POST|GET) \[\S+\/(api\/auth\/(refresh|session)|fn\/\S+|ws\/socket\.io)/);
    const { cable, server } = await wired({});
    const request = await native(server);
    const context = await device({ baseURL: cable.url });
    const [old, page] = [await context.newPage(), await context.newPage()];
    const farmer = await aFarmer(request);
    await signIn(old, "ward", `/inbox/${farmer.ticket}`);
    const secret = unique("Siri ya Amina");
    await reply(old).fill(secret);
    // The browser lays the tab on ice, as it does with those that nobody looks at: not a line of it runs.
    const ice = await context.newCDPSession(old);
    await ice.send("Debugger.enable");
    const frozen = new Promise((resolve) => ice.once("Debugger.paused", resolve));
    await ice.send("Debugger.pause");
    await frozen;

    await page.bringToFront();
    await page.addInitScript(() => {
      const told: unknown[] = [];
      Object.assign(window, { told });
      new BroadcastChannel("wardline-session").onmessage = ({ data }) => told.push(data);
    });
    const second = await Client.of(request, "elsewhere");
    const [row] = await second.rows();
    const ticket = Number(row?.split("/").pop());
    await signIn(page, "elsewhere", `/inbox/${ticket}`);
    await keptFor(page, ticket);
    await cutOff(context, cable);
    await expect(strip(page)).toContainText("Offline since");
    const [queued, draft] = [unique("Jibu la Beatrice"), unique("Rasimu ya Beatrice")];
    await send(page, queued);
    await reply(page).fill(draft);
    const mine = await leftOf(page, [queued, draft]);
    expect(mine.filter((place) => /:replies$|:draft:\d+$/.test(place))).toHaveLength(2);

    const told = await page.evaluate(() => (window as unknown as { told: unknown[] }).told);
    expect(told.length).toBeGreaterThan(0);
    await ice.send("Debugger.resume");
    await ice.send("Debugger.disable");
    await old.bringToFront();
    await wakes(old, told);
    // Whose browser this is by now counts: the old tab shows and keeps nothing of the one who left …
    await expect(old.locator("body")).not.toContainText(farmer.name);
    expect(await leftOf(old, [farmer.name, farmer.phone, secret])).toEqual([]);
    // … and what the other wrote is as it was.
    await page.bringToFront();
    expect((await leftOf(page, [queued, draft])).filter((place) => /:replies$|:draft:\d+$/.test(place))).toHaveLength(2);
    await expect(reply(page)).toHaveValue(draft);

    await backOn(context, cable);
    await live(page);
    await expect(strip(page)).not.toContainText("not sent");
    await page.reload();
    await live(page);
    await expect(reply(page)).toHaveValue(draft);
    expect((await second.said(ticket)).filter((text) => text === queued)).toHaveLength(1);
  });
}

/** The way out in the panel of the person. */
async function signOut(page: Page): Promise<void> {
  await page.locator(".rail__me").click();
  await page.getByRole("dialog", { name: "Me" }).getByRole("button", { name: "Sign out" }).click();
}
