# Everything that is done often, each by one word. Every target sets up what it needs and does nothing
# twice: what is there already is recognised by a cheap look, not by memory.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Cargo uses all cores by itself; two of these at once only wait for each other's lock.
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Flags of every cargo-leptos build (for example -v).
BUILD_FLAGS ?=
# Where `make run` listens.
PORT ?= 3000
# Arguments for the program behind a target: make test-rust ARGS="-p storage", make test-e2e ARGS=inbox
ARGS ?=

export BUILD_FLAGS PORT
export PATH := $(shell scripts/tools.sh path):$(PATH):$(HOME)/.cargo/bin
# Chromium comes from the system.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

# cargo-leptos gives this flag to its debug builds. With the same flag here, tests, clippy and docs find
# the dependencies compiled; without it each would compile them once more.
CARGO := RUSTFLAGS="$${RUSTFLAGS-} --cfg erase_components" cargo
# The browser's half is a graph of its own (see `default-members` in Cargo.toml).
WASM := --package frontend --target wasm32-unknown-unknown
# The load driver is no default member either: nothing that is deployed needs it.
BENCH := --package bench

SOCKET_IO := public/vendor/socket.io-$(shell sed -n 's/.*"socket.io-client": "\(.*\)".*/\1/p' package.json).esm.min.js

.PHONY: help
help: ## List what can be done
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

## Doing

.PHONY: run
run: build ## Build and start it with demo data on http://127.0.0.1:3000 (PORT=… for another port)
	@exec scripts/run.sh target/debug/server

.PHONY: watch
watch: setup ## The same, rebuilt and reloaded whenever a file changes
	@LEPTOS_SITE_ADDR=127.0.0.1:$(PORT) exec cargo-leptos watch $(BUILD_FLAGS)

.PHONY: build
build: setup ## Build server and site for development
	@cargo-leptos build $(BUILD_FLAGS)

.PHONY: release
release: setup ## Build server and site for deployment
	@scripts/release.sh

.PHONY: test
test: site test-build ## All tests, with a PostgreSQL and a Chromium of their own
	@CHROMIUM=$$(scripts/chromium.sh) scripts/with-services.sh $(MAKE) cargo-test playwright ARGS=

.PHONY: test-rust
test-rust: compiler ## Only the Rust tests (ARGS="-p storage" for some of them)
	@scripts/with-services.sh $(MAKE) cargo-test

.PHONY: test-e2e
test-e2e: site test-build ## Only the browser tests (ARGS=inbox for some of them)
	@CHROMIUM=$$(scripts/chromium.sh) scripts/with-services.sh $(MAKE) playwright

.PHONY: check
check: setup-check fmt-check clippy deny doc invariants typecheck ## Everything a reviewer should not have to look for

.PHONY: bench
bench: setup ## Measure a release build on this machine
	@scripts/bench.sh $(ARGS)

.PHONY: soak
soak: ## Play a million simulated worlds of sessions (ARGS=<how many>)
	@SOAK_WORLDS=$${ARGS:-1000000} $(CARGO) test --locked --release --package domain --test simulation -- --nocapture sessions

.PHONY: fmt
fmt: ## Format the Rust code
	@cargo fmt --all

.PHONY: clean
clean: ## Remove everything that was built and the demo data; the tools and packages stay
	@cargo clean --quiet
	@rm -rf data end2end/results

## The parts of `test` and `check`

.PHONY: site test-build cargo-test playwright
# The browser tests use the server of `test-build`: what the tests depend on turns on more features of
# shared crates, so a server without them would be half a compilation of its own.
site: setup
	@cargo-leptos build --frontend-only $(BUILD_FLAGS)

test-build:
	@$(CARGO) build --locked --bins --tests
	@$(CARGO) build --locked --tests $(BENCH)

cargo-test:
	@$(CARGO) test --locked $(ARGS)
	@$(if $(ARGS),:,$(CARGO) test --locked $(BENCH))

playwright: node_modules/.package-lock.json
	@cd end2end && ../node_modules/.bin/playwright test $(ARGS)

.PHONY: fmt-check clippy deny doc invariants typecheck
fmt-check:
	@cargo fmt --all --check

clippy: wasm-target
	@$(CARGO) clippy --locked --all-targets -- -D warnings
	@$(CARGO) clippy --locked --all-targets $(BENCH) -- -D warnings
	@$(CARGO) clippy --locked $(WASM) -- -D warnings

deny: setup-check
	@scripts/deny.sh

doc: wasm-target
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items $(BENCH)
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --document-private-items $(WASM)

invariants:
	@node scripts/check-invariants.mjs

typecheck: node_modules/.package-lock.json
	@node_modules/.bin/tsc --project end2end

## Setting up

.PHONY: setup setup-check node compiler wasm-target
setup: node wasm-target node_modules/.package-lock.json $(SOCKET_IO)
	@scripts/tools.sh install cargo-leptos wasm-bindgen-cli

setup-check:
	@scripts/tools.sh install cargo-deny

node:
	@node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null || \
		{ echo "Node.js 20.19 or newer is needed, with npm (found: $$(node --version 2>/dev/null || echo none)): https://nodejs.org" >&2; exit 1; }

compiler:
	@scripts/compiler.sh

# The distributions package the standard library for WASM; rustup has to be asked for it.
wasm-target: compiler
	@[[ -d $$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib ]] || \
		if command -v rustup >/dev/null; then rustup target add wasm32-unknown-unknown; \
		else echo "The WASM target is missing: install your distribution's package of it (Debian: libstd-rust-dev-wasm32) or use rustup" >&2; exit 1; fi

# npm writes this file last.
node_modules/.package-lock.json: package.json package-lock.json .npmrc scripts/vendor.mjs | node
	@npm ci --no-progress
	@touch $@

$(SOCKET_IO): node_modules/.package-lock.json
	@node scripts/vendor.mjs
	@touch $@
