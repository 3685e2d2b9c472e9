//! The vote: which sequence of blocks has the most stake behind it, block by block.
//!
//! Those whose sequence lost at a block have no say on the blocks after it.

use lang::{Hash, Missing, Value, Vector};
use std::collections::BTreeMap;

/// A sequence of blocks and the weight behind it.
#[derive(Clone)]
pub struct Ballot {
    /// The signed blocks.
    pub blocks: Vector,
    /// The weight of all that order them so.
    pub weight: f64,
}

/// Puts equal sequences together, in the order in which they come; those without weight are left
/// out.
pub fn distinct(ballots: impl IntoIterator<Item = Ballot>) -> Vec<Ballot> {
    let mut list: Vec<Ballot> = Vec::new();
    let mut places: BTreeMap<Hash, usize> = BTreeMap::new();
    for ballot in ballots {
        if ballot.weight == 0.0 {
            continue;
        }
        let place = *places.entry(Value::Vector(ballot.blocks.clone()).hash()).or_insert(list.len());
        match list.get_mut(place) {
            Some(same) => same.weight += ballot.weight,
            None => list.push(ballot),
        }
    }
    list
}

/// The sequence that wins among distinct ones, all of which share the blocks before a point; `None`
/// when there are none. Of two blocks with the same weight behind them, the one with the lower hash
/// wins.
///
/// # Errors
/// [`Missing`] when a part of a sequence is not here.
pub fn winner(ballots: &[Ballot], point: u64) -> Result<Option<Vector>, Missing> {
    let mut running: Vec<&Ballot> = ballots.iter().collect();
    let mut total: f64 = running.iter().map(|ballot| ballot.weight).sum();
    let mut point = point;
    while running.len() > 1 {
        if let Some(ballot) = majority(&running, point, total) {
            return Ok(Some(ballot.blocks.clone()));
        }
        // Nothing is decided where all agree.
        let shared = shared_prefix(&running)?;
        if shared > point {
            point = shared;
            continue;
        }
        match strongest(&running, point)? {
            Some((weight, group)) => (total, running) = (weight, group),
            // None goes on, so all are the same sequence.
            None => break,
        }
        point += 1;
    }
    Ok(running.first().map(|ballot| ballot.blocks.clone()))
}

/// A sequence that goes on at a point and has more than half of the weight alone.
fn majority<'a>(running: &[&'a Ballot], point: u64, total: f64) -> Option<&'a Ballot> {
    running.iter().copied().find(|ballot| ballot.blocks.count() > point && ballot.weight > total * 0.5)
}

/// How many blocks all of some sequences share.
fn shared_prefix(running: &[&Ballot]) -> Result<u64, Missing> {
    let Some((first, others)) = running.split_first() else { return Ok(0) };
    let mut shared = first.blocks.count();
    for other in others {
        shared = shared.min(first.blocks.common_prefix(&other.blocks)?);
    }
    Ok(shared)
}

/// The sequences that have the block at a point that has most weight behind it, and that weight.
fn strongest<'a>(running: &[&'a Ballot], point: u64) -> Result<Option<(f64, Vec<&'a Ballot>)>, Missing> {
    let mut groups: BTreeMap<Hash, (f64, Vec<&Ballot>)> = BTreeMap::new();
    for ballot in running {
        if let Some(block) = ballot.blocks.get(point)? {
            let (weight, group) = groups.entry(block.hash()).or_default();
            *weight += ballot.weight;
            group.push(ballot);
        }
    }
    // Groups come in the order of hashes, and only more weight takes the place of the one before.
    Ok(groups.into_values().reduce(|best, other| if other.0 > best.0 { other } else { best }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vector {
        Vector::from_values(text.chars().map(|c| Value::Character(c.into())))
    }

    fn text(blocks: &Vector) -> String {
        let letter = |value: &Value| match value {
            Value::Character(c) => char::from_u32(*c),
            _ => None,
        };
        blocks.iter().filter_map(|value| value.ok().and_then(letter)).collect()
    }

    /// Rows of sequence and weight; the winner from a point.
    fn check(rows: &[(&str, f64)], point: u64, expected: &str) {
        let ballots =
            distinct(rows.iter().map(|(text, weight)| Ballot { blocks: blocks(text), weight: *weight }));
        let winner = winner(&ballots, point).expect("all is here").expect("there are ballots");
        assert_eq!(text(&winner), expected, "{rows:?}");
    }

    #[test]
    fn the_most_stake_wins_block_by_block() {
        check(&[("ab", 1.0)], 0, "ab");
        check(&[("ab", 20.0), ("ac", 30.0), ("a", 40.0)], 1, "ac");
        check(&[("ab", 20.0), ("acb", 40.0), ("ac", 30.0)], 1, "acb");
        // Equal sequences count together.
        check(&[("ab", 20.0), ("ac", 30.0), ("ab", 20.0)], 0, "ab");
        // Those who lost at the first block have no say on the second.
        check(&[("axb", 3.0), ("ayb", 2.0), ("axc", 2.0), ("ayc", 2.5), ("ayd", 0.1)], 0, "axb");
        // A shorter sequence cannot win over one that goes on, unless nobody goes on.
        check(&[("a", 90.0), ("ab", 1.0)], 1, "ab");
    }

    #[test]
    fn sequences_without_weight_are_not_counted() {
        assert!(distinct([Ballot { blocks: blocks("a"), weight: 0.0 }]).is_empty());
        assert!(winner(&[], 0).expect("all is here").is_none());
    }

    #[test]
    fn of_equal_weights_the_lower_hash_wins() {
        let (a, b) = (Value::Character('a' as u32).hash(), Value::Character('b' as u32).hash());
        let expected = if a < b { "a" } else { "b" };
        check(&[("a", 1.0), ("b", 1.0)], 0, expected);
        check(&[("b", 1.0), ("a", 1.0)], 0, expected);
    }
}
