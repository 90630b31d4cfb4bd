// What ARCHITECTURE.md promises about the shape of the code, each promise as a check. A check that finds
// nothing to look at fails too: a folder that moved must not make it pass for ever.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

process.chdir(join(import.meta.dirname, ".."));

const LINES_MAX = 400;
const CFG_LINES_MAX = 12;

let broken = 0;

/** Runs one check, which returns or throws what speaks against the promise. */
function promise(text, check) {
  let offenders;
  try {
    offenders = [check() ?? []].flat();
  } catch (error) {
    offenders = [error.message];
  }
  console.log(`${offenders.length === 0 ? "✓" : "✗"} ${text}`);
  for (const offender of offenders) console.log(`    ${offender}`);
  if (offenders.length > 0) broken += 1;
}

/** The list, unless it is empty: then the check would have looked at nothing. */
function some(list, what) {
  if (list.length === 0) throw new Error(`found no ${what}`);
  return list;
}

function run(program, ...args) {
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: 64 << 20, stdio: ["ignore", "pipe", "pipe"] });
}

const read = (path) => readFileSync(path, "utf8");
const lines = (text) => text.split("\n").filter((line) => line !== "");

/** Files of the project, also those that are not committed yet. */
function files(pattern) {
  const listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern);
  return listed.split("\0").filter((path) => path !== "" && existsSync(path));
}

// --- The arrows between the crates -------------------------------------------------------------------

/** Of the crates that `cargo tree` lists, `witness` is one (so the list is real) and no forbidden one. */
function without(forbidden, witness, ...args) {
  const tree = run("cargo", "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}", ...args);
  const crates = [...new Set(lines(tree).map((line) => line.split(" ")[0]))];
  some(crates.filter((name) => name === witness), `${witness} in cargo tree ${args.join(" ")}`);
  return crates.filter((name) => forbidden.test(name));
}

promise("app reaches SQL only through domain's ports", () =>
  without(/^(sqlx.*|storage|server)$/, "leptos_axum", "--package", "app", "--features", "ssr"));

promise("the browser's half holds nothing of the server", () =>
  without(
    /^(tokio|mio|hyper|axum|sqlx.*|storage|server|leptos_axum|socketioxide)$/,
    "wasm-bindgen",
    "--package", "frontend", "--target", "wasm32-unknown-unknown",
  ));

promise("domain does no IO and knows no framework", () =>
  without(/^(tokio|mio|hyper|axum|sqlx.*|leptos.*|socketioxide|reqwest|web-sys|app|storage|server)$/, "serde", "--package", "domain"));

promise("storage knows neither views nor HTTP", () =>
  without(/^(axum|leptos.*|socketioxide|app|server)$/, "sqlx", "--package", "storage"));

const metadata = JSON.parse(run("cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"));
const crate = (name) => some(metadata.packages.filter((one) => one.name === name), `crate ${name}`)[0];

promise("domain has no features", () => Object.keys(crate("domain").features));

promise("frontend is no default member: built together with the server it would turn on ssr and hydrate at once", () =>
  some(metadata.workspace_default_members, "default members").filter((id) => id === crate("frontend").id));

// --- The files ---------------------------------------------------------------------------------------

const rust = files("*.rs");

promise("every Rust file opens with //! and says what it is for", () =>
  some(rust, "Rust files").filter((path) => !/^\/\/! *\S/.test(read(path))));

promise(`no Rust file is longer than ${LINES_MAX} lines`, () =>
  some(rust, "Rust files")
    .map((path) => [path, read(path).split("\n").length - 1])
    .filter(([, length]) => length > LINES_MAX)
    .map(([path, length]) => `${path}: ${length}`));

promise(`app has at most ${CFG_LINES_MAX} lines with cfg(feature = "ssr" or "hydrate")`, () => {
  const found = files("app/src/*.rs").flatMap((path) =>
    lines(read(path)).filter((line) => /cfg.*feature *= *"(ssr|hydrate)"/.test(line)).map((line) => `${path}: ${line.trim()}`));
  return some(found, "such line").length > CFG_LINES_MAX ? found : [];
});

