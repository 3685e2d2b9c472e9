//! Definitions: how they are found, made and removed, and what else an account records of itself.

use crate::context::CORE;
use crate::edition::Edition;
use crate::remembered::Remembered;
use crate::view::View;
use crate::{Account, Context, Run, State, juice, limits, symbols};
use lang::{Map, Missing, Symbol, Value};

/// Lookups that went through more accounts are not remembered.
const FOUND_ACCOUNTS: usize = 2;

/// Definitions found, and the accounts that were asked.
pub(crate) type Found = Remembered<(Value, Asked)>;

/// Accounts that were asked for a definition, the first one first, and what they defined then.
#[derive(Clone, Copy)]
pub(crate) struct Asked([(u64, Edition); FOUND_ACCOUNTS]);

/// What asking accounts again would come to.
pub(crate) enum Again<'a> {
    /// What was found before.
    Same,
    /// This newer value.
    Newer(&'a Value),
    /// That is not known without looking.
    Unknown,
}

impl Asked {
    /// An account that was asked first, and one that was asked last, which may be the same.
    pub fn of(state: &State, first: u64, last: u64) -> Asked {
        Asked([first, last].map(|address| (address, state.definitions(address).0)))
    }

    /// The account that was asked first.
    pub fn first(&self) -> u64 {
        self.0[0].0
    }

    /// Whether asking these accounts again for a symbol would surely come to the same.
    #[inline]
    pub fn is_as_before(&self, state: &State, symbol: &Symbol) -> bool {
        matches!(self.again(state, symbol), Again::Same)
    }

    /// The same for an account that defines nothing, so that the core was asked at once.
    fn by(self, asker: u64, state: &State) -> Asked {
        let [first, last] = self.0;
        if first.0 == asker { self } else { Asked([(asker, state.definitions(asker).0), last]) }
    }

    /// What asking these accounts again for a symbol would come to.
    #[inline]
    pub fn again<'a>(&self, state: &'a State, symbol: &Symbol) -> Again<'a> {
        let [first, second] = &self.0;
        let asked = if first.0 == second.0 { &self.0[..1] } else { &self.0[..] };
        for (address, edition) in asked {
            let (now, written) = state.definitions(*address);
            if now != *edition {
                return Again::Unknown;
            }
            if let Some(value) = written.and_then(|written| written.get(symbol)) {
                let is_first = *address == self.0[0].0;
                return if is_first { Again::Newer(value) } else { Again::Unknown };
            }
        }
        Again::Same
    }
}

impl Context {
    /// The value of a symbol as an account sees it: its own, that of its parents, or that of the core.
    pub fn lookup_in(&self, address: u64, symbol: &Symbol) -> Run<Option<Value>> {
        let symbol = Value::Symbol(symbol.clone());
        Ok(self.defining(address, &symbol)?.map(|(_, _, value)| value.clone()))
    }

    /// As [`Context::lookup_in`], remembering what was found while what the accounts define stays the same. Answers also
    /// which accounts were asked, where they are few.
    pub(crate) fn lookup_again(
        &mut self,
        address: u64,
        symbol: &Symbol,
    ) -> Run<Option<(Value, Option<Asked>)>> {
        let asker = address;
        let address = self.first_to_ask(asker)?;
        if let Some((value, asked)) = self.found.get(address, symbol)
            && asked.is_as_before(&self.state, symbol)
        {
            return Ok(Some((value.clone(), Some(asked.by(asker, &self.state)))));
        }
        let found = self.defining(address, &Value::Symbol(symbol.clone()))?;
        let Some((defining, value)) = found.map(|(defining, _, value)| (defining, value.clone())) else {
            return Ok(None);
        };
        // Between the account and the one that defines the symbol there may be parents.
        let is_next = match defining {
            _ if defining == address => true,
            CORE => self.state.view(address)?.map_or(Ok(None), |account| account.parent())?.is_none(),
            _ => false,
        };
        if !is_next {
            return Ok(Some((value, None)));
        }
        let asked = Asked::of(&self.state, address, defining);
        // A newer value than the accounts were asked for may be taken back without notice.
        if asked.is_as_before(&self.state, symbol) {
            self.found.set(address, symbol, (value.clone(), asked));
        }
        Ok(Some((value, Some(asked.by(asker, &self.state)))))
    }

    /// The account that a look-up may begin at: the core where the one given has nothing to tell.
    fn first_to_ask(&self, address: u64) -> Run<u64> {
        if address == CORE {
            return Ok(CORE);
        }
        Ok(match self.state.view(address)? {
            Some(account) if account.is_transparent()? => CORE,
            _ => address,
        })
    }

    /// The value of a symbol as the current account sees it.
    pub fn lookup(&self, symbol: &Symbol) -> Run<Option<Value>> {
        self.lookup_in(self.address, symbol)
    }

    /// The address of the account whose definition of a symbol an account sees.
    pub fn lookup_defining_address(&self, address: u64, symbol: &Symbol) -> Run<Option<u64>> {
        Ok(self.defining(address, &Value::Symbol(symbol.clone()))?.map(|(address, _, _)| address))
    }

