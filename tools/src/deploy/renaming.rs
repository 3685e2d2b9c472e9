//! Addresses here and there that stand for one another.
//!
//! A program that is run again gets other addresses for the accounts that it makes, and may be run
//! as another account. Where its code holds them, they differ while all else is equal. So each own
//! address here stands for at most one there, and the other way round; what they are is learned
//! from the first place where they stand opposite each other.

use super::parts;
use lang::{Missing, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Which addresses of one side stand for which of another.
#[derive(Clone, Debug, Default)]
pub struct Renaming {
    own: BTreeSet<u64>,
    there: BTreeMap<u64, u64>,
}

impl Renaming {
    /// A renaming of these addresses of our side; what they are on the other is not known yet.
    pub fn of(own: impl IntoIterator<Item = u64>) -> Renaming {
        Renaming { own: own.into_iter().collect(), there: BTreeMap::new() }
    }

    /// Lets an own address stand for another one; answers whether it does now: it may stand for a
    /// different one, or be no own address, or the other may be taken.
    pub fn bind(&mut self, ours: u64, theirs: u64) -> bool {
        match self.there.get(&ours) {
            Some(known) => *known == theirs,
            None if !self.own.contains(&ours) || self.there.values().any(|taken| *taken == theirs) => false,
            None => {
                self.there.insert(ours, theirs);
                true
            }
        }
    }

    /// What an own address stands for, where that is known.
    pub fn there(&self, ours: u64) -> Option<u64> {
        self.there.get(&ours).copied()
    }

    /// All that is known: ours, then theirs.
    pub fn pairs(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.there.iter().map(|(ours, theirs)| (*ours, *theirs))
    }

    /// Learns from two values, as far as they have the same shape, what own addresses stand for.
    ///
    /// # Errors
    /// [`Missing`] when a part of a value is not available.
    pub fn learn(&mut self, ours: &Value, theirs: &Value) -> Result<(), Missing> {
        // The first places come first.
        let (mut open, mut seen) = (vec![(ours.clone(), theirs.clone())], HashMap::new());
        while let Some((ours, theirs)) = open.pop() {
            if let (Value::Address(ours), Value::Address(theirs)) = (&ours, &theirs) {
                self.bind(*ours, *theirs);
                continue;
            }
            let (Some(here), Some(there)) = (ours.identity(), theirs.identity()) else { continue };
            if here == there || seen.contains_key(&(here, there)) {
                continue;
            }
            open.extend(opposite(&ours, &theirs)?.into_iter().rev());
            seen.insert((here, there), (ours, theirs));
        }
        Ok(())
    }

    /// A value of ours with the addresses that its own ones stand for. What holds none stays the
    /// same cell.
    ///
    /// # Errors
    /// [`Missing`] when a part of the value is not available.
    pub fn rename(&self, value: &Value) -> Result<Value, Missing> {
        enum Task {
            Visit(Value),
            Build(Value, usize),
        }
        let mut open = vec![Task::Visit(value.clone())];
        let mut done: Vec<Value> = Vec::new();
        // Keeps the cells whose identities it knows.
        let mut known: HashMap<usize, (Value, Value)> = HashMap::new();
        while let Some(task) = open.pop() {
            match task {
                Task::Visit(Value::Address(address)) => {
                    done.push(Value::Address(self.there(address).unwrap_or(address)));
                }
                Task::Visit(value) => {
                    if let Some((_, renamed)) = value.identity().and_then(|identity| known.get(&identity)) {
                        done.push(renamed.clone());
                        continue;
                    }
                    let parts = parts::of(&value)?;
                    if parts.is_empty() {
                        done.push(value);
                        continue;
                    }
                    open.push(Task::Build(value, parts.len()));
                    open.extend(parts.into_iter().rev().map(Task::Visit));
                }
                Task::Build(value, count) => {
                    let renamed = done.split_off(done.len().saturating_sub(count));
                    let old = parts::of(&value)?;
                    let is_same = old.iter().zip(&renamed).all(|(old, new)| is_same(old, new));
                    let built = if is_same { value.clone() } else { parts::build(&value, renamed)? };
                    if let Some(identity) = value.identity() {
                        known.insert(identity, (value, built.clone()));
                    }
                    done.push(built);
                }
            }
        }
        Ok(done.pop().unwrap_or_default())
    }
}

/// Whether two values are one cell, or the same address. Other values that stand in place are never
/// renamed.
fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Address(old), Value::Address(new)) => old == new,
        _ => old.identity() == new.identity(),
    }
}

