//! Orders: the sequence of blocks that a peer proposes, and how far it sees agreement on them
//! (CAD015).
//!
//! A dense record with tag `0xd7`: time in milliseconds, four points, signed blocks. A point is a
//! number of blocks from the start; see [`Level`].

use crate::Key;
use lang::{Hash, Missing, Record, Signed, Value, Vector, record};

/// How many points an order has.
pub const LEVELS: usize = 4;
const FIELDS: u64 = 3;

/// What a point of an order says of the blocks before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// They are all that the peer orders.
    Blocks = 0,
    /// The peer saw enough stake order them so.
    Proposal = 1,
    /// The peer saw enough stake propose them.
    Consensus = 2,
    /// The peer saw enough stake in consensus on them: they are executed.
    Finality = 3,
}

/// The levels that votes decide, from low to high.
pub const VOTED: [Level; 3] = [Level::Proposal, Level::Consensus, Level::Finality];

/// The number of blocks up to each [`Level`].
pub type Points = [i64; LEVELS];

/// An order of blocks.
#[derive(Clone)]
pub struct Order {
    timestamp: i64,
    points: Points,
    blocks: Vector,
}

impl Order {
    /// The order that a new peer begins with: no blocks, time 0.
    pub fn empty() -> Order {
        Order { timestamp: 0, points: [0; LEVELS], blocks: Vector::empty() }
    }

    /// An order with these parts, at a time in milliseconds since 1970. Whether they fit each other
    /// is for [`Order::flaw`] to say.
    pub fn new(timestamp: i64, points: Points, blocks: Vector) -> Order {
        Order { timestamp, points, blocks }
    }

    /// A value seen as an order; `None` for any other value. The blocks are not looked at.
    ///
    /// # Errors
    /// [`Missing`] when a field is a branch that is not here.
    pub fn from_value(value: &Value) -> Result<Option<Order>, Missing> {
        let Value::Record(record) = value else { return Ok(None) };
        if record.tag() != record::tag::ORDER || record.fields().count() != FIELDS {
            return Ok(None);
        }
        let fields = record.fields();
        let (Some(Value::Integer(timestamp)), Some(Value::Vector(points)), Some(Value::Vector(blocks))) =
            (fields.get(0)?, fields.get(1)?, fields.get(2)?)
        else {
            return Ok(None);
        };
        let points = points_of(points)?;
        Ok(points.map(|points| Order { timestamp: *timestamp, points, blocks: blocks.clone() }))
    }

    /// As a value.
    pub fn value(&self) -> Value {
        let points = Vector::from_values(self.points.map(Value::Integer));
        let fields = [self.timestamp.into(), points.into(), self.blocks.clone().into()];
        Record::new(record::tag::ORDER, Vector::from_values(fields)).into()
    }

    /// When it was made, in milliseconds since 1970.
    pub fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// The points, from that of all blocks to finality.
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// The number of blocks up to a level, as the order says.
    pub fn point(&self, level: Level) -> i64 {
        self.points[level as usize]
    }

    /// The signed blocks.
    pub fn blocks(&self) -> &Vector {
        &self.blocks
    }

    /// In what the parts do not fit each other, in a sentence without a full stop; `None` for a
    /// sound order.
    pub fn flaw(&self) -> Option<&'static str> {
        if i64::try_from(self.blocks.count()) != Ok(self.points[0]) {
            Some("the first point of the order is not the number of its blocks")
        } else if self.points.windows(2).any(|pair| pair[1] > pair[0]) {
            Some("a point of the order lies beyond the one before it")
        } else if self.points[LEVELS - 1] < 0 {
            Some("a point of the order is negative")
        } else if self.timestamp < 0 {
            Some("the time of the order is negative")
        } else {
            None
        }
    }

    /// With other blocks, and the points limited to their number and to each other where that
    /// changes. An order whose points do not fit each other keeps them while its blocks stay the
    /// same, as in the reference.
    pub fn with_blocks(&self, blocks: Vector) -> Order {
        let count = i64::try_from(blocks.count()).unwrap_or(i64::MAX);
        let order = Order { blocks, ..self.clone() };
        let fits = count == self.points[0] && count >= self.points[LEVELS - 1];
        if fits || order.blocks_hash() == self.blocks_hash() {
            order
        } else {
            order.with_point(Level::Blocks, count).with_sound_points()
        }
    }

    /// With no point beyond the one before it.
    pub(crate) fn with_sound_points(mut self) -> Order {
        for level in 1..LEVELS {
            self.points[level] = self.points[level].min(self.points[level - 1]);
        }
        self
    }

    /// With the point of a level set.
    pub fn with_point(&self, level: Level, point: i64) -> Order {
        let mut order = self.clone();
        order.points[level as usize] = point;
        order
    }

    /// With another time, in milliseconds since 1970.
    pub fn with_timestamp(&self, timestamp: i64) -> Order {
        Order { timestamp, ..self.clone() }
    }

    /// Whether points and blocks are equal, whatever the times.
    pub fn agrees_with(&self, other: &Order) -> bool {
        self.points == other.points && self.blocks_hash() == other.blocks_hash()
    }

    /// What stands for the sequence of blocks.
    pub(crate) fn blocks_hash(&self) -> Hash {
        Value::Vector(self.blocks.clone()).hash()
    }
}