    /// The metadata of a symbol as an account sees it: empty when a definition has none, `None` when there is no
    /// definition.
    pub fn lookup_metadata_in(&self, address: u64, symbol: &Symbol) -> Run<Option<Map>> {
        let symbol = Value::Symbol(symbol.clone());
        Ok(match self.defining(address, &symbol)? {
            Some((_, account, _)) => {
                Some(account.definition_metadata(&symbol)?.cloned().unwrap_or_else(Map::empty))
            }
            None => None,
        })
    }

    /// The metadata of a symbol as the current account sees it.
    pub fn lookup_metadata(&self, symbol: &Symbol) -> Run<Option<Map>> {
        self.lookup_metadata_in(self.address, symbol)
    }

    /// The first account on the way from one through its parents to the core that defines a symbol, and the value.
    fn defining(&self, mut address: u64, symbol: &Value) -> Run<Option<(u64, View<'_>, &Value)>> {
        for _ in 0..limits::MAX_LOOKUP_ACCOUNTS {
            let Some(account) = self.state.view(address)? else { break };
            if let Some(value) = account.definition(symbol)? {
                return Ok(Some((address, account, value)));
            }
            if address == CORE {
                break;
            }
            address = account.parent()?.unwrap_or(CORE);
        }
        Ok(None)
    }

    /// Defines a symbol in the current account; metadata that is there stays.
    pub fn define(&mut self, symbol: &Symbol, value: Value) -> Run<()> {
        match self.redefine(symbol, value)? {
            Some(value) => {
                self.change_account(|account| account.define(Value::Symbol(symbol.clone()), value))
            }
            None => Ok(()),
        }
    }

    /// Defines a symbol in the current account with metadata, which replaces all that is there.
    pub fn define_with_metadata(&mut self, symbol: &Symbol, metadata: Map, value: Value) -> Run<()> {
        let symbol = Value::Symbol(symbol.clone());
        self.change_account(|account| {
            account.define(symbol.clone(), value)?;
            account.set_definition_metadata(symbol, metadata)
        })
    }

    /// Removes a definition and its metadata from the current account. An account without definitions or
    /// metadata has empty maps of them afterwards.
    pub fn undefine(&mut self, symbol: &Symbol) -> Run<()> {
        self.change_account(|account| account.undefine(&Value::Symbol(symbol.clone())))
    }

    /// Changes the current account but not its balance, so that the juice limit stays.
    fn change_account(&mut self, change: impl FnOnce(&mut Account) -> Result<(), Missing>) -> Run<()> {
        let address = self.address;
        match self.state_mut().change_account(address, change)? {
            Some(()) => Ok(()),
            None => self.fail("NOBODY", format!("There is no account #{address}")),
        }
    }

    /// Replaces the current account by one with the same balance, so that the juice limit stays.
    fn adopt(&mut self, account: Account) -> Run<()> {
        let address = self.address;
        Ok(self.state_mut().set_account(address, account)?)
    }

    /// Sets or (with `nil`) removes what the current account holds for an address.
    pub fn set_holding(&mut self, address: u64, value: Value) -> Run<()> {
        let account = self.account()?.with_holding(address, value)?;
        self.adopt(account)
    }

    /// Sets who controls the current account: an address, a scoped actor or `nil`.
    pub fn set_controller(&mut self, controller: Value) -> Run<()> {
        let account = self.account()?.with_controller(controller)?;
        self.adopt(account)
    }

    /// Sets the parent of the current account.
    pub fn set_parent(&mut self, parent: Option<u64>) -> Run<()> {
        let account = self.account()?.with_parent(parent)?;
        self.adopt(account)
    }

    /// Sets the public key of the current account.
    pub fn set_key(&mut self, key: Option<lang::Blob>) -> Run<()> {
        let account = self.account()?.with_key(key)?;
        self.adopt(account)
    }

    /// Puts an op on the schedule for the current account; a time in the past becomes the present. Answers the
    /// time, in milliseconds, and charges for it.
    ///
    /// # Errors
    /// `:STATE` before the first block of all, [`crate::Ending::OutOfJuice`] when the time is too far ahead.
    pub fn schedule(&mut self, time: i64, op: Value) -> Run {
        let now = self.timestamp()?;
        if now < 0 {
            return self.fail("STATE", "There is no time yet to schedule by");
        }
        let time = time.max(now);
        let juice = (time - now) as u64 / juice::SCHEDULE_MILLIS_PER_JUICE_UNIT;
        self.check_juice(juice)?;
        self.replace_state(self.state.with_scheduled(time, self.address, op)?);
        self.finish(juice, time)
    }

    /// The error of a symbol that nobody has defined.
    pub(crate) fn undeclared<T>(&self, symbol: &Symbol) -> Run<T> {
        let name = Value::String(lang::Str::new(symbol.name()));
        self.fail_with(symbols::UNDECLARED.clone(), name)
    }
}