/// The parts of two values that stand opposite each other.
fn opposite(ours: &Value, theirs: &Value) -> Result<Vec<(Value, Value)>, Missing> {
    let has_same_shape = match (ours, theirs) {
        (Value::Map(ours), Value::Map(theirs)) => {
            return values_of_same_keys(ours.iter(), |key| theirs.get(key).map(|value| value.cloned()));
        }
        (Value::Index(ours), Value::Index(theirs)) => {
            return values_of_same_keys(ours.iter(), |key| theirs.get(key).map(|value| value.cloned()));
        }
        (Value::Vector(ours), Value::Vector(theirs)) => ours.count() == theirs.count(),
        (Value::List(ours), Value::List(theirs)) => ours.count() == theirs.count(),
        (Value::Record(ours), Value::Record(theirs)) => {
            ours.tag() == theirs.tag() && ours.fields().count() == theirs.fields().count()
        }
        (Value::Coded(ours), Value::Coded(theirs)) => ours.tag() == theirs.tag(),
        (Value::Syntax(_), Value::Syntax(_)) => true,
        _ => false,
    };
    if !has_same_shape {
        return Ok(Vec::new());
    }
    Ok(parts::of(ours)?.into_iter().zip(parts::of(theirs)?).collect())
}

fn values_of_same_keys<'a>(
    ours: impl Iterator<Item = Result<(&'a Value, &'a Value), Missing>>,
    theirs: impl Fn(&Value) -> Result<Option<Value>, Missing>,
) -> Result<Vec<(Value, Value)>, Missing> {
    let mut pairs = Vec::new();
    for entry in ours {
        let (key, value) = entry?;
        pairs.extend(theirs(key)?.map(|other| (value.clone(), other)));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::reader;

    fn read(text: &str) -> Value {
        reader::read_one(text, 0).unwrap_or_else(|errors| panic!("{text}: {errors:?}")).value
    }

    #[test]
    fn what_addresses_stand_for_is_learned_and_applied() {
        for (ours, theirs, is_equal) in [
            ("#1", "#7", true),
            ("(f #1 #2 #1)", "(f #7 #8 #7)", true),
            ("(f #1 #2 #1)", "(f #7 #8 #8)", false),
            ("(f #1 #2)", "(f #7 #7)", false),
            ("[#3 #1]", "[#4 #7]", false),
            ("[#1 #{#1 #2} #2]", "[#7 #{#7 #8} #8]", true),
            ("[#1 {#1 :a, :b {:c #2}}]", "[#7 {#7 :a, :b {:c #8}}]", true),
            ("[#1 {#2 :a}]", "[#7 {#8 :a}]", false),
            ("^{:x #1} (a #1)", "^{:x #7} (a #7)", true),
            ("[1 \"#1\"]", "[1 \"#7\"]", false),
        ] {
            let (ours, theirs) = (read(ours), read(theirs));
            let mut renaming = Renaming::of([1, 2]);
            renaming.learn(&ours, &theirs).expect("all is here");
            let renamed = renaming.rename(&ours).expect("all is here");
            assert_eq!(renamed == theirs, is_equal, "{renaming:?}");
        }
    }

    #[test]
    fn what_holds_no_own_address_stays_the_same_cell() {
        let value = read("[(f #5) {:a #{#6}}]");
        let mut renaming = Renaming::of([1]);
        assert!(renaming.bind(1, 7) && renaming.bind(1, 7) && !renaming.bind(1, 8) && !renaming.bind(2, 9));
        assert_eq!(renaming.rename(&value).expect("all is here").identity(), value.identity());
    }

    #[test]
    fn values_may_nest_and_share_without_bound() {
        let mut deep = Value::Address(1);
        let mut other = Value::Address(7);
        for _ in 0..100_000 {
            deep = lang::Vector::from_values([deep]).into();
            other = lang::Vector::from_values([other]).into();
        }
        let mut renaming = Renaming::of([1]);
        renaming.learn(&deep, &other).expect("all is here");
        assert!(renaming.rename(&deep).expect("all is here") == other);
        // A tree of 2^60 leaves in 60 cells.
        let mut shared = Value::Address(1);
        for _ in 0..60 {
            shared = lang::Vector::from_values([shared.clone(), shared]).into();
        }
        let renamed = renaming.rename(&shared).expect("all is here");
        assert!(renamed != shared && !parts::has_code(&renamed).expect("all is here"));
    }
}
