//! Documentation as data, for programs.

use super::account::Account;
use super::file::Outline;
use super::target::Answer;
use super::{Article, MAX_VALUE_BYTES, Notes};
use crate::language::Word;
use crate::show;
use serde_json::{Map, Value as Json, json};

/// What is told of a name, as an object: `name` for a symbol or a word of the language, `account` for an account.
pub fn answer(answer: &Answer) -> Map<String, Json> {
    match answer {
        Answer::Symbol(article) => symbol(article),
        Answer::Account(account) => of_account(account),
        Answer::Word(word) => of_word(word),
    }
}

fn of_word(word: &Word) -> Map<String, Json> {
    let (code, result) = word.example;
    let mut object = head("name", word.name.into());
    object.insert("kind".to_owned(), word.kind.into());
    object.insert("usage".to_owned(), word.usage.into());
    object.insert("description".to_owned(), word.about.into());
    object.insert("examples".to_owned(), json!([{"code": code, "result": result}]));
    object
}

/// What is told of a file, as an object.
pub fn file(name: &str, outline: &Outline) -> Map<String, Json> {
    let definitions = outline.definitions.iter().map(|defined| {
        let (own, around) =
            defined.path.split_last().map_or(("", &[][..]), |(own, rest)| (own.as_str(), rest));
        let mut object = head("name", own.into());
        object.insert("kind".to_owned(), defined.kind.as_str().into());
        // The names of the definitions whose quoted code it is in, the outermost first.
        object.insert("in".to_owned(), around.into());
        notes(&mut object, &defined.notes);
        Json::Object(object)
    });
    let mut object = head("file", name.into());
    object.insert("about".to_owned(), outline.about.as_deref().into());
    object.insert("definitions".to_owned(), definitions.collect());
    object
}

fn of_account(account: &Account) -> Map<String, Json> {
    let mut object = head("account", format!("#{}", account.address).into());
    object.insert("registered".to_owned(), account.name.as_deref().into());
    object.insert("about".to_owned(), account.about.as_deref().into());
    let definitions = account.definitions.iter().map(|article| Json::Object(symbol(article)));
    object.insert("definitions".to_owned(), definitions.collect());
    object
}

fn symbol(article: &Article) -> Map<String, Json> {
    let mut object = head("name", article.name.as_str().into());
    object.insert("kind".to_owned(), article.kind.as_str().into());
    object.insert("account".to_owned(), format!("#{}", article.address).into());
    if let Some(value) = &article.value {
        object.insert("value".to_owned(), value.as_str().into());
    }
    notes(&mut object, &article.notes);
    object
}

fn head(key: &str, value: Json) -> Map<String, Json> {
    Map::from_iter([(key.to_owned(), value)])
}

/// Adds what metadata says: what is not said is `null` or empty.
fn notes(object: &mut Map<String, Json>, notes: &Notes) {
    let text = |value: &lang::Value| show::plain(value, MAX_VALUE_BYTES);
    let errors = notes.errors.iter().map(|(code, when)| json!({"code": code, "when": when}));
    let examples = notes
        .examples
        .iter()
        .map(|(code, result)| json!({"code": text(code), "result": result.as_ref().map(text)}));
    object.insert("description".to_owned(), notes.description.as_deref().into());
    object.insert("signatures".to_owned(), notes.signatures.as_slice().into());
    object.insert("errors".to_owned(), errors.collect());
    object.insert("examples".to_owned(), examples.collect());
}
