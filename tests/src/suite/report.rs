//! The table of all measurements.

use super::Work;
use super::kernels::kernels;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

/// What one run allocated.
#[derive(Clone, Copy, Default)]
pub struct Allocations {
    /// Allocations and reallocations.
    pub count: u64,
    /// Bytes that were held after the run beyond those before it.
    pub bytes: i64,
}

/// A measured work.
pub struct Measured {
    /// The work.
    pub work: Work,
    /// The shortest run.
    pub best: Duration,
    /// What a run allocated, if that was counted.
    pub allocations: Option<Allocations>,
}

impl Measured {
    fn nanoseconds_per_unit(&self) -> f64 {
        self.best.as_secs_f64() * 1e9 / self.work.units as f64
    }
}

/// All results as tables in Markdown. The yardstick is in milliseconds.
pub fn report(all: &[Measured], yardstick: Option<f64>, lua: &[(String, f64)]) -> String {
    let mut out = String::from("# Benchmarks\n\n");
    let _ = match yardstick {
        Some(ms) => writeln!(
            out,
            "One yardstick is {ms:.3} ms: what `lua5.4 yardstick.lua` took beside these runs.\n"
        ),
        None => writeln!(out, "There is no `lua5.4` here, so that no time is given in yardsticks.\n"),
    };
    kernel_table(&mut out, all, yardstick, lua);
    work_table(&mut out, all, yardstick);
    growth_table(&mut out, all, "maps");
    growth_table(&mut out, all, "vectors");
    out
}

fn kernel_table(out: &mut String, all: &[Measured], yardstick: Option<f64>, lua: &[(String, f64)]) {
    let recorded: BTreeMap<String, f64> = kernels().into_iter().map(|k| (k.name, k.reference)).collect();
    let measured = || all.iter().filter(|m| m.work.group == "kernels");
    if measured().next().is_none() {
        return;
    }
    *out += "## Kernels\n\nThe value and the juice of each are those recorded.\n\n";
    *out += "| kernel | ms | yardsticks | reference | speed-up | Lua ms | allocations |\n";
    *out += "|---|---:|---:|---:|---:|---:|---:|\n";
    let (mut logarithms, mut count) = (0.0, 0);
    for m in measured() {
        let ms = m.best.as_secs_f64() * 1e3;
        let reference = recorded.get(&m.work.name).copied().unwrap_or(f64::NAN);
        let yards = yardstick.map(|y| ms / y);
        let lua = lua.iter().find(|(name, _)| *name == m.work.name);
        if let Some(yards) = yards {
            logarithms += libm::log(reference / yards);
            count += 1;
        }
        let _ = writeln!(
            out,
            "| {} | {ms:.3} | {} | {reference:.4} | {} | {} | {} |",
            m.work.name,
            yards.map_or("–".to_owned(), |y| format!("{y:.4}")),
            yards.map_or("–".to_owned(), |y| format!("{:.1}", reference / y)),
            lua.map_or(String::new(), |(_, ms)| format!("{ms:.3}")),
            m.allocations.map_or("–".to_owned(), |a| a.count.to_string()),
        );
    }
    if count > 0 {
        let _ = writeln!(
            out,
            "\nGeometric mean of the speed-ups: {:.1}.",
            libm::exp(logarithms / f64::from(count))
        );
    }
    out.push('\n');
}

fn work_table(out: &mut String, all: &[Measured], yardstick: Option<f64>) {
    *out += "## All other works\n\n";
    *out += "| work | ms a run | yardsticks | unit | ns a unit | allocations a unit |\n|---|---:|---:|---|---:|---:|\n";
    for m in all.iter().filter(|m| m.work.group != "kernels") {
        let ms = m.best.as_secs_f64() * 1e3;
        let _ = writeln!(
            out,
            "| {} | {ms:.4} | {} | {}{} | {:.1} | {} |",
            m.work.id(),
            yardstick.map_or("–".to_owned(), |y| format!("{:.4}", ms / y)),
            m.work.unit,
            if m.work.unit == "byte" {
                format!(" ({:.1} MB/s)", m.work.units as f64 / ms / 1e3)
            } else {
                String::new()
            },
            m.nanoseconds_per_unit(),
            m.allocations
                .map_or("–".to_owned(), |a| format!("{:.2}", a.count as f64 / m.work.units as f64)),
        );
    }
    out.push('\n');
}

/// Nanoseconds per unit by size, one column for each operation, and the memory per element.
fn growth_table(out: &mut String, all: &[Measured], group: &str) {
    let of_group: Vec<&Measured> = all.iter().filter(|m| m.work.group == group).collect();
    let mut names: Vec<&str> = Vec::new();
    let mut sizes: Vec<u64> = Vec::new();
    for m in &of_group {
        if !names.contains(&m.work.name.as_str()) {
            names.push(&m.work.name);
        }
        sizes.extend(m.work.size.filter(|size| !sizes.contains(size)));
    }
    if sizes.is_empty() {
        return;
    }
    let _ = writeln!(out, "## How {group} grow\n\nNanoseconds an element or operation.\n");
    let _ = writeln!(out, "| elements | {} | bytes an element |", names.join(" | "));
    let _ = writeln!(out, "|---:|{}---:|", "---:|".repeat(names.len()));
    for size in sizes {
        let find = |name: &str| of_group.iter().find(|m| m.work.size == Some(size) && m.work.name == name);
        let cells: Vec<String> = names
            .iter()
            .map(|name| find(name).map_or(String::new(), |m| format!("{:.1}", m.nanoseconds_per_unit())))
            .collect();
        let bytes = find("build").and_then(|m| m.allocations).map(|a| a.bytes as f64 / size as f64);
        let bytes = bytes.map_or("–".to_owned(), |bytes| format!("{bytes:.0}"));
        let _ = writeln!(out, "| {size} | {} | {bytes} |", cells.join(" | "));
    }
    out.push('\n');
}
