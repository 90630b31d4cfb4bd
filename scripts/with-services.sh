#!/usr/bin/env bash
# with-services.sh COMMAND…: runs COMMAND beside a PostgreSQL and a Redis of its own.
#
# Both live in a scratch folder on free ports and are gone afterwards, so tests never meet a database
# that somebody uses. COMMAND finds them as
#   TEST_POSTGRES_URL   postgres://…  the server; each test creates and drops databases on it
#   TEST_REDIS_URL      redis://…
# A variable that is already set is used as it is, and nothing is started for it.
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
redis_pid=

stop() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [[ -n $pg_ctl ]]; then
    # Nothing in it is worth saving.
    (cd / && "${as_owner[@]}" "$pg_ctl" -D "$scratch/postgres/data" -m immediate stop >/dev/null 2>&1) || true
  fi
  [[ -z $redis_pid ]] || kill "$redis_pid" 2>/dev/null || true
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

start_redis() {
  local server port
  server=$("$here/need.sh" redis-server redis-server)
  port=$(free_port)
  "$server" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$scratch" >"$scratch/redis.log" 2>&1 &
  redis_pid=$!
  # The port is the fact to wait for; a server that died instead says why.
  for _ in {1..200}; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      export TEST_REDIS_URL=redis://127.0.0.1:$port
      return
    fi
    kill -0 "$redis_pid" 2>/dev/null || break
    sleep 0.05
  done
  cat "$scratch/redis.log" >&2
  echo "Redis did not start" >&2
  return 1
}

[[ -n ${TEST_POSTGRES_URL-} ]] || start_postgres
[[ -n ${TEST_REDIS_URL-} ]] || start_redis

"$@"
