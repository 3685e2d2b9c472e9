//! Quick ways of native functions that change a data structure: in place, where nothing can fail.

use crate::{Context, juice};
use lang::{Value, native};

/// Does what a native function does, charges for it and leaves the result in the first argument. Answers false when it
/// has done nothing that the native function does not do as well.
pub type Quick = fn(&mut Context, &mut [Value]) -> bool;

/// The quick way of a native function, if it has one.
pub fn quick(function: &Value) -> Option<Quick> {
    match native::name_of(function)? {
        "assoc" => Some(assoc),
        _ => None,
    }
}

/// `assoc` to a hash map, and at a position of a vector.
fn assoc(ctx: &mut Context, args: &mut [Value]) -> bool {
    let Some((target, pairs)) = args.split_first_mut() else { return false };
    let cost = juice::build_data(pairs.len() as u64);
    if !pairs.len().is_multiple_of(2) || !ctx.can_afford(cost) {
        return false;
    }
    let is_done = match (target, &*pairs) {
        (Value::Map(map), pairs) => {
            pairs.chunks_exact(2).all(|pair| map.insert_copy(&pair[0], &pair[1]).is_ok())
        }
        (Value::Vector(vector), [Value::Integer(position), value]) => u64::try_from(*position)
            .is_ok_and(|position| vector.set(position, value.clone()).is_ok_and(|is_in_range| is_in_range)),
        _ => false,
    };
    is_done && ctx.charge(cost).is_ok()
}
