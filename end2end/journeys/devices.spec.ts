// Where one is signed in: one device signs another out, which keeps what it shows and goes on in place.

import { AxeBuilder } from "@axe-core/playwright";
import { join } from "node:path";
import { expect, test } from "../fixtures.ts";
import { aFarmer, at, farmerWrites, live, PASSWORD, signIn, unique } from "../people.ts";

const pictures = join(import.meta.dirname, "../results/screens");

test("one browser signs the other out, which says so at once, stays readable and goes on in place", async ({
  device,
  request,
  tolerate,
}) => {
  tolerate(/answer 401:/); // what the signed-out device may still ask
  const farmer = await aFarmer(request);
  const other = await at(device, "ward", `/inbox/${farmer.ticket}`);
  const loads: string[] = [];
  other.on("framenavigated", (frame) => loads.push(frame.url()));
  const draft = unique("Nusu ya jibu");
  await other.getByRole("textbox", { name: "Reply" }).fill(draft);
  const sessions = async (): Promise<string> =>
    (await (await other.request.get("/api/auth/session")).json()).id as string;
  const id = await sessions();

  const mine = await at(device, "ward", "/me");
  await expect(mine.getByRole("heading", { name: "Devices and security" })).toBeVisible();
  const row = mine.locator(".device").filter({ has: mine.locator(`input[value="${id}"]`) });
  await expect(row).toHaveCount(1);
  await row.getByRole("button", { name: /^Sign out/ }).click();
  const banner = other.locator(".banner--expired");
  await expect(banner).toContainText("signed out on this device", { timeout: 1_000 });
  await expect(mine.locator(".toasts")).toContainText("Signed out on that device.");
  await expect(row).toHaveCount(0);
  await expect(mine.locator(".happening").first()).toContainText("Signed out on");

  // Nothing was taken away, and nothing was loaded again.
  await expect(other.getByRole("log")).toBeVisible();
  await expect(other.getByRole("textbox", { name: "Reply" })).toHaveValue(draft);
  expect(loads).toEqual([]);

  await banner.getByRole("textbox", { name: /^Password of/ }).or(banner.getByLabel(/^Password of/)).first().fill(PASSWORD);
  await banner.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(banner).toHaveCount(0);
  await live(other);
  expect(await sessions()).not.toBe(id);
  await expect(other.getByRole("textbox", { name: "Reply" })).toHaveValue(draft);
  await other.getByRole("textbox", { name: "Reply" }).press("Control+Enter");
  await expect(other.getByRole("log").getByText(draft)).toHaveCount(1);
  const asked = unique("Asante sana");
  await farmerWrites(request, farmer.phone, asked);
  await expect(other.getByRole("log").getByText(asked)).toHaveCount(1);
  expect(loads).toEqual([]);
});

test("everywhere else, then everywhere: the others end, then this one too", async ({ device, tolerate }) => {
  tolerate(/answer 401:/);
  const other = await at(device, "region");
  const mine = await at(device, "region");
  await mine.getByRole("button", { name: "Joseph Kiprotich Koech" }).click();
  await mine.getByRole("link", { name: "Devices and security" }).click();
  await expect(mine).toHaveURL(/\/me$/);
  await mine.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(other.locator(".banner--expired")).toBeVisible();
  await expect(mine.locator(".device")).toHaveCount(1);
  await expect(mine.getByRole("button", { name: "Sign out everywhere else" })).toBeDisabled();
  await mine.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await mine.waitForURL("**/sign-in*");
});

test("the button of this device signs out", async ({ page }) => {
  await signIn(page, "elsewhere", "/me");
  const own = page.locator(".device").filter({ hasText: "This device" });
  await own.getByRole("button", { name: /^Sign out/ }).click();
  await page.waitForURL("**/sign-in*");
  await page.goto("/me");
  await expect(page).toHaveURL(/\/sign-in\?next=\/me/);
});

for (const width of [360, 768, 1440]) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the page of devices at ${width} px in ${colorScheme} fits, and axe finds nothing`, async ({ device }) => {
      const context = await device({ colorScheme, viewport: { width, height: width < 500 ? 740 : 900 } });
      const page = await context.newPage();
      await signIn(page, "admin", "/me");
      await expect(page.locator(".device").first()).toBeVisible();
      await page.screenshot({ path: join(pictures, `devices-${width}-${colorScheme}.png`) });
      const over = await page.evaluate(() => {
        const pane = document.querySelector(".page");
        return Math.max(
          document.documentElement.scrollWidth - window.innerWidth,
          (pane?.scrollWidth ?? 0) - (pane?.clientWidth ?? 0),
        );
      });
      expect(over).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
    });
  }
}
