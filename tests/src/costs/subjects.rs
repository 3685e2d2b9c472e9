//! What is measured: calls of every function of the core library, and forms that are no calls.

use lang::{Kind, Value, printer};
use vm::{Account, Context, context::CORE};

/// A form over the arguments `a`, `b` and `c`.
pub struct Subject {
    /// The function or form that it is about.
    pub name: String,
    pub form: String,
    /// How many of the arguments it has.
    pub arity: usize,
}

/// Forms that are no calls of functions.
const FORMS: &[(&str, &str, usize)] = &[
    ("destructuring", "(let [[x & y] a] y)", 1),
    ("destructuring", "(let [[& y x] a] y)", 1),
    ("destructuring", "(let [[x & y] a [z & y] y] (first y))", 1),
    ("parameters", "((fn [[x & y] & z] y) a b)", 2),
    ("loop over next", "(loop [v a i 0] (cond (< i 50) (recur (next v) (inc i)) v))", 1),
    (
        "loop over first and next",
        "(loop [v a i 0] (cond (< i 50) (do (first v) (recur (next v) (inc i))) v))",
        1,
    ),
    (
        "loop over next and conj",
        "(loop [v (next a) i 0] (cond (< i 50) (recur (conj (next v) i) (inc i)) v))",
        1,
    ),
    (
        "loop over next and assoc",
        "(loop [v (next a) i 0] (cond (< i 50) (recur (assoc (next v) 0 i) (inc i)) v))",
        1,
    ),
    (
        "loop over next and cons",
        "(loop [v a i 0] (cond (< i 50) (recur (next (next (cons i v))) (inc i)) v))",
        1,
    ),
    (
        "loop over reverse and cons",
        "(loop [v a i 0] (cond (< i 50) (recur (reverse (cons i (next v))) (inc i)) v))",
        1,
    ),
    ("early end of reduce", "(reduce (fn [x y] (reduced y)) 1 (next a))", 1),
    ("call of a value", "(a b)", 2),
    ("call of a value", "(a b c)", 3),
    ("vector", "[a b]", 2),
    ("map", "{a b}", 2),
    ("set", "#{a b}", 2),
    ("def", "(def x a)", 1),
    ("def of a rest", "(def x (next a))", 1),
    ("quasiquote", "`[~a ~@b]", 2),
    ("query", "(query (do (def x a) x))", 1),
    ("eval", "(eval (list 'quote a))", 1),
];

/// All that is measured.
pub fn all(context: &Context) -> Vec<Subject> {
    let subject = |name: &str, form: String, arity| Subject { name: name.to_owned(), form, arity };
    let mut subjects: Vec<Subject> =
        FORMS.iter().map(|(name, form, arity)| subject(name, (*form).to_owned(), *arity)).collect();
    for name in functions(context) {
        let call = |args: &str, arity| subject(&name, format!("({name} {args})"), arity);
        subjects.extend([
            call("", 0),
            call("a", 1),
            call("(next a)", 1),
            call("(cons 0 a)", 1),
            call("a b", 2),
            call("(next a) b", 2),
            call("a (next b)", 2),
            call("(cons 0 a) b", 2),
            call("a b c", 3),
            call("a b c b", 4),
        ]);
    }
    subjects
}

/// The names of all functions of the core library.
fn functions(context: &Context) -> Vec<String> {
    let core = context.state().account(CORE).ok().flatten().expect("there is a core account");
    let environment = core.environment().ok().flatten().expect("it has definitions");
    let mut names: Vec<String> = environment
        .iter()
        .map(|entry| entry.expect("all is in memory"))
        .filter(|(symbol, value)| matches!(value.kind(), Kind::Function) && !is_macro(&core, symbol))
        .map(|(symbol, _)| text(symbol))
        .collect();
    names.sort();
    names
}

/// Whether a symbol is defined as an expander, which forms are given to.
fn is_macro(core: &Account, symbol: &Value) -> bool {
    let metadata = core.definition_metadata(symbol).expect("all is in memory");
    metadata.is_some_and(|map| map.contains(&Value::keyword("expander")).expect("all is in memory"))
}

/// A value as the network prints it.
fn text(value: &Value) -> String {
    let bytes = printer::print_str(value).expect("all is in memory");
    String::from_utf8_lossy(&bytes).into_owned()
}
