#!/usr/bin/env bash
# bench.sh [ARGUMENT…]: builds everything for release and measures it; the arguments go to the driver
# (--help lists them).
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/release.sh
RUSTFLAGS="${RUSTFLAGS-} --cfg erase_components" cargo build --release --locked --package bench

# Client and server hold thousands of sockets each. Where this is not allowed, the driver says so.
soft=$(ulimit -n)
[[ $soft == unlimited || $soft -ge 8192 ]] || ulimit -n 8192 2>/dev/null || ulimit -n "$(ulimit -Hn)"

# shellcheck disable=SC2016 # expanded by the inner shell, beside the services
exec scripts/with-services.sh \
  bash -c 'exec target/release/bench --postgres "$TEST_POSTGRES_URL" "$@"' bench "$@"
