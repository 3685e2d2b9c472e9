//! What a text is about: the comment it begins with, and its definitions, those in quoted code included. Nothing is run.

use super::{Notes, inner, wrapped};
use crate::printable;
use crate::screen::Screen;
use lang::reader::{self, Form, ReadErrors};
use lang::source::{Positions, Sources, Span};
use lang::{Map, Missing, Value};

/// Words of forms that define.
const WORDS: &[&str] = &["def", "defexpander", "defmacro", "defn"];

/// Definitions inside of so many others are not looked for.
const MAX_PATH: usize = 16;

/// A definition in a text.
pub struct Defined {
    /// The names of the definitions around it, and its own.
    pub path: Vec<String>,
    /// What it is, in words.
    pub kind: String,
    /// What is said about it, by its metadata or the comment before it.
    pub notes: Notes,
    /// Where it stands.
    pub span: Span,
    /// Where the code of each example stands.
    pub places: Vec<Option<Span>>,
}

/// A text that was read.
pub struct Outline {
    /// The comment that it begins with.
    pub about: Option<String>,
    /// Its definitions, in order.
    pub definitions: Vec<Defined>,
}

/// Goes through a text.
///
/// # Errors
/// All that does not read.
pub fn outline(sources: &Sources, text: u32) -> Result<Outline, ReadErrors> {
    let mut positions = Positions::new();
    let content = sources.text(text).unwrap_or_default();
    let (forms, errors) = reader::read_all(content, text, &mut positions);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut finder = Finder { content, positions: &positions, definitions: Vec::new() };
    for form in &forms {
        // What was just read is all in memory.
        let _ = finder.find(form);
    }
    finder.definitions.sort_by_key(|defined| defined.span.start);
    let about = finder.about(forms.first());
    Ok(Outline { about, definitions: finder.definitions })
}

/// A form that is still to be gone through.
#[derive(Clone)]
struct Open {
    value: Value,
    span: Span,
    /// The names of the definitions around it.
    path: Vec<String>,
    /// Whether it is evaluated only when a function runs.
    in_function: bool,
}

struct Finder<'a> {
    content: &'a str,
    positions: &'a Positions,
    definitions: Vec<Defined>,
}

impl Finder<'_> {
    /// Notes the definitions in a form, however deep. What a function defines when it runs is no definition of the text, unless
    /// it stands in code that the function quotes.
    fn find(&mut self, form: &Form) -> Result<(), Missing> {
        let mut open =
            vec![Open { value: form.value.clone(), span: form.span, path: Vec::new(), in_function: false }];
        while let Some(Open { value, span, path, in_function }) = open.pop() {
            if path.len() >= MAX_PATH {
                continue;
            }
            let parts = match &value {
                Value::List(list) => list.to_vec()?,
                Value::Vector(vector) => vector.to_vec()?,
                Value::Syntax(syntax) => {
                    open.push(Open { value: syntax.datum()?.clone(), span, path, in_function });
                    continue;
                }
                _ => continue,
            };
            let mut inner = Open { value: Value::Nil, span, path: path.clone(), in_function };
            if let (Value::List(_), [Value::Symbol(word), rest @ ..]) = (&value, parts.as_slice()) {
                let word = String::from_utf8_lossy(word.name()).into_owned();
                match (word.as_str(), rest) {
                    ("quote" | "quasiquote", _) => inner.in_function = false,
                    (_, [name, code @ ..]) if WORDS.contains(&word.as_str()) && !in_function => {
                        inner.path.extend(self.define(&word, name, code, span, &path)?);
                        inner.in_function = word != "def";
                    }
                    ("fn" | "defn" | "defmacro" | "defexpander", _) => inner.in_function = true,
                    _ => {}
                }
            }
            for (i, part) in parts.iter().enumerate() {
                let span = self.positions.child_span(&value, i).unwrap_or(span);
                open.push(Open { value: part.clone(), span, ..inner.clone() });
            }
        }
        Ok(())
    }

    /// Notes a definition and gives its name.
    fn define(
        &mut self,
        word: &str,
        name: &Value,
        code: &[Value],
        span: Span,
        path: &[String],
    ) -> Result<Option<String>, Missing> {
        let (name, mut metadata) = open(name)?;
        let Value::Symbol(name) = name else { return Ok(None) };
        let name = String::from_utf8_lossy(name.name()).into_owned();
        let mut arities = Vec::new();
        for (i, form) in code.iter().enumerate() {
            let (plain, on_code) = open(form)?;
            if i == 0 {
                metadata = metadata.merge(&on_code)?;
            }
            match &plain {
                Value::Vector(_) if i == 0 && word != "def" => arities.push(inner(&plain)),
                Value::List(arity) if word != "def" && arities.len() == i => {
                    let first = arity.first()?.map(open).transpose()?;
                    if let Some((params @ Value::Vector(_), _)) = first {
                        arities.push(inner(&params));
                    }
                }
                _ => {}
            }
        }
        let mut notes = Notes::of(&metadata)?;
        if notes.signatures.is_empty() {
            notes.signatures = arities;
        }
        if notes.description.is_none() {
            notes.description = self.comment_before(span).or_else(|| self.comment_behind(span));
        }
        let noun = match word {
            "defn" => "function",
            "def" => "value",
            _ => "macro",
        };
        let is_callable = metadata.get(&Value::keyword("callable"))?.is_some_and(Value::is_truthy);
        let kind = if is_callable { format!("callable {noun}") } else { noun.to_owned() };
        let places = notes.examples.iter().map(|(code, _)| self.positions.span_of(code)).collect();
        let path = path.iter().cloned().chain([name.clone()]).collect();
        self.definitions.push(Defined { path, kind, notes, span, places });
        Ok(Some(name))
    }

    /// The lines of comment directly before a form that begins its line.
    fn comment_before(&self, span: Span) -> Option<String> {
        let before = self.content.get(..span.start as usize)?;
        let (lines, indentation) = before.rsplit_once('\n').unwrap_or(("", before));
        if !indentation.trim().is_empty() {
            return None;
        }
        let comment: Vec<&str> = lines.lines().rev().map_while(comment_text).collect();
        let text: Vec<&str> = comment.into_iter().rev().filter(|line| !is_mark(line)).collect();
        (!text.is_empty()).then(|| text.join(" "))
    }

    /// The comment behind a form on its last line.
    fn comment_behind(&self, span: Span) -> Option<String> {
        let line = self.content.get(span.end as usize..)?.lines().next()?;
        let text = comment_text(line)?;
        let is_value = line.trim_start().starts_with(super::examples::MARK);
        (!text.is_empty() && !is_mark(text) && !is_value).then(|| text.to_owned())
    }

    /// The comment that a text begins with, up to the first empty line, unless it is about its first form.
    fn about(&self, first: Option<&Form>) -> Option<String> {
        let end = first.map_or(self.content.len(), |form| form.span.start as usize);
        let lead = self.content.get(..end)?;
        let lines: Vec<&str> =
            lead.lines().map_while(comment_text).take_while(|line| !line.is_empty()).collect();
        let is_apart = first.is_none()
            || lead.lines().any(|line| line.trim().is_empty())
            || lines.len() < lead.lines().count();
        (is_apart && !lines.is_empty()).then(|| lines.join(" "))
    }
}

