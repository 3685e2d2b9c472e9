//! `cvx sim`: how peers come to agree, shown round by round; attacks told as stories; many random
//! networks judged.

use crate::cli::Sim;
use crate::failure::Failure;
use crate::jsonl::{self, Object};
use ::sim::attack::{Attack, Story};
use ::sim::batch::{Batch, batch, smallest};
use ::sim::measure::{self, Network, confirmation, median};
use ::sim::rounds::{Mark, Round, Rounds, name, rounds};
use consensus::Defences;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::thread::available_parallelism;
use tools::colour::{Colour, Style};
use tools::printable::Printable;
use tools::show;

/// One-way latencies for which confirmation is measured, in milliseconds.
const LATENCIES_MS: [i64; 2] = [50, 100];
/// Transactions for each latency.
const MEASURED: usize = 5;
/// To how many others each peer sends, as on the network.
const FAN_OUT: usize = 10;
/// Peers whose confirmation is measured at once; more take long.
const MOST_MEASURED: usize = 20;
/// Milliseconds in a second.
const SECOND_MS: i64 = 1_000;
/// Milliseconds in a year of 365 days.
const YEAR_MS: f64 = 365.0 * 24.0 * 3_600_000.0;

/// Does what was asked.
///
/// # Errors
/// [`Failure::Usage`] for an attack that there is none of; [`Failure::Program`] when a random
/// network broke a rule; [`Failure::Io`].
pub fn sim(request: &Sim) -> Result<(), Failure> {
    if let Some(name) = &request.attack {
        return attack(name, request.json);
    }
    match request.runs {
        Some(runs) => judge(request, runs),
        None => teach(request),
    }
}

fn teach(request: &Sim) -> Result<(), Failure> {
    let shown = rounds(usize::from(request.peers), request.seed);
    if let Some(path) = &request.svg {
        files::write::replace(path, ::sim::picture::svg(&shown).as_bytes())
            .map_err(|source| Failure::unwritten(path, source))?;
        show::tell(format!("wrote {}\n", show::path(path)));
    }
    let times = confirmations(request);
    if request.json {
        return jsonl::print(&object(&shown, &times));
    }
    let mut text = text(&shown, Colour::of_stdout());
    if !times.is_empty() {
        text.push("\nA transaction is final, in simulated time, where every message takes\n");
    }
    for (latency, first, last) in &times {
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "  {latency:>3} ms: after {first} ms at the peer that took it in, {last} ms at all"
        );
    }
    Ok(show::say(text)?)
}

/// Latency, and the medians until the first and the last peer has a transaction final. All in
/// milliseconds.
fn confirmations(request: &Sim) -> Vec<(i64, i64, i64)> {
    let peers = usize::from(request.peers);
    if peers > MOST_MEASURED {
        return Vec::new();
    }
    let times = LATENCIES_MS.map(|latency| {
        let network = Network { peers, latency, fan_out: FAN_OUT };
        let measure::Confirmation { first, last } = confirmation(&network, MEASURED, request.seed);
        (latency, median(&first), median(&last))
    });
    times.to_vec()
}

fn text(shown: &Rounds, colour: Colour) -> Printable {
    let mut out = Printable::new();
    let authors: Vec<String> = shown.authors.iter().map(|author| format!("peer {}", name(*author))).collect();
    let blocks = if authors.len() == 1 { "a block" } else { "a block each" };
    let stakes = shown.stakes.iter().enumerate();
    let stakes: Vec<String> = stakes.map(|(place, stake)| format!("{} {stake:.0}%", name(place))).collect();
    out.push(&format!("{} peers; {} made {blocks}.\n", shown.stakes.len(), authors.join(" and ")));
    out.push(&format!("Stakes: {}.\n\n", stakes.join(", ")));
    out.push("A row is what one peer believes, a column what it knows of each.\n");
    for mark in Mark::ALL {
        out.push("  ");
        out.append(&paint(mark, colour));
        out.push(&format!(" {}\n", mark.meaning()));
    }
    for (number, round) in shown.rounds.iter().enumerate() {
        let title = if number == 0 { "At the start".to_owned() } else { format!("Round {number}") };
        out.push("\n");
        out.append(&colour.paint(Style::Bold, &title));
        out.push("\n");
        matrix(&mut out, round, colour);
    }
    out
}

