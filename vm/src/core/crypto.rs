//! Hashes of bytes, and the encoding of values.

use super::arguments::{blob, exactly};
use crate::{Context, Run, juice};
use lang::{Blob, Value};
use sha3::Digest;

/// `hash`: SHA3-256.
pub fn hash(ctx: &mut Context, args: &mut [Value]) -> Run {
    digest::<sha3::Sha3_256>(ctx, args)
}

/// `keccak256`
pub fn keccak256(ctx: &mut Context, args: &mut [Value]) -> Run {
    digest::<sha3::Keccak256>(ctx, args)
}

/// `sha256`
pub fn sha256(ctx: &mut Context, args: &mut [Value]) -> Run {
    digest::<sha2::Sha256>(ctx, args)
}

fn digest<D: Digest>(ctx: &mut Context, args: &[Value]) -> Run {
    let [_] = exactly(args)?;
    let bytes = blob(args, 0)?;
    let cost = juice::add_mul(juice::HASH, juice::HASH_PER_BYTE, bytes.count());
    ctx.check_juice(cost)?;
    let digest = D::digest(bytes.to_vec()?);
    ctx.finish(cost, Blob::new(&digest))
}

/// `encoding`: the bytes of the one cell, its branches standing in it by their hash.
pub fn encoding(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let encoding = value.encoding();
    ctx.finish(juice::build_blob(encoding.len() as u64), Blob::new(&encoding))
}
