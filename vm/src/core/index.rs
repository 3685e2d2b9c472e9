//! Indexes.

use super::arguments::{bad_argument, pairs};
use crate::{Context, Run, juice};
use lang::{Index, Value};

/// `index`: an index of keys and values in turn. Keys are bytes: blobs, strings, names and addresses.
pub fn index(ctx: &mut Context, args: &mut [Value]) -> Run {
    pairs(args)?;
    let cost = juice::build_data(args.len() as u64);
    ctx.check_juice(cost)?;
    let mut result = Index::empty();
    for pair in args.chunks_exact(2) {
        if !result.insert(pair[0].clone(), pair[1].clone())? {
            let given = pair[0].kind().name();
            return bad_argument(format!("The key of an Index is bytes, given {given}"));
        }
    }
    ctx.finish(cost, result)
}
