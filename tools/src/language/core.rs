//! What is known of the functions of the core, beyond what a state tells of them.

use super::class::Class;

/// A function of the core.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What is true of it: a sum of the constants of this module.
    traits: u8,
    /// The class of its values, where that does not depend on the arguments.
    pub result: Option<Class>,
}

/// It only computes. Casts are not among these functions: that one fails may be the point.
pub const PURE: u8 = 1;
/// All its arguments are numbers.
pub const NUMBERS: u8 = 2;
/// Its first argument is an address.
pub const ADDRESS: u8 = 4;
/// It changes the account or moves what that has, and no more than `query` and `try` undo.
pub const CHANGES: u8 = 8;
/// It can change the account or move what that has in some way, whoever made it do so.
pub const POWER: u8 = 16;
/// It never gives a value: it leaves what surrounds it.
pub const LEAVES: u8 = 32;

impl Function {
    /// Whether one of the constants of this module is true of it.
    pub fn is(&self, property: u8) -> bool {
        self.traits & property != 0
    }
}

const fn function(name: &'static str, traits: u8, result: Option<Class>) -> Function {
    Function { name, traits, result }
}

/// The functions, in the order of their names.
const FUNCTIONS: &[Function] = &[
    function("!=", PURE | NUMBERS, Some(Class::Boolean)),
    function("*", PURE | NUMBERS, Some(Class::Number)),
    function("+", PURE | NUMBERS, Some(Class::Number)),
    function("-", PURE | NUMBERS, Some(Class::Number)),
    function("/", PURE | NUMBERS, Some(Class::Double)),
    function("<", PURE | NUMBERS, Some(Class::Boolean)),
    function("<=", PURE | NUMBERS, Some(Class::Boolean)),
    function("=", PURE, Some(Class::Boolean)),
    function("==", PURE | NUMBERS, Some(Class::Boolean)),
    function(">", PURE | NUMBERS, Some(Class::Boolean)),
    function(">=", PURE | NUMBERS, Some(Class::Boolean)),
    function("abs", PURE | NUMBERS, Some(Class::Number)),
    function("account", PURE | ADDRESS, None),
    function("account?", PURE, None),
    function("actor?", PURE, None),
    function("address", 0, Some(Class::Address)),
    function("address?", PURE, None),
    function("assoc", PURE, None),
    function("assoc-in", PURE, None),
    function("balance", PURE | ADDRESS, Some(Class::Integer)),
    function("bit-and", PURE, Some(Class::Integer)),
    function("bit-not", PURE, Some(Class::Integer)),
    function("bit-or", PURE, Some(Class::Integer)),
    function("bit-xor", PURE, Some(Class::Integer)),
    function("blob", 0, Some(Class::Blob)),
    function("blob?", PURE, None),
    function("boolean", PURE, Some(Class::Boolean)),
    function("boolean?", PURE, None),
    function("callable?", PURE | ADDRESS, None),
    function("ceil", 0, Some(Class::Double)),
    function("char", 0, Some(Class::Character)),
    function("coll?", PURE, None),
    function("concat", PURE, None),
    function("conj", PURE, None),
    function("cons", PURE, None),
    function("contains-key?", PURE, None),
    function("count", PURE, Some(Class::Integer)),
    function("dec", PURE | NUMBERS, None),
    function("defined?", PURE, None),
    function("deploy", 0, Some(Class::Address)),
    function("difference", PURE, None),
    function("disj", PURE, None),
    function("dissoc", PURE, None),
    function("dissoc-in", PURE, None),
    function("double", 0, Some(Class::Double)),
    function("double?", PURE, None),
    function("empty", PURE, None),
    function("empty?", PURE, None),
    function("encoding", 0, Some(Class::Blob)),
    function("eval", POWER, None),
    function("eval-as", ADDRESS | POWER, None),
    function("exp", 0, Some(Class::Double)),
    function("fail", LEAVES, None),
    function("floor", 0, Some(Class::Double)),
    function("fn?", PURE, None),
    function("get", PURE, None),
    function("get-holding", PURE | ADDRESS, None),
    function("get-in", PURE, None),
    function("halt", LEAVES, None),
    function("hash", PURE, Some(Class::Blob)),
    function("hash-map", PURE, Some(Class::Map)),
    function("hash-set", PURE, Some(Class::Set)),
    function("identity", PURE, None),
    function("inc", PURE | NUMBERS, None),
    function("index", PURE, None),
    function("int", 0, Some(Class::Integer)),
    function("int?", PURE, None),
    function("intersection", PURE, None),
    function("into", PURE, None),
    function("keccak256", 0, Some(Class::Blob)),
    function("keys", PURE, None),
    function("keyword", 0, Some(Class::Keyword)),
    function("keyword?", PURE, None),
    function("list", PURE, Some(Class::List)),
    function("list?", PURE, None),
    function("long", 0, Some(Class::Integer)),
    function("long?", PURE, None),
    function("map?", PURE, None),
    function("max", PURE | NUMBERS, Some(Class::Number)),
    function("merge", PURE, None),
    function("min", PURE | NUMBERS, Some(Class::Number)),
    function("mod", PURE | NUMBERS, Some(Class::Integer)),
    function("name", 0, Some(Class::String)),
    function("nan?", PURE, None),
    function("nil?", PURE, None),
    function("not", PURE, Some(Class::Boolean)),
    function("number?", PURE, None),
    function("pow", NUMBERS, Some(Class::Double)),
    function("print", 0, Some(Class::String)),
    function("query-as", ADDRESS, None),
    function("quot", PURE | NUMBERS, None),
    function("recur", LEAVES, None),
    function("reduced", LEAVES, None),
    function("rem", PURE | NUMBERS, None),
    function("return", LEAVES, None),
    function("reverse", PURE, None),
    function("rollback", LEAVES, None),
    function("schedule*", POWER, None),
    function("set", 0, Some(Class::Set)),
    function("set-controller", ADDRESS | CHANGES, None),
    function("set-holding", ADDRESS | CHANGES, None),
    function("set-key", CHANGES, None),
    function("set-memory", CHANGES, None),
    function("set-parent", ADDRESS | CHANGES, None),
    function("set-peer-data", POWER, None),
    function("set-peer-stake", POWER, None),
    function("set-stake", POWER, None),
    function("set?", PURE, None),
    function("sha256", 0, Some(Class::Blob)),
    function("sqrt", NUMBERS, Some(Class::Double)),
    function("str", PURE, Some(Class::String)),
    function("str?", PURE, None),
    function("subset?", PURE, None),
    function("symbol", 0, Some(Class::Symbol)),
    function("symbol?", PURE, None),
    function("tailcall*", LEAVES, None),
    function("transfer", ADDRESS | CHANGES, None),
    function("transfer-memory", ADDRESS | CHANGES, None),
    function("undef*", CHANGES, None),
    function("union", PURE, None),
    function("values", PURE, None),
    function("vec", PURE, Some(Class::Vector)),
    function("vector", PURE, Some(Class::Vector)),
    function("vector?", PURE, None),
    function("zero?", PURE, None),
];

