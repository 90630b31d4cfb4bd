// What the journeys about sessions share: servers with lifetimes so short that a test can outlive them,
// a network that goes, a device that sleeps, and a look into everything a browser keeps.

import { AxeBuilder } from "@axe-core/playwright";
import {
  type APIRequestContext,
  type BrowserContext,
  type Locator,
  type Page,
  type Request,
  type Response,
  expect,
  request as outside,
} from "@playwright/test";
import { Cable } from "./cable.ts";
import { test as base } from "./fixtures.ts";
import { PASSWORD, PEOPLE, type Tokens, type Who, tokens } from "./people.ts";
import { Server } from "./server.ts";

export { expect };

interface Fixtures {
  /** A server with settings of its own, for one test. */
  served: (env: Record<string, string>) => Promise<Server>;
  /** The same behind a cable. */
  wired: (env: Record<string, string>) => Promise<{ cable: Cable; server: Server }>;
  /** A native client of a server, without any browser's cookies. */
  native: (server: Server) => Promise<APIRequestContext>;
}

export const test = base.extend<Fixtures>({
  served: async ({}, use, { workerIndex }) => {
    const servers: Server[] = [];
    await use(async (env) => {
      const server = await Server.start({ name: `session-${workerIndex}-${servers.length}`, env });
      servers.push(server);
      return server;
    });
    for (const server of servers) await server.stop();
  },
  wired: async ({}, use, { workerIndex }) => {
    const all: { cable: Cable; server: Server }[] = [];
    await use(async (env) => {
      const both = await Cable.to(`wired-${workerIndex}-${all.length}`, env);
      all.push(both);
      return both;
    });
    for (const { cable, server } of all) {
      await cable.remove();
      await server.stop();
    }
  },
  // Browsers close before the servers they talk to.
  device: async ({ served: _served, wired: _wired, device }, use) => use(device),
  native: async ({ served: _served, wired: _wired }, use) => {
    const clients: APIRequestContext[] = [];
    await use(async (server) => {
      const client = await outside.newContext({ baseURL: server.url });
      clients.push(client);
      return client;
    });
    for (const client of clients) await client.dispose();
  },
});

/** What a browser says on its console and of its requests while it has no network, and nothing else. */
export const NO_NETWORK = [
  /^request failed: (GET|POST) \(net::ERR_INTERNET_DISCONNECTED\) \[/,
  /^console error: WebSocket connection to '[^']*\/ws\/socket\.io\/[^']*' failed: .*net::ERR_INTERNET_DISCONNECTED/,
];

/** The same while the other end is away. */
export const NO_ANSWER = [
  /^request failed: (GET|POST) \(net::ERR_(EMPTY_RESPONSE|CONNECTION_RESET|CONNECTION_CLOSED|SOCKET_NOT_CONNECTED)\) \[/,
  /^console error: WebSocket connection to '[^']*\/ws\/socket\.io\/[^']*' failed: .*(ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_CONNECTION_CLOSED|ERR_SOCKET_NOT_CONNECTED|closed before receiving a handshake response)/,
];

/**
 * Takes the network away from a device. The browser is told, and the cable is cut as well, because what a
 * browser is told does not hold for its service worker.
 */
export async function cutOff(context: BrowserContext, cable: Cable): Promise<void> {
  await context.setOffline(true);
  cable.cut();
}

/** Gives it back. */
export async function backOn(context: BrowserContext, cable: Cable): Promise<void> {
  cable.mend();
  await context.setOffline(false);
}

/** Every refresh that this browser sends. */
export function refreshesOf(context: BrowserContext): Request[] {
  const sent: Request[] = [];
  context.on("request", (request) => {
    if (isRefresh(request.url())) sent.push(request);
  });
  return sent;
}

/** Every answer to a refresh of this browser. */
export function refreshAnswersOf(context: BrowserContext): Response[] {
  const answers: Response[] = [];
  context.on("response", (answer) => {
    if (isRefresh(answer.url())) answers.push(answer);
  });
  return answers;
}

const isRefresh = (url: string): boolean => new URL(url).pathname === "/api/auth/refresh";

/** How long access tokens last that these answers brought, on average, in milliseconds. */
export async function lifeOf(answers: Response[]): Promise<number> {
  const lives: number[] = [];
  for (const answer of answers) {
    const facts = (await answer.json()) as { server_time: string; access_expires_at: string };
    lives.push(Date.parse(facts.access_expires_at) - Date.parse(facts.server_time));
  }
  return lives.reduce((sum, each) => sum + each, 0) / lives.length;
}

export const banner = (page: Page): Locator => page.locator(".banner");
export const strip = (page: Page): Locator => page.getByRole("region", { name: "Connection" });
export const reply = (page: Page): Locator => page.getByRole("textbox", { name: "Reply" });
export const log = (page: Page): Locator => page.getByRole("log");
/** A reply that could not go out and says so. */
export const failed = (page: Page): Locator => page.locator(".message__fail");

/** Writes a reply and sends it by the button, as a thumb does. */
export async function send(page: Page, text: string): Promise<void> {
  await reply(page).fill(text);
  await page.locator(".composer").getByRole("button").click();
  await expect(log(page).getByText(text)).toHaveCount(1);
}

/** Gives the password in the banner. */
export async function signInHere(page: Page, who: Who, password = PASSWORD): Promise<void> {
  await page.getByLabel(`Password of ${PEOPLE[who]}`).fill(password);
  await banner(page).getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Opens a ticket from the list; on a phone the way leads back to the list first. */
export async function open(page: Page, ticket: number): Promise<void> {
  const row = page.locator(`.ticket-list a[href^="/inbox/${ticket}"]`);
  if (!(await row.isVisible())) await page.getByRole("link", { name: "Back to the inbox" }).click();
  await row.click();
  await page.waitForURL(`**/inbox/${ticket}`);
}

/** The tickets of the list, in their order. */
export function rowsOf(page: Page): Promise<string[]> {
  return page.locator(".ticket-list a").evaluateAll((rows) => rows.map((row) => row.getAttribute("href") ?? ""));
}

/** Waits until the browser keeps this conversation, and the shell to show it in. */
export async function keptFor(page: Page, ticket: number): Promise<void> {
  await page.waitForFunction((id) => Object.keys(localStorage).some((key) => key.endsWith(`:ticket:${id}`)), ticket);
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === "activated");
  await page.waitForFunction(async () =>
    (await (await caches.open("wardline-shell")).keys()).some(({ url }) => url.endsWith(".wasm")),
  );
}

/** Somebody at a native client. */
export class Client {
  readonly #request: APIRequestContext;
  readonly #headers: Record<string, string>;
  readonly tokens: Tokens;

  private constructor(request: APIRequestContext, got: Tokens) {
    this.#request = request;
    this.tokens = got;
    this.#headers = { authorization: `Bearer ${got.access_token}` };
  }

  static async of(request: APIRequestContext, who: Who): Promise<Client> {
    return new Client(request, await tokens(request, who));
  }

  async get<T>(path: string): Promise<T> {
    const answer = await this.#request.get(path, { headers: this.#headers });
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as T;
  }

  async put(path: string, data: object): Promise<void> {
    const answer = await this.#request.put(path, { headers: this.#headers, data });
    expect(answer.status(), await answer.text()).toBe(200);
  }

  async end(session: string): Promise<void> {
    const answer = await this.#request.delete(`/api/auth/sessions/${session}`, { headers: this.#headers });
    expect(answer.status(), await answer.text()).toBe(204);
  }

  me(): Promise<{ id: number; full_name: string; areas: { id: number }[] }> {
    return this.get("/api/me");
  }

  /** The addresses of the open tickets, newest first. */
  async rows(query = ""): Promise<string[]> {
    const { items } = await this.get<{ items: { id: number }[] }>(`/api/tickets?status=open&limit=100${query}`);
    return items.map(({ id }) => `/inbox/${id}`);
  }

  /** What was said on a ticket, oldest first. */
  async said(ticket: number): Promise<string[]> {
    const { items } = await this.get<{ items: { body: string }[] }>(`/api/tickets/${ticket}/messages?limit=100`);
    return items.map(({ body }) => body).reverse();
  }

  async answers(ticket: number, body: string): Promise<void> {
    const answer = await this.#request.post(`/api/tickets/${ticket}/messages`, {
      headers: this.#headers,
      data: { body, client_id: crypto.randomUUID(), base_message_id: null, force: true },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  }
}

/** The page goes into the background and its device to sleep: no timer fires until {@link awake}. */
export async function asleep(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 100));
}

