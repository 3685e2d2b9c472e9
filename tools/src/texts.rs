//! Values as people read them: a function whose text is known shows as it was written, and what it captured stands behind.
//!
//! `str`, `print` and the machine forms show the code of functions, as the network does: [`crate::show`].

use crate::show;
use lang::op::Closure;
use lang::reader;
use lang::source::{Positions, Sources, Span, Written};
use lang::{Missing, Value, printer};
use std::cell::RefCell;
use std::collections::VecDeque;

/// More captured values are not told.
const MAX_CAPTURED: usize = 8;
/// Captured values are cut after so many characters.
const MAX_CAPTURED_CHARACTERS: usize = 40;
/// Longer texts are not made for a captured value.
const MAX_PRINTED_BYTES: usize = 4_000;
/// Of the code of a function no more ops are looked at for the locals it uses.
const MAX_OPS: usize = 10_000;

/// How functions show.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Functions {
    /// As they were written, where that is known: for people.
    #[default]
    Written,
    /// As the network prints them: for programs.
    Code,
}

/// The texts that were read, and which functions they made.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// The texts.
    pub sources: &'a Sources,
    /// What stands where.
    pub positions: &'a Positions,
    /// How functions show.
    pub functions: Functions,
}

/// A value that a function captured, under its name.
type Captured = (String, Value);

impl Texts<'_> {
    /// The text of a value; `None` when it would be longer than a limit in bytes. A function alone keeps the lines of its
    /// text.
    ///
    /// # Errors
    /// [`Missing`] when a part of the value is not here.
    pub fn text(&self, value: &Value, max_bytes: usize) -> Result<Option<String>, Missing> {
        let mut captured = VecDeque::new();
        let alone = self.source_of(value).map(|(text, span)| {
            captured.extend(self.captured(value));
            self.dedent(text, span)
        });
        let text = match alone {
            Some(text) => Some(text).filter(|text| text.len() <= max_bytes),
            None => self.inline(value, max_bytes, &mut captured)?,
        };
        Ok(text.map(|text| text + &self.clause(captured)))
    }

    /// The text of a value in one line, or a remark in its place when it is too long or parts are missing.
    pub fn brief(&self, value: &Value, max_bytes: usize) -> String {
        let mut captured = VecDeque::new();
        match self.inline(value, max_bytes, &mut captured) {
            Ok(Some(text)) => text + &self.clause(captured),
            Ok(None) | Err(_) => show::brief(value, max_bytes),
        }
    }

    /// The text of a value, or its beginning where it is long: how values stand in one line among others.
    pub fn short(&self, value: &Value) -> String {
        let mut captured = VecDeque::new();
        match self.inline(value, MAX_PRINTED_BYTES, &mut captured) {
            Ok(Some(text)) => cut(&text) + &self.clause(captured),
            Ok(None) | Err(_) => show::short(value),
        }
    }

    /// The text of a call in one line, its arguments as in [`Texts::brief`].
    pub fn call(&self, name: &str, args: &[Value], max_bytes: usize) -> String {
        self.call_with(name, args, max_bytes, |arg, text| text.unwrap_or_else(|| show::brief(arg, max_bytes)))
    }

    /// The text of a call in one line, its arguments as in [`Texts::short`].
    pub fn short_call(&self, name: &str, args: &[Value]) -> String {
        self.call_with(name, args, MAX_PRINTED_BYTES, |arg, text| {
            text.map_or_else(|| show::short(arg), |text| cut(&text))
        })
    }

    fn call_with(
        &self,
        name: &str,
        args: &[Value],
        max_bytes: usize,
        finish: impl Fn(&Value, Option<String>) -> String,
    ) -> String {
        let mut captured = VecDeque::new();
        let mut call = format!("({name}");
        for arg in args {
            let text = self.inline(arg, max_bytes, &mut captured).unwrap_or(None);
            call.push(' ');
            call.push_str(&finish(arg, text));
        }
        call + ")" + &self.clause(captured)
    }

    /// The text of a value in one line, in which functions show their texts; adds what these captured.
    fn inline(
        &self,
        value: &Value,
        max_bytes: usize,
        captured: &mut VecDeque<Captured>,
    ) -> Result<Option<String>, Missing> {
        let found = RefCell::new(VecDeque::new());
        let text_of = |function: &Value| {
            let (text, _) = self.source_of(function)?;
            found.borrow_mut().extend(self.captured(function));
            Some(one_line(&text))
        };
        let bytes = printer::print_with(value, max_bytes, &text_of)?;
        captured.append(&mut found.into_inner());
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// What stands behind a text: the values that its functions captured, and those of functions among these.
    fn clause(&self, mut captured: VecDeque<Captured>) -> String {
        let mut told: Vec<String> = Vec::new();
        while let Some((name, value)) = captured.pop_front() {
            if told.len() == MAX_CAPTURED {
                told.push("…".to_owned());
                break;
            }
            let mut inner = VecDeque::new();
            let text = match self.inline(&value, MAX_PRINTED_BYTES, &mut inner) {
                Ok(Some(text)) => cut(&text),
                Ok(None) | Err(_) => show::short(&value),
            };
            let sentence = format!("{name} = {text}");
            if !told.contains(&sentence) {
                told.push(sentence);
                captured.append(&mut inner);
            }
        }
        if told.is_empty() { String::new() } else { format!(" where {}", told.join(", ")) }
    }

    /// The text of a function and where it begins, if both are known: from its `fn` on, or what `defn` makes its `fn`
    /// from. What other macros make without writing a `fn` has no text.
    fn source_of(&self, function: &Value) -> Option<(String, Span)> {
        if self.functions == Functions::Code {
            return None;
        }
        let span = self.positions.how_written(function)?.span;
        let text = self.sources.slice(span)?;
        let (head, rest) = self.head_and_rest(text)?;
        match head.as_str() {
            "fn" => Some((text.to_owned(), span)),
            "defn" => Some((format!("(fn {}", text.get(rest..)?), span)),
            "defmacro" => Some((text.to_owned(), span)),
            _ => None,
        }
    }

    /// The symbol that a list begins with, and where its third element does.
    fn head_and_rest(&self, text: &str) -> Option<(String, usize)> {
        let name = text.strip_prefix('(')?.split(|c: char| c.is_whitespace() || c == ',').next()?;
        if name != "defn" {
            return Some((name.to_owned(), 0));
        }
        let mut positions = Positions::new();
        let form = reader::read_one_at(text, 0, &mut positions).ok()?;
        Some((name.to_owned(), positions.child_span(&form.value, 2)?.start as usize))
    }

    /// A text whose further lines stand as far to the left as its first.
    fn dedent(&self, text: String, span: Span) -> String {
        let column = self.sources.line_column(span).map_or(0, |place| place.column - 1);
        let mut lines = text.split('\n');
        let mut out = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            let indent = line.len() - line.trim_start_matches(' ').len();
            out.push('\n');
            out.push_str(&line[indent.min(column)..]);
        }
        out
    }

    /// The locals that a function captured and uses, in their order.
    fn captured(&self, function: &Value) -> Vec<Captured> {
        let Some(written) = self.positions.how_written(function) else { return Vec::new() };
        match Closure::view(function) {
            Ok(Some(Closure::Fn { env, body, .. })) => captured_by(&[body], &env, written),
            Ok(Some(Closure::Multi(arities))) => {
                let mut bodies = Vec::new();
                let mut env = None;
                for arity in arities.iter().flatten() {
                    if let Ok(Some(Closure::Fn { env: of_arity, body, .. })) = Closure::view(arity) {
                        bodies.push(body);
                        env = env.or(Some(of_arity));
                    }
                }
                env.map_or_else(Vec::new, |env| captured_by(&bodies, &env, written))
            }
            _ => Vec::new(),
        }
    }
}

