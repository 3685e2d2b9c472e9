//! What everything costs, in units of juice, and how work is paid for (CAD007).
//!
//! No price stands anywhere else. There is one way to pay, [`Context::charge`]; work whose size the caller
//! chooses is first checked with [`Context::can_afford`].

use crate::{Context, Ending, Run, limits};

/// Every transaction, above its memory.
pub const TRANSACTION: u64 = 500;
/// Each byte of the memory size of a transaction.
pub const TRANSACTION_PER_BYTE: u64 = 20;
/// A constant op.
pub const CONSTANT: u64 = 5;
/// A definition.
pub const DEF: u64 = 100;
/// A local, and simple look-ups in native functions.
pub const LOOKUP: u64 = 15;
/// A symbol looked up in an account.
pub const LOOKUP_DYNAMIC: u64 = 40;
/// A `do`.
pub const DO: u64 = 5;
/// Each branch of a `try` that is begun.
pub const TRY: u64 = 50;
/// A `let` or `loop`.
pub const LET: u64 = 30;
/// A `cond`.
pub const COND_OP: u64 = 20;
/// A function made.
pub const LAMBDA: u64 = 100;
/// A call of an actor.
pub const CALL_OP: u64 = 100;
/// A data structure made.
pub const BUILD_DATA: u64 = 50;
/// Each element put into a data structure.
pub const BUILD_PER_ELEMENT: u64 = 50;
/// Each byte put into a blob or string.
pub const BUILD_PER_BYTE: u64 = 1;
/// A `map`.
pub const MAP: u64 = 100;
/// A `reduce`.
pub const REDUCE: u64 = 100;
/// A comparison of values.
pub const EQUALS: u64 = 20;
/// A comparison of numbers.
pub const NUMERIC_COMPARE: u64 = 10;
/// An `apply`.
pub const APPLY: u64 = 50;
/// A hash.
pub const HASH: u64 = 1000;
/// Each byte that is hashed.
pub const HASH_PER_BYTE: u64 = 20;
/// A cheap operation.
pub const CHEAP_OP: u64 = 10;
/// A simple native function.
pub const SIMPLE_FN: u64 = 20;
/// A string built.
pub const STR: u64 = SIMPLE_FN;
/// An operation on numbers.
pub const ARITHMETIC: u64 = SIMPLE_FN;
/// A cast to an address.
pub const ADDRESS: u64 = 20;
/// A balance read.
pub const BALANCE: u64 = 50;
/// A cast to a blob.
pub const BLOB: u64 = 20;
/// An element read.
pub const GET: u64 = 30;
/// A cast to a keyword.
pub const KEYWORD: u64 = 20;
/// A cast to a symbol.
pub const SYMBOL: u64 = 20;
/// A transfer of coins, memory or stake.
pub const TRANSFER: u64 = 200;
/// A `recur` or `tailcall`.
pub const RECUR: u64 = 30;
/// An account deployed.
pub const DEPLOY_CONTRACT: u64 = 1000;
/// An `eval` in any account.
pub const EVAL: u64 = 500;
/// A constant compiled.
pub const COMPILE_CONSTANT: u64 = 30;
/// A symbol compiled.
pub const COMPILE_LOOKUP: u64 = 50;
/// A form compiled.
pub const COMPILE_NODE: u64 = 200;
/// A form that expands to itself.
pub const EXPAND_CONSTANT: u64 = 40;
/// A collection expanded.
pub const EXPAND_SEQUENCE: u64 = 100;
/// Milliseconds into the future that one unit of juice schedules.
pub const SCHEDULE_MILLIS_PER_JUICE_UNIT: u64 = 360_000;
/// A `return`, `halt`, `rollback` or `reduced`.
pub const RETURN: u64 = 20;
/// An `accept`.
pub const ACCEPT: u64 = TRANSFER;
/// A syntax object made or opened.
pub const SYNTAX: u64 = SIMPLE_FN;
/// Metadata read.
pub const META: u64 = CHEAP_OP;
/// An `assoc`.
pub const ASSOC: u64 = BUILD_DATA + BUILD_PER_ELEMENT * 2;
/// Each element of a set compared.
pub const SET_COMPARE_PER_ELEMENT: u64 = 10;
/// A `query`.
pub const QUERY: u64 = CHEAP_OP;
/// An entry of the log.
pub const LOG: u64 = 1000;
/// A special op.
pub const SPECIAL: u64 = CHEAP_OP;
/// A local set.
pub const SET_BANG: u64 = 20;
/// A change of a peer.
pub const PEER_UPDATE: u64 = 1000;
/// A change of the memory allowance.
pub const MEMORY_TRADE: u64 = 200;
/// The least size, in bytes, that a number counts with.
pub const MIN_NUMERIC_COST: u64 = 8;

