// Getting in, and not getting in.

import { expect, test } from "../fixtures.ts";
import { PASSWORD, PEOPLE, hydrated, live, signIn } from "../people.ts";

test("an officer signs in and comes to where they wanted to go", async ({ page }) => {
  await page.goto("/inbox?status=resolved");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("Email").fill(PEOPLE.ward);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/inbox\?status=resolved/);
  await live(page);
});

test("a wrong password is told under the field and what was typed stays", async ({ page, tolerate }) => {
  tolerate(/answer 401: POST/);
  await page.goto("/sign-in");
  await hydrated(page);
  await page.getByLabel("Email").fill(PEOPLE.ward);
  await page.getByLabel("Password", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("The e-mail address or the password is wrong.")).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(PEOPLE.ward);
});

test("the demo sign-ins are one click away", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /Admin, sees everything/ }).click();
  await expect(page).toHaveURL(/\/inbox/);
  await live(page);
});

test("without JavaScript one can sign in, read and reply", async ({ device, tolerate }) => {
  tolerate(/request failed: GET \(csp\)/); // without scripts the browser refuses to preload them
  const context = await device({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(PEOPLE.ward);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/inbox/);
  await page.locator(".ticket-row__link").first().click();
  await expect(page.getByRole("log")).toBeVisible();
  const text = `Bila JavaScript ${Date.now()}`;
  await page.getByRole("textbox", { name: "Reply" }).fill(text);
  await page.getByRole("button", { name: /Send/ }).click();
  await expect(page.getByRole("log")).toContainText(text);
});

test("after signing out the inbox asks for a sign-in", async ({ page }) => {
  await signIn(page, "district");
  await page.getByRole("button", { name: /Lucy Wanjiku Njoroge/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/inbox");
  await expect(page).toHaveURL(/\/sign-in/);
});
