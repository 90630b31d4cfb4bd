// Two minutes without a network, begun in the middle of a word and of a refresh. Long enough for every token
// to end under way, so a desk and a phone go through it at the same time.

import type { BrowserContext, Page, Route } from "@playwright/test";
import { type Farmer, aFarmer, farmerWrites, live, signIn, unique } from "../people.ts";
import { PHONE } from "../phone.ts";
import { Client, NO_ANSWER, NO_NETWORK, backOn, cutOff, expect, keptFor, log, open, refreshAnswersOf, reply, send, strip, test } from "../sessions.ts";

const CUT_MS = 120_000;

/** Somebody at work when the network goes. */
interface Worker {
  name: string;
  context: BrowserContext;
  page: Page;
  farmer: Farmer;
  /** Another conversation that was open before. */
  known: Farmer;
  asked: string;
  /** What was typed so far and not sent. */
  draft: string;
  queued: string[];
}

test("two minutes without a network, begun in the middle of a word and of a refresh, take nothing away, at a desk and on a phone", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  test.setTimeout(CUT_MS + 120_000);
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  const { cable, server } = await wired({ WARDLINE_ACCESS_TTL: "5" });
  const request = await native(server);
  const workers: Worker[] = [];
  for (const [name, options] of [["desk", {}], ["phone", PHONE]] as const) {
    const context = await device({ ...options, baseURL: cable.url });
    const [farmer, known] = [await aFarmer(request), await aFarmer(request)];
    const asked = unique("Mbegu gani ni bora");
    await farmerWrites(request, known.phone, asked);
    workers.push({ name, context, page: await context.newPage(), farmer, known, asked, draft: "", queued: [] });
  }
  const all = <T>(work: (worker: Worker) => Promise<T>): Promise<T[]> => Promise.all(workers.map(work));

  await all(async ({ page, farmer, known, asked }) => {
    await signIn(page, "ward", `/inbox/${known.ticket}`);
    await expect(log(page).getByText(asked)).toBeVisible();
    await keptFor(page, known.ticket);
    await open(page, farmer.ticket);
    await keptFor(page, farmer.ticket);
  });
  const answers = workers.map(({ context }) => refreshAnswersOf(context));

  // In the middle of a word, and of a refresh: at the desk the request is lost, on the phone the answer.
  const held = await all(async (worker) => {
    const inFlight = hold(worker.page);
    await types(worker, "Nime");
    const route = await inFlight;
    if (worker.name === "phone") await arrives(route, worker.context, server.url);
    return route;
  });
  const began = Date.now();
  await all(({ context }) => cutOff(context, cable));
  await Promise.all(held.map((route) => route.abort("internetdisconnected")));

  await all(async (worker) => {
    const { page, farmer, known, asked } = worker;
    await page.unroute("**/api/auth/refresh");
    await expect(strip(page)).toContainText("Offline since");
    await types(worker, "jibu");
    for (const text of ["Jibu la kwanza", "Jibu la pili"].map(unique)) {
      worker.queued.push(text);
      await send(page, text);
      worker.draft = "";
    }
    await expect(strip(page)).toContainText("2 replies not sent");
    // Until the token is over for sure.
    while (Date.now() - began < 10_000) await types(worker, " na tena");

    await test.step(`${worker.name}: a conversation of before opens`, async () => {
      await open(page, known.ticket);
      await expect(log(page).getByText(asked)).toBeVisible();
      await expect(strip(page)).toContainText("Offline since");
      await open(page, farmer.ticket);
      await expect(log(page)).toContainText("Habari, mimi ni mkulima mpya");
      await expect(reply(page)).toHaveValue(worker.draft);
    });
    await test.step(`${worker.name}: the page opens and says how old it is`, async () => {
      await page.reload();
      await expect(strip(page)).toContainText("showing what was known at");
      for (const text of worker.queued) await expect(log(page).getByText(text)).toHaveCount(1);
      await expect(strip(page)).toContainText("2 replies not sent");
      await expect(reply(page)).toHaveValue(worker.draft);
    });
    // The rest of the two minutes goes by with writing, and the strip never claims to be live.
    while (Date.now() - began < CUT_MS) {
      await types(worker, " neno");
      expect(await strip(page).innerText()).not.toContain("Live");
    }
  });

  await all(({ context }) => backOn(context, cable));
  await all(async ({ page, farmer, queued, draft }) => {
    await expect(strip(page)).toContainText("Live", { timeout: 20_000 });
    await expect(strip(page)).not.toContainText("not sent");
    await expect(reply(page)).toHaveValue(draft);
    const said = await (await Client.of(request, "district")).said(farmer.ticket);
    expect(said.slice(1)).toEqual(queued);
    await expect(page.locator(".banner")).toHaveCount(0);
    await page.reload();
    await live(page);
    for (const text of queued) await expect(log(page).getByText(text)).toHaveCount(1);
    const shown = await log(page).innerText();
    expect(shown.indexOf(queued[0] ?? "")).toBeLessThan(shown.indexOf(queued[1] ?? ""));
    await expect(reply(page)).toHaveValue(draft);
  });
  for (const each of answers) expect(each.map((answer) => answer.status()).filter((status) => status !== 200)).toEqual([]);
});

/** Types on at the end of what is there, at the pace of a person. */
async function types(worker: Worker, text: string): Promise<void> {
  await reply(worker.page).press("Control+End");
  await reply(worker.page).pressSequentially(text, { delay: 150 });
  worker.draft += text;
  await expect(reply(worker.page)).toHaveValue(worker.draft);
}

/** The next refresh of this page, held on its way. */
function hold(page: Page): Promise<Route> {
  return new Promise((resolve, reject) => {
    page.route("**/api/auth/refresh", (route) => resolve(route)).catch(reject);
  });
}

/** The server carries the refresh out, and nobody hears of it. */
async function arrives(route: Route, context: BrowserContext, url: string): Promise<void> {
  const request = route.request();
  const cookies = await context.cookies(request.url());
  const answer = await fetch(`${url}/api/auth/refresh`, {
    method: "POST",
    headers: { ...request.headers(), cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") },
    body: request.postData(),
  });
  expect(answer.status, await answer.text()).toBe(200);
}
