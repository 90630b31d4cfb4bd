#!/usr/bin/env bash
# run.sh [SERVER]: starts the built server with demo data and says the address once it is ready.
set -euo pipefail
cd "$(dirname "$0")/.."

server=${1:-target/debug/server}
export LEPTOS_SITE_ADDR=${LEPTOS_SITE_ADDR:-127.0.0.1:${PORT:-3000}}
export WARDLINE_DEMO=${WARDLINE_DEMO:-1}
url=http://$LEPTOS_SITE_ADDR

# Asked beforehand: otherwise the answer on /readyz could be that of another program.
if (exec 3<>"/dev/tcp/${LEPTOS_SITE_ADDR%:*}/${LEPTOS_SITE_ADDR##*:}") 2>/dev/null; then
  echo "Something already listens on $LEPTOS_SITE_ADDR: stop it, or choose another port (make run PORT=3010)" >&2
  exit 1
fi

announce() {
  local server_pid=$1
  while kill -0 "$server_pid" 2>/dev/null; do
    if node -e 'fetch(process.argv[1]).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))' "$url/readyz"; then
      printf '\n  Wardline is ready: %s   (stop it with Ctrl-C)\n\n' "$url"
      return
    fi
    sleep 0.2
  done
}

# The server takes this shell's place, so that signals reach it directly.
announce $$ &
exec "$server" serve
