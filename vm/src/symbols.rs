//! Names that the machine itself knows, made once so that their hashes are computed once.

use lang::{Symbol, Value};
use std::sync::LazyLock;

macro_rules! symbols {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {$(
        $(#[$doc])*
        #[doc = concat!("The symbol `", $text, "`.")]
        pub static $name: LazyLock<Symbol> = LazyLock::new(|| symbol($text));
    )*};
}

macro_rules! keywords {
    ($($name:ident = $text:literal;)*) => {$(
        #[doc = concat!("The keyword `:", $text, "`.")]
        pub static $name: LazyLock<Value> = LazyLock::new(|| Value::keyword($text));
    )*};
}

symbols! {
    LOOKUP = "lookup";
    HASH_MAP = "hash-map";
    HASH_SET = "hash-set";
    UNDERSCORE = "_";
    AMPERSAND = "&";
    STAR_LANG = "*lang*";
    STAR_ADDRESS = "*address*";
    RECEIVE_COIN = "receive-coin";
    CHECK_TRUSTED = "check-trusted?";
}

keywords! {
    STATIC = "static";
    EXPANDER = "expander";
    CALLABLE = "callable";
    CONTROL = "control";
    UNDECLARED = "UNDECLARED";
}

fn symbol(text: &str) -> Symbol {
    match Symbol::new(text.as_bytes()) {
        Some(symbol) => symbol,
        None => unreachable!("names of this file have 1 to 128 bytes"),
    }
}
