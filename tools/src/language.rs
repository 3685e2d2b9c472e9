//! What the tools know of the language by name, beyond what a state says: one place for checks,
//! reports, documentation and the prompt, so that all say the same of the same name.
//!
//! - [`Absent`]: names of other languages and of other versions, and what there is instead
//! - `spelling`: tokens that are written otherwise
//! - [`core`]: properties of the functions of the core, and [`Class`], that of values
//! - [`Word`]: forms and marks of the reader that no definition documents

mod absent;
mod class;
mod collections;
mod control;
pub mod core;
mod earlier;
mod scalars;
mod spelling;
mod words;

pub use absent::{Absent, Shape, all};
pub use class::Class;
pub use spelling::{JOINS_TEXTS, of_infix, of_unreadable};
pub use words::{SPECIAL_FORMS, Word, word};

/// What there is instead of a name without a definition, as a sentence without its full stop.
pub fn instead(name: &str) -> Option<String> {
    absent::find(name).map(|row| row.sentence(name)).or_else(|| spelling::of_name(name))
}

/// What there is instead of a name that an account does not define.
pub fn instead_in(account: u64, name: &str) -> Option<String> {
    absent::find_in(account, name).map(|row| row.sentence(name))
}

/// Whether a name is that of a form of other languages, which may bind names in its parts.
pub fn is_form(name: &str) -> bool {
    absent::find(name).is_some_and(|row| row.shape == Shape::Form)
}

/// What there is instead of a key of metadata that means nothing, as a sentence without its full
/// stop.
pub fn metadata_instead(key: &str) -> Option<String> {
    let (_, meant) = earlier::METADATA.iter().find(|(name, _)| *name == key)?;
    Some(format!("`:{key}` means nothing in metadata: write `{meant}`"))
}

#[cfg(test)]
mod tests;
