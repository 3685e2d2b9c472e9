//! Writes the genesis state that the crate embeds, from the sources of the library.
//!
//! Run `cargo run -p cvx-stdlib --example embed` after any change of the sources or of the machine that shows in
//! the state; a test compares.

use std::process::ExitCode;

fn main() -> ExitCode {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/genesis.state");
    let written = stdlib::build_genesis()
        .map_err(|error| error.to_string())
        .and_then(|state| lang::message::encode(&state.value()).map_err(|missing| missing.to_string()))
        .and_then(|bytes| {
            println!("{} bytes", bytes.len());
            #[allow(clippy::disallowed_methods)] // Writing this file is what the program is for.
            std::fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))
        });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("embed: {message}");
            ExitCode::FAILURE
        }
    }
}
