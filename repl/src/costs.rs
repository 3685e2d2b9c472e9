//! What forms cost as transactions: juice, memory, coins.

use serde_json::{Value as Json, json};
use tools::printable;
use vm::apply::Applied;

/// The costs of forms, in order.
#[derive(Default)]
pub struct Costs {
    rows: Vec<Row>,
}

/// What one form cost, or all together.
#[derive(Default)]
struct Row {
    /// Where the form stands.
    place: String,
    /// Of execution, expansion and compilation included.
    juice: u64,
    /// Of the transaction itself, by its size.
    transaction_juice: u64,
    /// By how many bytes the state grew.
    memory: i64,
    /// What was paid for juice and memory, in coppers.
    fees: i64,
}

impl Costs {
    /// Adds what a form at a place cost; nothing where it could not be judged.
    pub fn add(&mut self, place: String, applied: Option<&Applied>) {
        let row = Row { place, ..Row::default() };
        self.rows.push(match applied {
            Some(applied) => Row {
                juice: applied.juice,
                transaction_juice: applied.transaction_juice,
                memory: applied.memory_used,
                fees: applied.fees,
                ..row
            },
            None => row,
        });
    }

    /// An array with an object for each form.
    pub fn to_json(&self) -> Json {
        self.rows.iter().map(Row::to_json).collect()
    }

    /// A table with a line for each form and one for all.
    pub fn table(&self) -> String {
        let sum =
            self.rows.iter().fold(Row { place: "in all".to_owned(), ..Row::default() }, |sum, row| Row {
                juice: sum.juice.saturating_add(row.juice),
                transaction_juice: sum.transaction_juice.saturating_add(row.transaction_juice),
                memory: sum.memory.saturating_add(row.memory),
                fees: sum.fees.saturating_add(row.fees),
                ..sum
            });
        let width =
            self.rows.iter().map(|row| printable::line(&row.place).chars().count()).max().unwrap_or(0).max(6);
        let mut out = format!(
            "{:width$}  {:>12}  {:>12}  {:>14}  {:>18}\n",
            "form", "juice", "of its size", "memory, bytes", "fees, coppers"
        );
        for row in self.rows.iter().chain([&sum]) {
            out.push_str(&format!(
                "{:width$}  {:>12}  {:>12}  {:>14}  {:>18}\n",
                printable::line(&row.place),
                row.juice,
                row.transaction_juice,
                row.memory,
                row.fees
            ));
        }
        out
    }
}

/// What one form cost, in words.
pub fn remark(applied: &Applied) -> String {
    format!(
        "{} juice and {} for its size, {:+} bytes of memory: {} coppers",
        applied.juice, applied.transaction_juice, applied.memory_used, applied.fees
    )
}

impl Row {
    fn to_json(&self) -> Json {
        json!({
            "form": self.place,
            "juice": self.juice,
            "transaction_juice": self.transaction_juice,
            "memory": self.memory,
            "fees": self.fees,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_add_up() {
        let mut costs = Costs::default();
        costs.rows.push(Row {
            place: "a.cvx:1:1".to_owned(),
            juice: 1,
            transaction_juice: 2,
            memory: 3,
            fees: 4,
        });
        costs.rows.push(Row {
            place: "b".to_owned(),
            juice: 10,
            transaction_juice: 20,
            memory: -30,
            fees: i64::MAX,
        });
        let table = costs.table();
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[3], ["in", "all", "11", "22", "-27", "9223372036854775807"]);
    }
}
