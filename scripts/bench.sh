#!/usr/bin/env bash
# bench.sh [ARGUMENT…]: builds everything for release and measures it; the arguments go to the driver.
# LEPTOS_FLAGS are those of the debug build; -P adds the compressed files that a deployment serves.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$(scripts/tools.sh path):$PATH

# shellcheck disable=SC2086 # a list of flags
cargo-leptos build --release -P ${LEPTOS_FLAGS-}
cargo build --release --locked --package bench
exec scripts/with-services.sh target/release/bench "$@"
