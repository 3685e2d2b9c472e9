//! The answers recorded from the reference, asked again of `cvx`. The floors only rise.

use tests::client::Client;
use tests::conformance::{self, Scripts};

/// Shares in percent below which a run fails.
struct Floors {
    outcome: f64,
    identity: f64,
    whole: f64,
}

fn check(name: &str, floors: Floors) {
    let client = Client::cvx("eval --jsonl").expect("cvx is built");
    let tally = conformance::eval(name, &client).expect("every question is answered");
    let (outcome, identity, whole) =
        (tally.percent(tally.outcome), tally.percent(tally.identity), tally.percent(tally.whole));
    println!(
        "{name}: {} asked, outcome {outcome:.2}%, identity {identity:.2}%, whole {whole:.2}%",
        tally.asked
    );
    print!("{}", tally.report(10));
    assert!(outcome >= floors.outcome, "value or error: {outcome:.2}% is below {}%", floors.outcome);
    assert!(
        identity >= floors.identity,
        "type, hash, encoding, memory: {identity:.2}% is below {}%",
        floors.identity
    );
    assert!(whole >= floors.whole, "juice: {whole:.2}% is below {}%", floors.whole);
}

fn check_scripts(name: &str, kind: Scripts, command: &str, floor: f64) {
    let client = Client::cvx(command).expect("cvx is built");
    let (share, report) = conformance::scripts(name, kind, &client).expect("every question is answered");
    print!("{name}: {share:.2}% alike\n{report}");
    assert!(share >= floor, "{name}: {share:.2}% is below {floor}%");
}

#[test]
fn core_functions_answer_as_the_reference() {
    check("core.jsonl", Floors { outcome: 100.0, identity: 100.0, whole: 100.0 });
}

#[test]
fn programs_answer_as_the_reference() {
    check("programs.jsonl", Floors { outcome: 100.0, identity: 100.0, whole: 100.0 });
}

#[test]
fn cells_decode_as_in_the_reference() {
    check_scripts("hex.jsonl", Scripts::Cells, "decode --jsonl", 100.0);
}

#[test]
fn transactions_are_accounted_as_by_the_reference() {
    check_scripts("tx.jsonl", Scripts::Transactions, "tx --jsonl", 100.0);
}

#[test]
fn programs_cost_what_they_cost_on_the_network() {
    check_scripts("cost.jsonl", Scripts::Transactions, "tx --jsonl", 100.0);
}

#[test]
fn library_actors_answer_as_the_reference() {
    check_scripts("library.jsonl", Scripts::Outcomes, "tx --jsonl", 100.0);
}

/// One recorded block is void in the reference because applying it crashes there.
#[test]
fn blocks_are_applied_as_by_the_reference() {
    check_scripts("blocks.jsonl", Scripts::Blocks, "blocks --jsonl", 99.6);
}
