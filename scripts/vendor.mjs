// Copies the browser client of Socket.IO out of node_modules into public/vendor/, so that the site serves
// every byte itself. The version is part of the file's name: the copy may be cached for ever.
// Runs after every `npm ci`, and from the Makefile when the copy is missing.

import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const client = join(root, "node_modules/socket.io-client");
const vendor = join(root, "public/vendor");

const { version } = JSON.parse(readFileSync(join(client, "package.json"), "utf8"));
const name = `socket.io-${version}.esm.min.js`;

mkdirSync(vendor, { recursive: true });
for (const old of readdirSync(vendor)) {
  if (/^socket\.io-.*\.js$/.test(old) && old !== name) rmSync(join(vendor, old));
}
copyFileSync(join(client, "dist/socket.io.esm.min.js"), join(vendor, name));
