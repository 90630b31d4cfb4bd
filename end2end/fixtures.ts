// The `test` of every journey. Whatever happens in any page of any browser context that a test opens
// counts: an error on the console, an uncaught exception, a hydration warning, a request to our own
// server that failed. A test that provokes one says so beforehand with `tolerate`.

import { type Browser, type BrowserContext, test as base, expect } from "@playwright/test";

export { expect };

/** Warnings by which Leptos says that server and browser disagree, or that a page was torn down wrongly. */
const LEPTOS_WARNING = /hydrat|outside (of )?(a |an |the )?(reactive|<Suspense|<Transition)|already( been)? disposed/i;
/** Chromium repeats a failed request on its console; the request itself is judged below. */
const CONSOLE_ECHO = /^Failed to load resource:/;

interface Problem {
  text: string;
  url: string;
}

/** Collects what goes wrong in all contexts of a browser. */
class Watch {
  readonly #problems: Problem[] = [];
  readonly #tolerated: RegExp[] = [];
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  tolerate(pattern: RegExp): void {
    this.#tolerated.push(pattern);
  }

  follow(context: BrowserContext): void {
    context.on("console", (message) => {
      const url = message.location().url;
      if (message.type() === "error" && !(CONSOLE_ECHO.test(message.text()) && this.#isOurs(url))) {
        this.#add(`console error: ${message.text()}`, url);
      } else if (message.type() === "warning" && LEPTOS_WARNING.test(message.text())) {
        this.#add(`hydration warning: ${message.text()}`, url);
      }
    });
    context.on("weberror", (failure) => {
      const error = failure.error();
      this.#add(`uncaught: ${error.stack ?? error.message}`, failure.page()?.url() ?? "");
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "unknown";
      // A page that is left or closed abandons its requests; that is no failure.
      if (this.#isOurs(request.url()) && reason !== "net::ERR_ABORTED") {
        this.#add(`request failed: ${request.method()} (${reason})`, request.url());
      }
    });
    context.on("response", (response) => {
      if (this.#isOurs(response.url()) && response.status() >= 400) {
        this.#add(`answer ${response.status()}: ${response.request().method()}`, response.url());
      }
    });
  }

  /** What went wrong and was not announced. */
  report(): string[] {
    return this.#problems
      .map(({ text, url }) => `${text} [${url}]`)
      .filter((line) => !this.#tolerated.some((pattern) => pattern.test(line)));
  }

  #add(text: string, url: string): void {
    this.#problems.push({ text, url });
  }

  /** Servers that a test starts for itself are on this machine as well. */
  #isOurs(url: string): boolean {
    return url.startsWith(this.#origin) || /^https?:\/\/127\.0\.0\.1[:/]/.test(url);
  }
}

interface Fixtures {
  /**
   * Announces a problem that the test provokes on purpose. The pattern meets lines such as
   * `answer 401: POST [http://…/api/auth/refresh]`.
   */
  tolerate: (pattern: RegExp) => void;
  /** A new browser context, as if on another device; closed with the test. */
  device: (options?: Parameters<Browser["newContext"]>[0]) => Promise<BrowserContext>;
  watch: Watch;
}

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => {
    // Known only once the server runs, which is after the configuration was read.
    const url = process.env.WARDLINE_URL;
    if (!url) throw new Error("WARDLINE_URL is not set: global-setup.ts did not run");
    await use(url);
  },

  watch: [
    async ({ browser, baseURL }, use) => {
      const watch = new Watch(baseURL ?? "");
      const follow = (context: BrowserContext): void => watch.follow(context);
      browser.on("context", follow);
      await use(watch);
      browser.off("context", follow);
      // Softly: a test that failed already keeps its own failure, and this one stands beside it.
      expect.soft(watch.report(), "nothing may go wrong behind the page").toEqual([]);
    },
    { auto: true },
  ],

  tolerate: async ({ watch }, use) => {
    await use((pattern) => watch.tolerate(pattern));
  },

  device: async ({ browser, contextOptions, baseURL, locale, timezoneId, viewport, hasTouch, isMobile }, use) => {
    const opened: BrowserContext[] = [];
    const own = { baseURL, locale, timezoneId, viewport, hasTouch, isMobile, ...contextOptions };
    await use(async (options = {}) => {
      const context = await browser.newContext({ ...own, ...options });
      opened.push(context);
      return context;
    });
    await Promise.all(opened.map((context) => context.close()));
  },
});
