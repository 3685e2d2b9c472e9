//! The plan, and what was done, for people and programs.

use super::Program;
use super::ledger::Ledger;
use super::target::Target;
use crate::failure::Failure;
use crate::jsonl::{self, Object};
use crate::output::Output;
use serde_json::json;
use tools::deploy::{Basis, Plan, Receipt, Status, Step};
use tools::test::costs;
use tools::{printable, show};

/// A plan with what is to be told about it.
pub struct Shown<'a> {
    pub target: &'a Target,
    pub plan: &'a Plan,
    /// Whether it was made on the state of the network itself.
    pub is_exact: bool,
    pub program: &'a Program,
}

impl Shown<'_> {
    /// The plan as a table with a few sentences.
    pub fn text(&self) -> String {
        let (plan, target) = (self.plan, self.target);
        let network = target.network.map(|network| format!(", network 0x{network}")).unwrap_or_default();
        let mut out = format!(
            "Plan for {} as #{} on {}{network}\n\n",
            printable::line(&self.program.names()),
            plan.account,
            target.node
        );
        out.push_str(&table(plan));
        out.push_str(&format!(
            "\n#{} has {} coppers, and {} afterwards. A unit of juice costs {}, a byte of memory {}.\n",
            plan.account,
            grouped(plan.before),
            grouped(plan.after),
            plan.juice_price,
            price(plan.byte_price)
        ));
        if plan.allowance > 0 {
            out.push_str(&format!(
                "Of the memory {} bytes are in its allowance and cost nothing.\n",
                grouped(plan.allowance)
            ));
        }
        out.push_str(self.basis());
        out
    }

    /// How far the figures can be trusted.
    fn basis(&self) -> &'static str {
        if self.target.chain().is_none() {
            "The figures are those of this local state; a network has prices of its own.\n"
        } else if self.is_exact {
            "The figures are exact for the state of the network as it is now.\n"
        } else {
            "The state of this network is too large to be brought here: the figures are estimates \
             at its prices, of a run on a fresh state with the accounts that the forms speak of. \
             Those marked ? were asked of the node.\n"
        }
    }

    /// The plan, and the receipt where something was sent, as one object.
    pub fn json(&self, ledger: Option<&Ledger>, is_done: bool) -> Object {
        let mut object = Object::new();
        let mut add = |name: &str, value| object.insert(name.to_owned(), value);
        add("files", json!(self.program.sources.iter().map(|source| &source.name).collect::<Vec<_>>()));
        add("node", json!(self.target.node));
        add("network", json!(self.target.network.map(|network| format!("0x{network}"))));
        add("exact", json!(self.is_exact));
        add("plan", self.plan.to_json());
        add("deployed", json!(is_done));
        if let Some(ledger) = ledger {
            add("receipt", ledger.receipt.to_json());
        }
        object
    }
}

/// A row for each form, and one for all.
fn table(plan: &Plan) -> String {
    let mut rows = vec![[
        "form".to_owned(),
        "juice".to_owned(),
        "of its size".to_owned(),
        "memory, bytes".to_owned(),
        "juice, coppers".to_owned(),
        "memory, coppers".to_owned(),
        "makes".to_owned(),
    ]];
    rows.extend(plan.steps.iter().map(row));
    let all = |figure: fn(&Step) -> i64| grouped(plan.steps.iter().map(figure).fold(0, i64::saturating_add));
    rows.push([
        "in all".to_owned(),
        all(|step| step.juice as i64),
        all(|step| step.size_juice as i64),
        all(|step| step.memory),
        all(|step| step.juice_fees),
        all(|step| step.memory_fees),
        String::new(),
    ]);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut out = String::new();
    for [place, figures @ .., makes] in &rows {
        let mut line = format!("{place:<width$}", width = widths[0]);
        for (figure, width) in figures.iter().zip(&widths[1..]) {
            line.push_str(&format!("  {figure:>width$}"));
        }
        out.push_str(format!("{line}  {makes}").trim_end());
        out.push('\n');
    }
    out
}

fn row(step: &Step) -> [String; 7] {
    let mark = if step.basis == Basis::Node { " ?" } else { "" };
    [
        printable::line(&step.place).into_owned() + mark,
        grouped(i64::try_from(step.juice).unwrap_or(i64::MAX)),
        grouped(i64::try_from(step.size_juice).unwrap_or(i64::MAX)),
        grouped(step.memory),
        grouped(step.juice_fees),
        grouped(step.memory_fees),
        addresses(step.accounts.iter().map(|(address, _)| *address)),
    ]
}

/// Addresses in a row.
pub fn addresses(addresses: impl IntoIterator<Item = u64>) -> String {
    addresses.into_iter().map(|address| format!("#{address}")).collect::<Vec<_>>().join(" ")
}

/// A number with its digits in threes.
pub fn grouped(number: i64) -> String {
    costs::grouped(&number.to_string())
}

/// A price in coppers, to a thousandth.
fn price(coppers: f64) -> String {
    let thousandths = (coppers * 1_000.0).round() as i64;
    match (thousandths / 1_000, thousandths % 1_000) {
        (whole, 0) => grouped(whole),
        (whole, part) => format!("{}.{part:03}", grouped(whole)),
    }
}

/// What there is to say when all is done.
pub fn done(ledger: &Ledger) -> String {
    let receipt = &ledger.receipt;
    let accounts = receipt.accounts();
    let made = match accounts.as_slice() {
        [] => String::new(),
        [one] => format!(" It made the account #{one}."),
        many => format!(" It made the accounts {}.", addresses(many.iter().copied())),
    };
    let place = ledger.place().map(|place| format!(" The receipt is {place}.")).unwrap_or_default();
    let fees = receipt.transactions.iter().filter_map(|sent| sent.fees).fold(0, i64::saturating_add);
    format!("\nDone, for {} coppers.{made}{place}\n", grouped(fees))
}

/// All forms were done before.
///
/// # Errors
/// [`Failure::Io`]
pub fn nothing_left(ledger: &Ledger, output: Output) -> Result<(), Failure> {
    match output {
        Output::Json => jsonl::print(&Object::from_iter([
            ("deployed".to_owned(), true.into()),
            ("receipt".to_owned(), ledger.receipt.to_json()),
        ])),
        Output::Text => {
            let place = ledger.place().unwrap_or_default();
            let made = addresses(ledger.receipt.accounts());
            let made = if made.is_empty() { made } else { format!(" (it made {made})") };
            Ok(show::say(format!(
                "All is done already, as {place} tells{made}: nothing was sent. --force deploys again.\n"
            ))?)
        }
    }
}

/// Which forms are done and which are not, and how to go on.
pub fn left(receipt: &Receipt, place: Option<&str>) -> String {
    let next = receipt.next();
    let forms = |from: usize, to: usize| match from == to {
        true => format!("form {from} is"),
        false => format!("forms {from} to {to} are"),
    };
    let before = if next > 1 { format!("{} done, ", forms(1, next - 1)) } else { String::new() };
    let is_unknown = receipt.transactions.iter().any(|sent| sent.status == Status::Unknown);
    let how = match (place, is_unknown) {
        (None, _) => format!("--from {next} goes on there"),
        (Some(place), true) => {
            format!(
                "{place} keeps its hash: the same command looks it up, and goes on \
                 without sending anything twice"
            )
        }
        (Some(place), false) => {
            format!(
                "{place} keeps what is done: the same command goes on with form {next}, \
                 or --from {next} after a change of the file"
            )
        }
    };
    format!("{before}{} not; {how}", forms(next, receipt.forms.max(next)))
}
