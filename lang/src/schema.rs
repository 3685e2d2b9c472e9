//! Names of the fields of records that the network knows: transactions, blocks, state.

use crate::record::tag;
use crate::*;

/// The names of the fields of a record, in their order, as their keywords read without the colon. `None` for a
/// plain record, whose tag is unknown or whose fields are not what the tag requires, and for ops and functions.
pub fn fields(record: &Record) -> Option<&'static [&'static str]> {
    if !matches!(record.kind(), Kind::Record | Kind::Transaction) {
        return None;
    }
    Some(match record.tag() {
        tag::INVOKE => &["origin", "sequence", "command"],
        tag::TRANSFER => &["origin", "sequence", "target", "amount"],
        tag::CALL => &["origin", "sequence", "target", "offer", "call", "args"],
        tag::MULTI => &["origin", "sequence", "mode", "txs"],
        tag::BELIEF => &["orders"],
        tag::STATE => &["accounts", "peers", "globals", "schedule"],
        tag::BLOCK => &["timestamp", "transactions"],
        tag::ORDER => &["timestamp", "consensus", "blocks"],
        tag::ACCOUNT => &[
            "sequence",
            "key",
            "balance",
            "allowance",
            "holdings",
            "controller",
            "environment",
            "metadata",
            "parent",
        ],
        tag::PEER => {
            &["controller", "stake", "stakes", "delegated-stake", "metadata", "timestamp", "balance"]
        }
        tag::RESULT => &["id", "result", "error", "log", "info"],
        tag::BLOCK_RESULT => &["state", "results"],
        _ => return None,
    })
}