fn matrix(out: &mut Printable, round: &Round, colour: Colour) {
    let names: Vec<String> = (0..round.matrix.len()).map(name).collect();
    let head: String = names.iter().map(|name| format!("{name:<3}")).collect();
    out.push(&format!("     {}\n", head.trim_end()));
    for (place, row) in round.matrix.iter().enumerate() {
        out.push(&format!("  {:<3}", names[place]));
        for (column, mark) in row.iter().enumerate() {
            out.push(if column == 0 { "" } else { "  " });
            out.append(&paint(*mark, colour));
        }
        out.push("\n");
    }
}

fn paint(mark: Mark, colour: Colour) -> Printable {
    let letter = mark.letter().to_string();
    match mark {
        Mark::Nothing | Mark::Some => colour.paint(Style::Dim, &letter),
        Mark::Ordered => Printable::from(&letter),
        Mark::Proposed => colour.paint(Style::Begun, &letter),
        Mark::Consensus => colour.paint(Style::Near, &letter),
        Mark::Final => colour.paint(Style::Good, &letter),
    }
}

fn object(shown: &Rounds, times: &[(i64, i64, i64)]) -> Object {
    let row = |row: &Vec<Mark>| Json::from(row.iter().map(|mark| mark.letter()).collect::<String>());
    let rounds: Vec<Json> =
        shown.rounds.iter().map(|round| round.matrix.iter().map(row).collect::<Vec<_>>().into()).collect();
    let times: Vec<Json> = times
        .iter()
        .map(|(latency, first, last)| json!({"latency_ms": latency, "first_ms": first, "all_ms": last}))
        .collect();
    Object::from_iter([
        ("stakes".to_owned(), shown.stakes.clone().into()),
        ("authors".to_owned(), shown.authors.clone().into()),
        ("rounds".to_owned(), rounds.into()),
        ("confirmation".to_owned(), times.into()),
    ])
}

fn attack(name: &str, is_json: bool) -> Result<(), Failure> {
    if name == "list" {
        return list(is_json);
    }
    let Some(attack) = Attack::named(name) else {
        let near = tools::advice::similar(name, Attack::all().iter().map(|attack| attack.name));
        let meant = near.first().map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        return Err(Failure::Usage(format!("there is no attack {name}; {meant}`--attack list` lists them")));
    };
    let (open, defended) = (attack.play(false), attack.play(true));
    if is_json {
        let story = |story: &Story| json!({"lines": story.lines, "succeeded": story.succeeded});
        return jsonl::print(&Object::from_iter([
            ("attack".to_owned(), attack.name.into()),
            ("summary".to_owned(), attack.summary.into()),
            ("defence".to_owned(), attack.defence.name().into()),
            ("without".to_owned(), story(&open)),
            ("with".to_owned(), story(&defended)),
        ]));
    }
    let colour = Colour::of_stdout();
    let mut out = Printable::from(format!("{}\n", attack.summary));
    for (title, story) in [("Without", &open), ("With", &defended)] {
        out.push("\n");
        out.append(&colour.paint(Style::Bold, &format!("{title} the defence `{}`", attack.defence.name())));
        let end = if story.succeeded { "The attack succeeds." } else { "The attack fails." };
        out.push(&format!("\n  {}\n  {end}\n", story.lines.join("\n  ")));
    }
    out.push(&format!("\nWithout it, {}.\n", attack.defence.reason()));
    Ok(show::say(out)?)
}

fn list(is_json: bool) -> Result<(), Failure> {
    for attack in Attack::all() {
        if is_json {
            jsonl::print(&Object::from_iter([
                ("attack".to_owned(), attack.name.into()),
                ("summary".to_owned(), attack.summary.into()),
                ("defence".to_owned(), attack.defence.name().into()),
            ]))?;
        } else {
            show::say(format!("{:<14} {}\n", attack.name, attack.summary))?;
        }
    }
    Ok(())
}

