//! The table as Markdown.

use super::growth::{Growth, Hashing};
use super::measure::Worst;
use super::reasons::reason;
use std::fmt::Write;
use std::time::Duration;

/// At most so many milliseconds for a million juice are the goal.
const GOAL_MS: f64 = 100.0;

/// What is measured beside the worst costs.
pub struct Aside {
    /// How operations on rests grow.
    pub growth: Vec<Growth>,
    /// What hashes of rests take.
    pub hashing: Vec<Hashing>,
    /// What a long division takes.
    pub division: Duration,
    /// The time of the yardstick in milliseconds, where there is one.
    pub yardstick: Option<f64>,
}

/// The page: the worst costs, worst first, and what was measured beside them.
pub fn report(worst: &[Worst], aside: &Aside) -> String {
    let Aside { growth, hashing, division, yardstick } = aside;
    let mut text = String::from(INTRODUCTION);
    if let Some(ms) = yardstick {
        let _ = writeln!(text, "{} {ms:.0} ms.", YARDSTICK);
    }
    let above: Vec<&Worst> = worst.iter().filter(|worst| worst.time.time_ms() > GOAL_MS).collect();
    let _ = writeln!(text, "\n## Above the goal\n");
    if above.is_empty() {
        let _ = writeln!(text, "Nothing.");
    }
    for worst in above {
        let why = reason(&worst.time.name).unwrap_or("not yet explained");
        let _ = writeln!(text, "- `{}`, {:.0} ms: {why}.", worst.time.name, worst.time.time_ms());
    }
    let micros = division.as_secs_f64() * 1e6;
    let _ = writeln!(
        text,
        "\n{DIVIDED} {micros:.0} µs: {:.0} ms for a million juice.",
        micros / DIVISION_JUICE * 1e3
    );
    text += HASHED;
    for Hashing { kind, cells, bytes, least, all } in hashing {
        let (least, all) = (least.as_secs_f64() * 1e3, all.as_secs_f64() * 1e3);
        let _ = writeln!(text, "| {kind} | {cells} | {bytes} | {least:.1} | {all:.1} |");
    }
    text += GROWTH;
    for Growth { kind, operation, nanoseconds } in growth {
        let times: Vec<String> = nanoseconds.iter().map(|ns| format!("{ns:.0}")).collect();
        let _ = writeln!(text, "| {kind} | `{operation}` | {} |", times.join(" | "));
    }
    let _ = writeln!(text, "\n## All\n");
    let _ = writeln!(text, "| | ms | size | worst time | juice of it | MB | size | worst memory |");
    let _ = writeln!(text, "|---|--:|--:|---|--:|--:|--:|---|");
    for Worst { time, memory } in worst {
        let _ = writeln!(
            text,
            "| `{}` | {:.1} | {} | `{}` | {} | {:.1} | {} | `{}` |",
            time.name,
            time.time_ms(),
            size(time.size),
            escaped(&time.form),
            time.juice,
            memory.memory_mb(),
            size(memory.size),
            escaped(&memory.form)
        );
    }
    text
}

fn size(size: Option<i64>) -> String {
    size.map_or(String::new(), |size| size.to_string())
}

fn escaped(form: &str) -> String {
    form.replace('|', "\\|").replace('`', "'")
}

const INTRODUCTION: &str = "\
# What a million juice takes at worst

For every function of the core library, and for forms that are no calls, the worst time and memory that a million juice
can take, over arguments of all kinds: collections of 16, 256, 4,096 and 65,536 elements, strings, blobs and integers of
as many bytes, 4,096 at most, nested values, functions, syntax, and rests of collections, which are made anew for each
call. The size at which the worst was found stands beside it. A transaction can use ten million juice. Memory is what is
held after the call, its value included. The goal is at most 100 ms.

`cargo bench -p cvx-tests --bench costs` prints this page; with `-- TEXT`, only what has the text in its name. Of each
form it tries so many choices of arguments as some time allows; a choice that seems to be the worst so far runs twelve
times, a long one four times, on one thread, and the shortest run counts, so that other work on the machine matters
little. A run of what takes less than 0.2 ms is one of several in the same machine, as in a program that goes on until its
juice is used up.
";

const YARDSTICK: &str =
    "The yardstick, a program in Lua (`tests/data/bench/yardstick.lua`), took, in the same run,";

const DIVIDED: &str =
    "A division of 4,096 bytes by 2,048 by the library for integers alone, which takes as long for all
that have no pattern, with 55 juice for the call:";

/// What `(quot a b)` costs.
const DIVISION_JUICE: f64 = 55.0;

const HASHED: &str = "
### What hashing takes

What has to do with the hash of a rest can take no less than SHA3-256 of the encodings of all its cells, no part of which
is that of another rest: the elements stand in other chunks of 16. Measured for the rest of a collection of 65,536
elements, hashing alone beside all of the work, which also makes the elements and the cells of the tree and encodes them,
each once. The rules force no more than the hashing, but no less either: a call that costs 90 juice and hashes for 3 ms
takes 33,000 ms for a million juice.

| | cells | bytes | hashing alone, ms | all, ms |
|---|--:|--:|--:|--:|
";

const GROWTH: &str = "
## Operations on rests

Nanoseconds for an operation on the rest of a collection of 10^3 to 10^6 elements. The rest of a map, set or index makes
an element, and the part of a tree that it stands in, when it is first read; `nth` reads 500 places all over it. `=` of
equal rests that are the same stretch of the same vector takes no time; of equal rests that start at different places, or
are of different vectors, it takes time in proportion to their elements, as the network compares hashes, which take
longer.

| | | 10^3 | 10^4 | 10^5 | 10^6 |
|---|---|--:|--:|--:|--:|
";
