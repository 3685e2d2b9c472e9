//! Accounts (CAD004): dense records with tag `0xd8` and nine fields.
//!
//! An account is a value; every change makes a new one that shares all else. `nil` fields stand for what is
//! absent: no key (an actor), no holdings, no controller, no environment, no metadata, no parent.

use crate::edition::Edition;
use crate::view::View;
use crate::weight::{self, Weight};
use crate::written::Written;
use lang::{Blob, Index, Map, Missing, Record, Symbol, Value, Vector};

/// The tag of accounts.
pub const TAG: u8 = 0xd8;

const SEQUENCE: u64 = 0;
pub(crate) const KEY: u64 = 1;
const BALANCE: u64 = 2;
const ALLOWANCE: u64 = 3;
pub(crate) const HOLDINGS: u64 = 4;
pub(crate) const CONTROLLER: u64 = 5;
pub(crate) const ENVIRONMENT: u64 = 6;
pub(crate) const METADATA: u64 = 7;
pub(crate) const PARENT: u64 = 8;
const FIELDS: u64 = 9;

/// The fields of an account that are numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Amounts {
    sequence: i64,
    balance: i64,
    allowance: i64,
}

impl Amounts {
    /// Those of a record with the fields of an account; `None` where one is no integer of 64 bits.
    fn of(fields: &Vector) -> Option<Amounts> {
        let mut amounts = [None; ALLOWANCE as usize + 1];
        for (amount, field) in amounts.iter_mut().zip(fields.iter()) {
            // An integer always stands in its parent, so that no field that is one can be missing.
            *amount = match field {
                Ok(Value::Integer(n)) => Some(*n),
                _ => None,
            };
        }
        let [sequence, _, balance, allowance] = amounts;
        Some(Amounts { sequence: sequence?, balance: balance?, allowance: allowance? })
    }

    fn by_position(self) -> [(u64, i64); 3] {
        [(SEQUENCE, self.sequence), (BALANCE, self.balance), (ALLOWANCE, self.allowance)]
    }
}

/// An account.
///
/// What changes often stands beside the record: numbers and definitions are read and changed without touching it, and
/// the record is built anew when it is asked for.
#[derive(Clone)]
pub struct Account {
    /// The account as it was read; newer values of some fields stand below.
    record: Record,
    /// What the record holds.
    recorded: Amounts,
    amounts: Amounts,
    /// The definitions, once they have been changed.
    environment: Option<Map>,
    /// Newer values of some of them.
    written: Written,
    edition: Edition,
}

impl Account {
    /// A new account: sequence 0, with or without a key, nothing else.
    pub fn new(key: Option<Blob>, balance: i64) -> Account {
        let key = key.map_or(Value::Nil, Value::Blob);
        let mut fields = vec![Value::Integer(0), key, Value::Integer(balance), Value::Integer(0)];
        fields.resize(FIELDS as usize, Value::Nil);
        let amounts = Amounts { sequence: 0, balance, allowance: 0 };
        Account::read(Record::new(TAG, Vector::from_values(fields)), amounts)
    }

    /// A value seen as an account: nine fields, of which sequence, balance and allowance are integers. `None` for
    /// any other value.
    pub fn from_value(value: &Value) -> Option<Account> {
        match value {
            Value::Record(record) => Account::from_record(record.clone()),
            _ => None,
        }
    }

    fn from_record(record: Record) -> Option<Account> {
        if record.tag() != TAG || record.fields().count() != FIELDS {
            return None;
        }
        let amounts = Amounts::of(record.fields())?;
        Some(Account::read(record, amounts))
    }

    fn read(record: Record, amounts: Amounts) -> Account {
        Account {
            record,
            recorded: amounts,
            amounts,
            environment: None,
            written: Written::default(),
            edition: Edition::READ,
        }
    }

    /// As a value.
    pub fn value(&self) -> Value {
        self.clone().into_value()
    }

    /// As a value, given up. Nothing is copied where nobody else holds the record.
    pub(crate) fn into_value(mut self) -> Value {
        let outcome = self.settle();
        debug_assert!(outcome.is_ok(), "what was read is here");
        let sizes = self.sizes();
        self.write_down();
        let value = Value::Record(self.record);
        if let (Some((length, memory)), Some(facts)) = (sizes, value.facts()) {
            facts.set_length(length);
            facts.set_memory(memory);
        }
        value
    }

