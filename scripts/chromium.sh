#!/usr/bin/env bash
# Prints the Chromium that the browser tests drive: $CHROMIUM, else one that is installed, else the one
# that Playwright keeps, else a freshly installed one.
set -euo pipefail
cd "$(dirname "$0")/.."

# Asks for the version instead of trusting the name: Ubuntu's `chromium-browser` is only a signpost.
works() { command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1 </dev/null; }

if [[ -n ${CHROMIUM-} ]]; then
  works "$CHROMIUM" || { echo "CHROMIUM=$CHROMIUM does not run" >&2; exit 1; }
  command -v "$CHROMIUM"
  exit
fi
for name in chromium chromium-browser google-chrome-stable google-chrome; do
  if works "$name"; then
    command -v "$name"
    exit
  fi
done

kept() {
  local path
  path=$(node -e 'console.log(require("@playwright/test").chromium.executablePath())')
  [[ -x $path ]] && echo "$path"
}
kept && exit

# Debian packages Chromium itself. Ubuntu only offers a snap, so there Playwright fetches its own.
if grep -qs '^ID=debian' /etc/os-release; then
  exec scripts/need.sh chromium chromium
fi
if PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD='' npx playwright install --with-deps chromium >&2 </dev/null && kept; then
  exit
fi
echo "No Chromium was found: install one, or name it in the variable CHROMIUM" >&2
exit 1
