//! Coins that the protocol itself makes: `set-peer-stake` pays out the rewards that a peer holds
//! and leaves them there too. A judge that counts coins has to know.

use consensus::Key;
use lang::{Blob, Signed, Value};
use vm::State;
use vm::block::{Block, BlockResult};
use vm::transaction::{Command, Transaction};

/// The coppers that a block makes in a state, from its transactions that succeeded.
pub fn minted(before: &State, block: &Value, result: Option<&BlockResult>) -> i128 {
    let (Ok(Some(block)), Some(result)) = (Block::from_value(block), result) else { return 0 };
    let transactions = block.transactions.iter().zip(&result.results);
    transactions
        .filter(|(_, applied)| applied.result.is_ok())
        .filter_map(|(value, _)| signer_of_stake_change(value.ok()?))
        .map(|key| rewards(before, &key))
        .sum()
}

/// The key whose peer a transaction gives another stake, if that is what it does.
fn signer_of_stake_change(value: &Value) -> Option<Key> {
    let Value::Signed(signed) = value else { return None };
    let Command::Invoke(Value::List(form)) = command(signed)? else { return None };
    let changes = form.first().ok()?? == &Value::symbol("set-peer-stake");
    if changes { signed.key().copied() } else { None }
}

fn command(signed: &Signed) -> Option<Command> {
    Some(Transaction::from_value(signed.value().ok()?).ok()??.command)
}

/// The coppers that a peer holds beyond its shares. They stay the same while its own stake is set,
/// so that each success in a block pays them out once more.
fn rewards(state: &State, key: &Key) -> i128 {
    let peer = state.peer(&Blob::new(key)).ok().flatten();
    let amounts = peer.and_then(|peer| Some((peer.balance().ok()?, peer.own_shares().ok()?)));
    amounts.map_or(0, |(balance, shares)| i128::from(balance) - i128::from(shares))
}
