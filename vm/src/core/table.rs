//! Which code and name stand for which native function.

use super::*;

/// Every native function: its code, its name, and what it does, in the order of codes.
const TABLE: &[(u64, &str, Native)] = &[
    (0, "quote", syntax::quote),
    (1, "vector", sequence::vector),
    (2, "concat", sequence::concat),
    (3, "vec", sequence::vec),
    (4, "reverse", sequence::reverse),
    (5, "set", set::to_set),
    (6, "union", set::union),
    (7, "intersection", set::intersection),
    (8, "difference", set::difference),
    (9, "list", sequence::list),
    (10, "str", text::str),
    (11, "print", text::print),
    (12, "split", text::split),
    (13, "join", text::join),
    (14, "name", text::name),
    (15, "keyword", text::keyword),
    (16, "symbol", text::symbol),
    (17, "eval", compile::eval),
    (18, "eval-as", actor::eval_as),
    (19, "query-as", actor::query_as),
    (20, "schedule*", actor::schedule),
    (21, "syntax", syntax::syntax),
    (22, "unsyntax", syntax::unsyntax),
    (23, "meta", syntax::meta),
    (24, "syntax?", predicate::is_syntax),
    (30, "callable?", actor::is_callable),
    (31, "undef*", account::undef),
    (32, "lookup", account::lookup),
    (33, "lookup-meta", account::lookup_meta),
    (34, "address", cast::address),
    (35, "blob", cast::blob),
    (36, "account", account::account),
    (37, "balance", account::balance),
    (38, "transfer", actor::transfer),
    (39, "set-memory", memory::set_memory),
    (40, "transfer-memory", memory::transfer_memory),
    (64, "set-stake", peer::set_stake),
    (65, "create-peer", peer::create_peer),
    (66, "set-peer-data", peer::set_peer_data),
    (67, "set-peer-stake", peer::set_peer_stake),
    (68, "evict-peer", peer::evict_peer),
    (69, "get-stake", peer::get_stake),
    (70, "get-peer-stake", peer::get_peer_stake),
    (80, "hash-map", map::hash_map),
    (81, "index", index::index),
    (82, "hash-set", set::hash_set),
    (83, "keys", map::keys),
    (84, "values", map::values),
    (85, "assoc", collection::assoc),
    (86, "assoc-in", collection::assoc_in),
    (96, "get-holding", account::get_holding),
    (97, "set-holding", account::set_holding),
    (98, "set-controller", account::set_controller),
    (99, "set-parent", account::set_parent),
    (100, "set-key", account::set_key),
    (112, "get", collection::get),
    (113, "get-in", collection::get_in),
    (114, "contains-key?", collection::contains_key),
    (115, "subset?", set::is_subset),
    (116, "dissoc", map::dissoc),
    (117, "conj", collection::conj),
    (118, "disj", set::disj),
    (119, "cons", sequence::cons),
    (120, "first", sequence::first),
    (121, "second", sequence::second),
    (122, "last", sequence::last),
    (123, "=", compare::equals),
    (124, "==", compare::eq),
    (125, "!=", compare::ne),
    (126, ">=", compare::ge),
    (127, ">", compare::gt),
    (128, "<=", compare::le),
    (129, "<", compare::lt),
    (130, "min", compare::min),
    (131, "max", compare::max),
    (132, "inc", math::inc),
    (133, "dec", math::dec),
    (134, "boolean", cast::boolean),
    (135, "boolean?", predicate::is_boolean),
    (136, "encoding", crypto::encoding),
    (137, "long", cast::long),
    (138, "int", cast::int),
    (139, "double", cast::double),
    (140, "char", cast::char),
    (141, "byte", cast::byte),
    (160, "+", math::plus),
    (161, "-", math::minus),
    (162, "*", math::times),
    (163, "/", math::divide),
    (164, "floor", double::floor),
    (165, "ceil", double::ceil),
    (166, "sqrt", double::sqrt),
    (167, "abs", math::abs),
    (168, "signum", math::signum),
    (169, "mod", integer::modulo),
    (170, "div", integer::div),
    (171, "rem", integer::rem),
    (172, "quot", integer::quot),
    (173, "pow", double::pow),
    (174, "exp", double::exp),
    (175, "not", cast::not),
    (176, "bit-and", integer::bit_and),
    (177, "bit-xor", integer::bit_xor),
    (178, "bit-or", integer::bit_or),
    (179, "bit-not", integer::bit_not),
    (180, "hash", crypto::hash),
    (181, "keccak256", crypto::keccak256),
    (182, "sha256", crypto::sha256),
    (183, "count", collection::count),
    (192, "empty", collection::empty),
    (193, "nth", sequence::nth),
    (194, "next", sequence::next),
    (195, "slice", sequence::slice),
    (196, "recur", control::recur),
    (197, "tailcall*", control::tailcall),
    (198, "apply", function::apply),
    (208, "rollback", control::rollback),
    (209, "halt", control::halt),
    (210, "return", control::return_value),
    (211, "fail", control::fail),
    (224, "into", sequence::into),
    (225, "merge", map::merge),
    (226, "map", function::map),
    (227, "reduce", function::reduce),
    (228, "reduced", control::reduced),
    (240, "nil?", predicate::is_nil),
    (241, "vector?", predicate::is_vector),
    (242, "list?", predicate::is_list),
    (243, "set?", predicate::is_set),
    (244, "map?", predicate::is_map),
    (245, "coll?", predicate::is_collection),
    (246, "empty?", predicate::is_empty),
    (247, "symbol?", predicate::is_symbol),
    (248, "keyword?", predicate::is_keyword),
    (249, "blob?", predicate::is_blob),
    (250, "address?", predicate::is_address),
    (251, "long?", predicate::is_long),
    (252, "int?", predicate::is_integer),
    (253, "double?", predicate::is_double),
    (254, "str?", predicate::is_string),
    (255, "number?", predicate::is_number),
    (256, "countable?", predicate::is_countable),
    (257, "compile", compile::compile),
    (258, "expand", compile::expand),
    (259, "*initial-expander*", compile::initial_expander),
    (270, "nan?", predicate::is_nan),
    (271, "fn?", predicate::is_function),
    (272, "zero?", predicate::is_zero),
    (384, "log", actor::log),
    (385, "accept", actor::accept),
    (386, "call*", actor::call),
    (387, "deploy", actor::deploy),
];