/// The locals of an environment that some code uses, by their names.
fn captured_by(bodies: &[Value], env: &lang::Vector, written: &Written) -> Vec<Captured> {
    if env.is_empty() {
        return Vec::new();
    }
    let mut used = std::collections::BTreeSet::new();
    let mut open = bodies.to_vec();
    for _ in 0..MAX_OPS {
        let Some(op) = open.pop() else { break };
        match op {
            Value::Extension { tag: lang::extension::LOCAL, code } => {
                used.insert(code);
            }
            op => op.for_each_child(&mut |slot| open.extend(slot.loaded().cloned())),
        }
    }
    let value = |position: usize| env.get(position as u64).ok().flatten().cloned();
    written
        .locals()
        .filter(|(position, _)| used.contains(&(*position as u64)))
        .filter_map(|(position, name)| {
            Some((String::from_utf8_lossy(name.name()).into_owned(), value(position)?))
        })
        .collect()
}

/// A text, or its beginning where it is long.
fn cut(text: &str) -> String {
    let shown: String =
        text.lines().next().unwrap_or_default().chars().take(MAX_CAPTURED_CHARACTERS).collect();
    if shown.len() == text.len() { shown } else { shown + "…" }
}

/// Code in one line: without comments, its white space made single spaces but within strings.
fn one_line(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let mut chars = code.chars();
    let mut is_spaced = false;
    while let Some(c) = chars.next() {
        match c {
            ';' => {
                chars.by_ref().find(|c| *c == '\n');
                is_spaced = true;
            }
            c if c.is_whitespace() => is_spaced = true,
            c => {
                let is_end = matches!(c, ')' | ']' | '}');
                if std::mem::take(&mut is_spaced) && !is_end && !out.is_empty() {
                    out.push(' ');
                }
                out.push(c);
                match c {
                    '\\' => out.extend(chars.next()),
                    '"' => copy_string(&mut chars, &mut out),
                    _ => {}
                }
            }
        }
    }
    out
}

