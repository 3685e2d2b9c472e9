//! Names that Convex Lisp does not have, though other languages do, or earlier versions of it did.

use super::{collections, control, earlier, scalars};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Names that stand for the same thing, and what there is instead.
pub struct Absent {
    /// The names, with spaces between them.
    pub names: &'static str,
    /// What kind of name they are.
    pub shape: Shape,
    /// What there is instead: a clause.
    pub advice: &'static str,
    /// Locals that the form uses, as the bindings of a `let`.
    pub given: &'static str,
    /// A form that does it; empty where nothing does.
    pub form: &'static str,
    /// The text of the value of the form; empty where that is not the point.
    pub gives: &'static str,
    /// Whether earlier versions of Convex Lisp had them.
    pub is_earlier: bool,
    /// The account whose names they would be.
    pub home: u64,
}

/// How a name that is not there is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// As a function or another value: what stands behind it in a list is evaluated.
    Call,
    /// As a form that may bind names in its parts.
    Form,
}

impl Absent {
    /// What there is instead of one of the names, as a sentence without its full stop.
    pub fn sentence(&self, name: &str) -> String {
        let lead = match self.is_earlier {
            true => format!("`{name}` is of earlier versions: "),
            false => "in Convex Lisp ".to_owned(),
        };
        let example = match self.form {
            "" => String::new(),
            form => format!(", as in `{form}`"),
        };
        format!("{lead}{}{example}", self.advice)
    }

    /// The form with the locals that it uses.
    pub fn program(&self) -> String {
        match self.given {
            "" => self.form.to_owned(),
            given => format!("(let [{given}] {})", self.form),
        }
    }
}

/// Rows of [`Absent`]: shape, names, advice, form, perhaps its locals and its value.
macro_rules! absent {
    ($earlier:literal, $home:expr; $($shape:ident $names:literal: $advice:literal, $form:literal
        $(with $given:literal)? $(gives $value:literal)?;)*) => {
        &[$(Absent {
            names: $names,
            shape: Shape::$shape,
            advice: $advice,
            given: concat!("" $(, $given)?),
            form: $form,
            gives: concat!("" $(, $value)?),
            is_earlier: $earlier,
            home: $home,
        }),*]
    };
}
pub(super) use absent;

/// All rows.
pub fn all() -> impl Iterator<Item = &'static Absent> {
    [earlier::CORE_NAMES, earlier::REGISTRY_NAMES, collections::NAMES, scalars::NAMES, control::NAMES]
        .into_iter()
        .flatten()
}

static BY_NAME: LazyLock<HashMap<&str, &Absent>> =
    LazyLock::new(|| all().flat_map(|row| row.names.split(' ').map(move |name| (name, row))).collect());

/// The row of a name that code uses without saying of which account.
pub fn find(name: &str) -> Option<&'static Absent> {
    BY_NAME.get(name).copied()
}

/// The row of a name that is looked for in an account.
pub fn find_in(account: u64, name: &str) -> Option<&'static Absent> {
    find(name).filter(|row| row.home == account)
}
