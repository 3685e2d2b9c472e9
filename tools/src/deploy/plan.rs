//! Forms run ahead of time as the transactions that they are to be, with what each takes and makes.

use crate::report::Problem;
use crate::session::Session;
use lang::reader::Form;
use lang::{Missing, Value};
use serde_json::{Value as Json, json};
use vm::apply::Applied;
use vm::state::Global;
use vm::{Account, State, Transaction, juice, market};

/// Where the figures of a form come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// It ran on the state of the network.
    Exact,
    /// It ran on a state that stands in for that of the network, at the prices of the network.
    Estimate,
    /// The node ran it alone, as a query.
    Node,
}

/// What one form takes and makes.
pub struct Step {
    /// Which form of the source it is, from 1.
    pub form: usize,
    /// Where it stands, as `file:line:column`.
    pub place: String,
    /// Where the figures come from.
    pub basis: Basis,
    /// Juice of execution, expansion and compilation included.
    pub juice: u64,
    /// Juice of the transaction itself, by its size.
    pub size_juice: u64,
    /// By how many bytes the state grows.
    pub memory: i64,
    /// What is paid for juice, in coppers.
    pub juice_fees: i64,
    /// What is paid for memory, in coppers.
    pub memory_fees: i64,
    /// The accounts that it makes.
    pub accounts: Vec<(u64, Account)>,
}

/// What the forms take and make.
pub struct Plan {
    /// The account that runs them.
    pub account: u64,
    /// A row for each form.
    pub steps: Vec<Step>,
    /// Coppers of the account before.
    pub before: i64,
    /// Coppers of the account afterwards.
    pub after: i64,
    /// Bytes that the account need not buy, before.
    pub allowance: i64,
    /// Coppers that the account lacks; 0 when it has enough.
    pub lacking: i64,
    /// Coppers for a unit of juice.
    pub juice_price: i64,
    /// Coppers for a byte of memory: those in the pool by its bytes.
    pub byte_price: f64,
}

/// Why there is no plan.
pub enum Stop {
    /// A form fails, the form of this number from 1.
    Form(usize, Box<Problem>),
    /// The state cannot be read.
    State(Missing),
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Stop {
        Stop::State(missing)
    }
}

/// What a node says that a form alone takes: juice, and bytes of memory.
pub type Asked = (u64, i64);
/// Asks a node what a form alone takes; `None` where it fails there too.
pub type Ask<'a> = &'a dyn Fn(&Form) -> Option<Asked>;

/// Coppers lent to an account that has too few, to find out how many it lacks: far more than
/// anything costs.
const LOAN: i64 = 1_000_000_000_000_000;

impl Plan {
    /// Runs forms in a session on the state that they would find, each charged; the first is that
    /// of a number from 1. The session has the state after them then.
    ///
    /// Where the state only stands in for that of the network, a form that fails is asked of the
    /// node.
    ///
    /// # Errors
    /// [`Stop`]
    pub fn rehearse(
        session: &mut Session,
        forms: &[Form],
        first: usize,
        ask: Option<Ask<'_>>,
    ) -> Result<Plan, Stop> {
        let state = session.state().clone();
        let account = session.account();
        let balance = state.balance(account)?.unwrap_or(0);
        let stop = match rehearse(session, forms, first, ask) {
            Ok(plan) => return Ok(plan),
            Err(stop) => stop,
        };
        let is_poverty = matches!(&stop, Stop::Form(_, problem) if is_poverty(problem));
        if !is_poverty {
            return Err(stop);
        }
        let lent = balance.saturating_add(LOAN);
        session.follow(&state.with_balance(account, lent)?)?;
        let Ok(plan) = rehearse(session, forms, first, ask) else { return Err(stop) };
        let spent = lent.saturating_sub(plan.after);
        let lacking = spent.saturating_sub(balance).max(1);
        Ok(Plan { before: balance, after: balance.saturating_sub(spent), lacking, ..plan })
    }

    /// Coppers that are paid for juice and memory.
    pub fn fees(&self) -> i64 {
        let fees = |step: &Step| step.juice_fees.saturating_add(step.memory_fees);
        self.steps.iter().map(fees).fold(0, i64::saturating_add)
    }

