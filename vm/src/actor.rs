//! Between accounts: calls, deployment, evaluation in other accounts, transfers (CAD005).

use crate::boundary::{Changes, Entry};
use crate::ending::Frame;
use crate::state::Global;
use crate::{Account, Context, Ending, Run, juice, limits, market, symbols};
use lang::{Missing, Symbol, Value};

/// For code before which nothing is to be done.
fn nothing(_: &mut Context) -> Result<(), Missing> {
    Ok(())
}

impl Context {
    /// The registers as they are now, for code in this account.
    fn here(&self) -> Entry {
        Entry {
            address: self.address,
            caller: self.caller,
            offer: self.offer,
            scope: self.scope.clone(),
            depth: self.depth,
        }
    }

    /// Evaluates a form, or runs an op, as a transaction does it: errors discard all changes, `halt`, `return`
    /// and `rollback` give values.
    pub fn run(&mut self, code: &Value) -> Run {
        self.within((self.here(), Changes::Keep), nothing, |ctx| ctx.eval(code))
    }

    /// Runs anything as [`Context::run`] does.
    pub fn run_with(&mut self, code: impl FnOnce(&mut Context) -> Run) -> Run {
        self.within((self.here(), Changes::Keep), nothing, code)
    }

    /// Runs part of a transaction in another context, say for another origin, and takes over its state and log
    /// as [`Context::run`] does. The juice used is that of the other context.
    pub fn adopt_run(&mut self, other: Context, outcome: Run) -> Run {
        let (outcome, is_rollback) = self.at_boundary(outcome);
        self.juice = other.juice;
        self.crash = self.crash.or(other.crash);
        if !is_rollback {
            self.log = other.log;
            self.set_state(other.state)?;
        }
        outcome
    }

    /// Calls a callable function of an actor, with an offer in coppers. The target is an address, or a vector of
    /// an address and a scope.
    ///
    /// # Errors
    /// `:CAST` for another target, `:NOBODY` for no account, `:FUNDS` or `:ARGUMENT` for the offer, `:STATE` when
    /// there is no such callable function; whatever the function fails with.
    pub fn actor_call(&mut self, target: &Value, offer: i64, name: &Symbol, args: &mut [Value]) -> Run {
        let (address, scope) = self.call_target(target)?;
        if !self.state.has_account(address)? {
            return self.fail("NOBODY", format!("There is no account #{address} to call"));
        }
        if offer > 0 {
            let balance = self.balance(self.address)?;
            if balance < offer {
                return self.fail("FUNDS", format!("#{} cannot offer {offer} of {balance}", self.address));
            }
        } else if offer < 0 {
            return self.fail("ARGUMENT", format!("Cannot offer a negative amount: {offer}"));
        }
        let Some((function, callee)) = self.callable(address, name)? else {
            self.note_if_without_metadata(address, name)?;
            return self.not_callable(address, name);
        };
        let entry = Entry { address, caller: Some(self.address), offer, scope, depth: self.depth + 1 };
        // What is called may take its arguments out.
        let kept = if self.is_traced { args.to_vec() } else { Vec::new() };
        let pay = |ctx: &mut Context| match offer {
            0 => Ok(()),
            offer => ctx.add_to_balance(ctx.address, -offer),
        };
        let outcome =
            self.within((entry, Changes::Keep), pay, |ctx| ctx.invoke_callee(&function, callee, args));
        outcome.map_err(|ending| {
            self.traced(ending, |_| Frame { op: None, function: Some(function), args: kept, address })
        })
    }

    fn call_target(&self, target: &Value) -> Run<(u64, Value)> {
        match target {
            Value::Address(address) => return Ok((*address, Value::Nil)),
            Value::Vector(pair) if pair.count() == 2 => {
                if let (Some(Value::Address(address)), Some(scope)) = (pair.get(0)?, pair.get(1)?) {
                    return Ok((*address, scope.clone()));
                }
            }
            _ => {}
        }
        let kind = target.kind().name();
        self.fail("CAST", format!("Can call an address or [address scope], but not this {kind}"))
    }

