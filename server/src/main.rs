//! The program `server`. What it can do stands in `cli`.
// The types of whole pages are deep where components are not erased: in release builds.
#![recursion_limit = "256"]

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
