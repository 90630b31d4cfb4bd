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
  await page.getByLabel("Email").fill(PEOPLE[who]);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`**${path}*`);
  await live(page);
}

/** Waits until the page answers to what is done on it: before, it only shows what the server made. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("html")).toHaveAttribute("data-hydrated", "");
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

/** A farmer with an open ticket. */
export interface Farmer {
  ticket: number;
  name: string;
  phone: string;
}

/** A new farmer of the ward officer's ward, who has just written for the first time. */
export async function aFarmer(request: APIRequestContext): Promise<Farmer> {
  const [officer, admin] = [await tokens(request, "ward"), await tokens(request, "admin")];
  const get = async <T>(path: string, { access_token }: Tokens): Promise<T> => {
    const answer = await request.get(path, { headers: { authorization: `Bearer ${access_token}` } });
    expect(answer.status()).toBe(200);
    return (await answer.json()) as T;
  };
  // Nine digits that no other test has.
  const phone = `+2547${String(process.pid % 1000).padStart(3, "0")}${String(Date.now() % 100_000).padStart(5, "0")}`;
  const name = `Mkulima ${phone.slice(-8)}`;
  await farmerWrites(request, phone, "Habari, mimi ni mkulima mpya", name);

  const { areas } = await get<{ areas: { id: number }[] }>("/api/me", officer);
  const query = `q=${encodeURIComponent(phone)}`;
  const { items: customers } = await get<{ items: { id: number }[] }>(`/api/customers?${query}`, admin);
  const placed = await request.patch(`/api/customers/${customers[0]?.id}`, {
    data: { ward_id: areas[0]?.id },
    headers: { authorization: `Bearer ${admin.access_token}` },
  });
  expect(placed.status()).toBe(200);
  const { items: tickets } = await get<{ items: { id: number }[] }>(`/api/tickets?${query}`, officer);
  const ticket = tickets[0]?.id;
  if (!ticket) throw new Error("the new farmer has no ticket in the ward");
  return { ticket, name, phone };
}

/** The gateway hands over what a farmer wrote. */
export async function farmerWrites(
  request: APIRequestContext,
  phone: string,
  body: string,
  name?: string,
): Promise<void> {
  const answer = await request.post("/api/channels/whatsapp", {
    form: {
      From: `whatsapp:${phone}`,
      Body: body,
      MessageSid: unique("SM").replaceAll(/[^\w-]/g, ""),
      ...(name ? { ProfileName: name } : {}),
    },
  });
  expect(answer.status()).toBe(200);
}
