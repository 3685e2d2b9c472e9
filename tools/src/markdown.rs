//! Programs in Markdown pages: what their blocks of code hold.

use lang::reader::token::{Token, Tokens};
use std::path::Path;

/// The words behind a fence that mark Convex Lisp. Most sites know its colours by the name of Clojure only.
const LANGUAGES: &[&str] = &["clojure", "lisp", "convex", "convex-lisp", "cvx"];

/// What begins a line of a block that tells what the form before it gives.
const RESULT: &str = "=>";

/// Whether a file is a Markdown page, by its name.
pub fn is_page(file: &Path) -> bool {
    let is_known = |ending: &std::ffi::OsStr| ["md", "mdx", "markdown"].iter().any(|known| ending == *known);
    file.extension().is_some_and(is_known)
}

/// The blocks of code in a page that are marked as Convex Lisp, in their order. Each is a text of its own, with its lines in
/// the places that they have in the page; all before it is empty lines. A result that the page shows below a form, as in
/// `=> 42`, is left out.
pub fn programs(page: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let mut lines = page.split_inclusive('\n').enumerate();
    while let Some((_, line)) = lines.next() {
        let Some(fence) = Fence::of(line) else { continue };
        let mut block = String::new();
        let mut start = None;
        for (number, line) in lines.by_ref() {
            if fence.is_closed_by(line) {
                break;
            }
            start.get_or_insert(number);
            block.push_str(line);
        }
        if fence.is_program {
            add(&mut programs, start.unwrap_or_default(), &without_results(&block));
        }
    }
    programs
}

/// Adds a block that starts on a line, counted from 0. When many blocks of a long page would fill the memory with empty lines, the
/// block is joined to the one before.
fn add(programs: &mut Vec<String>, start: usize, block: &str) {
    const MAX_LINES: usize = 1 << 24;
    let is_joined = start.saturating_mul(programs.len()) > MAX_LINES;
    if let Some(before) = programs.last_mut().filter(|_| is_joined) {
        let lines = before.matches('\n').count();
        before.push_str(&"\n".repeat(start.saturating_sub(lines)));
        before.push_str(block);
    } else {
        programs.push("\n".repeat(start) + block);
    }
}

/// The line that opens a block.
struct Fence {
    character: char,
    length: usize,
    is_program: bool,
}

impl Fence {
    fn of(line: &str) -> Option<Fence> {
        const SHORTEST: usize = 3;
        let line = line.trim();
        let character = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(character);
        let length = line.len() - info.len();
        // A span of code within a line may start with as many.
        let is_fence = length >= SHORTEST && !(character == '`' && info.contains('`'));
        let language = info.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        is_fence.then(|| Fence { character, length, is_program: LANGUAGES.contains(&language.as_str()) })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let line = line.trim();
        line.len() >= self.length && line.chars().all(|c| c == self.character)
    }
}

/// A block whose shown results are blanks.
fn without_results(block: &str) -> String {
    let mut text = String::with_capacity(block.len());
    let mut offset = 0;
    let mut lines = block.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        if !line.trim_start().starts_with(RESULT) {
            text.push_str(line);
            offset += line.len();
            continue;
        }
        let end = offset + result_length(&block[offset..]);
        text.push_str(&blanks(line));
        offset += line.len();
        while offset < end
            && let Some(line) = lines.next()
        {
            text.push_str(&blanks(line));
            offset += line.len();
        }
    }
    text
}

/// How long a result is: up to the end of the line on which its brackets are closed, or of the block.
fn result_length(text: &str) -> usize {
    let mut depth = 0usize;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        for lexeme in Tokens::new(line, 0) {
            match lexeme.token {
                Ok(Token::OpenList | Token::OpenVector | Token::OpenSet | Token::OpenMap) => depth += 1,
                Ok(Token::CloseList | Token::CloseVector | Token::CloseBrace) => {
                    depth = depth.saturating_sub(1)
                }
                _ => {}
            }
        }
        end += line.len();
        if depth == 0 {
            break;
        }
    }
    end
}

fn blanks(line: &str) -> String {
    line.chars().map(|c| if matches!(c, '\n' | '\r') { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stay_where_they_are() {
        let page = "# A\n```clojure\n(inc 1)\n=> 2\n{:a 1}\n => {:a [1\n 2]}\nx\n```\n\n```java\n(no)\n```\n````md\n```clojure\n(no)\n```\n````\n- b\n\n  ~~~ Lisp bad\n  y\n  ~~~\n`a` ```b```\n```clojure\nopen";
        let lines = |n: usize| "\n".repeat(n);
        assert_eq!(
            programs(page),
            [
                format!("{}(inc 1)\n    \n{{:a 1}}\n          \n    \nx\n", lines(2)),
                format!("{}  y\n", lines(21)),
                format!("{}open", lines(25)),
            ]
        );
        for (file, is) in [("a.md", true), ("b/c.mdx", true), ("md", false), ("a.cvx", false)] {
            assert_eq!(is_page(Path::new(file)), is, "{file}");
        }
        assert_eq!(programs("```clojure\n```\n"), [""]);
        let page = "```clojure\nx\n```\n".repeat(9_000);
        let found = programs(&page);
        assert!(found.iter().map(String::len).sum::<usize>() < 1 << 25);
        assert_eq!(found.last().map(|last| last.lines().count()), Some(26_999));
        assert!(programs("").is_empty() && programs("```").is_empty());
    }
}
