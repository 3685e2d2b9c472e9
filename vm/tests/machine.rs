//! What forms evaluate to and cost: rows of a form, its value or error code, and its juice, in files by subject
//! beside this one, recorded from the reference. Then what rows cannot show: depth, interruption, traces.

use lang::op::Op;
use lang::source::{Positions, Sources};
use lang::{Value, Vector, printer, reader};
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use vm::{Context, Ending};

const ACCOUNT: u64 = 11;
const JUICE_LIMIT: u64 = 10_000_000;

/// The rows by subject.
const FILES: &[(&str, &str)] = &[
    ("form", include_str!("machine/form.tsv")),
    ("scope", include_str!("machine/scope.tsv")),
    ("control", include_str!("machine/control.tsv")),
    ("actor", include_str!("machine/actor.tsv")),
    ("depth", include_str!("machine/depth.tsv")),
    ("in_place", include_str!("machine/in_place.tsv")),
    ("long_zero", include_str!("machine/long_zero.tsv")),
];

fn genesis() -> Context {
    let state = stdlib::genesis().expect("genesis can be built");
    Context::new(state, ACCOUNT, JUICE_LIMIT).expect("the account exists")
}

fn read(text: &str) -> Value {
    reader::read_one(text, 0).expect("the form can be read").value
}

fn print(value: &Value) -> String {
    let text = printer::print(value, usize::MAX).expect("all is here").expect("there is no limit");
    String::from_utf8_lossy(&text).into_owned()
}

/// Evaluates a form as an account of genesis: what a row says after the form.
fn answer(genesis: &Context, form: &str) -> String {
    let code = |ending: &Ending| ending.code().map_or_else(|| format!("{ending:?}"), |code| print(&code));
    let op = match genesis.clone().expand_compile(&read(form)) {
        Ok(op) => op,
        Err(ending) => return format!("does not compile\t{}", code(&ending)),
    };
    let mut ctx = genesis.clone();
    match ctx.run(&op) {
        Ok(value) => format!("{}\t{}", print(&value), ctx.juice()),
        Err(ending) => format!("error {}\t{}", code(&ending), ctx.juice()),
    }
}

