//! The program `server`. What it can do stands in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
