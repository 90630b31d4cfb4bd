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
fetch() {
  echo "Installing $1 …" >&2
  apt install -y --no-install-recommends "$1" 2>/dev/null ||
    { apt update && apt install -y --no-install-recommends "$1"; } || give_up
}

# Debian's package of PostgreSQL would make a database of its own, which runs as a service from then on. The
# package before it holds the word against that; whoever has it already has decided for themselves.
settings=/etc/postgresql-common/createcluster.conf
if [[ $package == postgresql && ! -e $settings ]]; then
  fetch postgresql-common
  [[ ! -e $settings ]] ||
    "${as_root[@]}" sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' "$settings"
fi
fetch "$package"
# shellcheck disable=SC2068
find_it $@ || give_up