/// The codes are below this number.
const CODES: usize = 512;

/// The functions by code.
static BY_CODE: [Option<Native>; CODES] = by_code();

const fn by_code() -> [Option<Native>; CODES] {
    let mut table = [None; CODES];
    let mut i = 0;
    while i < TABLE.len() {
        table[TABLE[i].0 as usize] = Some(TABLE[i].2);
        i += 1;
    }
    table
}

/// The native function with a code of [`lang::native::NATIVE`].
pub fn native(code: u64) -> Option<Native> {
    *BY_CODE.get(usize::try_from(code).ok()?)?
}

/// Whether a native function may answer the last value computed before its call, as changes of peers do that
/// change nothing, or calls another that may.
pub fn answers_last_result(function: &Value) -> bool {
    const CHANGES_OF_PEERS: std::ops::RangeInclusive<u64> = 64..=68;
    const APPLY: u64 = 198;
    matches!(function, Value::Extension { tag: lang::extension::CORE, code }
        if CHANGES_OF_PEERS.contains(code) || *code == APPLY)
}

#[cfg(test)]
mod tests {
    use super::{TABLE, native};
    use std::collections::BTreeSet;

    #[test]
    fn has_every_native_function_once() {
        let mine: BTreeSet<(u64, &str)> = TABLE.iter().map(|(code, name, _)| (*code, *name)).collect();
        let all: BTreeSet<(u64, &str)> = lang::native::NATIVE.iter().copied().collect();
        assert_eq!(mine, all);
        assert_eq!(mine.len(), TABLE.len());
        let codes: BTreeSet<u64> = TABLE.iter().map(|row| row.0).collect();
        assert_eq!(codes.len(), TABLE.len(), "codes are unique");
        assert!(codes.into_iter().all(|code| native(code).is_some()));
        assert!(native(511).is_none() && native(u64::MAX).is_none());
    }
}
