//! A fork of the state in which a test runs, and how forms run in it.

use crate::test::step;
use crate::texts::Functions;
use lang::source::Positions;
use lang::{List, Symbol, Value, Vector};
use std::sync::Arc;
use vm::limits::MAX_TRANSACTION_JUICE;
use vm::observe::Observer;
use vm::state::Global;
use vm::{Context, Ending, Run, State, block};

/// A state, who acts in it, and names that the test has given to values. A clone is another fork.
#[derive(Clone)]
pub struct Fork {
    /// The state.
    pub state: State,
    /// The account whose transactions the forms are.
    pub account: u64,
    /// Names that are no part of the state; later ones hide earlier ones.
    pub given: Vec<(Symbol, Value)>,
}

/// Something that was scheduled and failed when its time had come.
pub struct Late {
    /// The state before it, and the account that it ran as.
    pub fork: Fork,
    /// How it ended.
    pub ending: Ending,
}

/// What running a form took.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Units of juice, of expansion, compilation and execution.
    pub juice: u64,
    /// Bytes by which the state grew; 0 where nobody measures it.
    pub memory: i64,
}

impl Cost {
    /// Adds what something else took.
    pub fn add(&mut self, other: Cost) {
        self.juice = self.juice.saturating_add(other.juice);
        self.memory = self.memory.saturating_add(other.memory);
    }
}

/// Who looks on while forms run, and what is measured.
#[derive(Clone, Default)]
pub struct Watch {
    /// Is told of ops, branches and calls.
    pub observer: Option<Arc<dyn Observer>>,
    /// Whether to measure how the state grows.
    pub measures_memory: bool,
    /// How functions show in what is told.
    pub functions: Functions,
}

impl Fork {
    /// Runs a form as a transaction of the current account, without fees. Its effects stay if it does not fail. What fails does
    /// so at full speed, and without all calls that led there: [`Fork::traced`] tells them.
    pub fn transact(&mut self, form: &Value, positions: &mut Positions, watch: &Watch) -> (Run, Cost) {
        let mut cost = Cost::default();
        let outcome = self.try_transact(form, positions, watch, &mut cost);
        (outcome, cost)
    }

    /// Calls a callable function of an actor, as a transaction that is a call does, without fees. The offer is in coppers.
    pub fn call(
        &mut self,
        actor: u64,
        offer: i64,
        name: &Symbol,
        args: &[Value],
        positions: &mut Positions,
        watch: &Watch,
    ) -> (Run, Cost) {
        let mut cost = Cost::default();
        let outcome = self.apply(positions, watch, &mut cost, |ctx| {
            ctx.run_with(|ctx| ctx.actor_call(&Value::Address(actor), offer, name, &mut args.to_vec()))
        });
        (outcome, cost)
    }

    fn try_transact(
        &mut self,
        form: &Value,
        positions: &mut Positions,
        watch: &Watch,
        cost: &mut Cost,
    ) -> Run {
        let form = self.bound(form)?;
        self.apply(positions, watch, cost, |context| context.run(&form))
    }

    fn apply(
        &mut self,
        positions: &mut Positions,
        watch: &Watch,
        cost: &mut Cost,
        work: impl FnOnce(&mut Context) -> Run,
    ) -> Run {
        let mut context = self.context(positions)?;
        if let Some(observer) = &watch.observer {
            context = context.with_observer(observer.clone());
        }
        let outcome = work(&mut context);
        *positions = context.take_positions().unwrap_or_default();
        cost.juice = context.juice();
        let value = outcome?;
        if watch.measures_memory {
            let (before, after) = (self.state.memory_size()?, context.state().memory_size()?);
            cost.memory = after as i64 - before as i64;
        }
        // The context lets go of the state, so that counting changes it in place.
        let mut state = context.state().clone();
        drop(context);
        state.change_account(self.account, |account| {
            let next = account.sequence()?.saturating_add(1);
            *account = account.with_sequence(next)?;
            Ok(())
        })?;
        self.state = state;
        Ok(value)
    }

    /// How a form that has just failed, and so changed nothing, ends: as it did, with all calls that led there.
    pub fn traced(&self, form: &Value, positions: &mut Positions, watch: &Watch, ending: Ending) -> Ending {
        if !ending.has_trace() || watch.observer.is_some() {
            return ending;
        }
        let again = self.bound(form).and_then(|form| {
            let mut context = self.context(positions)?.with_traces();
            let outcome = context.run(&form);
            *positions = context.take_positions().unwrap_or_default();
            outcome
        });
        again.err().unwrap_or(ending)
    }

    /// The value of a form in the current account, whose effects do not stay.
    pub fn query(&self, form: &Value, positions: &mut Positions) -> Run {
        // Values that stand for themselves need no machine.
        if let Value::Address(_) | Value::Integer(_) = form {
            return Ok(form.clone());
        }
        let form = self.bound(form)?;
        let mut context = self.context(positions)?;
        let outcome = context.run(&form);
        *positions = context.take_positions().unwrap_or_default();
        outcome
    }

