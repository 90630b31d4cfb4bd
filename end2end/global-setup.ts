// One server with demo data for all journeys. WARDLINE_URL names one that runs already instead.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { Server } from "./server.ts";

export default async function globalSetup(): Promise<(() => Promise<void>) | undefined> {
  rmSync(join(import.meta.dirname, "results/servers"), { recursive: true, force: true });
  if (process.env.WARDLINE_URL) return undefined;
  const server = await Server.start({ name: "shared" });
  process.env.WARDLINE_URL = server.url; // read by the fixture `baseURL`
  return () => server.stop();
}
