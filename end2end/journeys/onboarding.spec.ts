// From an invitation's link to a live inbox, and what stands in the way of those who may not.

import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { PASSWORD, aFarmer, farmerWrites, hydrated, live, tokens, unique } from "../people.ts";

const pictures = join(import.meta.dirname, "../results/screens");
const CHOSEN = "a maize field in Molo";

interface Invitation {
  user_id: number;
  link: string;
  token: string;
  email: string;
}

let people = 0;

/** An admin invites somebody to the ward officer's ward. The link is of the public address. */
async function anInvitation(request: APIRequestContext): Promise<Invitation> {
  const [officer, admin] = [await tokens(request, "ward"), await tokens(request, "admin")];
  const me = await request.get("/api/me", { headers: { authorization: `Bearer ${officer.access_token}` } });
  const { areas } = (await me.json()) as { areas: { id: number }[] };
  people += 1;
  const email = `grace.${process.pid}.${Date.now().toString(36)}.${people}@wardline.test`;
  const answer = await request.post("/api/staff/invitations", {
    data: { email, full_name: "Grace Wanjala", role: "eo", areas: [areas[0]?.id] },
    headers: { authorization: `Bearer ${admin.access_token}` },
  });
  expect(answer.status()).toBe(200);
  return { ...((await answer.json()) as Invitation), email };
}

/** Opens a link and chooses a password. */
async function accept(page: Page, { link }: Invitation): Promise<void> {
  await page.goto(new URL(link).pathname);
  await page.getByLabel("Password", { exact: true }).fill(CHOSEN);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/welcome");
}

test("somebody who is invited comes into their live inbox by keyboard alone", async ({ device, request, tolerate }) => {
  tolerate(/answer 400: POST .*welcome\/save/);
  const farmer = await aFarmer(request);
  const invitation = await anInvitation(request);
  const page = await (await device()).newPage();
  const keys = page.keyboard;
  const focused = page.locator(":focus");

  await page.goto(new URL(invitation.link).pathname);
  await hydrated(page);
  await expect(page.getByRole("heading", { name: "Welcome, Grace Wanjala" })).toBeVisible();
  await keys.press("Tab");
  await expect(focused).toHaveAttribute("id", "password");
  await keys.type("too short");
  await keys.press("Enter");
  await expect(page.getByRole("alert")).toContainText("at least 10 characters");
  await expect(focused).toHaveAttribute("id", "password");
  await keys.press("Control+A");
  await keys.type(CHOSEN);
  await keys.press("Enter");

  await page.waitForURL("**/welcome");
  await hydrated(page);
  await keys.press("Tab");
  await expect(focused).toHaveValue("Grace Wanjala");
  await keys.press("Tab");
  await keys.type("0712");
  await keys.press("Enter");
  await expect(page.getByRole("alert").filter({ hasText: "international form" })).toBeVisible();
  await keys.press("Control+A");
  await keys.type("+254712345678");
  await keys.press("Tab");
  await keys.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Kiswahili" })).toBeChecked();
  await keys.press("Tab");
  await keys.press("ArrowRight");
  await keys.press("ArrowRight");
  await expect(page.getByRole("radio", { name: "Dark" })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await keys.press("Tab");
  await keys.press("Enter");

  await expect(page).toHaveURL(/\/welcome\?step=areas$/);
  await expect(page.getByText("You cover: Elburgon")).toBeVisible();
  await expect(focused).toHaveText("Your areas");
  await keys.press("Tab");
  await expect(focused).toHaveText("Looks right");
  await keys.press("Enter");

  await expect(page).toHaveURL(/\/inbox$/);
  await live(page);
  const row = page.locator(".ticket-row").filter({ hasText: farmer.name });
  await expect(row).toBeVisible();
  const text = unique("Mvua imekuja");
  await farmerWrites(request, farmer.phone, text);
  await expect(row).toContainText(text);

  const facts = (await (await page.request.get("/api/auth/session")).json()) as { claims_version: number };
  expect(facts.claims_version, "the tokens say what became of them").toBe(2);
  const me = (await (await page.request.get("/api/me")).json()) as Record<string, unknown>;
  expect(me).toMatchObject({ onboarded: true, locale: "sw", phone_number: "+254712345678" });

  // Done once: the first steps lead to the inbox from now on.
  await page.goto("/welcome");
  await expect(page).toHaveURL(/\/inbox$/);
});

test("a used link says so and shows the way to the sign-in", async ({ device, request, tolerate }) => {
  tolerate(/answer 410: GET/);
  const invitation = await anInvitation(request);
  const page = await (await device()).newPage();
  await accept(page, invitation);
  const other = await (await device()).newPage();
  await other.goto(new URL(invitation.link).pathname);
  await expect(other.getByRole("heading", { name: "This invitation was used already" })).toBeVisible();
  await other.getByRole("link", { name: "Sign in" }).click();
  await expect(other).toHaveURL(/\/sign-in$/);
});

test("a link that nobody was given says so", async ({ page, tolerate }) => {
  tolerate(/answer 404: GET/);
  await page.goto(`/invitation/${"0".repeat(40)}`);
  await expect(page.getByRole("heading", { name: "There is no such invitation" })).toBeVisible();
});

test("before the first steps every page leads to them, also after a sign-in", async ({ device, request }) => {
  const invitation = await anInvitation(request);
  await accept(await (await device()).newPage(), invitation);
  const page = await (await device()).newPage();
  await page.goto("/sign-in?next=/inbox/1");
  await page.getByLabel("Email").fill(invitation.email);
  await page.getByLabel("Password", { exact: true }).fill(CHOSEN);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/welcome$/);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/welcome$/);
  await page.goto("/welcome?step=areas");
  await page.getByText("Something is wrong").click();
  await expect(page.getByRole("link", { name: "Esther Wambui Karanja" })).toHaveAttribute(
    "href",
    "mailto:admin@wardline.test",
  );
  await page.getByRole("button", { name: "Go on for now" }).click();
  await expect(page).toHaveURL(/\/inbox$/);
  await live(page);
});

