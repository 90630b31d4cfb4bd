#!/usr/bin/env bash
# Says in one line what is missing of that which no script installs: Rust, a C compiler, git.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() { echo "$1" >&2; exit 1; }

command -v cargo >/dev/null || missing "Rust is missing: install it from https://rustup.rs"
wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
found=$(rustc --version | cut -d' ' -f2)
[[ $(printf '%s\n' "$wanted" "${found%%-*}" | sort -V | head -n1) == "$wanted" ]] ||
  missing "Rust $wanted or newer is needed (found: $found): rustup update stable"
# SQLite and the cryptography are C, and the linker is called by the compiler's name.
command -v cc >/dev/null || missing "A C compiler is missing: install gcc or clang (on Debian or Ubuntu: apt-get install build-essential)"
command -v git >/dev/null || missing "git is missing: install it (on Debian or Ubuntu: apt-get install git)"