    /// Runs a form as [`Fork::transact`] does, an observer looking on from when it is compiled, and keeps nothing.
    pub fn rerun(&self, form: &Value, positions: &mut Positions, observer: Arc<dyn Observer>) -> Run {
        let form = self.bound(form)?;
        let mut context = self.context(positions)?;
        let outcome = context.run_with(|ctx| {
            let op = ctx.expand_compile(&form)?;
            ctx.set_observer(Some(observer));
            ctx.eval(&op)
        });
        *positions = context.take_positions().unwrap_or_default();
        outcome
    }

    fn context(&self, positions: &mut Positions) -> Run<Context> {
        let context = Context::new(self.state.clone(), self.account, MAX_TRANSACTION_JUICE)?;
        Ok(context.with_positions(std::mem::take(positions)))
    }

    /// A form within a `let` of the given names that it mentions: `(let [name 'value …] form)`.
    fn bound(&self, form: &Value) -> Run {
        let mut bindings = Vec::new();
        for (i, (name, value)) in self.given.iter().enumerate() {
            let is_hidden = self.given[i + 1..].iter().any(|(later, _)| later == name);
            if !is_hidden && mentions(form, name) {
                let quoted = List::from_values([Value::symbol("quote"), value.clone()]);
                bindings.extend([Value::Symbol(name.clone()), quoted.into()]);
            }
        }
        if bindings.is_empty() {
            return Ok(form.clone());
        }
        let bindings = Vector::from_values(bindings).into();
        Ok(List::from_values([Value::symbol("let"), bindings, form.clone()]).into())
    }

    /// Lets time pass, as a block without transactions does: what is scheduled up to then runs. Answers what of that
    /// failed, of which the network tells nobody.
    pub fn pass(&mut self, milliseconds: i64, positions: &mut Positions) -> Run<Vec<Late>> {
        let now = self.state.global(Global::Timestamp)?;
        let mut failed = Vec::new();
        self.state =
            block::pass_time_with(&self.state, now.saturating_add(milliseconds), |state, account, op| {
                let fork = Fork { state: state.clone(), account, given: Vec::new() };
                let mut context = fork.context(positions)?;
                let mut outcome = context.run(op);
                *positions = context.take_positions().unwrap_or_default();
                if outcome.as_ref().is_err_and(Ending::has_trace) {
                    context = fork.context(positions)?.with_traces();
                    outcome = context.run(op);
                    *positions = context.take_positions().unwrap_or_default();
                }
                match outcome {
                    Ok(_) => Ok(context.into_state()),
                    Err(ending) => {
                        failed.push(Late { fork, ending: ending.clone() });
                        Err(ending)
                    }
                }
            })?;
        Ok(failed)
    }

    /// Gives an account coins, in coppers, from the reserve that has most.
    pub fn fund(&mut self, address: u64, coppers: i64) -> Run<()> {
        let mut reserve = (0, i64::MIN);
        for candidate in (0..RESERVES).filter(|candidate| *candidate != address) {
            let balance = self.state.balance(candidate)?.unwrap_or(i64::MIN);
            if balance > reserve.1 {
                reserve = (candidate, balance);
            }
        }
        let Some(balance) = self.state.balance(address)? else {
            return Err(Ending::error("NOBODY", format!("There is no account #{address} to fund")));
        };
        if coppers < 0 || coppers > reserve.1 {
            return Err(Ending::error("FUNDS", format!("The reserve has {} coppers", reserve.1)));
        }
        let state = self.state.with_balance(reserve.0, reserve.1 - coppers)?;
        self.state = state.with_balance(address, balance.saturating_add(coppers))?;
        Ok(())
    }
}

/// Reserves are among the accounts below this address.
const RESERVES: u64 = 11;

/// Whether a symbol stands anywhere in a form.
fn mentions(form: &Value, name: &Symbol) -> bool {
    let mut open = vec![form.clone()];
    while let Some(form) = open.pop() {
        match &form {
            Value::Symbol(symbol) if symbol == name => return true,
            Value::List(_) | Value::Vector(_) | Value::Map(_) | Value::Set(_) | Value::Syntax(_) => {
                open.extend(children(&form));
            }
            _ => {}
        }
    }
    false
}

/// The parts of a form, as far as they are here.
pub fn children(form: &Value) -> Vec<Value> {
    let parts = match form {
        Value::List(list) => list.to_vec(),
        Value::Vector(vector) => vector.to_vec(),
        Value::Set(set) => set.iter().map(|part| part.cloned()).collect(),
        Value::Map(map) => {
            let mut parts = Vec::new();
            for entry in map.iter().flatten() {
                parts.extend([entry.0.clone(), entry.1.clone()]);
            }
            Ok(parts)
        }
        Value::Syntax(syntax) => syntax.datum().map(|datum| vec![datum.clone()]),
        _ => Ok(Vec::new()),
    };
    parts.unwrap_or_default()
}

/// Whether a form would be run with the words of tests in the wrong place.
pub fn holds_words(form: &Value) -> bool {
    let mut open = vec![form.clone()];
    while let Some(form) = open.pop() {
        if matches!(step::head(&form), Some("is" | "throws")) {
            return true;
        }
        open.extend(children(&form));
    }
    false
}
