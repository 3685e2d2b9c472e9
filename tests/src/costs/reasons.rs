//! Why what costs more than the goal cannot cost less: what the rules of the network force.

/// A rest is looked for among keys or elements.
const HASHED: &str = "a key or an element is found by its hash, and a rest that is made anew for each call is another value \
                      with another tree, all cells of which are encoded and hashed: below stands what hashing alone takes";
/// A rest of a collection with entries is made.
const WALKED: &str = "a rest of a map, set or index is made anew for each call, and with it the elements of the first chunk \
                      and the path to each element that is read: a hundred small cells";
/// What takes all the juice that there is.
const USED_UP: &str = "all juice is used up by steps each of which is paid for, somewhat below its time";
/// Long integers are divided.
const LONG: &str =
    "the price of a division is the same whatever the lengths: below stands what the library alone takes";
/// Something fails at the last element.
const FAILS: &str = "a call that fails at an element costs nothing for those before it, each of which has to be looked at to \
                     find the one at fault. The juice there is bounds their number, as the call is not begun if it could not \
                     be paid for in the end";

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
            "assoc",
            "reduce",
            "call of a value",
        ],
        HASHED,
    ),
    (
        &["encoding"],
        "an encoding has the hashes of all parts in it, and every rest has other parts: below stands what hashing alone \
         takes",
    ),
    (&["map", "mapcat", "into"], FAILS),
    (&["assoc-in", "expand-1", "*initial-expander*", "filter", "filterv", "print"], USED_UP),
    (&["first", "second", "last", "nth", "next", "get-in", "destructuring"], WALKED),
    (
        &["set-holding"],
        "a value that takes the place of another is compared with it first, element by element where both are rests that were \
         made apart; the rules do not force this",
    ),
    (&["str"], "a text pays for its bytes, and the rest of an index makes an entry for every few of them"),
    (&["div", "quot", "rem", "mod", "/"], LONG),
];

/// The reason for the cost of a function or form, if there is one.
pub fn reason(name: &str) -> Option<&'static str> {
    REASONS.iter().find(|(names, _)| names.contains(&name)).map(|(_, reason)| *reason)
}