/// `base + each * count`, at most `i64::MAX`, which nobody can afford.
pub fn add_mul(base: u64, each: u64, count: u64) -> u64 {
    each.checked_mul(count).and_then(|n| n.checked_add(base)).unwrap_or(u64::MAX).min(i64::MAX as u64)
}

/// The price of building a data structure of some elements.
pub fn build_data(elements: u64) -> u64 {
    add_mul(BUILD_DATA, BUILD_PER_ELEMENT, elements)
}

/// The price of building a string of some bytes.
pub fn build_string(bytes: u64) -> u64 {
    add_mul(STR, BUILD_PER_BYTE, bytes)
}

/// The price of building a blob of some bytes.
pub fn build_blob(bytes: u64) -> u64 {
    add_mul(BLOB, BUILD_PER_BYTE, bytes)
}

/// The price of a transaction of some bytes of storage, besides what it executes.
pub fn transaction(bytes: u64) -> u64 {
    add_mul(TRANSACTION, TRANSACTION_PER_BYTE, bytes)
}

/// The juice that a balance can pay for besides the transaction itself.
pub fn available(balance: i64, juice_price: i64) -> u64 {
    let units = if juice_price > 0 { balance / juice_price } else { 0 };
    u64::try_from(units).unwrap_or(0).saturating_sub(TRANSACTION)
}

/// Whether a balance can surely pay for an amount of juice besides the transaction itself. Takes no division.
pub fn covers(balance: i64, juice_price: i64, juice: u64) -> bool {
    let price = u64::try_from(juice_price).unwrap_or(0);
    let cost = juice.checked_add(TRANSACTION).and_then(|units| units.checked_mul(price));
    price > 0 && cost.is_some_and(|cost| i64::try_from(cost).is_ok_and(|cost| cost <= balance))
}

impl Context {
    /// Juice used so far.
    pub fn juice(&self) -> u64 {
        self.juice
    }

    /// Juice that may be used in all.
    pub fn juice_limit(&self) -> u64 {
        self.juice_limit
    }

    /// Juice still to be had.
    pub fn juice_available(&self) -> u64 {
        self.juice_limit.saturating_sub(self.juice)
    }

    /// Whether this much juice is to be had.
    pub fn can_afford(&self, juice: u64) -> bool {
        self.juice.checked_add(juice).is_some_and(|used| used <= self.juice_limit)
    }

    /// Uses juice.
    ///
    /// # Errors
    /// [`Ending::OutOfJuice`] when it is not to be had; then all that is left is used.
    #[inline(always)]
    pub fn charge(&mut self, juice: u64) -> Run<()> {
        if self.pays(juice) { Ok(()) } else { Err(self.out_of_juice()) }
    }

    /// Uses juice if it is to be had; answers whether it is.
    #[inline(always)]
    pub(crate) fn pays(&mut self, juice: u64) -> bool {
        // A limit can come down below what is used, when the coins that were to pay are given away.
        let is_had = juice <= self.juice_limit.saturating_sub(self.juice);
        if is_had {
            self.juice += juice;
        }
        is_had
    }

    /// Fails as [`Context::charge`] does, unless this much juice is to be had; uses none.
    ///
    /// # Errors
    /// [`Ending::OutOfJuice`]
    pub fn check_juice(&mut self, juice: u64) -> Run<()> {
        if self.can_afford(juice) { Ok(()) } else { Err(self.out_of_juice()) }
    }

    /// Fails as [`Context::charge`] does when something has so many elements or bytes that going through them takes
    /// too much time or memory, whatever the rules charge for it.
    ///
    /// # Errors
    /// [`Ending::OutOfJuice`]
    pub fn check_elements(&mut self, count: u64) -> Run<()> {
        if count <= limits::MAX_UNPAID_ELEMENTS { Ok(()) } else { self.check_juice(count) }
    }

    /// Uses all juice that is left.
    #[cold]
    #[inline(never)]
    pub fn out_of_juice(&mut self) -> Ending {
        self.juice = self.juice_limit;
        self.exhausted.clear();
        Ending::OutOfJuice
    }
}