/// The text of a line that is a comment.
fn comment_text(line: &str) -> Option<&str> {
    line.trim_start().starts_with(';').then(|| line.trim_start().trim_start_matches(';').trim())
}

/// Whether a comment is for tools, or a rule across the page.
fn is_mark(line: &str) -> bool {
    line.starts_with("cvx:") || line.starts_with("----")
}

/// A form without metadata, and the metadata.
fn open(form: &Value) -> Result<(Value, Map), Missing> {
    let mut value = form.clone();
    let mut metadata = Map::empty();
    while let Value::Syntax(syntax) = &value {
        metadata = syntax.meta().merge(&metadata)?;
        value = syntax.datum()?.clone();
    }
    Ok((value, metadata))
}

/// What a text is about, as lines of text.
pub fn describe(name: &str, outline: &Outline, screen: Screen) -> String {
    let mut out = format!("{}\n", printable::line(name));
    if let Some(about) = &outline.about {
        out.push_str(&wrapped(about, screen));
    }
    for defined in &outline.definitions {
        let (own, around) = match defined.path.split_last() {
            Some((own, around)) => (own.as_str(), around),
            None => continue,
        };
        let place =
            if around.is_empty() { String::new() } else { format!(" in `{}`", around.join("` in `")) };
        let head = printable::line(&format!("{own}: {}{place}", defined.kind)).into_owned();
        out.push_str(&format!("\n{}\n", screen.wrap(&head, 0, "  ")));
        out.push_str(&defined.notes.lines(own, screen));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Colour;

    #[test]
    fn definitions_are_found_wherever_they_stand() {
        let mut sources = Sources::new();
        let text = sources.add(
            "a.cvx",
            ";; A file.\n\n;; Doubles.\n;; cvx: allow arity\n(defn double ([x] (* 2 x)) ([x y] [x y]))\n\n\
             (def code\n  '(do\n     (def n 0) ; a count\n     (defn ^:callable next-one [] (def n (inc n)))))\n\
             (def ^{:doc {:description \"One.\" :examples [{:code \"one\" :result \"1\"}]}} one 1)\n",
        );
        let outline = outline(&sources, text).unwrap_or_else(|errors| panic!("{errors:?}"));
        let text = describe("a.cvx", &outline, Colour::Off.into());
        assert_eq!(
            text,
            "a.cvx\n  A file.\n\ndouble: function\n  (double x)\n  (double x y)\n  Doubles.\n\ncode: value\n\n\
             n: value in `code`\n  a count\n\nnext-one: callable function in `code`\n  (next-one)\n\n\
             one: value\n  One.\n  e.g. one  gives 1\n"
        );
        let place = outline.definitions.last().and_then(|defined| defined.places[0]);
        assert_eq!(place.and_then(|place| sources.slice(place)), Some("\"one\""));
    }
}
