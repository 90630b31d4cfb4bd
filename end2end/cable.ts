// The cable between browsers and a server, which can be pulled. Browsers reach the server only through it;
// native clients of a test go past it.

import { once } from "node:events";
import { type AddressInfo, type Server as Listener, type Socket, connect, createServer } from "node:net";
import { Server } from "./server.ts";

export class Cable {
  readonly url: string;
  readonly #listener: Listener;
  readonly #ends = new Set<Socket>();
  #port = 0;
  #cut = false;

  private constructor(listener: Listener) {
    this.#listener = listener;
    this.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    listener.on("connection", (near) => this.#join(near));
  }

  /** A server whose own origin is the near end of a cable. */
  static async to(name: string, env: Record<string, string>): Promise<{ cable: Cable; server: Server }> {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const cable = new Cable(listener);
    const server = await Server.start({ name, env: { ...env, WARDLINE_PUBLIC_URL: cable.url } });
    cable.#port = Number(new URL(server.url).port);
    return { cable, server };
  }

  /** Every connection breaks, and new ones fail at once. */
  cut(): void {
    this.#cut = true;
    for (const end of this.#ends) end.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  async remove(): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #join(near: Socket): void {
    this.#keep(near);
    if (this.#cut) {
      near.destroy();
      return;
    }
    const far = connect(this.#port, "127.0.0.1");
    this.#keep(far);
    near.pipe(far);
    far.pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }

  #keep(end: Socket): void {
    this.#ends.add(end);
    end.setNoDelay(true);
    end.on("error", () => end.destroy());
    end.on("close", () => this.#ends.delete(end));
  }
}
