//! The table as Markdown.

use super::measure::Worst;
use super::reasons::reason;
use std::fmt::Write;

/// At most so many milliseconds for a million juice are the goal.
const GOAL_MS: f64 = 100.0;

/// The table of the worst costs, worst first.
pub fn report(worst: &[Worst]) -> String {
    let mut text = String::from(INTRODUCTION);
    let above: Vec<&Worst> = worst.iter().filter(|worst| worst.time.time_ms() > GOAL_MS).collect();
    let _ = writeln!(text, "\n## Above the goal\n");
    if above.is_empty() {
        let _ = writeln!(text, "Nothing.");
    }
    for worst in above {
        let why = reason(&worst.time.name).unwrap_or("not yet explained");
        let _ = writeln!(text, "- `{}`, {:.0} ms: {why}.", worst.time.name, worst.time.time_ms());
    }
    let _ = writeln!(text, "\n## All\n");
    let _ = writeln!(text, "| | ms | MB | worst time | juice of it | worst memory |");
    let _ = writeln!(text, "|---|--:|--:|---|--:|---|");
    for Worst { time, memory } in worst {
        let _ = writeln!(
            text,
            "| `{}` | {:.1} | {:.1} | `{}` | {} | `{}` |",
            time.name,
            time.time_ms(),
            memory.memory_mb(),
            escaped(&time.form),
            time.juice,
            escaped(&memory.form)
        );
    }
    text
}

fn escaped(form: &str) -> String {
    form.replace('|', "\\|").replace('`', "'")
}

const INTRODUCTION: &str = "\
# What a million juice takes at worst

For every function of the core library, and for forms that are no calls, the worst time and memory that a million juice
can take, over arguments of all kinds: collections of 65,536 elements, strings, blobs, integers of 4,096 bytes, nested
values, functions, syntax, and rests of collections, which are made anew for each call. A transaction can use ten
million juice. Memory is what is held after the call, its value included. The goal is at most 100 ms.

`cargo bench -p cvx-tests --bench costs` prints this page; with `-- TEXT`, only what has the text in its name. Times are
the shortest of several runs on one thread; other work on the machine makes them longer, by up to three times here.
";