promise("nothing names a folder or a host of somebody's own machine", () => {
  // Written so that this line does not find itself.
  const foreign = /\/wor[k]\/|\/far[m]\/|artifac[t]ory/i;
  return some(files("."), "files").flatMap((path) =>
    lines(read(path)).filter((line) => foreign.test(line)).map((line) => `${path}: ${line.trim().slice(0, 120)}`));
});

promise("domain reads no clock and no environment: the present moment is an argument", () =>
  some(files("app/domain/src/*.rs"), "files of domain").flatMap((path) =>
    lines(read(path)).filter((line) => /\b(Instant|SystemTime)::now\b|\benv::var/.test(line)).map((line) => `${path}: ${line.trim()}`)));

promise("both engines have the same migrations", () => {
  const names = (engine) => some(files(`migrations/${engine}/*.sql`), `migrations for ${engine}`).map((path) => basename(path));
  const [sqlite, postgres] = [names("sqlite"), names("postgres")];
  return [
    ...sqlite.filter((name) => !postgres.includes(name)).map((name) => `only for SQLite: ${name}`),
    ...postgres.filter((name) => !sqlite.includes(name)).map((name) => `only for PostgreSQL: ${name}`),
  ];
});

// --- What is written in two places -------------------------------------------------------------------

promise("Leptos.toml, which the server reads, and Cargo.toml, which cargo-leptos reads, agree", () => {
  const [, section] = read("Leptos.toml").split(/^\[package\.metadata\.leptos\]$|^\[\[workspace\.metadata\.leptos\]\]$/m);
  const ran = [...(section ?? "").matchAll(/^([a-z-]+) *= *"?([^"#\n]*?)"? *(?:#.*)?$/gm)];
  const [built] = some(metadata.metadata.leptos, "[[workspace.metadata.leptos]]");
  const shared = ran.filter(([, key]) => key in built);
  for (const key of ["output-name", "site-pkg-dir"]) some(shared.filter((pair) => pair[1] === key), `${key} in both`);
  return shared
    .filter(([, key, value]) => String(built[key]) !== value)
    .map(([, key, value]) => `${key}: Leptos.toml has ${value}, Cargo.toml has ${built[key]}`);
});

promise("every cargo command names the site's files as cargo-leptos does", () => {
  const [, name] = some(read(".cargo/config.toml").match(/^LEPTOS_OUTPUT_NAME = "(.*)"$/m) ?? [], "LEPTOS_OUTPUT_NAME in .cargo/config.toml");
  const [built] = some(metadata.metadata.leptos, "[[workspace.metadata.leptos]]");
  return name === built["output-name"] ? [] : [`.cargo/config.toml has ${name}, Cargo.toml has ${built["output-name"]}`];
});

promise("wasm-bindgen is one version, as a crate and as a program", () => {
  const [, locked] = some(read("Cargo.lock").match(/^name = "wasm-bindgen"\nversion = "(.*)"$/m) ?? [], "wasm-bindgen in Cargo.lock");
  const [, tool] = some(read("scripts/tools.sh").match(/^ *\[wasm-bindgen-cli\]=([\d.]+)$/m) ?? [], "wasm-bindgen-cli in tools.sh");
  return locked === tool ? [] : [`Cargo.lock has ${locked}, scripts/tools.sh has ${tool}`];
});

promise("npm packages have exact versions", () =>
  some(Object.entries(JSON.parse(read("package.json")).devDependencies), "packages")
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name, version]) => `${name}: ${version}`));

promise("the npm lock file names no registry but the public one", () =>
  some(Object.entries(JSON.parse(read("package-lock.json")).packages), "packages")
    .filter(([, { resolved }]) => resolved && !resolved.startsWith("https://registry.npmjs.org/"))
    .map(([name, { resolved }]) => `${name}: ${resolved}`));

if (broken > 0) {
  console.error(`${broken} of the promises do not hold`);
  process.exitCode = 1;
}