impl std::fmt::Debug for Order {
    /// The time, the points, and the start of the hash of the blocks.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Order({} {:?} {:.8})", self.timestamp, self.points, self.blocks_hash().to_string())
    }
}

fn points_of(vector: &Vector) -> Result<Option<Points>, Missing> {
    if vector.count() != LEVELS as u64 {
        return Ok(None);
    }
    let mut points = [0; LEVELS];
    for (point, value) in points.iter_mut().zip(vector.iter()) {
        let Value::Integer(n) = value? else { return Ok(None) };
        *point = *n;
    }
    Ok(Some(points))
}

/// An order as its peer signed it. The signature is not checked here.
#[derive(Clone)]
pub struct SignedOrder {
    signer: Key,
    signed: Signed,
    order: Order,
}

impl SignedOrder {
    /// A value seen as a signed order; `None` for any other value.
    ///
    /// # Errors
    /// [`Missing`] when a part is a branch that is not here.
    pub fn from_value(value: &Value) -> Result<Option<SignedOrder>, Missing> {
        match value {
            Value::Signed(signed) => SignedOrder::of(signed),
            _ => Ok(None),
        }
    }

    /// As [`SignedOrder::from_value`], for a signed value.
    ///
    /// # Errors
    /// [`Missing`] when a part is a branch that is not here.
    pub fn of(signed: &Signed) -> Result<Option<SignedOrder>, Missing> {
        let Some(signer) = signed.key() else { return Ok(None) };
        let order = Order::from_value(signed.value()?)?;
        Ok(order.map(|order| SignedOrder { signer: *signer, signed: signed.clone(), order }))
    }

    /// Who signed it.
    pub fn signer(&self) -> &Key {
        &self.signer
    }

    /// The order.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The signed value.
    pub fn signed(&self) -> &Signed {
        &self.signed
    }

    /// As a value.
    pub fn value(&self) -> Value {
        Value::Signed(self.signed.clone())
    }
}

impl std::fmt::Debug for SignedOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02x}{:02x} {:?}", self.signer[0], self.signer[1], self.order)
    }
}

/// Whether an order of a peer takes the place of one held (section 4 of the rule of merging): a
/// newer one does; of two with one time, the one that is ahead at the lowest level at which any is.
pub fn is_newer(held: &Order, other: &Order) -> bool {
    if held.timestamp != other.timestamp {
        return other.timestamp > held.timestamp;
    }
    held.points.iter().zip(&other.points).any(|(held, other)| other > held)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of an order of one block, the number of blocks that it gets, and the points then.
    fn check(points: Points, count: i64, expected: Points) {
        let one = Order::new(5, points, Vector::from_values([Value::Nil]));
        let other = Vector::from_values((0..count).map(Value::Integer));
        assert_eq!(one.with_blocks(other).points(), &expected, "{points:?} {count}");
    }

    #[test]
    fn points_are_limited_where_the_number_of_blocks_changes() {
        check([1, 1, 1, 0], 2, [2, 1, 1, 0]);
        check([1, 1, 1, 1], 0, [0, 0, 0, 0]);
        check([1, 1, 0, 0], 1, [1, 1, 0, 0]);
        // A peer may take an order of its own key that it would not have signed.
        check([1, 1, 0, 1], 1, [1, 1, 0, 1]);
        check([1, 1, 0, 1], 2, [2, 1, 0, 0]);
        check([0, 1, 0, 0], 0, [0, 1, 0, 0]);
        check([0, 0, 0, 1], 0, [0, 0, 0, 0]);
        let odd = Order::new(5, [0, 0, 0, 1], Vector::empty());
        assert_eq!(odd.with_blocks(Vector::empty()).points(), odd.points());
    }

    #[test]
    fn flaws_are_told() {
        let order =
            |points, count: i64| Order::new(5, points, Vector::from_values((0..count).map(Value::Integer)));
        assert_eq!(order([2, 1, 1, 0], 2).flaw(), None);
        for (points, count) in [([1, 0, 0, 0], 2), ([2, 3, 0, 0], 2), ([2, 1, 0, 1], 2), ([0, 0, 0, -1], 0)] {
            assert!(order(points, count).flaw().is_some(), "{points:?}");
        }
    }

    #[test]
    fn newer_is_later_or_ahead_at_the_lowest_level() {
        let order = |time, points| Order::new(time, points, Vector::empty());
        let held = order(5, [2, 1, 0, 0]);
        assert!(is_newer(&held, &order(6, [0; 4])) && !is_newer(&held, &order(4, [9; 4])));
        assert!(is_newer(&held, &order(5, [1, 2, 0, 0])) && is_newer(&held, &order(5, [3, 0, 0, 0])));
        assert!(!is_newer(&held, &held) && !is_newer(&held, &order(5, [1, 1, 0, 0])));
    }
}
