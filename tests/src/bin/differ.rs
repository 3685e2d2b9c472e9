//! `differ`: asks two programs the same random questions and shrinks what differs.
//!
//! ```text
//! differ eval --seed 1 --count 10000 --against "/path/to/other eval"
//! differ hot  --seed 1 --count 10000 --against "/path/to/other eval"
//! differ tx   --seed 1 --count 1000  --against "/path/to/other tx"
//! differ merge --seed 1 --count 4000 --against "/path/to/other merge"
//! ```

use clap::{Parser, ValueEnum};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;
use tests::answer::{self, Difference};
use tests::client::Client;
use tests::forms::Forms;
use tests::merges::Merges;
use tests::scripts::Scripts;
use tests::shrink;

/// Asks `cvx` and another program the same random questions and shrinks what differs.
#[derive(Parser)]
struct Args {
    /// What to ask.
    #[arg(value_enum)]
    what: What,
    /// The other program: a command that speaks the same machine form.
    #[arg(long, value_name = "CMD")]
    against: String,
    /// The program under test; the `cvx` built beside this program if not given.
    #[arg(long, value_name = "CMD")]
    program: Option<String>,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many questions.
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// How many cases of each kind to shrink and print.
    #[arg(long, default_value_t = 3)]
    shown: usize,
    /// Only print the questions, one JSON object a line.
    #[arg(long)]
    print: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Single forms.
    Eval,
    /// Single forms that run again and again.
    Hot,
    /// Scripts of transactions.
    Tx,
    /// Scripts of five merges of beliefs.
    Merge,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("differ: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> io::Result<bool> {
    let questions = questions(args);
    if args.print {
        questions.iter().for_each(|q| println!("{q}"));
        return Ok(true);
    }
    let mode = match args.what {
        What::Eval | What::Hot => "eval --jsonl",
        What::Tx => "tx --jsonl",
        What::Merge => "merge --jsonl",
    };
    let ours = match &args.program {
        Some(command) => Client::new(command),
        None => Client::cvx(mode)?,
    };
    let pair = Pair { ours, theirs: Client::new(&args.against), what: args.what };
    let mut kinds: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for chunk in questions.chunks(20_000) {
        for (question, kind) in chunk.iter().zip(pair.compare(chunk)?) {
            if let Some(kind) = kind {
                kinds.entry(kind).or_default().push(question.clone());
            }
        }
    }
    let differing: usize = kinds.values().map(Vec::len).sum();
    let explained: usize =
        kinds.iter().filter(|(kind, _)| beside_the_point(kind)).map(|(_, c)| c.len()).sum();
    let share = 100.0 * (questions.len() - differing) as f64 / questions.len().max(1) as f64;
    for (kind, cases) in &kinds {
        println!("{} × {kind}", cases.len());
        if beside_the_point(kind) {
            println!("  for example {}", cases[0]);
            continue;
        }
        for case in cases.iter().take(args.shown) {
            pair.show(case, kind)?;
        }
    }
    println!(
        "seed {} count {}: {share:.4}% agree wholly, {differing} differ, {explained} of them in documentation or crashes there",
        args.seed,
        questions.len()
    );
    Ok(differing == explained)
}

/// The kind of a question at which the other program breaks down, so that there is no answer to agree with.
const THEIR_CRASH: &str = "Crash of the other program";

/// Differences that no program on chain could be meant to rely on.
fn beside_the_point(kind: &str) -> bool {
    matches!(kind, "Documentation" | THEIR_CRASH)
}

fn questions(args: &Args) -> Vec<Json> {
    match args.what {
        What::Eval | What::Hot => {
            let mut forms = Forms::new(args.seed);
            let next = if matches!(args.what, What::Hot) { Forms::hot } else { Forms::form };
            (0..args.count).map(|_| json!({"src": next(&mut forms)})).collect()
        }
        What::Tx => {
            let mut scripts = Scripts::new(args.seed);
            (0..args.count).map(|_| scripts.script()).collect()
        }
        What::Merge => {
            let mut merges = Merges::new(args.seed);
            (0..args.count).map(|_| merges.script()).collect()
        }
    }
}

/// Two programs that should answer alike.
struct Pair {
    ours: Client,
    theirs: Client,
    what: What,
}

impl Pair {
    /// For each question the kind of difference, if the answers differ.
    fn compare(&self, questions: &[Json]) -> io::Result<Vec<Option<String>>> {
        let (expected, got) = std::thread::scope(|scope| {
            let theirs = scope.spawn(|| self.theirs.ask_all(questions));
            let ours = self.ours.ask_all(questions);
            (theirs.join().expect("the asking thread does not panic"), ours)
        });
        let (expected, got) = (expected?, got?);
        Ok(expected.iter().zip(&got).map(|(e, g)| self.kind(e, g)).collect())
    }

