// The main job: from a farmer's message to every screen that covers the ward, and to no other.

import type { WebSocketRoute } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { aFarmer, at, farmerWrites, hydrated, signIn, unique } from "../people.ts";

test("a farmer's message is at once on the screens that cover the ward and on no other", async ({
  device,
  request,
  tolerate,
}) => {
  tolerate(/answer 404: GET/); // what the stranger gets
  const farmer = await aFarmer(request);
  const officer = await at(device, "ward");
  const admin = await at(device, "admin", `/inbox/${farmer.ticket}`);
  const stranger = await at(device, "elsewhere");

  const text = unique("Mahindi yana viwavi");
  await farmerWrites(request, farmer.phone, text);

  await expect(officer.getByText(text)).toBeVisible({ timeout: 2_000 });
  await expect(admin.getByRole("log")).toContainText(text, { timeout: 2_000 });
  await expect(stranger.getByText(text)).toHaveCount(0);
  const strange = await stranger.goto(`/inbox/${farmer.ticket}`);
  expect(strange?.status()).toBe(404);
});

test("two people on one ticket see each other's reply, the resolve and the reopen", async ({ device, request }) => {
  const farmer = await aFarmer(request);
  const officer = await at(device, "ward", `/inbox/${farmer.ticket}`);
  const district = await at(device, "district", `/inbox/${farmer.ticket}`);

  const text = unique("Pulizia jioni");
  await officer.getByRole("textbox", { name: "Reply" }).fill(text);
  await officer.getByRole("textbox", { name: "Reply" }).press("Control+Enter");
  await expect(officer.getByRole("log").getByText(text)).toHaveCount(1);
  await expect(district.getByRole("log").getByText(text)).toHaveCount(1);

  await officer.getByRole("button", { name: /^Resolve/ }).click();
  await expect(district.getByRole("button", { name: /^Reopen/ }).first()).toBeVisible();
  await district.getByRole("button", { name: /^Reopen/ }).first().click();
  await expect(officer.getByRole("button", { name: /^Resolve/ })).toBeVisible();
});

test("one person on two devices sees the same, once on each", async ({ device, request }) => {
  const farmer = await aFarmer(request);
  const laptop = await at(device, "ward", `/inbox/${farmer.ticket}`);
  const phone = await at(device, "ward", `/inbox/${farmer.ticket}`);

  const asked = unique("Bei ya mbegu ni ngapi");
  await farmerWrites(request, farmer.phone, asked);
  for (const page of [laptop, phone]) {
    await expect(page.getByRole("log").getByText(asked)).toHaveCount(1);
  }
  const answered = unique("Shilingi mia tano");
  await phone.getByRole("textbox", { name: "Reply" }).fill(answered);
  await phone.getByRole("button", { name: /^Send/ }).click();
  for (const page of [laptop, phone]) {
    await expect(page.getByRole("log").getByText(answered)).toHaveCount(1);
  }
});

test("a reply to a conversation that somebody else answered meanwhile is held until it is sent anyway", async ({
  device,
  request,
  tolerate,
}) => {
  tolerate(/answer 409: POST/);
  tolerate(/ws\/socket\.io/); // cut on purpose
  const farmer = await aFarmer(request);
  const officer = await at(device, "ward", `/inbox/${farmer.ticket}`);
  const slow = await (await device()).newPage();
  // The slow one's connection, once cut, does not come back: what happens meanwhile is not on their screen.
  const sockets: WebSocketRoute[] = [];
  await slow.routeWebSocket(/\/ws\/socket\.io/, async (socket) => {
    if (sockets.length > 0) return socket.close();
    socket.connectToServer();
    sockets.push(socket);
  });
  await signIn(slow, "district", `/inbox/${farmer.ticket}`);
  await slow.route("**/ws/socket.io/**", (route) => route.abort());
  await sockets[0]?.close();
  await expect(slow.getByRole("region", { name: "Connection" })).not.toContainText("Live");

  const first = unique("Nimejibu tayari");
  await officer.getByRole("textbox", { name: "Reply" }).fill(first);
  await officer.getByRole("textbox", { name: "Reply" }).press("Control+Enter");
  await expect(officer.getByRole("log").getByText(first)).toBeVisible();

  const second = unique("Jibu langu");
  await slow.getByRole("textbox", { name: "Reply" }).fill(second);
  await slow.getByRole("textbox", { name: "Reply" }).press("Control+Enter");
  await expect(slow.getByRole("button", { name: "Send anyway" })).toBeVisible();
  await expect(slow.getByText(first).first()).toBeVisible();
  await slow.getByRole("button", { name: "Send anyway" }).click();
  await expect(officer.getByRole("log").getByText(second)).toHaveCount(1);
});

test("what a farmer types on the simulator page is in the inbox, and the answer is on their phone", async ({
  device,
  request,
}) => {
  const farmer = await aFarmer(request);
  const officer = await at(device, "ward", `/inbox/${farmer.ticket}`);
  const simulator = await (await device()).newPage();
  await simulator.goto("/simulator");
  await hydrated(simulator);
  await simulator.getByRole("searchbox").fill(farmer.name);
  await simulator.getByRole("button", { name: new RegExp(farmer.name) }).first().click();
  const text = unique("Habari ya leo");
  await simulator.getByRole("textbox", { name: /message/i }).fill(text);
  await simulator.getByRole("button", { name: /^Send/ }).click();
  await expect(officer.getByRole("log").getByText(text)).toBeVisible({ timeout: 2_000 });
  const answer = unique("Salama, nikusaidie vipi");
  await officer.getByRole("textbox", { name: "Reply" }).fill(answer);
  await officer.getByRole("textbox", { name: "Reply" }).press("Control+Enter");
  await expect(simulator.getByText(answer)).toBeVisible();
});
