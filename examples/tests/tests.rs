//! Runs the tests of all examples as `cvx test examples` does.

use std::path::Path;
use tools::colour::Colour;
use tools::session::GENESIS_ACCOUNT;
use tools::test::find;
use tools::test::runner::{self, Measure, Options};
use tools::test::suite::Disk;

#[test]
fn the_tests_of_examples_pass() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = find::find(&[here.to_owned()]).expect("the folder can be read");
    assert!(!paths.is_empty(), "there are tests");
    let options = Options {
        account: GENESIS_ACCOUNT,
        filter: None,
        only: None,
        jobs: 2,
        seed: 1,
        runs: None,
        stops_early: false,
        measure: Measure::default(),
    };
    let genesis = stdlib::genesis().expect("the library builds");
    let report = runner::run(&paths, &Disk, &genesis, &options);
    assert!(report.passed(), "{}", report.render(Colour::Off));
}
