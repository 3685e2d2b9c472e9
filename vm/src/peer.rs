//! Peers (CAD016): dense records with tag `0xd9` and seven fields, held in the state by public key.
//!
//! A peer's coins are one balance, owned in shares: those of the peer itself (its controller's stake) and those
//! delegated by other accounts. Rewards raise the balance, so that a share is worth more than one copper.

use crate::ending::Ending;
use crate::foreign::ForeignCrash;
use crate::limits::{MAX_SUPPLY_COPPERS, MIN_EFFECTIVE_STAKE_COPPERS};
use crate::{Context, Run, State, juice};
use lang::{Blob, Index, Map, Missing, Record, Value, Vector};

/// The tag of peers.
pub const TAG: u8 = 0xd9;

/// The timestamp of a peer that has made no block yet.
const NO_BLOCK_YET: i64 = -1;

const CONTROLLER: u64 = 0;
const STAKE: u64 = 1;
const STAKES: u64 = 2;
const DELEGATED: u64 = 3;
const METADATA: u64 = 4;
const TIMESTAMP: u64 = 5;
const BALANCE: u64 = 6;
const FIELDS: u64 = 7;

/// A peer.
#[derive(Clone)]
pub struct Peer(Record);

impl Peer {
    /// A new peer with a stake of its controller, in coppers.
    pub fn new(controller: u64, stake: i64) -> Peer {
        Peer(Record::new(
            TAG,
            Vector::from_values([
                Value::Address(controller),
                Value::Integer(stake),
                Index::empty().into(),
                Value::Integer(0),
                Value::Nil,
                Value::Integer(NO_BLOCK_YET),
                Value::Integer(stake),
            ]),
        ))
    }

