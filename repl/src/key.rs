//! `cvx key`: secret keys and their public sides.

use crate::cli::{Key, KeyAction};
use crate::failure::Failure;
use crate::jsonl;
use node::KeyStore;
use node::key_store::NamedKey;
use serde_json::Map;
use tools::{printable, show};

/// Makes, lists or shows keys.
///
/// # Errors
/// [`Failure::Key`], [`Failure::Io`].
pub fn key(request: &Key) -> Result<(), Failure> {
    let store = KeyStore::of_user()?;
    match &request.action {
        KeyAction::New { name, json } => print(&store.make(name.as_deref())?, Secret::Hidden, form(*json)),
        KeyAction::List { json } => {
            for name in store.names()? {
                print(&store.find(&name)?, Secret::Hidden, form(*json))?;
            }
            Ok(())
        }
        KeyAction::Show { name, secret, json } => {
            let secret = if *secret { Secret::Shown } else { Secret::Hidden };
            print(&store.find(name)?, secret, form(*json))
        }
    }
}

/// Whether the seed is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secret {
    Hidden,
    Shown,
}

/// How a key is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Line,
    Json,
}

fn form(json: bool) -> Form {
    if json { Form::Json } else { Form::Line }
}

/// A line with name, public key and, where it was asked for, the seed.
fn print(named: &NamedKey, secret: Secret, form: Form) -> Result<(), Failure> {
    let public = show::hex(named.key.verifying_key().as_bytes());
    let seed = (secret == Secret::Shown).then(|| show::hex(named.key.as_bytes()));
    if form == Form::Json {
        let mut fields = vec![("name", named.name.clone()), ("public", public)];
        fields.extend(seed.map(|seed| ("seed", seed)));
        return jsonl::print(&Map::from_iter(
            fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())),
        ));
    }
    let seed = seed.map(|seed| format!("  {seed}")).unwrap_or_default();
    Ok(show::say(format!("{:<16}  {public}{seed}\n", printable::line(&named.name)))?)
}
