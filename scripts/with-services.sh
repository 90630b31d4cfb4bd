#!/usr/bin/env bash
# with-services.sh COMMAND…: runs COMMAND beside a PostgreSQL of its own.
#
# It lives in a scratch folder on a free port and is gone afterwards, so tests never meet a database that
# somebody uses. COMMAND finds it as
#   TEST_POSTGRES_URL   postgres://…  the server; each test creates and drops databases on it
# When the variable is set already, it is used as it is, and nothing is started.
set -euo pipefail
[[ $# -gt 0 ]] || { echo "usage: scripts/with-services.sh COMMAND…" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)

# PostgreSQL refuses to run as root; then it runs as the user that its package creates.
as_owner=()
owner=$(id -un)
if [[ $EUID -eq 0 ]]; then
  owner=postgres
  as_owner=(runuser -u "$owner" --)
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/wardline-services.XXXXXX")
pg_ctl=

stop() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [[ -n $pg_ctl ]]; then
    # Nothing in it is worth saving.
    (cd / && "${as_owner[@]}" "$pg_ctl" -D "$scratch/postgres/data" -m immediate stop >/dev/null 2>&1) || true
  fi
  wait
  rm -rf "$scratch"
  exit "$status"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}

start_postgres() {
  local initdb bin port home=$scratch/postgres
  initdb=$("$here/need.sh" initdb postgresql '/usr/lib/postgresql/*/bin')
  bin=$(dirname "$(readlink -f "$initdb")")
  port=$(free_port)
  if [[ $EUID -eq 0 ]]; then
    id "$owner" >/dev/null 2>&1 || useradd --system --no-create-home "$owner"
    chmod 755 "$scratch" # mktemp made it root's alone
  fi
  install -d -m 700 -o "$owner" "$home"
  # From /, because the user postgres may not be allowed to see the folder we are in. What is fsynced
  # nobody will ever read: the tests want the behaviour of PostgreSQL, not its durability.
  (
    cd /
    "${as_owner[@]}" "$bin/initdb" -D "$home/data" -U wardline --auth=trust -E UTF8 --no-locale --no-sync >"$scratch/initdb.log" 2>&1 ||
      { cat "$scratch/initdb.log" >&2; exit 1; }
  )
  pg_ctl=$bin/pg_ctl
  (
    cd /
    "${as_owner[@]}" "$pg_ctl" -D "$home/data" -w -t 60 -l "$home/log" -o "-p $port -c listen_addresses=127.0.0.1 -k $home \
      -c max_connections=400 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null ||
      { cat "$home/log" >&2; exit 1; }
  )
  export TEST_POSTGRES_URL=postgres://wardline@127.0.0.1:$port/postgres
}

[[ -n ${TEST_POSTGRES_URL-} ]] || start_postgres

"$@"
