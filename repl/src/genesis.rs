//! `cvx genesis`: the first state of a network, in a file; and how such a file is read.

use crate::cli::Genesis;
use crate::failure::Failure;
use files::{Limit, same, write};
use lang::message;
use node::KeyStore;
use std::path::{Path, PathBuf};
use tools::show;
use vm::State;
use vm::genesis::{Key, Parameters, check};

/// Writes the genesis state made from keys and stakes to a file and tells its hash, which is the network's name.
///
/// # Errors
/// [`Failure`] when a key is not to be had, keys and stakes make no network, or the file cannot be written.
pub fn genesis(request: &Genesis) -> Result<(), Failure> {
    // No file of a key may be lost, whether it is one of those named or not.
    let keys = KeyStore::of_user().and_then(|store| store.paths()).unwrap_or_default();
    if let Some(key) = same::overwritten(&request.out, keys.iter().map(PathBuf::as_path)) {
        return Err(Failure::Usage(format!(
            "{} is the secret key {}: choose another file",
            show::path(&request.out),
            show::path(key)
        )));
    }
    let parameters = parameters(request)?;
    let state = vm::genesis::build(&parameters, &stdlib::LIBRARY)
        .map_err(|error| Failure::Usage(format!("there is no such genesis: {error}")))?;
    let value = state.value();
    let mut bytes = message::encode(&value).map_err(|missing| Failure::Library(missing.to_string()))?;
    if request.hex {
        bytes = (show::hex(&bytes) + "\n").into_bytes();
    }
    write::replace(&request.out, &bytes).map_err(|source| Failure::unwritten(&request.out, source))?;
    Ok(show::put(&format!("{}\n", value.hash()))?)
}

fn parameters(request: &Genesis) -> Result<Parameters, Failure> {
    let mut parameters = Parameters::local();
    if let Some(name) = &request.governance {
        parameters.governance_key = public_key(name)?;
    }
    if let Some(name) = &request.user {
        parameters.first_user_key = public_key(name)?;
    }
    if !request.peers.is_empty() {
        parameters.peer_keys = request.peers.iter().map(|name| public_key(name)).collect::<Result<_, _>>()?;
    }
    if !request.stakes.is_empty() {
        parameters.stakes = Some(request.stakes.clone());
    }
    Ok(parameters)
}

/// The public key that is written in hexadecimal, or that of a key of the user by its name.
fn public_key(name: &str) -> Result<Key, Failure> {
    match show::unhex(name).map(Key::try_from) {
        Some(Ok(key)) => Ok(key),
        _ => Ok(KeyStore::of_user()?.find(name)?.file.public()?),
    }
}

/// The state that a command begins with: that in a file, else a fresh local one.
///
/// # Errors
/// [`Failure::Library`]; for a file [`Failure::Usage`] and [`Failure::Io`].
pub fn of(file: Option<&Path>, limit: Limit) -> Result<State, Failure> {
    match file {
        Some(path) => read(path, limit),
        None => stdlib::genesis().map_err(|error| Failure::Library(error.to_string())),
    }
}

/// The state in a file: a message of the network, as bytes or in hexadecimal.
///
/// # Errors
/// [`Failure::Usage`] when it is no state, and why.
fn read(path: &Path, limit: Limit) -> Result<State, Failure> {
    let failed =
        |why: String| Failure::Usage(format!("{} is no state to begin with: {why}", show::path(path)));
    let bytes = files::read::bytes(path, limit).map_err(|why| Failure::unread(path, &why))?;
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| show::unhex(text.trim()));
    let bytes = text.filter(|bytes| !bytes.is_empty()).unwrap_or(bytes);
    let value = message::decode(&bytes)
        .map_err(|error| failed(format!("{} (at byte {})", error.message, error.offset)))?;
    check::check(&value).map_err(|flaw| failed(flaw.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use files::Limits;
    use lang::{Value, Vector};
    use std::{env, fs};

    #[test]
    fn a_state_that_was_written_is_read_again() {
        let folder = env::temp_dir().join(format!("cvx-genesis-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("there is a folder for such files");
        let state = stdlib::genesis().expect("the library builds");
        let message = message::encode(&state.value()).expect("all is in memory");
        let path = folder.join("state");
        for bytes in
            [message.clone(), show::hex(&message).into_bytes(), (show::hex(&message) + "\n").into_bytes()]
        {
            fs::write(&path, bytes).expect("it is ours");
            let read = read(&path, Limits::default().state).unwrap_or_else(|failure| panic!("{failure}"));
            assert_eq!(read.value().hash(), state.value().hash());
        }
        let accounts = |n| Vector::from_values(vec![Value::Nil; n]);
        let wrong = State::new(accounts(9), lang::Index::empty(), accounts(6), lang::Index::empty()).value();
        for (bytes, why) in [
            (Vec::new(), "(at byte 0)"),
            (b"hello".to_vec(), "(at byte 0)"),
            (message[..message.len() - 1].to_vec(), "(at byte"),
            (state.value().encoding(), "not whole"),
            (Value::from(1).encoding(), "no state"),
            (message::encode(&wrong).expect("all is in memory"), "#0 is no account"),
        ] {
            fs::write(&path, bytes).expect("it is ours");
            let sentence = read(&path, Limits::default().state)
                .err()
                .map(|failure| failure.to_string())
                .unwrap_or_default();
            assert!(sentence.contains(why), "{why}: {sentence}");
        }
        fs::remove_dir_all(&folder).expect("it was made here");
    }
}