    /// A value seen as a peer; `None` for any other value.
    pub fn from_value(value: &Value) -> Option<Peer> {
        match value {
            Value::Record(record) if record.tag() == TAG && record.fields().count() == FIELDS => {
                Some(Peer(record.clone()))
            }
            _ => None,
        }
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

    fn with(&self, changes: &[(u64, Value)]) -> Result<Peer, Missing> {
        let mut fields = self.0.fields().clone();
        for (position, value) in changes {
            fields = fields.assoc(*position, value.clone())?.unwrap_or(fields);
        }
        Ok(Peer(Record::new(TAG, fields)))
    }

    /// Who controls the peer.
    pub fn controller(&self) -> Result<Option<u64>, Missing> {
        Ok(match self.field(CONTROLLER)? {
            Value::Address(controller) => Some(*controller),
            _ => None,
        })
    }

    /// Shares of the peer itself.
    pub fn own_shares(&self) -> Result<i64, Missing> {
        self.amount(STAKE)
    }

    /// Shares delegated by all others.
    pub fn delegated_shares(&self) -> Result<i64, Missing> {
        self.amount(DELEGATED)
    }

    /// Shares delegated, by account.
    pub fn stakes(&self) -> Result<Option<&Index>, Missing> {
        Ok(match self.field(STAKES)? {
            Value::Index(stakes) => Some(stakes),
            _ => None,
        })
    }

    /// What the peer publishes about itself, such as its `:url`.
    pub fn metadata(&self) -> Result<Map, Missing> {
        Ok(match self.field(METADATA)? {
            Value::Map(metadata) => metadata.clone(),
            _ => Map::empty(),
        })
    }

    /// Time of its last block in milliseconds, negative before the first.
    pub fn timestamp(&self) -> Result<i64, Missing> {
        self.amount(TIMESTAMP)
    }

    /// All coins of the peer, in coppers.
    pub fn balance(&self) -> Result<i64, Missing> {
        self.amount(BALANCE)
    }

    /// What all delegated shares are worth, in coppers, rounded down.
    pub fn delegated_stake(&self) -> Result<i64, Missing> {
        let delegated = self.delegated_shares()?;
        let total = i128::from(self.own_shares()?) + i128::from(delegated);
        Ok(if total <= 0 { 0 } else { share(self.balance()?, delegated, total) })
    }

    /// What the peer's own shares are worth, in coppers: all that is not delegated.
    pub fn own_stake(&self) -> Result<i64, Missing> {
        Ok(self.balance()?.saturating_sub(self.delegated_stake()?))
    }

    /// What the shares of one delegator are worth, in coppers, rounded down.
    pub fn stake_of(&self, delegator: u64) -> Result<i64, Missing> {
        let delegated = self.delegated_shares()?;
        if delegated <= 0 {
            return Ok(0);
        }
        let shares = match self.stakes()? {
            Some(stakes) => stakes.get(&Value::Address(delegator))?,
            None => None,
        };
        Ok(match shares {
            Some(Value::Integer(shares)) => share(self.delegated_stake()?, *shares, delegated.into()),
            _ => 0,
        })
    }

    /// With the stake of a delegator set, in coppers. What it changes by is added to the shares.
    pub fn with_stake_of(&self, delegator: u64, stake: i64) -> Result<Peer, Missing> {
        let change = stake.saturating_sub(self.stake_of(delegator)?);
        if change == 0 {
            return Ok(self.clone());
        }
        let key = Value::Address(delegator);
        let stakes = self.stakes()?.cloned().unwrap_or_else(Index::empty);
        let stakes = if stake == 0 {
            stakes.dissoc(&key)?
        } else {
            stakes.assoc(key, Value::Integer(stake))?.unwrap_or(stakes)
        };
        let stakes = if stakes.is_empty() { Value::Nil } else { stakes.into() };
        self.with(&[
            (STAKES, stakes),
            (DELEGATED, Value::Integer(self.delegated_shares()?.saturating_add(change))),
            (METADATA, self.metadata()?.into()),
            (BALANCE, Value::Integer(self.balance()?.saturating_add(change))),
        ])
    }

    /// With as many shares of its own. What they change by is added to the balance.
    pub fn with_own_stake(&self, stake: i64) -> Result<Peer, Missing> {
        let shares = self.own_shares()?;
        if shares == stake {
            return Ok(self.clone());
        }
        let change = stake.saturating_sub(shares);
        self.with(&[
            (STAKE, Value::Integer(stake)),
            (METADATA, self.metadata()?.into()),
            (BALANCE, Value::Integer(self.balance()?.saturating_add(change))),
        ])
    }

    /// With other published data.
    pub fn with_metadata(&self, metadata: Map) -> Result<Peer, Missing> {
        let metadata = Value::Map(metadata);
        if metadata == Value::Map(self.metadata()?) {
            return Ok(self.clone());
        }
        self.with(&[(METADATA, metadata)])
    }

    /// With a reward (in coppers) for a block of some time; the time never goes back.
    pub fn with_reward(&self, reward: i64, time: i64) -> Result<Peer, Missing> {
        let time = time.max(self.timestamp()?);
        let balance = self.balance()?.saturating_add(reward);
        self.with(&[(TIMESTAMP, Value::Integer(time)), (BALANCE, Value::Integer(balance))])
    }
}

/// `amount * part / whole`, rounded down.
fn share(amount: i64, part: i64, whole: i128) -> i64 {
    let share = i128::from(amount) * i128::from(part) / whole;
    i64::try_from(share).unwrap_or(if share < 0 { i64::MIN } else { i64::MAX })
}

impl State {
    /// The peer with a public key.
    pub fn peer(&self, key: &Blob) -> Result<Option<Peer>, Missing> {
        Ok(self.peers()?.get(&Value::Blob(key.clone()))?.and_then(Peer::from_value))
    }

    /// With a peer added or replaced.
    pub fn with_peer(&self, key: &Blob, peer: &Peer) -> Result<State, Missing> {
        match self.peers()?.assoc(Value::Blob(key.clone()), peer.value())? {
            Some(peers) => self.with_peers(peers),
            None => Ok(self.clone()),
        }
    }
}

fn state_error<T>(message: &str) -> Run<T> {
    Err(Ending::error("STATE", message))
}

fn no_such_peer() -> Ending {
    Ending::error("STATE", "There is no peer with this key")
}

fn check_stake(stake: i64) -> Run<()> {
    if (0..=MAX_SUPPLY_COPPERS).contains(&stake) {
        Ok(())
    } else {
        Err(Ending::error("ARGUMENT", format!("A stake of {stake} is no amount of coins")))
    }
}

/// Changes of peers by the current account. Those that answer `None` changed nothing: the last result computed
/// before stays in place, as the network has it.
impl Context {
    /// Makes a peer controlled by the current account, with a stake in coppers.
    ///
    /// # Errors
    /// `:STATE` when there is one with this key, `:ARGUMENT` when the stake is no positive amount, `:FUNDS` when
    /// it is not to be had.
    pub fn create_peer(&mut self, key: &Blob, stake: i64) -> Run<()> {
        if self.state().peer(key)?.is_some() {
            return state_error("There is a peer with this key already");
        }
        if stake == 0 {
            return Err(Ending::error("ARGUMENT", "A peer cannot start without a stake"));
        }
        check_stake(stake)?;
        let address = self.address();
        let peer = Peer::new(address, stake);
        self.adopt_peer(key, &peer, address, stake)
    }

