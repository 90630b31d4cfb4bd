#!/usr/bin/env bash
# Licences, sources and bans of every dependency; and known vulnerabilities, when the database of
# advisories can be fetched. Without a network the first part still says something, so it always runs.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$(scripts/tools.sh path):$PATH

cargo-deny --locked check --hide-inclusion-graph bans licenses sources
mkdir -p target
if timeout 120 cargo-deny fetch db >target/.advisory-db.log 2>&1; then
  cargo-deny --locked check --disable-fetch advisories
else
  # Loud, so that nobody takes it for a check that passed.
  printf '\n*** Known vulnerabilities were NOT looked for: the database of advisories could not be fetched\n*** (target/.advisory-db.log says why).\n\n' >&2
fi
