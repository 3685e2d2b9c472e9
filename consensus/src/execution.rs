//! Execution of final blocks: what [`crate::Action::Execute`] asks for.

use crate::signatures::Signatures;
use lang::Value;
use vm::apply::Fault;
use vm::block::{self, Block, BlockResult};
use vm::{State, apply};

/// The state after a block, and what came of it; a value that is not a block changes nothing and
/// has no result.
///
/// # Errors
/// The reason, in a sentence without a full stop, when a cell is not available.
pub fn execute(
    state: &State,
    block: &Value,
    signatures: &dyn Signatures,
) -> Result<(State, Option<BlockResult>), String> {
    let block = Block::from_value(block).map_err(|missing| missing.to_string())?;
    let Some(block) = block else { return Ok((state.clone(), None)) };
    let result =
        block::apply(state, &block, &|signed| signatures.is_good(signed)).map_err(|error| fault(&error))?;
    Ok((result.state.clone(), Some(result)))
}

/// A fault as a sentence.
pub(crate) fn fault(fault: &apply::Fault) -> String {
    match fault {
        Fault::Missing(missing) => missing.to_string(),
        Fault::Interrupted => "the work was interrupted".to_owned(),
    }
}
