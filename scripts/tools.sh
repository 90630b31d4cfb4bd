#!/usr/bin/env bash
# The Rust programs that building and checking need, at pinned versions.
#
#   scripts/tools.sh install [NAME…]   have these (default: all); returns at once when they are there
#   scripts/tools.sh path              the folders to put in front of PATH
#
# They live in a cache folder of their own (TOOLS_CACHE names another), one folder per version, so nothing of
# the user's is overwritten and several checkouts share them. A program on PATH of exactly the right version is used.
set -euo pipefail

# name → version. wasm-bindgen-cli must equal the `wasm-bindgen` crate in Cargo.toml.
declare -A version=(
  [cargo-leptos]=0.3.10
  [wasm-bindgen-cli]=0.2.130
  [cargo-deny]=0.20.2
)
# name → the program to look for.
declare -A program=(
  [cargo-leptos]=cargo-leptos
  [wasm-bindgen-cli]=wasm-bindgen
  [cargo-deny]=cargo-deny
)
# name → flags of `cargo install`. wasm-bindgen-cli goes without --locked: its own lock file names
# releases that have been withdrawn.
declare -A flags=(
  [cargo-leptos]=--locked
  [wasm-bindgen-cli]=''
  [cargo-deny]=--locked
)
order=(cargo-leptos wasm-bindgen-cli cargo-deny)

cache=${TOOLS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wardline/tools}

folder() { printf '%s/%s-%s' "$cache" "$1" "${version[$1]}"; }

present() {
  local name=$1 binary=${program[$1]}
  [[ -x $(folder "$name")/bin/$binary ]] && return
  [[ $("$binary" --version 2>/dev/null) == "$binary ${version[$name]}" ]]
}

# Compiled for a short build, not for speed: these programs run for seconds, and building them with
# their own settings would take three times as long.
compile() {
  local name=$1 root=$2
  # shellcheck disable=SC2086 # no flags must become no argument
  env -u RUSTFLAGS CARGO_TARGET_DIR="$cache/.build" \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    cargo install "$name" --version "${version[$name]}" ${flags[$name]} --root "$root"
}

install() {
  local name=$1 partial
  partial=$(folder "$name").partial
  rm -rf "$partial"
  echo "Installing $name ${version[$name]} (once; a few minutes when it has to be compiled) …"
  if command -v cargo-binstall >/dev/null &&
    cargo-binstall --no-confirm --disable-telemetry --root "$partial" "$name@${version[$name]}"; then
    :
  else
    compile "$name" "$partial"
  fi
  [[ -x $partial/bin/${program[$name]} ]] || { echo "$name was installed without ${program[$name]}" >&2; exit 1; }
  # The final name appears only when everything is in it, so an interrupted run leaves nothing half done.
  rm -rf "$(folder "$name")"
  mv "$partial" "$(folder "$name")"
}

case ${1-} in
  path)
    dirs=()
    for name in "${order[@]}"; do dirs+=("$(folder "$name")/bin"); done
    (IFS=:; printf '%s\n' "${dirs[*]}")
    ;;
  install)
    shift
    wanted=("$@")
    [[ $# -gt 0 ]] || wanted=("${order[@]}")
    missing=()
    for name in "${wanted[@]}"; do
      [[ -n ${version[$name]-} ]] || { echo "tools.sh does not know $name" >&2; exit 2; }
      present "$name" || missing+=("$name")
    done
    [[ ${#missing[@]} -gt 0 ]] || exit 0
    "$(dirname "$0")/compiler.sh"
    mkdir -p "$cache"
    # Two checkouts that set themselves up at the same time take turns; the second finds the work done.
    exec 9>"$cache/.lock"
    flock 9
    trap 'rm -rf "$cache/.build"' EXIT
    for name in "${missing[@]}"; do present "$name" || install "$name"; done
    ;;
  *)
    echo "usage: scripts/tools.sh install [NAME…] | path" >&2
    exit 2
    ;;
esac