    fn not_callable(&self, address: u64, name: &Symbol) -> Run {
        let text = String::from_utf8_lossy(name.name()).into_owned();
        let account = self.state.view(address)?;
        let definition = account.map(|account| account.definition(&Value::Symbol(name.clone())));
        match definition.transpose()?.flatten() {
            Some(_) => self.fail("STATE", format!("{text} in #{address} is not a callable function")),
            None => self.fail("STATE", format!("#{address} does not define {text}")),
        }
    }

    /// Makes a new account and evaluates code in it. Answers its address, which does not exist if the code ended
    /// in a rollback.
    pub fn deploy(&mut self, code: &[Value]) -> Run {
        let address = self.state.next_address()?;
        let entry =
            Entry { address, caller: Some(self.address), offer: 0, scope: Value::Nil, depth: self.depth + 1 };
        let create = |ctx: &mut Context| ctx.state_mut().set_account(address, Account::new(None, 0));
        self.within((entry, Changes::Keep), create, |ctx| {
            for form in code {
                ctx.result = ctx.eval(form)?;
            }
            Ok(Value::Nil)
        })?;
        self.finish(juice::DEPLOY_CONTRACT, Value::Address(address))
    }

    /// Evaluates a form in an account that the current one controls.
    ///
    /// # Errors
    /// `:NOBODY` when there is no such account, `:TRUST` when the current one does not control it.
    pub fn eval_as(&mut self, address: u64, form: &Value) -> Run {
        let Some(account) = self.state.account(address)? else {
            return self.fail("NOBODY", format!("There is no account #{address}"));
        };
        let controller = account.controller()?.clone();
        if !self.is_controlled(address, &controller)? {
            return self.fail("TRUST", format!("#{} does not control #{address}", self.address));
        }
        let entry =
            Entry { address, caller: Some(self.address), offer: 0, scope: Value::Nil, depth: self.depth + 1 };
        self.within((entry, Changes::Keep), nothing, |ctx| ctx.eval(form))
    }

    /// Whether the current account controls another, asking a trust monitor where there is one.
    fn is_controlled(&mut self, address: u64, controller: &Value) -> Run<bool> {
        if self.address == address || matches!(controller, Value::Address(a) if *a == self.address) {
            return Ok(true);
        }
        let monitor = match controller {
            Value::Nil => return self.fail("TRUST", format!("Nobody controls #{address}")),
            Value::Address(monitor) => Some(*monitor),
            Value::Vector(pair) if pair.count() == 2 => match pair.get(0)? {
                Some(Value::Address(monitor)) => Some(*monitor),
                _ => None,
            },
            _ => None,
        };
        let Some(monitor) = monitor else {
            return self.fail("TRUST", format!("The controller of #{address} is neither account nor actor"));
        };
        if !self.state.has_account(monitor)? {
            return self.fail("TRUST", format!("The controller #{monitor} of #{address} does not exist"));
        }
        let mut args = [Value::Address(self.address), symbols::CONTROL.clone(), Value::Address(address)];
        match self.actor_call(controller, 0, &symbols::CHECK_TRUSTED, &mut args) {
            Ok(answer) => Ok(answer.is_truthy()),
            Err(ending @ (Ending::Missing(_) | Ending::Interrupted)) => Err(ending),
            Err(_) => self.fail("TRUST", format!("The controller #{monitor} of #{address} does not answer")),
        }
    }

    /// Evaluates a form in any account and discards all changes.
    ///
    /// # Errors
    /// `:NOBODY` when there is no such account.
    pub fn query_as(&mut self, address: u64, form: &Value) -> Run {
        if !self.state.has_account(address)? {
            return self.fail("NOBODY", format!("There is no account #{address}"));
        }
        let entry =
            Entry { address, caller: Some(self.address), offer: 0, scope: Value::Nil, depth: self.depth };
        self.within((entry, Changes::Discard), nothing, |ctx| ctx.eval(form))
    }

