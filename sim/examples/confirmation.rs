//! Measures confirmation in simulated time, and prints a table of milliseconds, or with `--svg` a chart.
//!
//! `cargo run --release -p cvx-sim --example confirmation`

use sim::chart::{Row, svg};
use sim::measure::{Network, confirmation, median};
use std::io::{self, Write};

/// Peers and one-way latencies that are measured.
const NETWORKS: [(usize, i64); 4] = [(10, 50), (10, 100), (100, 50), (100, 100)];
/// To how many others each peer sends, as on the network.
const FAN_OUT: usize = 10;
const TRANSACTIONS: usize = 15;
const SEED: u64 = 1;

fn main() -> io::Result<()> {
    let rows: Vec<Row> = NETWORKS
        .into_iter()
        .map(|(peers, latency)| {
            let network = Network { peers, latency, fan_out: FAN_OUT };
            (network, confirmation(&network, TRANSACTIONS, SEED))
        })
        .collect();
    let mut out = io::stdout().lock();
    if std::env::args().any(|argument| argument == "--svg") {
        return out.write_all(svg(&rows).as_bytes());
    }
    let head = ["peers", "one way", "median where handed in", "longest", "median at all", "longest"];
    writeln!(out, "| {} |", head.join(" | "))?;
    writeln!(out, "|{}", "---|".repeat(head.len()))?;
    for (Network { peers, latency, .. }, times) in &rows {
        let longest = |list: &[i64]| list.last().copied().unwrap_or(0);
        let (first, last) = (&times.first, &times.last);
        writeln!(
            out,
            "| {peers} | {latency} | {} | {} | {} | {} |",
            median(first),
            longest(first),
            median(last),
            longest(last)
        )?;
    }
    Ok(())
}
