//! Where passphrases come from: the environment, or a person at a terminal, who does not see what
//! is typed.

use crate::failure::Failure;
use crate::hidden_input::Silent;
use node::Passphrase;
use std::env;
use std::io;
use tools::printable;

/// The variable of the environment that holds the passphrase of a key.
pub const VARIABLE: &str = "CVX_KEY_PASSPHRASE";
/// The variable that holds the passphrase which a key gets, where that is another one.
pub const NEW_VARIABLE: &str = "CVX_KEY_NEW_PASSPHRASE";

/// The passphrase of a key that is there: from the environment, else from the terminal.
///
/// # Errors
/// [`Failure::Usage`] where there is neither, or the user gives up.
pub fn ask(what: &str) -> Result<Passphrase, Failure> {
    match variable(VARIABLE) {
        Some(passphrase) => Ok(passphrase),
        None => typed(&silent()?, &format!("Passphrase of {what}: ")),
    }
}

/// The passphrase that a key gets: from the environment, else typed twice.
///
/// # Errors
/// [`Failure::Usage`] where there is neither, the two differ or are empty, or the user gives up.
pub fn choose(what: &str) -> Result<Passphrase, Failure> {
    if let Some(passphrase) = new_variable().or_else(|| variable(VARIABLE)) {
        return Ok(passphrase);
    }
    // One silence for both, so that nothing that is typed between them shows.
    let silent = silent()?;
    let first = typed(&silent, &format!("New passphrase for {what}: "))?;
    if first.is_empty() {
        return Err(Failure::Usage("an empty passphrase protects nothing: nothing was written".to_owned()));
    }
    if typed(&silent, "The same again: ")? != first {
        return Err(Failure::Usage("the two passphrases differ: nothing was written".to_owned()));
    }
    Ok(first)
}

/// The passphrase which a key gets by the environment, where that is another one than it has.
pub fn new_variable() -> Option<Passphrase> {
    variable(NEW_VARIABLE)
}

/// The passphrase in a variable. An empty one counts as none.
fn variable(name: &str) -> Option<Passphrase> {
    let passphrase = Passphrase::new(env::var_os(name)?.into_encoded_bytes());
    (!passphrase.is_empty()).then_some(passphrase)
}

fn silent() -> Result<Silent, Failure> {
    match Silent::begin() {
        Ok(Some(silent)) => Ok(silent),
        Ok(None) => Err(none(&format!("set {VARIABLE}, or type it at a terminal"))),
        Err(error) => Err(none(&error.to_string())),
    }
}

fn typed(silent: &Silent, prompt: &str) -> Result<Passphrase, Failure> {
    match silent.line(&printable::line(prompt)) {
        Ok(mut line) => Ok(Passphrase::new(std::mem::take(&mut *line))),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(none("interrupted")),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(none("the input ended")),
        Err(error) => Err(none(&error.to_string())),
    }
}

fn none(why: &str) -> Failure {
    Failure::Usage(format!("no passphrase was given: {why}"))
}