/** What was seen between the moment a page came to the front and the one that was waited for. */
export interface Waking {
  /** How long that took by the page's own clock, in milliseconds. Infinite when it never came. */
  took: number;
  /** Every text that a banner had after a change, in order. */
  banners: string[];
}

/**
 * The device wakes up `hours` later with the page in front. Ends when the element that `selector` finds has
 * this text.
 */
export async function awake(page: Page, hours: number, selector: string, text: string): Promise<Waking> {
  const slept = await page.evaluate(() => Date.now());
  // The clock has moved, and nothing has told the page: that is what a sleep is.
  await page.clock.setSystemTime(slept + hours * 3_600_000);
  await page.clock.resume();
  return page.evaluate(
    ({ selector, text }) =>
      new Promise<Waking>((resolve) => {
        const banners: string[] = [];
        const look = (): void => {
          const shown = [...document.querySelectorAll(".banner")].map((each) => each.textContent ?? "").join(" | ");
          if (shown !== banners.at(-1)) banners.push(shown);
          if (document.querySelector(selector)?.textContent?.includes(text)) end(performance.now() - began);
        };
        const end = (took: number): void => {
          changes.disconnect();
          resolve({ took, banners });
        };
        const changes = new MutationObserver(look);
        changes.observe(document, { subtree: true, childList: true, characterData: true });
        setTimeout(() => end(Infinity), 15_000);
        Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true });
        const began = performance.now();
        document.dispatchEvent(new Event("visibilitychange"));
      }),
    { selector, text },
  );
}

/** Where any of these texts stands: the page, and everything that the browser keeps for it. */
export async function leftOf(page: Page, markers: string[]): Promise<string[]> {
  return page.evaluate(async (markers) => {
    const places: [string, string][] = [
      ["page", document.documentElement?.outerHTML ?? ""],
      ["fields", [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value).join("\n")],
      ["title", document.title ?? ""],
      ["history", JSON.stringify(history.state) ?? ""],
    ];
    for (const [kind, store] of [["localStorage", localStorage], ["sessionStorage", sessionStorage]] as const) {
      for (const key of Object.keys(store)) places.push([`${kind} ${key}`, key + store.getItem(key)]);
    }
    const done = <T>(asked: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    for (const { name } of await indexedDB.databases()) {
      if (!name) continue;
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const records = database.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([done(records.getAllKeys()), done(records.getAll())]);
        places.push([`IndexedDB ${name}/${store}`, name + store + JSON.stringify([keys, values])]);
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const text = await (await cache.match(request))?.clone().text();
        places.push([`cache ${name} ${request.url}`, request.url + text]);
      }
    }
    return places.filter(([, text]) => markers.some((marker) => text.includes(marker))).map(([place]) => place);
  }, markers);
}

/** axe finds nothing on what is shown now. */
export async function clean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}