test("the demo has somebody who is new", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill("grace.achieng@wardline.test");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/welcome$/);
  await hydrated(page);
  await page.goto("/welcome?step=areas");
  await expect(page.getByText("You cover: Molo")).toBeVisible();
});

test("without JavaScript an invitation leads into the inbox as well", async ({ device, request, tolerate }) => {
  tolerate(/request failed: GET \(csp\)/); // without scripts the browser refuses to preload them
  const invitation = await anInvitation(request);
  const page = await (await device({ javaScriptEnabled: false })).newPage();
  await page.goto(new URL(invitation.link).pathname);
  await page.getByLabel("Password", { exact: true }).fill("too short");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText("at least 10 characters");
  await accept(page, invitation);
  await page.getByLabel("Name").fill("Grace W.");
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(/\/welcome\?step=areas$/);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Looks right" }).click();
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(page.locator(".ticket-row").first()).toBeVisible();
});

test("whoever is not the one who is signed in can leave the first steps", async ({ device, request }) => {
  const page = await (await device()).newPage();
  await accept(page, await anInvitation(request));
  await hydrated(page);
  await page.getByRole("button", { name: "Not you? Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

for (const [width, colorScheme] of [[360, "light"], [360, "dark"], [1440, "light"], [1440, "dark"]] as const) {
  test(`the first steps at ${width} px in ${colorScheme} fit, and axe finds nothing`, async ({
    device,
    request,
    tolerate,
  }) => {
    tolerate(/answer 400: POST .*welcome\/save|answer 410: GET/);
    const invitation = await anInvitation(request);
    const context = await device({ colorScheme, viewport: { width, height: width < 500 ? 740 : 900 } });
    const page = await context.newPage();
    const look = async (name: string): Promise<void> => {
      await page.screenshot({ path: join(pictures, `${name}-${width}-${colorScheme}.png`) });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(over, `${name} runs over the side`).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect.soft(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`), name).toEqual([]);
    };
    await page.goto(new URL(invitation.link).pathname);
    await hydrated(page);
    await look("invitation");
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await look("invitation-wrong");
    await accept(page, invitation);
    await hydrated(page);
    await look("welcome");
    await page.getByLabel("Phone (optional)").fill("0712");
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByText("Give a number in international form")).toBeVisible();
    await look("welcome-wrong");
    await page.goto("/welcome?step=areas");
    await hydrated(page);
    await page.getByText("Something is wrong").click();
    await look("welcome-areas");
    await page.goto(new URL(invitation.link).pathname);
    await look("invitation-used");
  });
}
