//! Watching a machine: what is told, and that watching changes nothing.

use lang::{Value, printer, reader};
use std::sync::{Arc, Mutex};
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::observe::Observer;
use vm::{Context, State};

/// Writes down branches and calls, and counts how deep ops are nested.
#[derive(Default)]
struct Notes {
    lines: Mutex<Vec<String>>,
    open: Mutex<i64>,
}

impl Notes {
    fn add(&self, line: String) {
        self.lines.lock().expect("nobody panics").push(line);
    }
}

impl Observer for Notes {
    fn begins(&self, _: &Context, _: &Value) {
        *self.open.lock().expect("nobody panics") += 1;
    }

    fn ends(&self, _: &Context, _: &Value, _: Option<&Value>) {
        *self.open.lock().expect("nobody panics") -= 1;
    }

    fn branches(&self, _: &Context, branch: usize) {
        self.add(format!("branch {branch}"));
    }

    fn calls(&self, _: &Context, _: &Value, args: &[Value]) {
        self.add(format!("call {}", text(&lang::Vector::from_values(args.to_vec()).into())));
    }

    fn returns(&self, _: &Context, _: &Value, value: Option<&Value>) {
        self.add(format!("return {}", value.map_or_else(|| "-".to_owned(), text)));
    }
}

fn text(value: &Value) -> String {
    let bytes = printer::print(value, 1000).expect("all is in memory").expect("it is short");
    String::from_utf8(bytes).expect("it is UTF-8")
}

fn context(state: &State) -> Context {
    Context::new(state.clone(), 11, MAX_TRANSACTION_JUICE).expect("the account exists")
}

#[test]
fn tells_branches_and_calls_and_changes_nothing() {
    let state = stdlib::genesis().expect("the library builds");
    for (source, expected) in [
        ("(cond false 1 true 2 3)", &["branch 1"][..]),
        ("(cond false 1 3)", &["branch 1"]),
        ("(cond false 1)", &["branch 1"]),
        ("(#%inc 1)", &[]),
        ("((fn [x] (cond x 1 2)) nil)", &["call [nil]", "branch 1", "return 2"]),
        ("(loop [i 0] (cond (< i 2) (recur (inc i)) i))", &["branch 0", "branch 0", "branch 1"]),
        ("((fn ([x] (return x)) ([x y] y)) 7)", &["call [7]", "return -"]),
        ("((fn [x] (fail x)) :a)", &["call [:a]", "return -"]),
    ] {
        let form = reader::read_one(source, 0).expect("it reads").value;
        // Expanded beforehand: macros are functions too.
        let op = context(&state).expand_compile(&form).expect("it compiles");
        let notes = Arc::new(Notes::default());
        let (mut plain, mut watched) = (context(&state), context(&state).with_observer(notes.clone()));
        let outcomes = [plain.run(&op), watched.run(&op)].map(|run| run.map_err(|e| e.code()).ok());
        assert_eq!(outcomes[0], outcomes[1], "{source}");
        assert_eq!(plain.juice(), watched.juice(), "{source}");
        assert_eq!(*notes.lines.lock().expect("nobody panics"), expected, "{source}");
        assert_eq!(*notes.open.lock().expect("nobody panics"), 0, "{source}");
    }
}
