// Two minutes without a network, begun in the middle of a word and of a refresh. Long enough for every token
// to end under way, so a desk and a phone go through it at the same time.

import type { BrowserContext, Page, Route } from "@playwright/test";
import { aFarmer, farmerWrites, live, signIn, unique } from "../people.ts";
import { PHONE } from "../phone.ts";
import {
  Client,
  NO_ANSWER,
  NO_NETWORK,
  backOn,
  banner,
  cutOff,
  expect,
  keptFor,
  log,
  open,
  refreshAnswersOf,
  reply,
  send,
  strip,
  test,
} from "../sessions.ts";

const CUT_MS = 120_000;

/** Somebody at work when the network goes. */
interface Worker {
  page: Page;
  /** What was typed so far and not sent. */
  draft: string;
}

test("two minutes without a network, begun in the middle of a word and of a refresh, take nothing away, at a desk and on a phone", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  test.setTimeout(CUT_MS + 120_000);
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  const story = async (name: string, own: object, arrives: boolean): Promise<void> => {
    const { cable, server } = await wired({ WARDLINE_ACCESS_TTL: "5" });
    const request = await native(server);
    const [farmer, known] = [await aFarmer(request), await aFarmer(request)];
    const asked = unique("Mbegu gani ni bora");
    await farmerWrites(request, known.phone, asked);
    const context = await device({ ...own, baseURL: cable.url });
    const page = await context.newPage();
    const worker: Worker = { page, draft: "" };
    await signIn(page, "ward", `/inbox/${known.ticket}`);
    await expect(log(page).getByText(asked)).toBeVisible();
    await keptFor(page, known.ticket);
    await open(page, farmer.ticket);
    await keptFor(page, farmer.ticket);
    const answers = refreshAnswersOf(context);

    // In the middle of a word, and of a refresh: either the request is lost or the answer.
    await types(worker, "Nime");
    const route = await nextRefresh(page);
    if (arrives) await carryOut(route, context, server.url);
    const began = Date.now();
    await cutOff(context, cable);
    await route.abort("internetdisconnected");
    await expect(strip(page)).toContainText("Offline since");
    await types(worker, "jibu");
    const queued = ["Jibu la kwanza", "Jibu la pili"].map((text) => unique(text));
    for (const text of queued) await send(page, text);
    worker.draft = "";
    await expect(strip(page)).toContainText("2 replies not sent");
    // Until the token is over for sure.
    while (Date.now() - began < 10_000) await types(worker, " na tena");

    await test.step(`${name}: a conversation of before opens`, async () => {
      await open(page, known.ticket);
      await expect(log(page).getByText(asked)).toBeVisible();
      await expect(strip(page)).toContainText("Offline since");
      await open(page, farmer.ticket);
      await expect(log(page)).toContainText("Habari, mimi ni mkulima mpya");
      await expect(reply(page)).toHaveValue(worker.draft);
    });
    await test.step(`${name}: the page opens and says how old it is`, async () => {
      await page.reload();
      await expect(strip(page)).toContainText("showing what was known at");
      for (const text of queued) await expect(log(page).getByText(text)).toHaveCount(1);
      await expect(strip(page)).toContainText("2 replies not sent");
      await expect(reply(page)).toHaveValue(worker.draft);
    });
    // The rest of the two minutes goes by with writing, and the strip never claims to be live.
    while (Date.now() - began < CUT_MS) {
      await types(worker, " neno");
      expect(await strip(page).innerText()).not.toContain("Live");
    }

    await backOn(context, cable);
    await expect(strip(page)).toContainText("Live", { timeout: 20_000 });
    await expect(strip(page)).not.toContainText("not sent");
    await expect(reply(page)).toHaveValue(worker.draft);
    const said = await (await Client.of(request, "district")).said(farmer.ticket);
    expect(said.slice(1)).toEqual(queued);
    await expect(banner(page)).toHaveCount(0);
    await page.reload();
    await live(page);
    for (const text of queued) await expect(log(page).getByText(text)).toHaveCount(1);
    const shown = await log(page).innerText();
    expect(shown.indexOf(queued[0] ?? "")).toBeLessThan(shown.indexOf(queued[1] ?? ""));
    await expect(reply(page)).toHaveValue(worker.draft);
    expect(answers.map((answer) => answer.status()).filter((status) => status !== 200)).toEqual([]);
  };
  await Promise.all([story("desk", {}, false), story("phone", PHONE, true)]);
});

/** Types on at the end of what is there, at the pace of a person. */
async function types(worker: Worker, text: string): Promise<void> {
  await reply(worker.page).press("Control+End");
  await reply(worker.page).pressSequentially(text, { delay: 150 });
  worker.draft += text;
  await expect(reply(worker.page)).toHaveValue(worker.draft);
}

/** The next refresh of this page, held on its way; those after it are let through. */
async function nextRefresh(page: Page): Promise<Route> {
  const refresh = (url: URL): boolean => url.pathname === "/api/auth/refresh";
  return new Promise((resolve, reject) => {
    page.route(refresh, (route) => resolve(route), { times: 1 }).catch(reject);
  });
}

/** The server carries the refresh out, and nobody hears of it. */
async function carryOut(route: Route, context: BrowserContext, url: string): Promise<void> {
  const request = route.request();
  const cookies = await context.cookies(request.url());
  const answer = await fetch(`${url}/api/auth/refresh`, {
    method: "POST",
    headers: { ...request.headers(), cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") },
    body: request.postData(),
  });
  expect(answer.status, await answer.text()).toBe(200);
}