    /// Sets what the current account delegates to a peer, in coppers. Answers the change.
    pub fn set_stake(&mut self, key: &Blob, stake: i64) -> Run<Option<i64>> {
        self.set_stake_of(key, self.address(), stake)
    }

    fn set_stake_of(&mut self, key: &Blob, staker: u64, stake: i64) -> Run<Option<i64>> {
        let peer = self.peer_with_stakes(key)?.ok_or_else(no_such_peer)?;
        check_stake(stake)?;
        let change = stake.saturating_sub(peer.stake_of(staker)?);
        if change == 0 {
            return Ok(None);
        }
        let peer = peer.with_stake_of(staker, stake)?;
        if peer.delegated_shares()? < 0 {
            self.note_crash(ForeignCrash::NegativeShares);
        }
        self.adopt_peer(key, &peer, staker, change)?;
        Ok(Some(change))
    }

    /// Sets the stake of a peer itself, in coppers, which only its controller may. Answers the change.
    pub fn set_peer_stake(&mut self, key: &Blob, stake: i64) -> Run<Option<i64>> {
        self.set_peer_stake_by(key, self.address(), stake)
    }

    fn set_peer_stake_by(&mut self, key: &Blob, controller: u64, stake: i64) -> Run<Option<i64>> {
        let peer = self.peer_with_stakes(key)?.ok_or_else(no_such_peer)?;
        check_stake(stake)?;
        if peer.controller()? != Some(controller) {
            return state_error("Only its controller may change the stake of a peer");
        }
        let change = stake.saturating_sub(peer.own_stake()?);
        if change == 0 {
            return Ok(None);
        }
        self.adopt_peer(key, &peer.with_own_stake(stake)?, controller, change)?;
        Ok(Some(change))
    }

    /// Replaces a peer, paid for by an account; the price (in coppers) may be negative.
    fn adopt_peer(&mut self, key: &Blob, peer: &Peer, payer: u64, price: i64) -> Run<()> {
        let balance = self.state().balance(payer)?.unwrap_or(0);
        if price > balance {
            let message =
                format!("A stake that costs {price} more is not to be had for a balance of {balance}");
            return Err(Ending::error("FUNDS", message));
        }
        let state = self.state().with_balance(payer, balance.saturating_sub(price))?.with_peer(key, peer)?;
        self.set_state(state)
    }

    /// Sets what the peer of the current account's own key publishes.
    ///
    /// # Errors
    /// `:STATE` when the account has no key, when there is no such peer, or when somebody else controls it.
    pub fn set_peer_data(&mut self, data: Map) -> Run<()> {
        let account = self.account()?;
        let Some(key) = account.key()? else { return state_error("An account without a key has no peer") };
        let peer = self.state().peer(key)?.ok_or_else(no_such_peer)?;
        if peer.controller()? != Some(self.address()) {
            return state_error("Only its controller may change what a peer publishes");
        }
        let state = self.state().with_peer(key, &peer.with_metadata(data)?)?;
        self.set_state(state)
    }

    /// Removes a peer and gives all stakes back: anybody may when the peer's own stake is too low to count, its
    /// controller always. Each delegation given back uses juice that is added to the limit first. Answers the
    /// change of the last stake given back.
    ///
    /// # Errors
    /// `:STATE` when it is not allowed, or the only peer.
    pub fn evict_peer(&mut self, key: &Blob) -> Run<Option<i64>> {
        let Some(peer) = self.peer_with_stakes(key)? else { return Ok(None) };
        let controller = peer.controller()?;
        if controller != Some(self.address()) && peer.own_stake()? >= MIN_EFFECTIVE_STAKE_COPPERS {
            return state_error("The peer has too much stake to be evicted");
        }
        if self.state().peers()?.count() == 1 {
            return state_error("The last peer cannot be evicted");
        }
        let mut change = None;
        if let Some(stakes) = peer.stakes()? {
            for entry in stakes.iter() {
                let Value::Address(staker) = entry?.0 else { continue };
                self.raise_juice_limit(juice::TRANSFER);
                self.charge(juice::TRANSFER)?;
                change = self.set_stake_of(key, *staker, 0)?.or(change);
            }
        } else {
            self.note_crash(ForeignCrash::Eviction);
        }
        if let Some(controller) = controller {
            change = self.set_peer_stake_by(key, controller, 0)?.or(change);
        }
        let peers = self.state().peers()?.dissoc(&Value::Blob(key.clone()))?;
        let state = self.state().with_peers(peers)?;
        self.set_state(state)?;
        Ok(change)
    }
}
