// Starts the built server on a free port with a database of its own. For tests that kill servers, start
// several, or need settings of their own; the journeys share the one of global-setup.ts.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(import.meta.dirname, "..");
const binary = process.env.WARDLINE_SERVER ?? join(root, "target/debug/server");
const logs = join(root, "end2end/results/servers");

/** How long a start may take: a debug build writes the demo data first. */
const READY_WITHIN_MS = 60_000;
/** What the server promises after SIGTERM. */
const STOPPED_WITHIN_MS = 15_000;

export interface ServerOptions {
  /** Names the log: end2end/results/servers/NAME.log. */
  name: string;
  /** Settings on top of the usual ones; `undefined` takes one away. */
  env?: Record<string, string | undefined>;
  /** The port, for a server that comes back where another one was. */
  port?: number;
  /** The data folder, for a server that goes on with another one's data; the caller removes it. */
  dataDir?: string;
}

export class Server {
  readonly url: string;
  readonly dataDir: string;
  readonly log: string;
  readonly #child: ChildProcess;
  readonly #keepData: boolean;

  private constructor(child: ChildProcess, url: string, dataDir: string, log: string, keepData: boolean) {
    this.#child = child;
    this.url = url;
    this.dataDir = dataDir;
    this.log = log;
    this.#keepData = keepData;
  }

  /** Starts a server and waits until it says that it is ready. */
  static async start(options: ServerOptions): Promise<Server> {
    const address = `127.0.0.1:${options.port ?? (await freePort())}`;
    const url = `http://${address}`;
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "wardline-e2e-"));
    mkdirSync(logs, { recursive: true });
    const log = join(logs, `${options.name}.log`);

    const env = {
      ...withoutOurSettings(process.env),
      LEPTOS_SITE_ADDR: address,
      WARDLINE_DATA_DIR: dataDir,
      DATABASE_URL: `sqlite://${join(dataDir, "wardline.db")}`,
      WARDLINE_DEMO: "1",
      WARDLINE_LOGIN_LIMIT: "off",
      WARDLINE_LOG: "text",
      ...options.env,
    };
    const output = openSync(log, "a"); // a server that comes back goes on in the log of the one it follows
    const child = spawn(binary, ["serve"], { cwd: root, env, stdio: ["ignore", output, output] });
    closeSync(output);
    const server = new Server(child, url, dataDir, log, options.dataDir !== undefined);
    try {
      await once(child, "spawn");
      await server.#ready();
    } catch (cause) {
      await server.kill();
      server.#removeData();
      throw new Error(`The server did not become ready; the end of its log:\n${tail(log)}`, { cause });
    }
    return server;
  }

  /** Whether the process is still there. */
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Asks the server to end, as a deploy does, and insists on a clean end in time. */
  async stop(): Promise<void> {
    const ended = this.running ? once(this.#child, "exit") : undefined;
    this.#child.kill("SIGTERM");
    const inTime = await Promise.race([ended?.then(() => true) ?? true, sleep(STOPPED_WITHIN_MS, false, { ref: false })]);
    if (!inTime) await this.kill();
    this.#removeData();

    if (!inTime) throw new Error(`The server did not stop within ${STOPPED_WITHIN_MS / 1000} s; see ${this.log}`);
    if (this.#child.exitCode !== 0) {
      const how = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`;
      throw new Error(`The server ended with ${how}; the end of its log:\n${tail(this.log)}`);
    }
    const panic = /^.*\bpanicked at\b.*$/m.exec(readFileSync(this.log, "utf8"));
    if (panic) throw new Error(`The server panicked while the tests ran: ${panic[0]} (see ${this.log})`);
  }

  /** Ends the server without a warning, as a power cut does. The data stays. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async #ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (!this.running) throw new Error("it ended");
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
    throw new Error(`not ready within ${READY_WITHIN_MS / 1000} s`);
  }

  #removeData(): void {
    if (!this.#keepData) rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** What the person who runs the tests has set for a server of their own must not reach ours. */
function withoutOurSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(WARDLINE_|LEPTOS_|TWILIO_|DATABASE_URL$|REDIS_URL$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name)));
}

function tail(path: string): string {
  return readFileSync(path, "utf8").split("\n").slice(-30).join("\n");
}
