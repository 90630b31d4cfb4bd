// The network goes and comes back: nothing that was written is lost, nothing is sent twice, and the page says
// the truth about what it knows.

import { aFarmer, at, farmerWrites, live, signIn, unique } from "../people.ts";
import { Client, NO_ANSWER, NO_NETWORK, backOn, cutOff, expect, keptFor, log, reply, send, strip, test } from "../sessions.ts";

test("what is written without a network goes out once and in order when it is back", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  const { cable, server } = await wired({});
  const request = await native(server);
  const context = await device({ baseURL: cable.url });
  const page = await context.newPage();
  const farmer = await aFarmer(request);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  await reply(page).fill("Nime");
  await cutOff(context, cable);
  await expect(strip(page)).toContainText("Offline since");
  const answers = [unique("Jibu la kwanza"), unique("Jibu la pili"), unique("Jibu la tatu")];
  for (const answer of answers) await send(page, answer);
  await reply(page).fill("rasimu ambayo haijatumwa");
  await expect(strip(page)).toContainText("3 replies not sent");

  await backOn(context, cable);
  await live(page);
  await expect(strip(page)).not.toContainText("not sent");
  await expect(reply(page)).toHaveValue("rasimu ambayo haijatumwa");
  await page.reload();
  for (const answer of answers) await expect(log(page).getByText(answer)).toHaveCount(1);
  const said = await (await Client.of(request, "ward")).said(farmer.ticket);
  expect(said.filter((text) => answers.includes(text))).toEqual(answers);
});

test("a page that is opened without a network shows what was known, and says so", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  const { cable, server } = await wired({});
  const request = await native(server);
  const context = await device({ baseURL: cable.url });
  const page = await context.newPage();
  const farmer = await aFarmer(request);
  const asked = unique("Mahindi yangu yana wadudu");
  await farmerWrites(request, farmer.phone, asked);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  await expect(log(page).getByText(asked)).toBeVisible();
  // The shell is kept, and so is what is on the screen.
  await keptFor(page, farmer.ticket);

  // With a network the page still comes from the server, made for whoever is signed in.
  const rendered = await page.reload();
  expect(await rendered?.text()).toContain(asked);
  await live(page);

  await cutOff(context, cable);
  await page.reload();
  await expect(strip(page)).toContainText("showing what was known at");
  await expect(strip(page)).not.toContainText("Live");
  await expect(log(page).getByText(asked)).toBeVisible();
  const answer = unique("Tumia dawa ya asili");
  await send(page, answer);

  await backOn(context, cable);
  await live(page);
  await expect(strip(page)).not.toContainText("not sent");
  await page.reload();
  await expect(log(page).getByText(answer)).toHaveCount(1);
});

test("three replies that were written without a network while somebody else answered are all held back, kept, and sent anyway on demand", async ({
  device,
  wired,
  native,
  tolerate,
}) => {
  [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
  tolerate(/^answer 409: POST \[\S+\/fn\/tickets\/reply\]/); // what holds them back
  const { cable, server } = await wired({});
  const request = await native(server);
  const context = await device({ baseURL: cable.url });
  const page = await context.newPage();
  const farmer = await aFarmer(request);
  await signIn(page, "ward", `/inbox/${farmer.ticket}`);
  await cutOff(context, cable);
  await expect(strip(page)).toContainText("Offline since");
  const mine = [unique("Jibu langu la kwanza"), unique("Jibu langu la pili"), unique("Jibu langu la tatu")];
  for (const text of mine) await send(page, text);
  const district = await Client.of(request, "district");
  const theirs = unique("Nimejibu tayari");
  await district.answers(farmer.ticket, theirs);

  await backOn(context, cable);
  await live(page);
  const anyway = page.getByRole("button", { name: "Send anyway" });
  const here = page.locator("section.conversation");
  const allHeldBack = async (): Promise<void> => {
    await expect(anyway.first()).toBeVisible();
    await expect(here.getByText(theirs).first()).toBeVisible();
    // Each stands there to be read, and none as if it were on its way.
    for (const text of mine) await expect(here.getByText(text).first(), text).toBeVisible();
    await expect(page.locator(".message.is-pending")).toHaveCount(0);
  };
  await allHeldBack();
  expect(await district.said(farmer.ticket)).not.toEqual(expect.arrayContaining([mine[0]]));
  await page.reload();
  await live(page);
  await allHeldBack();
  const other = await at((options) => device({ ...options, baseURL: cable.url }), "district", `/inbox/${farmer.ticket}`);
  await expect(log(other).getByText(theirs)).toHaveCount(1);
  for (const text of mine) await expect(log(other).getByText(text)).toHaveCount(0);

  await anyway.first().click();
  await expect(anyway).toHaveCount(0);
  await expect(strip(page)).not.toContainText("not sent");
  for (const text of mine) {
    await expect(log(page).getByText(text)).toHaveCount(1);
    await expect(log(other).getByText(text)).toHaveCount(1);
  }
  expect((await district.said(farmer.ticket)).filter((text) => mine.includes(text))).toEqual(mine);
});
