//! Accounts (CAD004): dense records with tag `0xd8` and nine fields.
//!
//! An account is a value; every change makes a new one that shares all else. `nil` fields stand for what is
//! absent: no key (an actor), no holdings, no controller, no environment, no metadata, no parent.

use crate::symbols;
use lang::{Blob, Index, Map, Missing, Record, Symbol, Value, Vector};

/// The tag of accounts.
pub const TAG: u8 = 0xd8;

const SEQUENCE: u64 = 0;
const KEY: u64 = 1;
const BALANCE: u64 = 2;
const ALLOWANCE: u64 = 3;
const HOLDINGS: u64 = 4;
const CONTROLLER: u64 = 5;
const ENVIRONMENT: u64 = 6;
const METADATA: u64 = 7;
const PARENT: u64 = 8;
const FIELDS: u64 = 9;

/// An account.
#[derive(Clone)]
pub struct Account(Record);

impl Account {
    /// A new account: sequence 0, with or without a key, nothing else.
    pub fn new(key: Option<Blob>, balance: i64) -> Account {
        let key = key.map_or(Value::Nil, Value::Blob);
        let mut fields = vec![Value::Integer(0), key, Value::Integer(balance), Value::Integer(0)];
        fields.resize(FIELDS as usize, Value::Nil);
        Account(Record::new(TAG, Vector::from_values(fields)))
    }

    /// A value seen as an account; `None` for any other value.
    pub fn from_value(value: &Value) -> Option<Account> {
        match value {
            Value::Record(record) if record.tag() == TAG && record.fields().count() == FIELDS => {
                Some(Account(record.clone()))
            }
            _ => None,
        }
    }

    /// A value as an account, or the value back when it is none.
    pub(crate) fn try_from(value: Value) -> Result<Account, Value> {
        match value {
            Value::Record(record) if record.tag() == TAG && record.fields().count() == FIELDS => {
                Ok(Account(record))
            }
            value => Err(value),
        }
    }

    /// As a value, given up.
    pub(crate) fn into_value(self) -> Value {
        Value::Record(self.0)
    }

    /// As a value.
    pub fn value(&self) -> Value {
        Value::Record(self.0.clone())
    }

    fn field(&self, position: u64) -> Result<&Value, Missing> {
        Ok(self.0.fields().get(position)?.unwrap_or(&Value::Nil))
    }

    fn amount(&self, position: u64) -> Result<i64, Missing> {
        Ok(match self.field(position)? {
            Value::Integer(n) => *n,
            _ => 0,
        })
    }

    /// Replaces a field, in place where nobody else holds the account.
    fn set(&mut self, position: u64, value: Value) -> Result<(), Missing> {
        self.0.fields_mut().set(position, value)?;
        Ok(())
    }

    fn with(&self, position: u64, value: Value) -> Result<Account, Missing> {
        let mut account = self.clone();
        account.set(position, value)?;
        Ok(account)
    }

    /// Changes a field that holds a map, in place where nobody else holds it; `nil` counts as the empty map.
    fn change_map(
        &mut self,
        position: u64,
        change: impl FnOnce(&mut Map) -> Result<(), Missing>,
    ) -> Result<(), Missing> {
        let Some(field) = self.0.fields_mut().get_mut(position)? else { return Ok(()) };
        let mut map = match std::mem::replace(field, Value::Nil) {
            Value::Map(map) => map,
            _ => Map::empty(),
        };
        let outcome = change(&mut map);
        *field = Value::Map(map);
        outcome
    }

    /// Defines a symbol; metadata that is there stays.
    pub fn define(&mut self, symbol: Value, value: Value) -> Result<(), Missing> {
        self.change_map(ENVIRONMENT, |environment| environment.insert(symbol, value))
    }

    /// Replaces the metadata of a definition.
    pub fn set_definition_metadata(&mut self, symbol: Value, metadata: Map) -> Result<(), Missing> {
        self.change_map(METADATA, |metadatas| metadatas.insert(symbol, Value::Map(metadata)))
    }

    /// Removes a definition and its metadata. An account without definitions or metadata has empty maps of them
    /// afterwards.
    pub fn undefine(&mut self, symbol: &Value) -> Result<(), Missing> {
        self.change_map(ENVIRONMENT, |environment| environment.remove(symbol))?;
        self.change_map(METADATA, |metadatas| metadatas.remove(symbol))
    }

    /// Sets the balance, in coppers.
    pub fn set_balance(&mut self, coppers: i64) -> Result<(), Missing> {
        self.set(BALANCE, Value::Integer(coppers))
    }

    /// The number of transactions made.
    pub fn sequence(&self) -> Result<i64, Missing> {
        self.amount(SEQUENCE)
    }

