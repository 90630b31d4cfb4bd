// The network goes and comes back: nothing that was written is lost, nothing is sent twice, and the page says
// the truth about what it knows.

import { expect, test } from "../fixtures.ts";
import { aFarmer, farmerWrites, live, signIn, unique } from "../people.ts";

const strip = { name: "Connection" } as const;

test("what is written without a network goes out once and in order when it is back", async ({ page, request, tolerate }) => {
  tolerate(/./);
  const farmer = await aFarmer(request);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  const reply = page.getByRole("textbox", { name: "Reply" });
  await reply.fill("Nime");
  await page.context().setOffline(true);
  await expect(page.getByRole("region", strip)).toContainText("Offline since");
  const answers = [unique("Jibu la kwanza"), unique("Jibu la pili"), unique("Jibu la tatu")];
  for (const answer of answers) {
    await reply.fill(answer);
    await reply.press("Control+Enter");
    await expect(page.getByRole("log").getByText(answer)).toHaveCount(1);
  }
  await reply.fill("rasimu ambayo haijatumwa");
  await expect(page.getByText("3 replies not sent")).toBeVisible();

  await page.context().setOffline(false);
  await live(page);
  await expect(page.getByText("replies not sent")).toHaveCount(0);
  await expect(reply).toHaveValue("rasimu ambayo haijatumwa");
  await page.reload();
  const log = page.getByRole("log");
  for (const answer of answers) await expect(log.getByText(answer)).toHaveCount(1);
  const shown = await log.innerText();
  const places = answers.map((answer) => shown.indexOf(answer));
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test("a page that is opened without a network shows what was known, and says so", async ({ page, request, tolerate }) => {
  tolerate(/./);
  const farmer = await aFarmer(request);
  const asked = unique("Mahindi yangu yana wadudu");
  await farmerWrites(request, farmer.phone, asked);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  await expect(page.getByRole("log").getByText(asked)).toBeVisible();
  // The shell is kept, and so is what is on the screen.
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === "activated");
  await page.waitForFunction((id) => Object.keys(localStorage).some((key) => key.endsWith(`:ticket:${id}`)), farmer.ticket);
  await page.waitForFunction(async () => (await (await caches.open("wardline-shell")).keys()).some(({ url }) => url.endsWith(".wasm")));

  // With a network the page still comes from the server, made for whoever is signed in.
  const rendered = await page.reload();
  expect(await rendered?.text()).toContain(asked);
  await live(page);

  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByRole("region", strip)).toContainText("Offline since");
  await expect(page.getByRole("region", strip)).toContainText("showing what was known at");
  await expect(page.getByRole("log").getByText(asked)).toBeVisible();
  const answer = unique("Tumia dawa ya asili");
  await page.getByRole("textbox", { name: "Reply" }).fill(answer);
  await page.getByRole("textbox", { name: "Reply" }).press("Control+Enter");

  await page.context().setOffline(false);
  await live(page);
  await expect(page.getByText("not sent")).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("log").getByText(answer)).toHaveCount(1);
});
