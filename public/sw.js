// Opens the app when there is no network. It keeps the shell: one page without anything personal in it and
// the files that it loads. Pages of people and answers of the API are never kept here; what a person last
// saw is kept by the app itself, under their name, and goes with their sign-out.
//
// With a network everything comes from it, so a deploy is never hidden behind an old file; and the shell
// follows each deploy when the next page is opened.

const SHELL = "wardline-shell";
const PAGE = "/offline";
/** How long a page may take to begin, in milliseconds. */
const PATIENCE = 12_000;
/** The files of the site: code, styles, pictures. */
const FILE = /^\/(?:pkg|vendor)\/|^\/(?:favicon\.svg|manifest\.webmanifest)$/;
/** Names of files in the page and in the scripts. */
const NAMED = /["'](\.{0,2}\/?[\w./-]+\.(?:js|wasm|css|svg|webmanifest))["']/g;

self.addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(open(request));
    event.waitUntil(followDeploy().catch(() => {}));
  } else if (FILE.test(pathname)) {
    event.respondWith(fromNetwork(request));
  }
});

/** The page from the network; the shell where there is none, or none that answers. */
async function open(request) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  try {
    return await fetch(request, { signal: limit.signal });
  } catch {
    return kept(PAGE);
  } finally {
    clearTimeout(timer);
  }
}

async function fromNetwork(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(SHELL)).put(new URL(request.url).pathname, answer.clone());
    return answer;
  } catch {
    return kept(new URL(request.url).pathname);
  }
}

async function kept(path) {
  return (await (await caches.open(SHELL)).match(path)) ?? Response.error();
}

/** When it was last looked whether there is a new release. */
let looked = 0;
const LOOK_EVERY = 60_000;

/** Keeps the shell of the present release: the names of the files that the page loads tell which that is. */
async function followDeploy() {
  if (Date.now() - looked < LOOK_EVERY) return;
  looked = Date.now();
  const answer = await fetch(PAGE, { credentials: "omit", cache: "no-cache" });
  if (answer.ok && named(await answer.text()) !== named(await (await kept(PAGE)).text())) await keepShell();
}

function named(text) {
  return [...text.matchAll(NAMED)].map(([, name]) => name).join(" ");
}

/** Keeps the page and every file that it, or a script that it loads, names, and nothing else. */
async function keepShell() {
  const shell = await caches.open(SHELL);
  const known = new Set([PAGE]);
  for (const path of known) {
    const answer = await fetch(path, { credentials: "omit", cache: "no-cache" });
    // A name in a script need not be a file; the page itself has to be there.
    if (!answer.ok && path !== PAGE) continue;
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await shell.put(path, answer.clone());
    if (!/html|javascript/.test(answer.headers.get("content-type") ?? "")) continue;
    for (const [, name] of (await answer.text()).matchAll(NAMED)) {
      const { pathname } = new URL(name, new URL(path, self.location.origin));
      // What wasm-bindgen's loader would fall back to is not there under the names of the build.
      if (FILE.test(pathname) && !pathname.includes("_bg.")) known.add(pathname);
    }
  }
  const stale = (await shell.keys()).filter((request) => !known.has(new URL(request.url).pathname));
  await Promise.all(stale.map((request) => shell.delete(request)));
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)));
}
