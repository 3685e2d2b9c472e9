//! Where passphrases come from: the environment, or a person at a terminal, who does not see what is typed.

use crate::failure::Failure;
use crate::hidden_input;
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
        None => typed(&format!("Passphrase of {what}: "), VARIABLE),
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
    let first = typed(&format!("New passphrase for {what}: "), VARIABLE)?;
    if first.is_empty() {
        return Err(Failure::Usage("an empty passphrase protects nothing: nothing was written".to_owned()));
    }
    if typed("The same again: ", VARIABLE)? != first {
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

fn typed(prompt: &str, variable: &str) -> Result<Passphrase, Failure> {
    let failed = |why: String| Failure::Usage(format!("no passphrase was given: {why}"));
    match hidden_input::line(&printable::line(prompt)) {
        Ok(Some(mut line)) => Ok(Passphrase::new(std::mem::take(&mut *line))),
        Ok(None) => Err(failed(format!("set {variable}, or type it at a terminal"))),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(failed("interrupted".to_owned())),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(failed("the input ended".to_owned()))
        }
        Err(error) => Err(failed(error.to_string())),
    }
}
