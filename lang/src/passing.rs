//! Facts about rests, found by trees that are not kept.
//!
//! A hash, a length and a memory size are those of the tree of a rest. A program can have them
//! found for one rest of a large vector after the other, each of which has a tree of its own, so
//! that only what is found is kept, not the tree: also an encoding, where that is so short that it
//! stands inside those of others.

use crate::cell::Slot;
use crate::list::List;
use crate::rest::Rest;
use crate::{Missing, Value};

/// The rest that a vector or list is, as long as its tree is not kept.
pub(crate) fn rest_of(value: &Value) -> Option<&Rest> {
    match value {
        Value::Vector(vector) => vector.rest(),
        Value::List(list) => list.reversed().rest(),
        _ => None,
    }
}

/// Calls a function with each cell about which all must be known before the facts about this one
/// are found: the children, or what holds the elements of a rest.
pub(crate) fn for_each_below<'a>(value: &'a Value, f: &mut dyn FnMut(&'a Slot)) {
    match rest_of(value) {
        Some(rest) => rest.for_each_holder(f),
        None => value.for_each_child(f),
    }
}

/// Finds something in the tree of a rest, and keeps the facts about it that are known then. The
/// value is the rest itself, and about all that is below it as much must be known: this goes no
/// deeper than its tree.
///
/// # Errors
/// Those of what is found.
pub(crate) fn in_passing<T>(
    value: &Value,
    rest: &Rest,
    find: impl FnOnce(&Value) -> Result<T, Missing>,
) -> Result<T, Missing> {
    let tree = rest.fresh_tree();
    let twin = match value {
        Value::List(_) => Value::List(List::from_reversed(tree)),
        _ => Value::Vector(tree),
    };
    let found = find(&twin)?;
    if let (Some(facts), Some(known)) = (value.facts(), twin.facts()) {
        facts.take_over(known);
    }
    if twin.is_embedded() {
        rest.set_content(&twin.encoding()[1..]);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Map, Vector};

    fn numbers(count: i64) -> Vector {
        Vector::from_values((0..count).map(Value::Integer))
    }

    fn rest(collection: impl Into<Value>) -> Value {
        let view = Vector::view_of(&collection.into()).expect("all is here").expect("it has elements");
        view.view(1, view.count()).expect("all is here").expect("there is more than one").into()
    }

    #[test]
    fn no_tree_is_kept() {
        for count in [18, 20, 33, 100, 1_000, 4_098] {
            for rest in [rest(numbers(count)), list(count)] {
                let elements: Vec<Value> = match &rest {
                    Value::List(list) => list.to_vec().expect("all is here"),
                    _ => (1..count).map(Value::Integer).collect(),
                };
                let copy: Value = match &rest {
                    Value::List(_) => List::from_values(elements).into(),
                    _ => Vector::from_values(elements).into(),
                };
                let inside = |value: &Value| Value::from(Vector::from_values([value.clone(), Value::Nil]));
                assert_eq!(inside(&rest).encoding(), inside(&copy).encoding());
                assert_eq!(rest.hash(), copy.hash());
                assert_eq!(inside(&rest).memory_size(), inside(&copy).memory_size());
                assert_eq!(rest.encoding(), copy.encoding());
                assert!(rest_of(&rest).is_some(), "{count} elements");
                assert_eq!(rest.facts().and_then(|facts| facts.hash().copied()), Some(copy.hash()));
            }
        }
    }

    /// A list over a rest, which has as many elements less one.
    fn list(count: i64) -> Value {
        let Value::Vector(rest) = rest(numbers(count)) else { panic!("it is a vector") };
        List::from_reversed(rest).into()
    }

    /// Rests of vectors, lists and maps, each the last element of the next one.
    #[test]
    fn rests_in_rests_do_not_overflow() {
        let mut value = Value::Nil;
        for i in 0..30_000_i64 {
            let padding = (0..17).map(Value::Integer);
            value = match i % 3 {
                0 => rest(Vector::from_values(padding.chain([value]))),
                1 => rest(Map::from_entries(padding.map(|n| (n, value.clone())))),
                _ => rest(List::from_values(padding.chain([value]))),
            };
        }
        assert!(rest_of(&value).is_some());
        value.hash();
        value.memory_size().expect("all is here");
        assert!(rest_of(&value).is_some());
    }

    #[test]
    fn what_changes_is_found_again() {
        let Value::Vector(mut changed) = rest(numbers(40)) else { panic!("it is a vector") };
        let mut elements: Vec<Value> = (1..40).map(Value::Integer).collect();
        for n in 0..3 {
            let copy = Value::from(Vector::from_values(elements.clone()));
            let value = Value::from(changed);
            assert_eq!((value.hash(), value.encoding()), (copy.hash(), copy.encoding()));
            let Value::Vector(same) = value else { panic!("it is a vector") };
            changed = same;
            changed.push(Value::Integer(n)).expect("all is here");
            assert!(changed.set(n as u64, Value::Nil).expect("all is here"));
            elements.push(Value::Integer(n));
            elements[n as usize] = Value::Nil;
        }
    }
}