    /// The public key; an account without one is an actor.
    pub fn key(&self) -> Result<Option<&Blob>, Missing> {
        Ok(match self.field(KEY)? {
            Value::Blob(key) => Some(key),
            _ => None,
        })
    }

    /// Whether nobody can sign for this account.
    pub fn is_actor(&self) -> Result<bool, Missing> {
        Ok(self.field(KEY)?.is_nil())
    }

    /// Coins, in coppers.
    pub fn balance(&self) -> Result<i64, Missing> {
        self.amount(BALANCE)
    }

    /// Memory allowance, in bytes.
    pub fn allowance(&self) -> Result<i64, Missing> {
        self.amount(ALLOWANCE)
    }

    /// Values that other accounts hold for this one, by their address; `None` is the same as empty.
    pub fn holdings(&self) -> Result<Option<&Index>, Missing> {
        Ok(match self.field(HOLDINGS)? {
            Value::Index(index) => Some(index),
            _ => None,
        })
    }

    /// Who controls the account: `nil`, an address, or a scoped actor.
    pub fn controller(&self) -> Result<&Value, Missing> {
        self.field(CONTROLLER)
    }

    /// Definitions by symbol; `None` is the same as empty.
    pub fn environment(&self) -> Result<Option<&Map>, Missing> {
        Ok(match self.field(ENVIRONMENT)? {
            Value::Map(map) => Some(map),
            _ => None,
        })
    }

    /// Metadata of definitions by symbol; `None` is the same as empty.
    pub fn metadata(&self) -> Result<Option<&Map>, Missing> {
        Ok(match self.field(METADATA)? {
            Value::Map(map) => Some(map),
            _ => None,
        })
    }

    /// The account whose definitions stand behind those of this one; the core when there is none.
    pub fn parent(&self) -> Result<Option<u64>, Missing> {
        Ok(match self.field(PARENT)? {
            Value::Address(parent) => Some(*parent),
            _ => None,
        })
    }

    /// The value that this account itself defines.
    pub fn definition(&self, symbol: &Value) -> Result<Option<&Value>, Missing> {
        match self.environment()? {
            Some(map) => map.get(symbol),
            None => Ok(None),
        }
    }

    /// The metadata of a definition; `None` when there is none, which counts as an empty map.
    pub fn definition_metadata(&self, symbol: &Value) -> Result<Option<&Map>, Missing> {
        Ok(match self.metadata()? {
            Some(map) => match map.get(symbol)? {
                Some(Value::Map(metadata)) => Some(metadata),
                _ => None,
            },
            None => None,
        })
    }

    /// The function that other accounts may call by a name: a definition that is a function (native or made by
    /// a program) and whose metadata has a true `:callable`.
    pub fn callable(&self, symbol: &Symbol) -> Result<Option<&Value>, Missing> {
        let symbol = Value::Symbol(symbol.clone());
        let Some(function) = self.definition(&symbol)? else { return Ok(None) };
        if !crate::call::is_function(function)? {
            return Ok(None);
        }
        let is_callable = match self.definition_metadata(&symbol)? {
            Some(metadata) => metadata.get(&symbols::CALLABLE)?.is_some_and(Value::is_truthy),
            None => false,
        };
        Ok(is_callable.then_some(function))
    }

    /// With another number of transactions made.
    pub fn with_sequence(&self, sequence: i64) -> Result<Account, Missing> {
        self.with(SEQUENCE, Value::Integer(sequence))
    }

    /// With another public key, or none.
    pub fn with_key(&self, key: Option<Blob>) -> Result<Account, Missing> {
        self.with(KEY, key.map_or(Value::Nil, Value::Blob))
    }

    /// With another balance, in coppers.
    pub fn with_balance(&self, coppers: i64) -> Result<Account, Missing> {
        self.with(BALANCE, Value::Integer(coppers))
    }

    /// With another memory allowance, in bytes.
    pub fn with_allowance(&self, bytes: i64) -> Result<Account, Missing> {
        self.with(ALLOWANCE, Value::Integer(bytes))
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
        self.with(HOLDINGS, new.map_or(Value::Nil, Value::Index))
    }

    /// With another controller.
    pub fn with_controller(&self, controller: Value) -> Result<Account, Missing> {
        self.with(CONTROLLER, controller)
    }

    /// With other definitions.
    pub fn with_environment(&self, environment: Map) -> Result<Account, Missing> {
        self.with(ENVIRONMENT, Value::Map(environment))
    }

    /// With other metadata of definitions.
    pub fn with_metadata(&self, metadata: Map) -> Result<Account, Missing> {
        self.with(METADATA, Value::Map(metadata))
    }

    /// With another parent, or none.
    pub fn with_parent(&self, parent: Option<u64>) -> Result<Account, Missing> {
        self.with(PARENT, parent.map_or(Value::Nil, Value::Address))
    }
}
