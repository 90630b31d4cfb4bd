// The official Socket.IO client against the contract: each way of connecting, refusals, acks, resume.

import { io, type Socket } from "socket.io-client";
import { expect, test } from "../fixtures.ts";
import { aFarmer, farmerWrites, tokens, unique } from "../people.ts";

interface Heard {
  name: string;
  data: Record<string, unknown>;
}

/** Connects and collects everything; resolves at `ready`, rejects with the error of a refusal. */
async function connect(
  url: string,
  auth: Record<string, unknown>,
  transports: string[] = ["polling", "websocket"],
): Promise<{ socket: Socket; heard: Heard[] }> {
  const socket = io(url, { path: "/ws/socket.io", auth, transports, reconnection: false, forceNew: true });
  const heard: Heard[] = [];
  socket.onAny((name: string, data: Record<string, unknown>) => heard.push({ name, data }));
  await new Promise((resolve, reject) => {
    socket.once("ready", resolve);
    socket.once("connect_error", reject);
  });
  return { socket, heard };
}

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  test(`the official client hears a message over ${transports.join(" then ")}`, async ({ request, baseURL }) => {
    const farmer = await aFarmer(request);
    const { access_token } = await tokens(request, "ward");
    const { socket } = await connect(baseURL ?? "", { token: access_token }, transports);
    const text = unique("Habari");
    const arrived = new Promise<Record<string, unknown>>((resolve) => {
      socket.on("message_received", (data: Record<string, unknown>) => data.body === text && resolve(data));
    });
    await farmerWrites(request, farmer.phone, text);
    const data = await arrived;
    expect(data).toMatchObject({ from_source: 1, phone_number: farmer.phone, ticket_id: farmer.ticket });
    expect(data.id).toEqual(expect.any(Number));
    expect(data.epoch).toEqual(expect.any(String));
    if (transports.length === 2) expect(socket.io.engine.transport.name).toBe("websocket");
    socket.close();
  });
}

test("a refused handshake is a connect_error whose data says the code", async ({ baseURL }) => {
  for (const [auth, code] of [
    [{}, "token_missing"],
    [{ token: "x.y.z" }, "token_malformed"],
  ] as const) {
    const refused = await connect(baseURL ?? "", auth).catch((error: unknown) => error);
    expect(refused).toMatchObject({ data: { code } });
  }
});

test("commands are acknowledged, and a new token is taken in place", async ({ request, baseURL }) => {
  const mine = await tokens(request, "ward");
  const { socket } = await connect(baseURL ?? "", { token: mine.access_token });
  expect(await socket.emitWithAck("latency", { rtt_ms: 20 })).toEqual({ ok: true });
  expect(await socket.emitWithAck("subscribe_wards", { ward_ids: [] })).toEqual({ ok: true });
  const renewed = await request.post("/api/auth/refresh-mobile", { data: { refresh_token: mine.refresh_token } });
  const { access_token } = (await renewed.json()) as { access_token: string };
  expect(await socket.emitWithAck("authenticate", { token: access_token })).toEqual({ ok: true });
  expect(await socket.emitWithAck("authenticate", { token: "x" })).toEqual({ ok: false, error: "token_malformed" });
  socket.close();
});

test("who comes back with a position gets what was missed before ready, in order", async ({ request, baseURL }) => {
  const farmer = await aFarmer(request);
  const { access_token } = await tokens(request, "ward");
  const first = await connect(baseURL ?? "", { token: access_token });
  const ready = first.heard.find(({ name }) => name === "ready");
  first.socket.close();
  const missed = [unique("moja"), unique("mbili"), unique("tatu")];
  for (const text of missed) await farmerWrites(request, farmer.phone, text);

  const again = await connect(baseURL ?? "", {
    token: access_token,
    epoch: ready?.data.epoch,
    after: ready?.data.head,
  });
  const names = again.heard.map(({ name }) => name);
  expect(names.at(-1)).toBe("ready");
  const bodies = again.heard.filter(({ name }) => name === "message_received").map(({ data }) => data.body);
  expect(bodies.filter((body) => missed.includes(String(body)))).toEqual(missed);
  const ids = again.heard.filter(({ data }) => data.id !== undefined).map(({ data }) => Number(data.id));
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  again.socket.close();
});

test("a position of another life of the database is answered with reset", async ({ request, baseURL }) => {
  const { access_token } = await tokens(request, "ward");
  const { socket, heard } = await connect(baseURL ?? "", {
    token: access_token,
    epoch: "018f3d3c-0000-7000-8000-000000000001",
    after: 3,
  });
  expect(heard.map(({ name }) => name)).toEqual(["reset", "ready"]);
  socket.close();
});
