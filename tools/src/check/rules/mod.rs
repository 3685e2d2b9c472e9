//! The rules, by name.

mod arity;
mod capture;
mod compare;
mod locals;
mod lost;
mod names;
mod reach;
mod recur;
mod shadow;
mod traps;
mod trust;

use super::Finding;
use super::scene::Scene;

/// A rule.
pub struct Rule {
    /// Its name: words with hyphens.
    pub name: &'static str,
    /// How bad what it finds is.
    pub severity: Severity,
    /// What it finds, as one line.
    pub about: &'static str,
    /// Adds what it finds; does nothing for rules that the parser itself keeps.
    pub(super) check: fn(&Scene, &mut Vec<Finding>),
}

/// How bad something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Severity {
    /// It fails whenever it runs.
    Error,
    /// It runs, but surely or likely does not do what was meant.
    Warning,
}

fn by_parser(_: &Scene, _: &mut Vec<Finding>) {}

macro_rules! rules {
    ($($name:literal $severity:ident $check:expr, $about:literal;)*) => {
        /// All rules, in the order of their names.
        pub const RULES: &[Rule] = &[
            $(Rule { name: $name, severity: Severity::$severity, about: $about, check: $check },)*
        ];
    };
}

rules! {
    "address-number" Warning compare::address_number, "an address compared or computed with as a number";
    "allow" Warning by_parser, "a comment for the checks that allows nothing";
    "arity" Error arity::arity, "a call with a number of arguments that the function does not take";
    "asset-transfer" Error traps::asset_transfer, "an asset moved as coins, or an asset with data in place of a quantity";
    "binding-metadata" Error by_parser, "a local bound with metadata";
    "call-form" Error by_parser, "a `call` that calls nothing";
    "core-name" Warning shadow::core_name, "a name of the core redefined too late for the code after it";
    "dotimes-count" Error by_parser, "a count of `dotimes` that is no literal number";
    "fail-code" Warning traps::fail_code, "a `fail` whose only argument looks like a code, but is the message";
    "for-capture" Warning capture::for_capture, "an outer `a` or `i` used in `for`, which hides it";
    "idle-function" Warning lost::idle_function, "a function that stands alone as a form, perhaps between its arguments";
    "interface" Warning trust::interface, "a function of a known interface that cannot be called as one";
    "lost-accept" Warning lost::lost_accept, "`accept` inside `query`, which loses the coins";
    "lost-in-query" Warning lost::lost_in_query, "a change at the end of `query`, which undoes it";
    "lost-in-try" Warning lost::lost_in_try, "a change in a branch of `try` that always fails, which undoes it";
    "lost-set" Warning locals::lost_set, "a `set!` of a local that is forgotten before anything reads it";
    "macro-capture" Warning capture::macro_capture, "a macro that binds a plain name around code of its user";
    "macro-name" Warning by_parser, "a local called by the name of a form of the core";
    "metadata-key" Warning by_parser, "a key of metadata that means nothing";
    "never-equal" Warning compare::never_equal, "values of different types compared with `=`";
    "not-a-function" Error arity::not_a_function, "a value that cannot be called at the start of a list";
    "not-a-number" Error compare::not_a_number, "something else computed with as a number";
    "not-callable" Error arity::not_callable, "a `call` of a function that the actor does not offer";
    "quoted-map" Warning traps::quoted_map, "a map or set with `~` in it, which becomes a list";
    "recur-argument" Warning recur::recur_argument, "a `recur` as an argument, which abandons the call around it";
    "recur-arity" Error recur::recur_arity, "a `recur` with the wrong number of arguments";
    "recur-outside" Error recur::recur_outside, "a `recur` outside of any loop or function";
    "register-name" Warning shadow::register_name, "a definition under the name of a register";
    "splicing" Warning by_parser, "`~@`, which is not filled in";
    "syntax" Error by_parser, "a form that does not compile";
    "try-alone" Warning lost::try_alone, "a `try` with one branch, which catches nothing";
    "unchecked-caller" Warning trust::unchecked_caller, "a callable function that changes the actor for anybody";
    "undeclared" Error names::undeclared, "a name without a definition";
    "unquote-local" Error traps::unquote_local, "`~` outside of a template around a local, which is not there yet";
    "unquoted-code" Warning traps::unquoted_code, "code for elsewhere that runs here and now";
    "unreachable" Warning reach::unreachable, "an expression that is never evaluated";
    "unreachable-arity" Warning reach::unreachable_arity, "an arity that an earlier one takes all calls from";
    "unused-local" Warning locals::unused_local, "a local that nothing reads";
    "unused-value" Warning lost::unused_value, "a value without effect that is thrown away";
    "update-arguments" Warning traps::update_arguments, "further arguments of `update`, of which the first is left out";
}

/// A rule by its name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&name, |rule| rule.name).ok().map(|i| &RULES[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        assert!(RULES.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(
            RULES
                .iter()
                .all(|r| r.about.is_ascii() && rule(r.name).is_some_and(|found| found.name == r.name))
        );
    }
}