    /// Writes what stands beside the record into it.
    fn write_down(&mut self) {
        if self.amounts == self.recorded && self.environment.is_none() {
            return;
        }
        let fields = self.record.fields_mut();
        let numbers = self.amounts.by_position().into_iter().zip(self.recorded.by_position());
        for ((position, amount), (_, old)) in numbers {
            if amount != old {
                replace(fields, position, Value::Integer(amount));
            }
        }
        if let Some(environment) = self.environment.take() {
            replace(fields, ENVIRONMENT, Value::Map(environment));
        }
        self.recorded = self.amounts;
    }

    /// Writes definitions that have changed into the record, so that its sizes are found once.
    ///
    /// # Errors
    /// [`Missing`] when a part of the definitions is not here.
    pub(crate) fn consolidate(&mut self) -> Result<(), Missing> {
        if !self.has_definitions_as_read() {
            self.settle()?;
            self.write_down();
        }
        Ok(())
    }

    /// Whether the account is that of a value, unchanged since it was read.
    pub(crate) fn is_read_from(&self, value: &Value) -> bool {
        matches!(value, Value::Record(record) if std::ptr::eq(record.derived(), self.record.derived()))
            && self.has_definitions_as_read()
            && self.amounts == self.recorded
    }

    /// Whether no definition stands beside the record.
    pub(crate) fn has_definitions_as_read(&self) -> bool {
        self.environment.is_none() && self.written.is_empty()
    }

    /// Writes newer values of definitions into their map.
    fn settle(&mut self) -> Result<(), Missing> {
        if self.written.is_empty() {
            return Ok(());
        }
        let written = self.written.clone();
        written.write_into(self.environment_mut()?)?;
        self.written = Written::default();
        Ok(())
    }

    /// By how many bytes the encoding has grown since the account was read, where only numbers have changed.
    fn growth(&self) -> Option<i64> {
        if !self.has_definitions_as_read() {
            return None;
        }
        let (old, new) = (self.recorded.by_position(), self.amounts.by_position());
        Some(old.iter().zip(&new).map(|((_, old), (_, new))| weight::growth(*old, *new)).sum())
    }

    /// The length of the encoding and the memory size, in bytes, where they follow from those of the account as it
    /// was read.
    fn sizes(&self) -> Option<(usize, u64)> {
        let record = Value::Record(self.record.clone());
        let facts = record.facts()?;
        let (length, memory) = (facts.length()?, facts.memory()?);
        let grown = self.growth()?;
        let new = i64::try_from(length).ok()?.checked_add(grown)?;
        let is_embedded = weight::is_embedded(new);
        if is_embedded != record.is_embedded() {
            return None;
        }
        let memory = if is_embedded { memory } else { memory.checked_add_signed(grown)? };
        Some((usize::try_from(new).ok()?, memory))
    }

    /// What the account adds to the memory size of the tree that it is in.
    pub(crate) fn weight(&self) -> Result<Weight, Missing> {
        if self.has_definitions_as_read() {
            // Finds what is to be known of the record.
            Weight::of(&Value::Record(self.record.clone()))?;
        }
        match self.sizes() {
            Some((length, memory)) => Ok(Weight::new(length, memory)),
            None => Weight::of(&self.value()),
        }
    }

    /// A number that stands for the definitions, their metadata and the parent.
    pub(crate) fn edition(&self) -> Edition {
        self.edition
    }

    pub(crate) fn set_edition(&mut self, edition: Edition) {
        self.edition = edition;
    }

    /// Whether two accounts surely have the same definitions, metadata and parent.
    pub(crate) fn defines_the_same(&self, other: &Account) -> bool {
        let identity = |account: &Account| std::ptr::from_ref(account.record.derived());
        self.edition == other.edition && (self.edition != Edition::READ || identity(self) == identity(other))
    }

