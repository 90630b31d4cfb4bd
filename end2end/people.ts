// The people of the demo and what they do, so that a journey reads like one.

import { type APIRequestContext, type Browser, type BrowserContext, type Page, expect } from "@playwright/test";

/** Everybody's password in the demo. */
export const PASSWORD = "wardline-demo";

/** Who is who: an admin, officers on the way down to one ward, and one who covers other wards. */
export const PEOPLE = {
  admin: "admin@wardline.test",
  region: "region@wardline.test",
  district: "district@wardline.test",
  ward: "ward@wardline.test",
  elsewhere: "beatrice.wafula@wardline.test",
} as const;

export type Who = keyof typeof PEOPLE;

/** Signs somebody in on the page and waits until it is live. */
export async function signIn(page: Page, who: Who, path = "/inbox"): Promise<void> {
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByLabel("E-mail").fill(PEOPLE[who]);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`**${path}*`);
  await live(page);
}

/** Waits until the page says that it is live. */
export async function live(page: Page): Promise<void> {
  await expect(page.getByRole("region", { name: "Connection" })).toContainText("Live");
}

/** Opens a browser for somebody and signs them in. */
export async function at(
  device: (options?: Parameters<Browser["newContext"]>[0]) => Promise<BrowserContext>,
  who: Who,
  path = "/inbox",
): Promise<Page> {
  const page = await (await device()).newPage();
  await signIn(page, who, path);
  return page;
}

/** A tokens' answer of a native client. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  session: { id: string };
}

/** Signs somebody in as a native client does. */
export async function tokens(request: APIRequestContext, who: Who): Promise<Tokens> {
  const answer = await request.post("/api/auth/login", { data: { email: PEOPLE[who], password: PASSWORD } });
  expect(answer.status()).toBe(200);
  return (await answer.json()) as Tokens;
}

let texts = 0;

/** A text that no other test has written. */
export function unique(text: string): string {
  texts += 1;
  return `${text} (${process.pid}-${Date.now().toString(36)}-${texts})`;
}

/** A farmer of the ward officer's ward who has an open ticket, as the admin sees them. */
export async function aFarmer(
  request: APIRequestContext,
  nth = 0,
): Promise<{ ticket: number; name: string; phone: string }> {
  const { access_token } = await tokens(request, "ward");
  const answer = await request.get("/api/tickets?status=open&limit=20", {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const page = (await answer.json()) as {
    items: { id: number; customer: { full_name: string; phone_number: string } }[];
  };
  const found = page.items[nth];
  if (!found) throw new Error(`the demo ward has no open ticket number ${nth}`);
  return { ticket: found.id, name: found.customer.full_name, phone: found.customer.phone_number };
}

/** The gateway hands over what a farmer wrote. */
export async function farmerWrites(request: APIRequestContext, phone: string, body: string): Promise<void> {
  const answer = await request.post("/api/channels/whatsapp", {
    form: { From: `whatsapp:${phone}`, Body: body, MessageSid: unique("SM").replaceAll(/[^\w-]/g, "") },
  });
  expect(answer.status()).toBe(200);
}
