//! Native functions of the core: codes and names. What they do is the machine's business.

use crate::{Value, extension};

/// Codes and names of all native functions, in the order of their names.
pub const NATIVE: &[(u64, &str)] = &[
    (125, "!="),
    (162, "*"),
    (259, "*initial-expander*"),
    (160, "+"),
    (161, "-"),
    (163, "/"),
    (129, "<"),
    (128, "<="),
    (123, "="),
    (124, "=="),
    (127, ">"),
    (126, ">="),
    (167, "abs"),
    (385, "accept"),
    (36, "account"),
    (34, "address"),
    (250, "address?"),
    (198, "apply"),
    (85, "assoc"),
    (86, "assoc-in"),
    (37, "balance"),
    (176, "bit-and"),
    (179, "bit-not"),
    (178, "bit-or"),
    (177, "bit-xor"),
    (35, "blob"),
    (249, "blob?"),
    (134, "boolean"),
    (135, "boolean?"),
    (141, "byte"),
    (386, "call*"),
    (30, "callable?"),
    (165, "ceil"),
    (140, "char"),
    (245, "coll?"),
    (257, "compile"),
    (2, "concat"),
    (117, "conj"),
    (119, "cons"),
    (114, "contains-key?"),
    (183, "count"),
    (256, "countable?"),
    (65, "create-peer"),
    (133, "dec"),
    (387, "deploy"),
    (8, "difference"),
    (118, "disj"),
    (116, "dissoc"),
    (170, "div"),
    (139, "double"),
    (253, "double?"),
    (192, "empty"),
    (246, "empty?"),
    (136, "encoding"),
    (17, "eval"),
    (18, "eval-as"),
    (68, "evict-peer"),
    (174, "exp"),
    (258, "expand"),
    (211, "fail"),
    (120, "first"),
    (164, "floor"),
    (271, "fn?"),
    (112, "get"),
    (96, "get-holding"),
    (113, "get-in"),
    (70, "get-peer-stake"),
    (69, "get-stake"),
    (209, "halt"),
    (180, "hash"),
    (80, "hash-map"),
    (82, "hash-set"),
    (132, "inc"),
    (81, "index"),
    (138, "int"),
    (252, "int?"),
    (7, "intersection"),
    (224, "into"),
    (13, "join"),
    (181, "keccak256"),
    (83, "keys"),
    (15, "keyword"),
    (248, "keyword?"),
    (122, "last"),
    (9, "list"),
    (242, "list?"),
    (384, "log"),
    (137, "long"),
    (251, "long?"),
    (32, "lookup"),
    (33, "lookup-meta"),
    (226, "map"),
    (244, "map?"),
    (131, "max"),
    (225, "merge"),
    (23, "meta"),
    (130, "min"),
    (169, "mod"),
    (14, "name"),
    (270, "nan?"),
    (194, "next"),
    (240, "nil?"),
    (175, "not"),
    (193, "nth"),
    (255, "number?"),
    (173, "pow"),
    (11, "print"),
    (19, "query-as"),
    (172, "quot"),
    (0, "quote"),
    (196, "recur"),
    (227, "reduce"),
    (228, "reduced"),
    (171, "rem"),
    (210, "return"),
    (4, "reverse"),
    (208, "rollback"),
    (20, "schedule*"),
    (121, "second"),
    (5, "set"),
    (98, "set-controller"),
    (97, "set-holding"),
    (100, "set-key"),
    (39, "set-memory"),
    (99, "set-parent"),
    (66, "set-peer-data"),
    (67, "set-peer-stake"),
    (64, "set-stake"),
    (243, "set?"),
    (182, "sha256"),
    (168, "signum"),
    (195, "slice"),
    (12, "split"),
    (166, "sqrt"),
    (10, "str"),
    (254, "str?"),
    (115, "subset?"),
    (16, "symbol"),
    (247, "symbol?"),
    (21, "syntax"),
    (24, "syntax?"),
    (197, "tailcall*"),
    (38, "transfer"),
    (40, "transfer-memory"),
    (31, "undef*"),
    (6, "union"),
    (22, "unsyntax"),
    (84, "values"),
    (3, "vec"),
    (1, "vector"),
    (241, "vector?"),
    (272, "zero?"),
];

/// The names by code.
const BY_CODE: [Option<&str>; 1 + MAX_CODE] = {
    let mut names = [None; 1 + MAX_CODE];
    let mut i = 0;
    while i < NATIVE.len() {
        names[NATIVE[i].0 as usize] = Some(NATIVE[i].1);
        i += 1;
    }
    names
};

const MAX_CODE: usize = {
    let (mut max, mut i) = (0, 0);
    while i < NATIVE.len() {
        if NATIVE[i].0 > max {
            max = NATIVE[i].0;
        }
        i += 1;
    }
    max as usize
};

/// The name of a native function.
pub fn name(code: u64) -> Option<&'static str> {
    *BY_CODE.get(usize::try_from(code).ok()?)?
}

/// The name of the native function that a value is, if it is one.
#[inline]
pub fn name_of(function: &Value) -> Option<&'static str> {
    match function {
        Value::Extension { tag: extension::CORE, code } => name(*code),
        _ => None,
    }
}

/// The native function of a name.
pub fn function(name: &str) -> Option<Value> {
    code(name).map(|code| Value::Extension { tag: extension::CORE, code })
}

/// The code of a native function.
pub fn code(name: &str) -> Option<u64> {
    NATIVE.binary_search_by_key(&name, |(_, n)| n).ok().map(|i| NATIVE[i].0)
}
