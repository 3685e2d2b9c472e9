//! Runs the tests of all examples as `cvx test examples` does, with `--coverage` and with `--mutate`.

use std::path::{Path, PathBuf};
use tools::colour::Colour;
use tools::session::GENESIS_ACCOUNT;
use tools::test::find;
use tools::test::mutate;
use tools::test::runner::{self, Measure, Options};
use tools::test::suite::Disk;
use tools::texts::Functions;

/// The tests of all examples.
fn paths() -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = find::find(&[here.to_owned()]).expect("the folder can be read");
    assert!(!paths.is_empty(), "there are tests");
    paths
}

fn options() -> Options {
    Options {
        account: GENESIS_ACCOUNT,
        filter: None,
        only: None,
        jobs: 2,
        seed: 1,
        functions: Functions::Written,
        runs: None,
        stops_early: false,
        measure: Measure { coverage: true, costs: false },
    }
}

#[test]
fn the_tests_of_examples_pass_and_run_every_branch() {
    let genesis = stdlib::genesis().expect("the library builds");
    let report = runner::run(&paths(), &Disk::default(), &genesis, &options());
    assert!(report.passed(), "{}", report.render(Colour::Off));
    for file in report.coverage() {
        let (taken, all) = file.branch_counts();
        assert_eq!(taken, all, "branches of {}", file.name);
        assert!(file.lines().values().all(|line| line.least > 0), "lines of {}", file.name);
    }
}

#[test]
fn the_tests_of_examples_notice_every_change_of_them() {
    let genesis = stdlib::genesis().expect("the library builds");
    let outcome = mutate::run(&paths(), Disk::default(), &genesis, &options());
    assert_eq!(outcome.survived(), 0, "{}", outcome.render());
}
