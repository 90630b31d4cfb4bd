// The server goes away and comes back; an open page catches up by itself.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request as apiRequest } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { aFarmer, farmerWrites, live, PASSWORD, PEOPLE, unique } from "../people.ts";
import { Server, freePort } from "../server.ts";

test("after a power cut an open page shows what was written, once and in order", async ({ device, tolerate }) => {
  tolerate(/ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/); // while the server is away
  const dataDir = mkdtempSync(join(tmpdir(), "wardline-restart-"));
  const port = await freePort();
  let server = await Server.start({ name: "restart", port, dataDir });
  try {
    const request = await apiRequest.newContext({ baseURL: server.url });
    const farmer = await aFarmer(request);
    const context = await device({ baseURL: server.url });
    const page = await context.newPage();
    await page.goto(`/sign-in?next=/inbox/${farmer.ticket}`);
    await page.getByLabel("Email").fill(PEOPLE.ward);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await live(page);

    const before = unique("Kabla");
    await farmerWrites(request, farmer.phone, before);
    await expect(page.getByRole("log").getByText(before)).toHaveCount(1);

    await server.kill();
    await expect(page.getByRole("region", { name: "Connection" })).not.toContainText("Live");
    server = await Server.start({ name: "restart", port, dataDir });
    const after = unique("Baada");
    await farmerWrites(request, farmer.phone, after);

    await live(page);
    await expect(page.getByRole("log").getByText(after)).toHaveCount(1);
    await expect(page.getByRole("log").getByText(before)).toHaveCount(1);
    const log = await page.getByRole("log").innerText();
    expect(log.indexOf(before)).toBeLessThan(log.indexOf(after));
    await request.dispose();
  } finally {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