/// Runs random networks from the seed on, and prints figures and what went wrong.
fn judge(request: &Sim, runs: u64) -> Result<(), Failure> {
    let length = i64::from(request.seconds) * SECOND_MS;
    let threads = available_parallelism().map_or(1, usize::from);
    let seeds = request.seed..request.seed.saturating_add(runs);
    let last = seeds.end;
    let begun = std::time::Instant::now();
    let told = |seed, outcome: &::sim::Outcome| {
        let fault = outcome.broken.as_ref().map(|(time, broken)| format!("at {time} ms {broken}"));
        if let Some(what) = fault.or_else(|| (!outcome.is_good()).then(|| format!("{:?}", outcome.liveness)))
        {
            show::tell(format!("seed {seed} of {last}: {what}\n"));
        }
    };
    let sum = batch(seeds, length, Defences::all(), threads, told);
    let seconds = begun.elapsed().as_secs_f64();
    if request.json {
        jsonl::print(&figures(&sum, seconds))?;
    } else {
        let mut out = format!("{} networks of {} s: {}\n", sum.runs, request.seconds, sum.tally);
        let years = sum.peer_ms as f64 / YEAR_MS;
        let speed = sum.simulated_ms as f64 / SECOND_MS as f64 / seconds;
        // Writing into a string cannot fail.
        let _ =
            writeln!(out, "{years:.4} peer-years in {seconds:.0} s, {speed:.0} simulated seconds a second");
        let (broken, stuck, split) = (sum.broken().count(), sum.stuck().count(), sum.split().count());
        let quiet = sum.not_expected;
        let kept = "had too little honest stake left";
        let _ = writeln!(out, "{broken} broke a rule, {stuck} stood still, {split} split, {quiet} {kept}");
        show::say(out)?;
    }
    for (seed, _) in sum.bad.iter().take(MOST_SHRUNK) {
        explain(*seed, length);
    }
    if sum.broken().next().is_some() { Err(Failure::Program) } else { Ok(()) }
}

/// Failing runs that are shrunk; each takes long.
const MOST_SHRUNK: usize = 3;

/// Tells the smallest schedule found that goes wrong as a seed does.
fn explain(seed: u64, length: i64) {
    let Some((mix, outcome)) = smallest(seed, length, Defences::all()) else { return };
    let mut text = format!("seed {seed}, shrunk: {} peers", mix.peers());
    for (place, lie) in &mix.liars {
        let _ = write!(text, ", peer {place} lies ({lie:?})");
    }
    text.push('\n');
    for fault in &mix.faults {
        let _ = writeln!(text, "  {fault}");
    }
    for line in &outcome.last {
        let _ = writeln!(text, "    {line}");
    }
    show::tell(text);
}

fn figures(sum: &Batch, seconds: f64) -> Object {
    let list = |seeds: Vec<u64>| Json::from(seeds);
    Object::from_iter([
        ("runs".to_owned(), sum.runs.into()),
        ("seconds".to_owned(), seconds.into()),
        ("simulated_seconds".to_owned(), (sum.simulated_ms as f64 / SECOND_MS as f64).into()),
        ("peer_years".to_owned(), (sum.peer_ms as f64 / YEAR_MS).into()),
        ("faults".to_owned(), sum.tally.faults.into()),
        ("events".to_owned(), sum.tally.events.into()),
        ("blocks".to_owned(), sum.tally.blocks.into()),
        ("not_expected".to_owned(), sum.not_expected.into()),
        ("broken".to_owned(), list(sum.broken().map(|(seed, _)| *seed).collect())),
        ("stuck".to_owned(), list(sum.stuck().map(|(seed, _)| *seed).collect())),
        ("split".to_owned(), list(sum.split().map(|(seed, _)| *seed).collect())),
    ])
}