/// What is known of a function of the core.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.binary_search_by_key(&name, |function| function.name).ok().map(|at| &FUNCTIONS[at])
}

/// Whether something is true of a function of the core, by its name.
pub fn is(name: &str, property: u8) -> bool {
    find(name).is_some_and(|function| function.is(property))
}

/// The class of what a register of the machine holds. Those that may be `nil` besides hold an
/// address where a program compares them.
pub fn register_class(name: &str) -> Option<Class> {
    Some(match name {
        "*caller*" | "*address*" | "*origin*" => Class::Address,
        "*juice*" | "*memory*" | "*balance*" | "*timestamp*" | "*depth*" | "*offer*" | "*sequence*"
        | "*juice-price*" | "*juice-limit*" => Class::Integer,
        "*memory-price*" => Class::Double,
        "*env*" => Class::Map,
        "*location*" => Class::Vector,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_those_of_the_core() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        let state = stdlib::genesis().expect("the library builds");
        let core = crate::explain::definitions(&state, vm::context::CORE).expect("all is in memory");
        for function in FUNCTIONS {
            assert!(core.iter().any(|name| name == function.name), "{}", function.name);
        }
        assert!(is("inc", PURE) && is("inc", NUMBERS) && !is("transfer", PURE) && !is("nothing", PURE));
    }
}