    /// The plan as data.
    pub fn to_json(&self) -> Json {
        json!({
            "account": self.account,
            "forms": self.steps.iter().map(Step::to_json).collect::<Json>(),
            "juice": self.steps.iter().map(|step| step.juice).fold(0, u64::saturating_add),
            "transaction_juice": self.steps.iter().map(|step| step.size_juice).fold(0, u64::saturating_add),
            "memory": self.steps.iter().map(|step| step.memory).fold(0, i64::saturating_add),
            "fees": self.fees(),
            "balance": self.before,
            "balance_after": self.after,
            "allowance": self.allowance,
            "lacking": self.lacking,
            "juice_price": self.juice_price,
            "byte_price": self.byte_price,
        })
    }
}

impl Basis {
    /// The name in data.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Exact => "exact",
            Basis::Estimate => "estimate",
            Basis::Node => "node",
        }
    }
}

impl Step {
    fn to_json(&self) -> Json {
        json!({
            "form": self.form,
            "place": self.place,
            "basis": self.basis.name(),
            "juice": self.juice,
            "transaction_juice": self.size_juice,
            "memory": self.memory,
            "juice_fees": self.juice_fees,
            "memory_fees": self.memory_fees,
            "accounts": self.accounts.iter().map(|(address, _)| *address).collect::<Vec<u64>>(),
        })
    }
}

/// Whether a form failed since the account has too few coins.
fn is_poverty(problem: &Problem) -> bool {
    matches!(problem.code.as_deref(), Some(":JUICE" | ":MEMORY" | ":FUNDS"))
}

fn rehearse(session: &mut Session, forms: &[Form], first: usize, ask: Option<Ask<'_>>) -> Result<Plan, Stop> {
    let account = session.account();
    let state = session.state().clone();
    let (bytes, coppers) = (state.global(Global::PoolBytes)?, state.global(Global::PoolCoppers)?);
    let mut plan = Plan {
        account,
        steps: Vec::new(),
        before: state.balance(account)?.unwrap_or(0),
        after: 0,
        allowance: state.account(account)?.map_or(Ok(0), |account| account.allowance())?,
        lacking: 0,
        juice_price: state.juice_price()?,
        byte_price: coppers as f64 / bytes as f64,
    };
    // What the node asked for costs, which the state of the session does not know of.
    let mut apart = 0i64;
    for (number, form) in (first..).zip(forms) {
        let next = session.state().next_address()?;
        let (outcome, applied) = session.rehearse(form);
        let place = session.sources().describe(form.span).unwrap_or_default();
        let step = match (outcome.result, applied) {
            (Ok(_), Some(applied)) => {
                let accounts = made(session.state(), next)?;
                Step { accounts, ..of_applied(number, place, &applied, ask.is_some()) }
            }
            (result, _) => {
                let problem = result.err().unwrap_or_default();
                match ask.filter(|_| !is_poverty(&problem)).and_then(|ask| ask(form)) {
                    Some(asked) => {
                        let step = of_node(session.state(), account, number, place, form, asked)?;
                        apart = apart.saturating_add(step.juice_fees).saturating_add(step.memory_fees);
                        step
                    }
                    None => return Err(Stop::Form(number, Box::new(problem))),
                }
            }
        };
        plan.steps.push(step);
    }
    plan.after = session.state().balance(account)?.unwrap_or(0).saturating_sub(apart);
    plan.lacking = plan.after.saturating_neg().max(0);
    Ok(plan)
}

/// The accounts of a state from an address on.
fn made(state: &State, first: u64) -> Result<Vec<(u64, Account)>, Missing> {
    let mut accounts = Vec::new();
    for address in first..state.next_address()? {
        accounts.extend(state.account(address)?.map(|account| (address, account)));
    }
    Ok(accounts)
}

fn of_applied(form: usize, place: String, applied: &Applied, is_estimate: bool) -> Step {
    Step {
        form,
        place,
        basis: if is_estimate { Basis::Estimate } else { Basis::Exact },
        juice: applied.juice,
        size_juice: applied.transaction_juice,
        memory: applied.memory_used,
        juice_fees: applied.juice_fees,
        memory_fees: applied.fees.saturating_sub(applied.juice_fees),
        accounts: Vec::new(),
    }
}

