//! A small network for tests: a genesis state whose secret keys are known, blocks and transactions signed with them.

#![allow(dead_code, missing_docs, reason = "each test uses a part of it")]

use ed25519_dalek::{Signer, SigningKey};
use lang::{Record, Signed, Value, Vector, reader};
use vm::block::{self, Block, BlockResult};
use vm::genesis::{Parameters, build};
use vm::peer::Peer;
use vm::state::Global;
use vm::{Account, State, Transaction, signature};

/// The genesis user: has the key of the first peer.
pub const USER: u64 = 11;
/// The controllers of the two peers.
pub const FIRST: u64 = 12;
pub const SECOND: u64 = 13;

/// The secret key of a peer: 0 or 1.
pub fn key(peer: u8) -> SigningKey {
    SigningKey::from_bytes(&[peer + 1; 32])
}

pub fn public(peer: u8) -> [u8; 32] {
    key(peer).verifying_key().to_bytes()
}

/// A network of two peers.
pub fn genesis() -> State {
    let parameters = Parameters {
        governance_key: public(2),
        first_user_key: public(3),
        peer_keys: vec![public(0), public(1)],
        stakes: None,
    };
    build(&parameters, &stdlib::LIBRARY).expect("the library builds")
}

pub fn signed(value: &Value, key: &SigningKey) -> Signed {
    let signature = key.sign(&signature::message(value));
    Signed::new(Some(key.verifying_key().to_bytes()), signature.to_bytes(), value.clone())
}

/// The secret key of an account of the genesis state.
pub fn key_of(account: u64) -> SigningKey {
    key(if account == SECOND { 1 } else { 0 })
}

/// A transaction that runs a form, signed by its account.
pub fn invoke(origin: u64, sequence: i64, form: &str) -> Value {
    let form = reader::read_one(form, 0).unwrap_or_else(|errors| panic!("{form}: {errors:?}")).value;
    sign(&Transaction::invoke(origin, sequence, form))
}

pub fn sign(transaction: &Transaction) -> Value {
    Value::Signed(signed(&transaction.value(), &key_of(transaction.origin)))
}

/// A block of a peer at a time in milliseconds after genesis.
pub fn block(state: &State, author: u8, transactions: Vec<Value>) -> Block {
    let timestamp = state.global(Global::Timestamp).expect("all is in memory") + 1;
    Block { author: public(author), timestamp, transactions: Vector::from_values(transactions) }
}

pub fn apply(state: &State, block: &Block) -> BlockResult {
    block::apply(state, block, &signature::is_good).unwrap_or_else(|fault| panic!("{fault:?}"))
}

/// Applies transactions as a block of the first peer, which must be valid.
pub fn run(state: &State, transactions: Vec<Value>) -> BlockResult {
    let result = apply(state, &block(state, 0, transactions));
    assert_eq!(result.refused, None);
    result
}

/// The values or error codes of a block, as text.
pub fn outcomes(result: &BlockResult) -> Vec<String> {
    let text = |value: &Value| {
        let text = lang::printer::print(value, 1_000).expect("all is in memory").expect("it is short");
        String::from_utf8(text).expect("it is text")
    };
    let outcome = |applied: &vm::apply::Applied| match &applied.result {
        Ok(value) => text(value),
        Err(failure) => text(&failure.error.code),
    };
    result.results.iter().map(outcome).collect()
}

pub fn account(state: &State, address: u64) -> Account {
    state.account(address).expect("all is in memory").expect("there is such an account")
}

pub fn balance(state: &State, address: u64) -> i64 {
    account(state, address).balance().expect("all is in memory")
}

pub fn peer(state: &State, peer: u8) -> Peer {
    let key = lang::Blob::new(&public(peer));
    state.peer(&key).expect("all is in memory").expect("there is such a peer")
}

/// All coins there are: of accounts, peers, the memory pool and fees not yet shared, in coppers.
pub fn supply(state: &State) -> i128 {
    let accounts = state.accounts().expect("all is in memory");
    let of_accounts = accounts.iter().map(|value| {
        let account = Account::from_value(value.expect("all is in memory")).expect("it is an account");
        i128::from(account.balance().expect("all is in memory"))
    });
    let peers = state.peers().expect("all is in memory");
    let of_peers = peers.iter().map(|entry| {
        let peer = Peer::from_value(entry.expect("all is in memory").1).expect("it is a peer");
        i128::from(peer.balance().expect("all is in memory"))
    });
    let global = |global| i128::from(state.global(global).expect("all is in memory"));
    of_accounts.sum::<i128>() + of_peers.sum::<i128>() + global(Global::PoolCoppers) + global(Global::Fees)
}

/// A record of any tag.
pub fn record(tag: u8, fields: Vec<Value>) -> Value {
    Record::new(tag, Vector::from_values(fields)).into()
}
