//! Coverage as text: a table, sources with counts beside them, and the format of LCOV.

use super::{FileCoverage, ranges};
use crate::printable::{self, Printable};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A table with a row for each file.
pub fn table(files: &[FileCoverage]) -> Printable {
    let width =
        files.iter().map(|file| printable::line(&file.name).chars().count()).max().unwrap_or(0).max(8);
    let mut out = Printable::new();
    let _ = writeln!(out, "\n{:<width$}  {:>16}  {:>16}  not run", "coverage", "lines", "branches");
    let mut sums = [(0, 0); 2];
    for file in files {
        let lines = file.lines();
        let not_run: BTreeSet<usize> = lines.iter().filter(|(_, l)| l.least == 0).map(|(n, _)| *n).collect();
        let counts = [(lines.len() - not_run.len(), lines.len()), file.branch_counts()];
        let mut missing = Vec::new();
        if !not_run.is_empty() {
            missing.push(format!("lines {}", ranges(&not_run)));
        }
        let branches: BTreeSet<usize> = file.missed().iter().map(|missed| missed.line).collect();
        if !branches.is_empty() {
            missing.push(format!("branches of {}", ranges(&branches)));
        }
        let _ = row(&mut out, &printable::line(&file.name), width, counts, &missing.join(", "));
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum = (sum.0 + count.0, sum.1 + count.1);
        }
    }
    if files.len() != 1 {
        let _ = row(&mut out, "all", width, sums, "");
    }
    out
}

fn row(
    out: &mut Printable,
    name: &str,
    width: usize,
    counts: [(usize, usize); 2],
    missing: &str,
) -> std::fmt::Result {
    let cell = |(part, all): (usize, usize)| match all {
        0 => "none".to_owned(),
        _ => format!("{part}/{all} {:5.1} %", part as f64 * 100.0 / all as f64),
    };
    let line = format!("{name:<width$}  {:>16}  {:>16}  {missing}", cell(counts[0]), cell(counts[1]));
    writeln!(out, "{}", line.trim_end())
}

/// The source with the number of runs beside each line, and branches that were never taken below.
pub fn annotated(file: &FileCoverage) -> Printable {
    let lines = file.lines();
    let missed = file.missed();
    let mut out = Printable::from(format!("\n{}\n", printable::line(&file.name)));
    for (i, text) in file.text.lines().enumerate() {
        let hits = match lines.get(&(i + 1)) {
            None => String::new(),
            Some(line) if line.most == 0 => "never".to_owned(),
            Some(line) if line.least == 0 => "partly".to_owned(),
            Some(line) => format!("{}×", line.least),
        };
        let _ = writeln!(out, "{}", format!("{hits:>8} {:>4} │ {text}", i + 1).trim_end());
        for branch in missed.iter().filter(|missed| missed.line == i + 1) {
            let (n, of) = branch.branch;
            let place =
                branch.place.map(|(line, column)| format!(", at {line}:{column}")).unwrap_or_default();
            let _ = writeln!(out, "              │ ↑ branch {n} of {of} was never taken{place}");
        }
    }
    out
}

/// The tracefile that LCOV and its kin read: `SF`, `DA`, `BRDA` and their sums, a record for each file.
pub fn lcov(files: &[FileCoverage]) -> String {
    let mut out = String::from("TN:cvx\n");
    for file in files {
        let _ = writeln!(out, "SF:{}", printable::line(&file.name));
        let lines = file.lines();
        for (number, line) in &lines {
            for (block, taken) in line.branches.iter().enumerate() {
                for (branch, hits) in taken.iter().enumerate() {
                    let hits = if line.most == 0 { "-".to_owned() } else { hits.to_string() };
                    let _ = writeln!(out, "BRDA:{number},{block},{branch},{hits}");
                }
            }
        }
        let (taken, all) = file.branch_counts();
        let _ = writeln!(out, "BRF:{all}\nBRH:{taken}");
        for (number, line) in &lines {
            let _ = writeln!(out, "DA:{number},{}", line.least);
        }
        let hit = lines.values().filter(|line| line.least > 0).count();
        let _ = writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
    }
    out
}
