//! The answers recorded from the reference, asked again of `cvx`. The floors only rise.

use tests::client::Client;
use tests::conformance::{self, Tally};

/// Shares in percent below which a run fails.
struct Floors {
    outcome: f64,
    identity: f64,
    whole: f64,
}

fn check(name: &str, floors: Floors) {
    let client = Client::cvx("eval --jsonl").expect("cvx is built");
    let tally: Tally = conformance::eval(name, &client).expect("every question is answered");
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

#[test]
fn core_functions_answer_as_the_reference() {
    check("core.jsonl", Floors { outcome: 99.5, identity: 99.5, whole: 99.0 });
}

#[test]
fn programs_answer_as_the_reference() {
    check("programs.jsonl", Floors { outcome: 99.0, identity: 99.0, whole: 95.0 });
}
