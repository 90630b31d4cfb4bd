#!/usr/bin/env bash
# release.sh [FLAG…]: builds what a deployment runs: target/release/server and target/site.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$(scripts/tools.sh path):$PATH

# Components whose types are erased make the module for the browser a sixth smaller. --split and the feature
# of that name cut pages out of it that are fetched when they are gone to; neither works without the
# other. -P adds the compressed files.
export RUSTFLAGS="${RUSTFLAGS-} --cfg erase_components"
# shellcheck disable=SC2086 # a list of flags
exec cargo-leptos build --release --split --lib-features split -P ${BUILD_FLAGS-} "$@"