/// Copies the rest of a string, its last quote included.
fn copy_string(chars: &mut std::str::Chars, out: &mut String) {
    while let Some(c) = chars.next() {
        out.push(c);
        match c {
            '"' => return,
            '\\' => out.extend(chars.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{GENESIS_ACCOUNT, Session};

    /// How the value of the last form of a text reads.
    fn shown(text: &str) -> String {
        let mut session = Session::new(stdlib::genesis().expect("the library builds"), GENESIS_ACCOUNT)
            .expect("the account exists");
        let source = session.add_text("test", text);
        let (forms, errors) = session.read_all(source);
        assert!(errors.is_empty(), "{text}: {errors:?}");
        let mut last = Value::Nil;
        for form in forms {
            last = session.run(&form).result.unwrap_or_else(|problem| panic!("{text}: {}", problem.message));
        }
        session.texts().text(&last, 10_000).expect("all is here").expect("it is short")
    }

    #[test]
    fn functions_show_as_they_were_written() {
        for (text, expected) in [
            ("(fn [x] (+ x 1))", "(fn [x] (+ x 1))"),
            ("(defn square [x] (* x x))", "(fn [x] (* x x))"),
            ("(defn ^{:doc {:description \"Twice.\"}} twice [x] (* 2 x)) twice", "(fn [x] (* 2 x))"),
            ("(defn f\n  [x]\n  (* x ; twice\n     2))", "(fn [x]\n  (* x ; twice\n     2))"),
            ("(do\n  (defn f [x]\n    x))", "(fn [x]\n  x)"),
            ("(defn f ([] 1) ([x] (* x 2)))", "(fn ([] 1) ([x] (* x 2)))"),
            ("(fn [x] x)", "(fn [x] x)"),
            ("(fn [] 1)", "(fn [] 1)"),
            ("(fn [] *address*)", "(fn [] *address*)"),
            ("(def f (fn [a & more] more)) (def g f) g", "(fn [a & more] more)"),
            (
                "[1 (fn [x]\n  (+ x 1)) {:a (fn [] \"a  b;\" ; rest\n 2 )}]",
                "[1 (fn [x] (+ x 1)) {:a (fn [] \"a  b;\" 2)}]",
            ),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn captured_values_stand_behind() {
        for (text, expected) in [
            ("(let [n 5] (fn [x] (+ x n)))", "(fn [x] (+ x n)) where n = 5"),
            ("(let [n 5] (fn [n] (+ 1 n)))", "(fn [n] (+ 1 n))"),
            ("(let [n 5] (fn [] n))", "(fn [] n) where n = 5"),
            ("(let [a 1 b :b c 3] (fn [x] [c x a]))", "(fn [x] [c x a]) where a = 1, c = 3"),
            ("(let [[a & b] [1 2 3] _ 4] (fn [x] [a b x]))", "(fn [x] [a b x]) where a = 1, b = [2 3]"),
            ("(let [n 1] (let [n 2] (fn [x] n)))", "(fn [x] n) where n = 2"),
            ("(defn adder [n] (fn [x] (+ x n))) (adder 7)", "(fn [x] (+ x n)) where n = 7"),
            (
                "(defn adder [n] (fn [x] (+ x n))) [(adder 1) (adder 2)]",
                "[(fn [x] (+ x n)) (fn [x] (+ x n))] where n = 1, n = 2",
            ),
            (
                "(let [k 3 f (fn [y] (* y k))] (fn [x] (f x)))",
                "(fn [x] (f x)) where f = (fn [y] (* y k)), k = 3",
            ),
            ("(let [f inc] (fn [x] (f x)))", "(fn [x] (f x)) where f = inc"),
            ("(let [n 5] (fn ([] n) ([x] (* x n))))", "(fn ([] n) ([x] (* x n))) where n = 5"),
            ("(let [n 5] (fn [x] (fn [y] (+ n y))))", "(fn [x] (fn [y] (+ n y))) where n = 5"),
            ("((let [n 5] (fn [x] (fn [y] (+ n x y)))) 6)", "(fn [y] (+ n x y)) where n = 5, x = 6"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let long = shown(
            "(let [v (vec (reduce conj [] [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20]))] (fn [] v))",
        );
        assert_eq!(long, "(fn [] v) where v = [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 …");
    }

    #[test]
    fn functions_that_macros_made() {
        for (text, expected) in [
            ("(defmacro adder [n] `(fn [x] (+ x ~n))) (adder 3)", "(fn [x] (+ x ~n))"),
            ("(defmacro adder [n] (list 'fn '[x] (list '+ 'x n))) (adder 3)", "(fn [x] (+ %0 3))"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_has_no_text_shows_its_code() {
        for (text, expected) in
            [("(eval (list 'fn ['x] 'x))", "(fn [x] %0)"), ("inc", "inc"), ("[1 :a \"b\"]", "[1 :a \"b\"]")]
        {
            assert_eq!(shown(text), expected, "{text}");
        }
        let code = shown("(defn square [x] (* x x)) (str square)");
        assert_eq!(code, "\"(fn [x] (* %0 %0))\"");
    }
}
