// Every state of the banners and of the strip, in light and in dark: axe finds nothing in any.

import { aFarmer, live, signIn } from "../people.ts";
import { Client, NO_ANSWER, NO_NETWORK, banner, clean, expect, reply, signInHere, strip, test } from "../sessions.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in any state of the banners in ${colorScheme}`, async ({
    device,
    served,
    native,
    tolerate,
  }) => {
    test.setTimeout(120_000);
    tolerate(/^answer 401: (POST|GET) \[\S+\/(api\/auth\/(refresh|session)|fn\/(tickets|session)\/\S+|ws\/socket\.io)/);

    await test.step("the idle end is near", async () => {
      const server = await served({ WARDLINE_SESSION_IDLE: "240" });
      const page = await (await device({ baseURL: server.url, colorScheme })).newPage();
      await signIn(page, "ward");
      await expect(page.getByRole("button", { name: "Refresh now" })).toBeVisible();
      await clean(page, "idle end");
      await banner(page).getByRole("button", { name: "Close" }).click();
      await expect(banner(page)).toHaveCount(0);
      await clean(page, "dismissed");
    });

    const server = await served({ WARDLINE_SESSION_WINDOW: "240" });
    const request = await native(server);
    const farmer = await aFarmer(request);
    const page = await (await device({ baseURL: server.url, colorScheme })).newPage();
    await test.step("the absolute end is near", async () => {
      await signIn(page, "ward", `/inbox/${farmer.ticket}`);
      await expect(page.getByRole("button", { name: "Sign in now" })).toBeVisible();
      await clean(page, "absolute end");
      await page.getByRole("button", { name: "Sign in now" }).click();
      await expect(page.getByLabel(/^Password of/)).toBeVisible();
      await clean(page, "absolute end, with the form");
      await signInHere(page, "ward", "not this one");
      await expect(banner(page).getByText("wrong")).toBeVisible();
      await clean(page, "absolute end, with a wrong password");
    });
    await test.step("the session is over", async () => {
      const { id } = (await (await page.request.get("/api/auth/session")).json()) as { id: string };
      await (await Client.of(request, "ward")).end(id);
      await expect(page.locator(".banner--expired")).toBeVisible();
      await reply(page).fill("Rasimu");
      await clean(page, "over");
      await signInHere(page, "ward", "not this one");
      await expect(banner(page).getByText("wrong")).toBeVisible();
      await clean(page, "over, with a wrong password");
      await signInHere(page, "ward");
      await expect(page.locator(".banner--expired")).toHaveCount(0);
      await live(page);
    });
  });

  test(`axe finds nothing in any state of the strip in ${colorScheme}`, async ({ device, wired, native, tolerate }) => {
    [...NO_NETWORK, ...NO_ANSWER].forEach(tolerate);
    const { cable, server } = await wired({});
    const farmer = await aFarmer(await native(server));
    const context = await device({ baseURL: cable.url, colorScheme });
    const page = await context.newPage();
    await signIn(page, "ward", `/inbox/${farmer.ticket}`);
    const state = strip(page).getByRole("button", { expanded: false });

    cable.cut();
    await expect(strip(page)).toContainText("Reconnecting");
    await clean(page, "reconnecting");
    cable.mend();
    await live(page);

    await context.setOffline(true);
    await expect(strip(page)).toContainText("Offline since");
    await reply(page).fill("Jibu");
    await reply(page).press("Control+Enter");
    await expect(strip(page)).toContainText("1 reply not sent");
    await clean(page, "offline");
    await state.click();
    await expect(page.getByRole("dialog", { name: "Connection" })).toBeVisible();
    await clean(page, "offline, with the panel");
    await context.setOffline(false);
    await live(page);
  });
}