    fn kind(&self, expected: &Json, got: &Json) -> Option<String> {
        if expected.get("crash").is_some() && got.get("crash").is_none() {
            return Some(THEIR_CRASH.to_owned());
        }
        match self.what {
            What::Eval | What::Hot => answer::eval_difference(expected, got).map(|d| match d {
                Difference::Error => format!("Error {} for {}", got["error"], expected["error"]),
                other => format!("{other:?}"),
            }),
            What::Tx => answer::tx_difference(expected, got).map(|(_, key, _, _)| key),
            What::Merge => answer::merge_difference(expected, got).map(|(_, key)| key),
        }
    }

    /// Prints the smallest case of the same kind, with both answers.
    fn show(&self, case: &Json, kind: &str) -> io::Result<()> {
        let small = match self.what {
            What::Eval | What::Hot => self.shrink_form(case, kind),
            What::Tx => self.shrink_script(case, kind),
            What::Merge => self.shrink_merges(case, kind),
        };
        let question = [small];
        let expected = self.theirs.ask_all(&question)?.remove(0);
        let got = self.ours.ask_all(&question)?.remove(0);
        println!("  {}\n    theirs {expected}\n    ours   {got}", question[0]);
        Ok(())
    }

    fn still(&self, candidates: &[Json], kind: &str) -> Vec<bool> {
        match self.compare(candidates) {
            Ok(kinds) => kinds.into_iter().map(|k| k.as_deref() == Some(kind)).collect(),
            Err(_) => vec![false; candidates.len()],
        }
    }

    fn shrink_form(&self, case: &Json, kind: &str) -> Json {
        let text = case["src"].as_str().unwrap_or_default();
        let ask = |texts: &[String]| {
            let questions: Vec<Json> = texts.iter().map(|t| json!({"src": t})).collect();
            self.still(&questions, kind)
        };
        json!({"src": shrink::shrink(text, ask)})
    }

    /// Keeps the first merge that differs, and drops what comes in one at a time.
    fn shrink_merges(&self, case: &Json, kind: &str) -> Json {
        let merges = case["merges"].as_array().cloned().unwrap_or_default();
        let alone = |merge: &Json| json!({ "setup": case["setup"], "merges": [merge] });
        let questions: Vec<Json> = merges.iter().map(alone).collect();
        let Some(place) = self.still(&questions, kind).iter().position(|differs| *differs) else {
            return case.clone();
        };
        let mut merge = merges[place].clone();
        loop {
            let incoming = merge["incoming"].as_array().cloned().unwrap_or_default();
            let smaller: Vec<Json> = (0..incoming.len())
                .map(|left_out| {
                    let mut merge = merge.clone();
                    let mut incoming = incoming.clone();
                    incoming.remove(left_out);
                    merge["incoming"] = incoming.into();
                    merge
                })
                .collect();
            let questions: Vec<Json> = smaller.iter().map(alone).collect();
            match self.still(&questions, kind).iter().position(|differs| *differs) {
                Some(place) => merge = smaller[place].clone(),
                None => return alone(&merge),
            }
        }
    }

    /// Drops transactions one at a time, then shrinks the last one's form.
    fn shrink_script(&self, case: &Json, kind: &str) -> Json {
        let mut txs = case["txs"].as_array().cloned().unwrap_or_default();
        loop {
            let smaller: Vec<Vec<Json>> = (0..txs.len())
                .map(|i| txs.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, t)| t.clone()).collect())
                .collect();
            let questions: Vec<Json> = smaller.iter().map(|t| json!({"txs": t})).collect();
            match self.still(&questions, kind).iter().position(|d| *d) {
                Some(i) => txs = smaller[i].clone(),
                None => break,
            }
        }
        for i in (0..txs.len()).rev() {
            let text = txs[i][1].as_str().unwrap_or_default().to_string();
            let with = |t: &String| {
                let mut txs = txs.clone();
                txs[i][1] = json!(t);
                json!({ "txs": txs })
            };
            let best =
                shrink::shrink(&text, |texts| self.still(&texts.iter().map(with).collect::<Vec<_>>(), kind));
            txs[i][1] = json!(best);
        }
        json!({ "txs": txs })
    }
}