#[test]
fn rows() {
    let genesis = genesis();
    let mut failures = String::new();
    for (name, rows) in FILES {
        for row in rows.lines() {
            let (form, expected) = row.split_once('\t').expect("a row has a form and an answer");
            let given = answer(&genesis, form);
            if given != expected {
                writeln!(failures, "{name}.tsv: {form}\n  expected {expected}\n  given    {given}")
                    .expect("fits");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Code nested however deep ends in `:DEPTH`, and is dropped without overflowing the stack, run or not.
#[test]
fn nested_code() {
    let genesis = genesis();
    let wrappers: [fn(Value) -> Op; 6] = [
        |op| Op::Do(Vector::from_values([op])),
        |op| Op::Cond(Vector::from_values([op])),
        |op| Op::Invoke(Vector::from_values([op])),
        |op| Op::Query(Vector::from_values([op])),
        |op| Op::Try(Vector::from_values([op])),
        |op| Op::Let { bindings: Vector::empty(), ops: Vector::from_values([op]), is_loop: true },
    ];
    for wrap in wrappers {
        let mut op = Op::Constant(Value::Nil).into_value();
        for level in 0..50_000 {
            op = wrap(op).into_value();
            if level % 100 == 0 {
                // Derives code at all levels.
                let _ = genesis.clone().with_juice_limit(100_000).run(&op);
            }
        }
        let ending = genesis.clone().run(&op).expect_err("too deep");
        assert_eq!(ending.code(), Some(Value::keyword("DEPTH")));
        let form = Value::Vector(Vector::from_values([op]));
        assert!(genesis.clone().expand_compile(&form).is_ok());
    }
    for open in ["(do ", "[", "{1 ", "#{", "(fn [] ", "(let [a ", "^:a ["] {
        let mut form = read("a");
        for _ in 0..20_000 {
            form = match open {
                "(do " => lang::List::from_values([Value::symbol("do"), form]).into(),
                "{1 " => lang::Map::from_entries([(Value::Integer(1), form)]).into(),
                "#{" => lang::Set::from_values([form]).into(),
                "(fn [] " => {
                    lang::List::from_values([Value::symbol("fn"), Vector::empty().into(), form]).into()
                }
                "(let [a " => {
                    let bindings = Vector::from_values([Value::symbol("a"), form]);
                    lang::List::from_values([Value::symbol("let"), bindings.into()]).into()
                }
                "^:a [" => {
                    lang::Syntax::new(Value::Vector(Vector::from_values([form])), lang::Map::empty()).into()
                }
                _ => Vector::from_values([form]).into(),
            };
        }
        let ending = genesis.clone().expand_compile(&form).expect_err("too deep");
        assert_eq!(ending.code(), Some(Value::keyword("DEPTH")), "{open}");
    }
}

/// Binding forms nested however deep are bound without overflowing the stack.
#[test]
fn nested_bindings() {
    let (mut form, mut value) = (Value::symbol("a"), Value::Integer(7));
    for _ in 0..100_000 {
        form = Vector::from_values([form]).into();
        value = Vector::from_values([value]).into();
    }
    let quoted = lang::List::from_values([Value::symbol("quote"), value]);
    let bindings = Vector::from_values([form, quoted.into()]);
    let form = lang::List::from_values([Value::symbol("let"), bindings.into(), Value::symbol("a")]).into();
    let op = genesis().compile(&form).expect("compiles");
    assert_eq!(genesis().run(&op).expect("runs"), Value::Integer(7));
}

/// Functions called by native functions nest without depth, but not without juice.
#[test]
fn nested_native_calls() {
    let native = |name| Value::native(lang::native::code(name).expect("the function exists"));
    let numbers = Vector::from_values([Value::Integer(1), Value::Integer(2)]);
    let mut args = Vector::from_values([native("+"), numbers.into()]);
    for _ in 0..50_000 {
        args = Vector::from_values([native("apply"), args.into()]);
    }
    let value = genesis().invoke(&native("apply"), &mut args.to_vec().expect("all is here"));
    assert_eq!(value.map_err(|ending| ending.code()), Ok(Value::Integer(3)));
}

#[test]
fn interruption() {
    for text in ["(loop [] (recur))", "((fn [] (recur)))", "(do (def f (fn [] (tailcall (f)))) (f))"] {
        let mut ctx = genesis().with_interrupt(Arc::new(AtomicBool::new(true)));
        assert!(matches!(ctx.run(&read(text)), Err(Ending::Interrupted)), "{text}");
    }
}

/// The innermost op of an error, and each call around it, lead back to their places in the text.
#[test]
fn traces() {
    for (text, places) in [
        ("(do 1\n (inc :a))", &["2:2"][..]),
        ("(let [f (fn [x] (inc x))]\n  (+ 1 (f :a)))", &["1:17", "2:8", "2:3"]),
        ("(if true\n  (when 1 (nothing 2)))", &["2:12", "2:11"]),
        ("(do\n (lookup #1 q))", &["2:2"]),
    ] {
        let mut sources = Sources::new();
        let source = sources.add("test", text);
        let mut positions = Positions::new();
        let form = reader::read_one_at(text, source, &mut positions).expect("reads").value;
        let mut ctx = genesis().with_positions(positions);
        let Err(Ending::Error(error)) = ctx.run(&form) else { panic!("{text} does not fail") };
        let positions = ctx.take_positions().expect("positions were given");
        let found: Vec<String> = error
            .trace
            .iter()
            .filter_map(|frame| sources.line_column(positions.span_of(frame.op.as_ref()?)?))
            .map(|place| format!("{}:{}", place.line, place.column))
            .collect();
        assert_eq!(found, places, "{text}");
    }
}
