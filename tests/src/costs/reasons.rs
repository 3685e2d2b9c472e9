//! Why what costs more than the goal cannot cost less: what the rules of the network force.

/// A rest is looked for among keys or elements.
const HASHED: &str = "a key or an element is found by its hash. Every rest is another value with another tree, of 65,536 \
                      elements one of 4,369 cells or more, all of which are hashed when a rest is made anew for each call";
/// Forms are expanded or compiled.
const DEEP: &str = "a form is gone down, 256 levels of it, before anything is paid for";
/// A rest is taken of an index.
const WALKED: &str = "a rest of a map, set or index is made anew for each call, and makes the path to each element that is read";
/// What takes all the juice that there is.
const USED_UP: &str = "all juice is used up by steps each of which is paid for, somewhat below its time";
/// Long integers are calculated with.
const LONG: &str = "the price is the same whatever the length of an integer";

/// The names of functions or forms, and the reason.
const REASONS: &[(&[&str], &str)] = &[
    (
        &[
            "contains-key?",
            "get",
            "dissoc",
            "conj",
            "disj",
            "hash-set",
            "hash-map",
            "set",
            "map",
            "assoc",
            "reduce",
            "call of a value",
        ],
        HASHED,
    ),
    (&["encoding"], "an encoding has the hashes of all parts in it, and every rest has other parts"),
    (&["assoc-in", "expand-1", "*initial-expander*"], USED_UP),
    (&["deploy", "eval", "eval-as", "query-as", "compile", "expand"], DEEP),
    (&["first", "second", "last", "nth", "get-in", "destructuring"], WALKED),
    (&["div", "quot", "rem", "mod", "/", "byte", "int"], LONG),
];

/// The reason for the cost of a function or form, if there is one.
pub fn reason(name: &str) -> Option<&'static str> {
    REASONS.iter().find(|(names, _)| names.contains(&name)).map(|(_, reason)| *reason)
}
