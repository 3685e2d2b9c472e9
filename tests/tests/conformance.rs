//! The answers recorded from the reference, asked again of `cvx`. The floors only rise.

use lang::{Double, Value, printer, reader};
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

/// Every double prints as recorded and reads back as itself.
#[test]
fn doubles_have_the_digits_of_the_reference() {
    let vectors = conformance::text("doubles.tsv").expect("the vectors are here");
    assert!(vectors.lines().count() > 6_000);
    for line in vectors.lines() {
        let (bits, text) = line.split_once('\t').expect("a line is bits and a text");
        let bits = u64::from_str_radix(bits, 16).expect("the bits are hexadecimal");
        let value = Value::Double(Double::from_bits(bits));
        let printed = printer::print(&value, usize::MAX).expect("a double is whole").expect("no limit");
        assert_eq!(String::from_utf8_lossy(&printed), text, "{bits:016x}");
        let read = reader::read_one(text, 0).expect("the text is a literal").value;
        assert_eq!(read, value, "{text}");
    }
}

#[test]
fn beliefs_are_merged_as_by_the_reference() {
    check_scripts("merge.jsonl", Scripts::Merges, "merge --jsonl", 100.0);
}