    /// Moves coins, in coppers, to an account with a key; offers them to one without by calling its
    /// `receive-coin`. Answers what was moved.
    ///
    /// # Errors
    /// `:ARGUMENT` for an amount out of range, `:FUNDS`, `:NOBODY`, and what the call fails with.
    pub fn transfer(&mut self, target: u64, amount: i64) -> Run<i64> {
        self.check_amount(amount)?;
        let Some(balance) = self.state.balance(self.address)? else {
            return self.fail("NOBODY", format!("There is no account #{}", self.address));
        };
        if balance < amount {
            return self.fail("FUNDS", format!("#{} has {balance}, less than {amount}", self.address));
        }
        let Some(receiver) = self.state.view(target)? else {
            return self.fail("NOBODY", format!("There is no account #{target} to receive coins"));
        };
        if receiver.is_actor()? && target != 0 {
            let mut args = [Value::Address(self.address), Value::Integer(amount), Value::Nil];
            self.actor_call(&Value::Address(target), amount, &symbols::RECEIVE_COIN, &mut args)?;
            return Ok(balance - self.balance(self.address)?);
        }
        if target != self.address {
            self.add_to_balance(self.address, -amount)?;
            self.add_to_balance(target, amount)?;
            if self.address == self.origin && amount > 0 {
                self.revise_juice_limit(balance - amount)?;
            }
        }
        Ok(amount)
    }

    /// Moves memory allowance, in bytes, to any account.
    ///
    /// # Errors
    /// `:ARGUMENT` for an amount out of range, `:MEMORY` when there is not so much, `:NOBODY`.
    pub fn transfer_memory(&mut self, target: u64, amount: i64) -> Run {
        self.check_amount(amount)?;
        let source = self.account()?;
        let allowance = source.allowance()?;
        if allowance < amount {
            return self.fail("MEMORY", format!("#{} has {allowance}, less than {amount}", self.address));
        }
        let state = self.state.with_account(self.address, &source.with_allowance(allowance - amount)?)?;
        let Some(receiver) = state.account(target)? else {
            return self.fail("NOBODY", format!("There is no account #{target} to receive memory"));
        };
        let receiver = receiver.with_allowance(receiver.allowance()?.wrapping_add(amount))?;
        self.set_state(state.with_account(target, &receiver)?)?;
        Ok(Value::Integer(amount))
    }

    /// Buys or sells memory allowance until it is this many bytes. Answers the price, in coppers.
    ///
    /// # Errors
    /// `:ARGUMENT` for a negative allowance, `:FUNDS` when the account or the pool cannot afford it.
    pub fn set_memory(&mut self, allowance: i64) -> Run {
        if allowance < 0 {
            return self.fail("ARGUMENT", format!("An allowance cannot be negative: {allowance}"));
        }
        let account = self.account()?;
        let (current, balance) = (account.allowance()?, account.balance()?);
        let delta = allowance.wrapping_sub(current);
        if delta == 0 {
            return Ok(Value::Integer(0));
        }
        let bytes = self.state.global(Global::PoolBytes)?;
        let coppers = self.state.global(Global::PoolCoppers)?;
        let Some(price) = market::price(delta, bytes, coppers) else {
            return self.fail("FUNDS", format!("The memory pool cannot trade {delta} bytes"));
        };
        if price > balance {
            return self.fail("FUNDS", format!("The allowance costs {price}, more than {balance}"));
        }
        let account = account.with_balance(balance.wrapping_sub(price))?.with_allowance(allowance)?;
        let state = self
            .state
            .with_global(Global::PoolCoppers, coppers.wrapping_add(price))?
            .with_global(Global::PoolBytes, bytes - delta)?
            .with_account(self.address, &account)?;
        self.set_state(state)?;
        self.finish(juice::MEMORY_TRADE, price)
    }

    /// Takes coins, in coppers, from the offer of the current call. Answers the amount, and charges.
    ///
    /// # Errors
    /// `:ARGUMENT` for a negative amount, `:STATE` for one above the offer.
    pub fn accept(&mut self, amount: i64) -> Run {
        if amount < 0 {
            return self.fail("ARGUMENT", format!("Cannot accept a negative amount: {amount}"));
        }
        if amount > self.offer {
            return self.fail("STATE", format!("The offer is {}, less than {amount}", self.offer));
        }
        if amount > 0 {
            let account = self.account()?;
            let account = account.with_balance(account.balance()?.wrapping_add(amount))?;
            self.offer -= amount;
            self.set_account(&account)?;
        }
        self.finish(juice::ACCEPT, amount)
    }

    fn check_amount(&self, amount: i64) -> Run<()> {
        if (0..=limits::MAX_SUPPLY_COPPERS).contains(&amount) {
            Ok(())
        } else {
            self.fail("ARGUMENT", format!("The amount {amount} is not within 0 and the maximum"))
        }
    }
}