    /// The account to be read.
    #[inline]
    pub fn view(&self) -> View<'_> {
        View { record: &self.record, environment: self.environment.as_ref(), written: Some(&self.written) }
    }

    /// A record in a tree to be read as an account; `None` where it is none.
    pub(crate) fn view_of(value: &Value) -> Option<View<'_>> {
        match value {
            Value::Record(record) if record.tag() == TAG && record.fields().count() == FIELDS => {
                Some(View { record, environment: None, written: None })
            }
            _ => None,
        }
    }

    /// Replaces a field of the record, in place where nobody else holds it.
    fn set(&mut self, position: u64, value: Value) {
        replace(self.record.fields_mut(), position, value);
    }

    fn with(&self, position: u64, value: Value) -> Account {
        let mut account = self.clone();
        account.set(position, value);
        account
    }

    /// Takes a map out of the record; `nil` counts as the empty map.
    fn take_map(&mut self, position: u64) -> Result<Map, Missing> {
        Ok(match self.record.fields_mut().get_mut(position)? {
            Some(field) => match std::mem::replace(field, Value::Nil) {
                Value::Map(map) => map,
                _ => Map::empty(),
            },
            None => Map::empty(),
        })
    }

    /// The definitions to be changed, in place where nobody else holds them.
    fn environment_mut(&mut self) -> Result<&mut Map, Missing> {
        self.edition = Edition::new();
        let environment = match self.environment.take() {
            Some(environment) => environment,
            None => self.take_map(ENVIRONMENT)?,
        };
        Ok(self.environment.insert(environment))
    }

    /// Changes the metadata of definitions, in place where nobody else holds it.
    fn change_metadata(
        &mut self,
        change: impl FnOnce(&mut Map) -> Result<(), Missing>,
    ) -> Result<(), Missing> {
        self.edition = Edition::new();
        let mut metadata = self.take_map(METADATA)?;
        let outcome = change(&mut metadata);
        self.set(METADATA, Value::Map(metadata));
        outcome
    }

    /// Newer values of definitions than their map has.
    pub(crate) fn written(&self) -> &Written {
        &self.written
    }

    pub(crate) fn written_mut(&mut self) -> &mut Written {
        &mut self.written
    }

    /// Swaps the value of a symbol that is defined, and has no newer value yet, with another; answers whether it is
    /// defined.
    pub(crate) fn redefine(&mut self, symbol: &Symbol, value: &mut Value) -> Result<bool, Missing> {
        let Some(old) = self.definition(&Value::Symbol(symbol.clone()))?.cloned() else { return Ok(false) };
        if self.written.is_full() {
            self.settle()?;
        }
        self.written.push(symbol.clone(), std::mem::replace(value, old));
        Ok(true)
    }

    /// Defines a symbol; metadata that is there stays.
    pub fn define(&mut self, symbol: Value, value: Value) -> Result<(), Missing> {
        self.settle()?;
        self.environment_mut()?.insert(symbol, value)
    }

    /// Replaces the metadata of a definition.
    pub fn set_definition_metadata(&mut self, symbol: Value, metadata: Map) -> Result<(), Missing> {
        self.change_metadata(|metadatas| metadatas.insert(symbol, Value::Map(metadata)))
    }

    /// Removes a definition and its metadata. An account without definitions or metadata has empty maps of them
    /// afterwards.
    pub fn undefine(&mut self, symbol: &Value) -> Result<(), Missing> {
        self.settle()?;
        self.environment_mut()?.remove(symbol)?;
        self.change_metadata(|metadatas| metadatas.remove(symbol))
    }

    /// Sets the balance, in coppers.
    pub fn set_balance(&mut self, coppers: i64) -> Result<(), Missing> {
        self.amounts.balance = coppers;
        Ok(())
    }

    /// The balance, in coppers, to be changed.
    #[inline]
    pub(crate) fn balance_mut(&mut self) -> &mut i64 {
        &mut self.amounts.balance
    }

    /// Sets the number of transactions made.
    pub fn set_sequence(&mut self, sequence: i64) -> Result<(), Missing> {
        self.amounts.sequence = sequence;
        Ok(())
    }

    /// Sets the memory allowance, in bytes.
    pub fn set_allowance(&mut self, bytes: i64) -> Result<(), Missing> {
        self.amounts.allowance = bytes;
        Ok(())
    }

    /// The number of transactions made.
    pub fn sequence(&self) -> Result<i64, Missing> {
        Ok(self.amounts.sequence)
    }

    /// Coins, in coppers.
    pub fn balance(&self) -> Result<i64, Missing> {
        Ok(self.amounts.balance)
    }

    /// Memory allowance, in bytes.
    pub fn allowance(&self) -> Result<i64, Missing> {
        Ok(self.amounts.allowance)
    }

    /// The public key; an account without one is an actor.
    pub fn key(&self) -> Result<Option<&Blob>, Missing> {
        self.view().key()
    }

    /// Whether nobody can sign for this account.
    pub fn is_actor(&self) -> Result<bool, Missing> {
        self.view().is_actor()
    }

    /// Values that other accounts hold for this one, by their address; `None` is the same as empty.
    pub fn holdings(&self) -> Result<Option<&Index>, Missing> {
        self.view().holdings()
    }

    /// Who controls the account: `nil`, an address, or a scoped actor.
    pub fn controller(&self) -> Result<&Value, Missing> {
        self.view().controller()
    }

    /// Definitions by symbol; `None` is the same as empty.
    pub fn environment(&self) -> Result<Option<Map>, Missing> {
        self.view().environment()
    }

    /// Metadata of definitions by symbol; `None` is the same as empty.
    pub fn metadata(&self) -> Result<Option<&Map>, Missing> {
        self.view().metadata()
    }

    /// The account whose definitions stand behind those of this one; the core when there is none.
    pub fn parent(&self) -> Result<Option<u64>, Missing> {
        self.view().parent()
    }

    /// The value that this account itself defines.
    pub fn definition(&self, symbol: &Value) -> Result<Option<&Value>, Missing> {
        self.view().definition(symbol)
    }

    /// The metadata of a definition; `None` when there is none, which counts as an empty map.
    pub fn definition_metadata(&self, symbol: &Value) -> Result<Option<&Map>, Missing> {
        self.view().definition_metadata(symbol)
    }

    /// The function that other accounts may call by a name: a definition that is a function (native or made by
    /// a program) and whose metadata has a true `:callable`.
    pub fn callable(&self, symbol: &Symbol) -> Result<Option<&Value>, Missing> {
        self.view().callable(symbol)
    }

    /// With another number of transactions made.
    pub fn with_sequence(&self, sequence: i64) -> Result<Account, Missing> {
        let mut account = self.clone();
        account.set_sequence(sequence)?;
        Ok(account)
    }

    /// With another public key, or none.
    pub fn with_key(&self, key: Option<Blob>) -> Result<Account, Missing> {
        Ok(self.with(KEY, key.map_or(Value::Nil, Value::Blob)))
    }

    /// With another balance, in coppers.
    pub fn with_balance(&self, coppers: i64) -> Result<Account, Missing> {
        let mut account = self.clone();
        account.set_balance(coppers)?;
        Ok(account)
    }

    /// With another memory allowance, in bytes.
    pub fn with_allowance(&self, bytes: i64) -> Result<Account, Missing> {
        let mut account = self.clone();
        account.set_allowance(bytes)?;
        Ok(account)
    }

    /// With a holding for an address set, or removed when the value is `nil`.
    pub fn with_holding(&self, address: u64, value: Value) -> Result<Account, Missing> {
        let key = Value::Address(address);
        let old = self.holdings()?;
        let new = match (old, value.is_nil()) {
            (None, true) => return Ok(self.clone()),
            (Some(old), true) => Some(old.dissoc(&key)?).filter(|index| !index.is_empty()),
            (old, false) => match old {
                Some(old) => old.assoc(key, value)?,
                None => Index::empty().assoc(key, value)?,
            },
        };
        Ok(self.with(HOLDINGS, new.map_or(Value::Nil, Value::Index)))
    }

    /// With another controller.
    pub fn with_controller(&self, controller: Value) -> Result<Account, Missing> {
        Ok(self.with(CONTROLLER, controller))
    }

    /// With other definitions.
    pub fn with_environment(&self, environment: Map) -> Result<Account, Missing> {
        let written = Written::default();
        Ok(Account { environment: Some(environment), written, edition: Edition::new(), ..self.clone() })
    }

    /// With other metadata of definitions.
    pub fn with_metadata(&self, metadata: Map) -> Result<Account, Missing> {
        Ok(Account { edition: Edition::new(), ..self.with(METADATA, Value::Map(metadata)) })
    }

    /// With another parent, or none.
    pub fn with_parent(&self, parent: Option<u64>) -> Result<Account, Missing> {
        let parent = parent.map_or(Value::Nil, Value::Address);
        Ok(Account { edition: Edition::new(), ..self.with(PARENT, parent) })
    }
}

/// Replaces one of few fields, in place where nobody else holds them.
fn replace(fields: &mut Vector, position: u64, value: Value) {
    let outcome = fields.set(position, value);
    debug_assert!(outcome.is_ok(), "nine fields stand in one chunk, which is here");
}
