//! The words of test files (see [`crate::test::step`]), which say what is run and judged.

use super::*;

/// Words at the head of a form of a test file.
const WORDS: &[&str] =
    &["after", "as", "deftest", "fund", "given", "invariant", "is", "load", "property", "throws"];

impl Parser<'_> {
    /// A form of a test file that starts with one of its words.
    pub(super) fn test_form(&mut self, at: &At, word: &str, args: &[At]) -> Result<Option<NodeId>, Missing> {
        let is_text = self.tree.programs[self.program].fate == Fate::Texts;
        if !self.is_test || !is_text || !WORDS.contains(&word) || self.local(word).is_some() {
            return Ok(None);
        }
        Ok(Some(match (word, args) {
            ("deftest", [_, steps @ ..]) | ("as" | "after" | "fund" | "is", steps) => {
                let parts = self.body(steps)?;
                self.add(at.span, Expr::Macro("deftest", parts))
            }
            ("given", [name, value]) => self.def(at, name, Some(value), How::Def)?,
            ("throws", forms) => {
                // What fails on purpose is not reported.
                self.tree.muted.push(at.span);
                let parts = self.body(forms)?;
                self.add(at.span, Expr::Macro("throws", parts))
            }
            ("load", _) => self.add(at.span, Expr::Constant(Value::Nil)),
            _ => self.opaque(at)?,
        }))
    }
}
