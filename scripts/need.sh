#!/usr/bin/env bash
# need.sh PROGRAM PACKAGE [FOLDER…]: prints where PROGRAM is, looking on PATH, then in the given folders.
# A missing one is installed with apt when that is possible without a password; otherwise one line says
# what to install, and the exit code is 1.
set -euo pipefail

program=$1 package=$2
shift 2

find_it() {
  local folder
  command -v "$program" && return
  for folder in "$@"; do
    [[ -x $folder/$program ]] && echo "$folder/$program" && return
  done
  return 1
}

give_up() {
  echo "$program is missing: install the package '$package' (on Debian or Ubuntu: apt-get install $package)" >&2
  exit 1
}

# Unquoted on purpose: the folders may hold a pattern such as /usr/lib/postgresql/*/bin, and what matches
# differs before and after an installation.
# shellcheck disable=SC2068
find_it $@ && exit 0

command -v apt-get >/dev/null || give_up
as_root=()
if [[ $EUID -ne 0 ]]; then
  sudo -n true 2>/dev/null || give_up
  as_root=(sudo -n)
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >&2 </dev/null; }

# The package lists are fetched only when they are missing or too old to serve: a fresh machine has none.
echo "Installing $package …" >&2
apt install -y --no-install-recommends "$package" 2>/dev/null ||
  { apt update && apt install -y --no-install-recommends "$package"; } || give_up
# shellcheck disable=SC2068
find_it $@ || give_up
