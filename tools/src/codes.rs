//! Pages about the codes of errors: what each means, an example, and what to do instead. `cvx explain` shows them.

use crate::screen::Screen;

/// What is known of a code.
pub struct Page {
    /// The code without its colon.
    pub code: &'static str,
    /// The page as Markdown, but for the data of examples that no one would read.
    text: &'static str,
}

/// A program that fails with a code, or does not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Example {
    /// Forms, for `cvx` to read.
    Forms(&'static str),
    /// A line of blocks, for `cvx blocks --jsonl`.
    Blocks(&'static str),
}

/// Embeds the pages in the order of their codes.
macro_rules! pages {
    ($($code:literal in $file:literal,)*) => {
        &[$(Page { code: $code, text: include_str!(concat!("../docs/codes/", $file)) },)*]
    };
}

/// All pages, in the order of their codes.
pub const PAGES: &[Page] = pages![
    "ARGMENT" in "argment.md",
    "ARGUMENT" in "argument.md",
    "ARITY" in "arity.md",
    "ASSERT" in "assert.md",
    "BLOCK" in "block.md",
    "BOUNDS" in "bounds.md",
    "CAST" in "cast.md",
    "CHILD" in "child.md",
    "COMPILE" in "compile.md",
    "DEPTH" in "depth.md",
    "EXCEPTION" in "exception.md",
    "EXPAND" in "expand.md",
    "FUNDS" in "funds.md",
    "INTERRUPTED" in "interrupted.md",
    "JUICE" in "juice.md",
    "LIQUIDITY" in "liquidity.md",
    "MEMORY" in "memory.md",
    "MISSING" in "missing.md",
    "NOBODY" in "nobody.md",
    "PEER" in "peer.md",
    "READ" in "read.md",
    "SEQUENCE" in "sequence.md",
    "SIGNATURE" in "signature.md",
    "STATE" in "state.md",
    "SYNTAX" in "syntax.md",
    "TRUST" in "trust.md",
    "UNDECLARED" in "undeclared.md",
];

/// The page of a code, with or without its colon, in any case.
pub fn page(code: &str) -> Option<&'static Page> {
    let name = code.trim_start_matches(':');
    PAGES.iter().find(|page| page.code.eq_ignore_ascii_case(name))
}

impl Page {
    /// What the code means, in a sentence without its full stop.
    pub fn sentence(&self) -> &'static str {
        self.text.lines().nth(2).unwrap_or_default().trim_end_matches('.')
    }

    /// A program that fails with the code; `None` where no program can.
    pub fn example(&self) -> Option<Example> {
        let section = self.section("## Example")?;
        let (fence, body) = section.trim_start().strip_prefix("```")?.split_once('\n')?;
        let body = body.split("```").next()?;
        Some(if fence == "blocks" { Example::Blocks(body) } else { Example::Forms(body) })
    }

    /// A program that does the same without failing, where there is one.
    pub fn instead(&self) -> Option<&'static str> {
        let section = self.section("## Instead")?;
        let (_, body) = section.trim_start().strip_prefix("```")?.split_once('\n')?;
        body.split("```").next()
    }

    fn section(&self, title: &str) -> Option<&'static str> {
        self.text.split_once(title).map(|(_, rest)| rest)
    }

    /// The page as lines for a screen: programs are indented, data is left out.
    pub fn render(&self, screen: Screen) -> String {
        let mut out = String::new();
        let mut prose = String::new();
        let mut fence: Option<&str> = None;
        let flush = |prose: &mut String, out: &mut String| {
            out.push_str(&screen.wrap(&std::mem::take(prose), 0, ""));
        };
        for line in self.text.lines() {
            match (line.strip_prefix("```"), fence) {
                (Some(info), None) => {
                    flush(&mut prose, &mut out);
                    fence = Some(info);
                    if info == "blocks" {
                        out.push_str("    (signed blocks, in hexadecimal)\n");
                    }
                }
                (Some(_), Some(_)) => fence = None,
                (None, Some("blocks")) => {}
                (None, Some(_)) if line.is_empty() => out.push('\n'),
                (None, Some(_)) => out.push_str(&format!("    {line}\n")),
                (None, None) => {
                    // A paragraph that is to be wrapped becomes one line.
                    let goes_on = !line.is_empty() && !prose.is_empty() && !prose.ends_with("\n\n");
                    if screen.columns.is_some() && goes_on {
                        prose.pop();
                        prose.push(' ');
                    }
                    prose.push_str(line.trim_start_matches(['#', ' ']));
                    prose.push('\n');
                }
            }
        }
        flush(&mut prose, &mut out);
        let command = match self.example() {
            Some(Example::Forms(_)) => "cvx",
            Some(Example::Blocks(_)) => "cvx blocks --jsonl",
            None => return out,
        };
        let example = format!("\nRun the example: cvx explain {} --example | {command}\n", self.code);
        out + &screen.wrap(&example, 0, "  ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Colour;

    #[test]
    fn pages_have_one_shape() {
        assert!(PAGES.windows(2).all(|pair| pair[0].code < pair[1].code));
        for page in PAGES {
            let mut lines = page.text.lines();
            assert_eq!(lines.next(), Some(format!("# :{}", page.code).as_str()));
            assert!(
                !page.sentence().is_empty() && page.render(Colour::Off.into()).contains(page.sentence()),
                "{}",
                page.code
            );
            let is_outside = matches!(page.code, "INTERRUPTED" | "MISSING");
            assert_eq!(page.example().is_none(), is_outside, "{}", page.code);
        }
        assert_eq!(page(":cast").map(|page| page.code), Some("CAST"));
        assert!(page("MINE").is_none());
    }
}
