// The inbox as a list: filters, paging, keys; and what a screen reader finds.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "../fixtures.ts";
import { aFarmer, live, signIn } from "../people.ts";

test("filters stand in the address and survive a reload", async ({ page }) => {
  await signIn(page, "admin");
  await page.getByRole("radio", { name: "Resolved" }).check();
  await expect(page).toHaveURL(/status=resolved/);
  await page.reload();
  await live(page);
  await expect(page.getByRole("radio", { name: "Resolved" })).toBeChecked();
  const first = await page.locator(".ticket-row__name").first().innerText();
  await page.getByRole("searchbox").fill(first.split("\n").pop() ?? first);
  await page.getByRole("searchbox").press("Enter");
  await expect(page).toHaveURL(/q=/);
  await expect(page.locator(".ticket-row__name").first()).toContainText(first.split(" ")[0] ?? "");
});

test("an officer's list holds only tickets of their ward", async ({ page }) => {
  await signIn(page, "ward");
  const places = await page.locator(".ticket-row__place").allInnerTexts();
  expect(places.length).toBeGreaterThan(0);
  expect(places.every((place) => place.includes("Elburgon"))).toBe(true);
});

test("the keyboard alone is enough: choose, answer, resolve, go back", async ({ page }) => {
  await signIn(page, "elsewhere"); // whose tickets no other journey touches
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/inbox\/\d+/);
  const reply = page.getByRole("textbox", { name: "Reply" });
  await expect(reply).toBeVisible();
  await page.keyboard.press("r");
  await expect(reply).toBeFocused();
  await reply.fill("Asante, nimepokea.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("log")).toContainText("Asante, nimepokea.");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing on any screen in ${colorScheme}`, async ({ device, request }) => {
    const farmer = await aFarmer(request);
    const context = await device({ colorScheme });
    const page = await context.newPage();
    const check = async (where: string): Promise<void> => {
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.html}`)).toEqual([]);
    };
    await page.goto("/sign-in");
    await check("sign-in");
    await page.goto("/simulator");
    await check("simulator");
    await signIn(page, "ward");
    await check("inbox");
    await page.goto(`/inbox/${farmer.ticket}`);
    await check("conversation");
  });
}
