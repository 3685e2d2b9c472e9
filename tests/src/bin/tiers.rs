//! `tiers`: plays random scenes in both tiers of the executor and shrinks the first ones that differ.
//!
//! ```text
//! tiers --seed 1 --count 1000000
//! ```

// How long it takes is part of the figures.
#![allow(clippy::disallowed_methods)]

use clap::Parser;
use std::process::ExitCode;
use std::time::Instant;
use tests::scenes::{self, Scene};
use tests::tiers;
use vm::State;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plays random scenes in both tiers of the executor and shrinks the first ones that differ.
#[derive(Parser)]
struct Args {
    /// The seed of the first scene; those after it have the next numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many scenes.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// How many scenes that differ to shrink and print.
    #[arg(long, default_value_t = 3)]
    shown: u64,
    /// Only print the scenes, one form a line.
    #[arg(long)]
    print: bool,
}

/// How many scenes there are between two lines of progress.
const STEP: u64 = 10_000;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.print {
        (0..args.count).for_each(|i| print(&scenes::scene(args.seed + i)));
        return ExitCode::SUCCESS;
    }
    let state = match stdlib::genesis() {
        Ok(genesis) => tiers::prepared(genesis),
        Err(error) => {
            eprintln!("tiers: the library does not build: {error:?}");
            return ExitCode::from(2);
        }
    };
    let totals = run(&args, &state);
    println!("{}", totals.line());
    if totals.differences == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

fn print(scene: &Scene) {
    println!("{}", scene.setup);
    scene.turns.iter().for_each(|turn| println!("  {turn}"));
}

/// What all scenes so far came to.
struct Totals {
    begun: Instant,
    scenes: u64,
    unfit: u64,
    turns: usize,
    values: usize,
    differences: u64,
}

impl Totals {
    fn line(&self) -> String {
        let share = 100.0 * self.values as f64 / self.turns.max(1) as f64;
        format!(
            "{} scenes, {} that could not be set up, {} turns, {share:.1}% of them give values, {} differences, {} s",
            self.scenes,
            self.unfit,
            self.turns,
            self.differences,
            self.begun.elapsed().as_secs()
        )
    }
}

fn run(args: &Args, state: &State) -> Totals {
    let mut totals =
        Totals { begun: Instant::now(), scenes: 0, unfit: 0, turns: 0, values: 0, differences: 0 };
    for seed in (0..args.count).map(|i| args.seed + i) {
        let scene = scenes::scene(seed);
        match tiers::play(state, &scene, seed) {
            None => totals.unfit += 1,
            Some(Ok(figures)) => {
                totals.turns += figures.turns;
                totals.values += figures.values;
            }
            Some(Err(_)) => {
                totals.differences += 1;
                if totals.differences <= args.shown {
                    show(state, &scene, seed);
                }
            }
        }
        totals.scenes += 1;
        if totals.scenes.is_multiple_of(STEP) && totals.scenes < args.count {
            println!("{}", totals.line());
        }
    }
    totals
}

/// Prints the smallest scene that differs as this one does.
fn show(state: &State, scene: &Scene, seed: u64) {
    println!("seed {seed} differs, after {}:", scenes::COMMON);
    let small = tiers::shrink(state, scene, seed);
    print(&small);
    if let Some(Err(difference)) = tiers::play(state, &small, seed) {
        println!("{difference}");
    }
}