fn of_node(
    state: &State,
    account: u64,
    form: usize,
    place: String,
    code: &Form,
    (juice, memory): Asked,
) -> Result<Step, Missing> {
    let transaction = Transaction::invoke(account, i64::MAX, code.value.clone());
    let size_juice = juice::transaction(transaction.value().storage_size()?);
    let all = i64::try_from(juice.saturating_add(size_juice)).unwrap_or(i64::MAX);
    let allowance = state.account(account)?.map_or(Ok(0), |account| account.allowance())?;
    let bought = memory.saturating_sub(allowance).max(0);
    let price = market::price(bought, state.global(Global::PoolBytes)?, state.global(Global::PoolCoppers)?);
    Ok(Step {
        form,
        place,
        basis: Basis::Node,
        juice,
        size_juice,
        memory,
        juice_fees: all.saturating_mul(state.juice_price()?),
        memory_fees: if bought > 0 { price.unwrap_or(i64::MAX) } else { 0 },
        accounts: Vec::new(),
    })
}

/// The addresses that stand in a form, literals of code included.
///
/// # Errors
/// [`Missing`] when a part of the form is not available.
pub fn addresses(form: &Value) -> Result<Vec<u64>, Missing> {
    let mut addresses = Vec::new();
    super::parts::any(form, |part| {
        if let Value::Address(address) = part {
            addresses.push(*address);
        }
        false
    })?;
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(balance: i64) -> Session {
        let state = stdlib::genesis().expect("the library builds");
        // Without an allowance it has to buy its memory.
        let account = state.account(13).expect("all is here").expect("it is there");
        let account = account.with_balance(balance).and_then(|account| account.with_allowance(0));
        let state = state.with_account(13, &account.expect("all is here")).expect("all is here");
        Session::new(state, 13).expect("there is such an account")
    }

    fn plan(session: &mut Session, text: &str) -> Result<Plan, Stop> {
        let source = session.add_text("a.cvx", text);
        let (forms, errors) = session.read_all(source);
        assert!(errors.is_empty(), "{text}");
        Plan::rehearse(session, &forms, 1, None)
    }

    #[test]
    fn a_plan_adds_up() {
        let mut session = session(100_000_000_000);
        let plan =
            plan(&mut session, "(def a (deploy '(def x 1)))\n(transfer #11 7)\n").ok().expect("it runs");
        assert_eq!(plan.before - plan.after, plan.fees() + 7);
        assert_eq!(session.state().balance(13).expect("all is here"), Some(plan.after));
        let made: Vec<Vec<u64>> = plan
            .steps
            .iter()
            .map(|step| step.accounts.iter().map(|(address, _)| *address).collect())
            .collect();
        assert!(matches!(made[..], [ref one, ref none] if one.len() == 1 && none.is_empty()), "{made:?}");
        assert!(plan.steps.iter().all(|step| step.basis == Basis::Exact && step.juice > 0));
        assert_eq!((plan.steps[1].place.as_str(), plan.lacking), ("a.cvx:2:1", 0));
        assert!(plan.steps[0].memory_fees > 0 && plan.byte_price > 0.0);
    }

    #[test]
    fn what_an_account_lacks_is_told() {
        let text = "(def a (deploy '(def x 1)))\n(transfer #11 500000)\n";
        let rich = plan(&mut session(100_000_000_000), text).ok().expect("it runs");
        let needed = rich.before - rich.after;
        for balance in [0, 1_000, needed / 2, needed - 1_000] {
            let poor = plan(&mut session(balance), text).ok().expect("it runs on a loan");
            // The balance is part of the state: its own length makes a few bytes of memory.
            let price = rich.byte_price as i64;
            assert!((poor.lacking - (needed - balance)).abs() <= 16 * price, "{balance}: {}", poor.lacking);
        }
        assert_eq!(plan(&mut session(needed), text).ok().expect("it runs").lacking, 0);
    }

    #[test]
    fn a_form_that_fails_stops_the_plan() {
        let Err(Stop::Form(2, problem)) =
            plan(&mut session(100_000_000_000), "(def x 1)\n(inc :a)\n(def y 2)")
        else {
            panic!("the second form fails");
        };
        assert_eq!(problem.code.as_deref(), Some(":CAST"));
    }
}
