//! Peers that lie. Behind each is a real core without defences, whose messages are tampered with on
//! their way out; the equivocator has two cores with one key.

use crate::fault::Place;
use crate::keys::Keys;
use crate::random::{self, chance};
use consensus::draft::block_value;
use consensus::{Belief, Key, Order, Peer, SignedOrder};
use fastrand::Rng;
use lang::{Blob, Index, Missing, Record, Signed, Value, Vector, record};

/// A way to lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Two processes with one key, each talking to one half of the others.
    Equivocate,
    /// Sends its belief to some of the others only, and not always.
    Withhold,
    /// Dates orders and blocks ahead by this many milliseconds.
    DateAhead(i64),
    /// Dates orders and blocks back by 14 minutes.
    DateBack,
    /// Puts blocks into its order that it signed in the name of others.
    ForgeAuthors,
    /// Signs the order of another as its own, with all of it called final.
    CopyOrders,
    /// Sends values of every kind, and orders with absurd points.
    Flood,
    /// Signs the blocks that it knows in an order of its own, with random points.
    Scramble,
    /// Forgets again and again what it has signed.
    Forget,
    /// Takes part, and says nothing.
    Silent,
}

impl Lie {
    /// Each lie; some with several sizes.
    pub const ALL: [Lie; 12] = [
        Lie::Equivocate,
        Lie::Withhold,
        Lie::DateAhead(1_500),
        Lie::DateAhead(10_000),
        Lie::DateAhead(2_400_000),
        Lie::DateBack,
        Lie::ForgeAuthors,
        Lie::CopyOrders,
        Lie::Flood,
        Lie::Scramble,
        Lie::Forget,
        Lie::Silent,
    ];
}

/// A liar at work.
pub struct Liar {
    lie: Lie,
    keys: Keys,
    key: Key,
    others: Vec<Key>,
    rng: Rng,
}

impl Liar {
    /// A liar with a key among others.
    pub fn new(lie: Lie, seed: u64, place: Place, keys: &Keys, list: &[Key]) -> Liar {
        let rng = random::stream(seed, "liar", &[place as u64]);
        Liar { lie, keys: keys.clone(), key: list[place], others: list.to_vec(), rng }
    }

    /// How many cores stand behind the key.
    pub fn cores(&self) -> usize {
        if self.lie == Lie::Equivocate { 2 } else { 1 }
    }

    /// The core that talks with a peer.
    pub fn core_for(&self, other: Place) -> usize {
        other % self.cores()
    }

    /// How far it sets its clock off, in milliseconds.
    pub fn clock_error(&self) -> i64 {
        match self.lie {
            Lie::DateAhead(by) => by,
            Lie::DateBack => -14 * 60_000,
            _ => 0,
        }
    }

    /// Whether it now starts its cores from nothing.
    pub fn forgets_now(&mut self) -> bool {
        self.lie == Lie::Forget && chance(&mut self.rng, 0.01)
    }

    /// What it sends to a peer in place of a belief, if anything.
    ///
    /// # Errors
    /// [`Missing`] when a cell is not here, which in a run does not happen.
    pub fn tamper(
        &mut self,
        now: i64,
        core: &Peer,
        belief: &Value,
        to: Place,
    ) -> Result<Option<Value>, Missing> {
        Ok(match self.lie {
            Lie::Silent => None,
            Lie::Withhold => (to.is_multiple_of(2) && chance(&mut self.rng, 0.4)).then(|| belief.clone()),
            Lie::ForgeAuthors => Some(self.forged(now, core)?),
            Lie::CopyOrders => Some(self.copied(now, core)?),
            Lie::Scramble => Some(self.scrambled(now, core)?),
            Lie::Flood => Some(self.flood(now, core)?),
            _ => Some(belief.clone()),
        })
    }

    /// A belief with an order of its own put in.
    fn with_own(&self, core: &Peer, order: &Order) -> Result<Value, Missing> {
        let mut belief: Belief = core.belief().clone();
        if let Some(signed) = SignedOrder::of(&self.keys.sign(&self.key, &order.value()))? {
            belief.insert(self.key, signed)?;
        }
        belief.value()
    }

    fn forged(&mut self, now: i64, core: &Peer) -> Result<Value, Missing> {
        let victim = self.others[self.rng.usize(..self.others.len())];
        let block = block_value(now + self.rng.i64(-1_000..100_000), Vec::new());
        let own = self.keys.sign(&self.key, &block);
        let forged = Signed::new(Some(victim), *own.signature(), block);
        let blocks = core.order().blocks().conj(forged.into())?;
        self.with_own(core, &core.order().with_blocks(blocks).with_timestamp(now))
    }

    fn copied(&mut self, now: i64, core: &Peer) -> Result<Value, Missing> {
        let count = core.belief().count().max(1);
        let chosen = core.belief().iter().nth(self.rng.usize(..count));
        let blocks = chosen.map_or_else(Vector::empty, |(_, order)| order.order().blocks().clone());
        let all = blocks.count() as i64;
        self.with_own(core, &Order::new(now, [all; 4], blocks))
    }

    /// The blocks that it knows beyond a random point, shuffled, some left out.
    fn scrambled(&mut self, now: i64, core: &Peer) -> Result<Value, Missing> {
        let known = core.order().blocks();
        let executed = core.executed().min(known.count());
        let start = if chance(&mut self.rng, 0.8) { executed } else { self.rng.u64(0..=executed) };
        let mut tail = Vec::new();
        for (_, order) in core.belief().iter() {
            for block in order.order().blocks().iter_from(start).take(8) {
                let block = block?;
                if !tail.contains(block) {
                    tail.push(block.clone());
                }
            }
        }
        self.rng.shuffle(&mut tail);
        tail.truncate(self.rng.usize(0..=tail.len()));
        let mut blocks = known.slice(0, start)?.unwrap_or_else(Vector::empty);
        for block in tail {
            blocks = blocks.conj(block)?;
        }
        let count = blocks.count() as i64;
        let mut points = [count; 4];
        for level in 1..4 {
            points[level] = self.rng.i64((start as i64).min(points[level - 1])..=points[level - 1]);
        }
        self.with_own(core, &Order::new(now, points, blocks))
    }

    fn flood(&mut self, now: i64, core: &Peer) -> Result<Value, Missing> {
        Ok(match self.rng.u8(..8) {
            0 => Value::string("hello"),
            1 => Vector::from_values((0..1_000).map(Value::Integer)).into(),
            2 => self.with_own(core, &Order::new(i64::MAX, [i64::MAX, 9, 8, -7], Vector::empty()))?,
            3 => {
                let junk = Vector::from_values((0..500).map(Value::Integer));
                self.with_own(core, &Order::new(now, [500, 3, 2, 1], junk))?
            }
            4 => {
                let entries =
                    (0..200u64).map(|n| (Blob::new(&n.to_be_bytes().repeat(4)).into(), Value::Integer(1)));
                let index = Index::from_entries(entries)?.unwrap_or_else(Index::empty);
                Record::new(record::tag::BELIEF, Vector::from_values([index.into()])).into()
            }
            5 => self.keys.sign(&self.key, &Value::Nil).into(),
            6 => Record::new(record::tag::BELIEF, Vector::from_values([Value::Nil])).into(),
            _ => {
                let time = now - self.rng.i64(0..100_000);
                self.with_own(core, &core.order().with_timestamp(time))?
            }
        })
    }
}
