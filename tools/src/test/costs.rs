//! What functions and tests take: juice, memory, coins.

use super::runner::{Prepared, Report};
use super::trace::Names;
use crate::printable::{self, Printable};
use lang::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use vm::context::CORE;
use vm::observe::Observer;
use vm::state::Global;
use vm::{Context, State};

/// What the calls of a function took, calls inside of them included.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FunctionCost {
    /// How many calls.
    pub calls: u64,
    /// Units of juice of the cheapest call, of the dearest, and of all together.
    pub least: u64,
    /// See [`FunctionCost::least`].
    pub most: u64,
    /// See [`FunctionCost::least`].
    pub juice: u64,
    /// Bytes by which the state grew in the call that took most.
    pub memory: i64,
}

/// Costs by account and name of the function.
pub type FunctionCosts = BTreeMap<(u64, String), FunctionCost>;

/// Measures the calls of functions that have a name in the account they run in: an observer.
#[derive(Default)]
pub struct Meter(Mutex<Notes>);

#[derive(Default)]
struct Notes {
    names: Names,
    /// The calls that have not returned: whose, which, and juice and bytes at their begin.
    open: Vec<Option<Open>>,
    costs: FunctionCosts,
}

struct Open {
    key: (u64, String),
    juice: u64,
    bytes: i64,
}

impl Meter {
    /// What was measured.
    pub fn finish(&self) -> FunctionCosts {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).costs)
    }
}

/// The size of a state, 0 when a part of it is not to be had.
fn bytes(state: &State) -> i64 {
    state.memory_size().map_or(0, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX))
}

impl Observer for Meter {
    fn calls(&self, context: &Context, function: &Value, _: &[Value]) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = notes.names.of(context, function).filter(|(account, _)| *account != CORE);
        let open = name.map(|(account, name)| Open {
            key: (account, name),
            juice: context.juice(),
            bytes: bytes(context.state()),
        });
        notes.open.push(open);
    }

    fn returns(&self, context: &Context, _: &Value, value: Option<&Value>) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Some(open)) = notes.open.pop() else { return };
        let juice = context.juice().saturating_sub(open.juice);
        // What fails is undone.
        let memory = if value.is_some() { bytes(context.state()) - open.bytes } else { 0 };
        let first = FunctionCost { least: u64::MAX, memory: i64::MIN, ..FunctionCost::default() };
        let cost = notes.costs.entry(open.key).or_insert(first);
        cost.calls += 1;
        cost.juice = cost.juice.saturating_add(juice);
        (cost.least, cost.most) = (cost.least.min(juice), cost.most.max(juice));
        cost.memory = cost.memory.max(memory);
    }
}

/// The prices that coins are counted at.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Prices {
    /// Coppers for a unit of juice.
    pub juice: i64,
    /// Coppers for a byte of memory.
    pub memory: f64,
}

impl Prices {
    /// The prices of a state, unless another price of memory is given.
    pub fn of(state: &State, memory: Option<f64>) -> Prices {
        let global = |global| state.global(global).unwrap_or(0);
        let pool = || global(Global::PoolCoppers) as f64 / (global(Global::PoolBytes) as f64).max(1.0);
        Prices { juice: global(Global::JuicePrice), memory: memory.unwrap_or_else(pool) }
    }

    /// What juice and memory cost, in coppers.
    fn coppers(self, juice: u64, memory: i64) -> i64 {
        let coppers = juice as f64 * self.juice as f64 + memory.max(0) as f64 * self.memory;
        coppers.round() as i64
    }
}

impl Report {
    /// What the functions took that ran for a file, in its set-up or in its tests.
    fn functions(&self, i: usize, file: &Prepared) -> FunctionCosts {
        let mut functions = file.seen.functions.clone();
        for result in self.tests.iter().filter(|result| result.file == i) {
            add(&mut functions, &result.seen.functions);
        }
        functions
    }

    /// What functions took as a JSON array: for each its `file`, `function`, how many `calls`, the `juice` of the cheapest, of the
    /// dearest and of all, the bytes of `memory` of the one that took most, and the `coppers` of the dearest.
    pub fn costs_json(&self, prices: Prices) -> Json {
        let mut rows = Vec::new();
        for (i, file) in self.files.iter().enumerate() {
            let Ok(file) = file else { continue };
            for ((account, name), cost) in self.functions(i, file) {
                rows.push(json!({
                    "file": file.suite.name,
                    "function": format!("#{account}/{name}"),
                    "calls": cost.calls,
                    "juice": { "least": cost.least, "most": cost.most, "all": cost.juice },
                    "memory": cost.memory,
                    "coppers": prices.coppers(cost.most, cost.memory),
                }));
            }
        }
        rows.into()
    }

    /// Tables of what tests and functions took.
    pub fn costs(&self, prices: Prices) -> Printable {
        let mut out = Printable::from(format!(
            "\ncosts at {} coppers for a unit of juice and {} for a byte of memory\n",
            prices.juice,
            grouped(&format!("{:.0}", prices.memory))
        ));
        for (i, file) in self.files.iter().enumerate() {
            let Ok(file) = file else { continue };
            let mut rows = vec![["test", "juice", "bytes", "coppers"].map(str::to_owned)];
            let functions = self.functions(i, file);
            let row = |name: &str, cost: &super::fork::Cost| {
                let (juice, bytes) = (grouped(&cost.juice.to_string()), grouped(&cost.memory.to_string()));
                let coppers = grouped(&prices.coppers(cost.juice, cost.memory).to_string());
                [printable::line(name).into_owned(), juice, bytes, coppers]
            };
            rows.push(row("(set-up)", &file.cost));
            for result in self.tests.iter().filter(|result| result.file == i) {
                rows.push(row(&file.suite.tests[result.test].name, &result.cost));
            }
            let _ = writeln!(out, "\n{}", printable::line(&file.suite.name));
            out.push(&columns(&rows));
            if functions.is_empty() {
                continue;
            }
            let mut rows = vec![
                ["function", "calls", "juice: least", "mean", "most", "bytes: most", "coppers: most"]
                    .map(str::to_owned),
            ];
            for ((account, name), cost) in &functions {
                rows.push([
                    format!("#{account}/{}", printable::line(name)),
                    grouped(&cost.calls.to_string()),
                    grouped(&cost.least.to_string()),
                    grouped(&(cost.juice / cost.calls.max(1)).to_string()),
                    grouped(&cost.most.to_string()),
                    grouped(&cost.memory.to_string()),
                    grouped(&prices.coppers(cost.most, cost.memory).to_string()),
                ]);
            }
            out.push("\n");
            out.push(&columns(&rows));
        }
        out
    }
}

fn add(sum: &mut FunctionCosts, more: &FunctionCosts) {
    for (key, cost) in more {
        match sum.get_mut(key) {
            Some(known) => {
                known.calls += cost.calls;
                known.juice = known.juice.saturating_add(cost.juice);
                known.least = known.least.min(cost.least);
                known.most = known.most.max(cost.most);
                known.memory = known.memory.max(cost.memory);
            }
            None => {
                sum.insert(key.clone(), *cost);
            }
        }
    }
}

/// Rows of the same length as lines: the first column to the left, the others to the right.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (i, (cell, width)) in row.iter().zip(widths).enumerate() {
            let _ = if i == 0 { write!(line, " {cell:<width$}") } else { write!(line, "  {cell:>width$}") };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// Digits in groups of three.
pub fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let mut out = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
