//! What functions made by programs take.

use crate::show;
use lang::op::Closure;
use lang::{Missing, Value, Vector};

/// The parameters of one arity of a function.
pub(super) struct Arity {
    params: Vector,
}

impl Arity {
    /// The arities of a function made by a program; none of any other value.
    pub fn all_of(function: &Value) -> Result<Vec<Arity>, Missing> {
        let mut arities = Vec::new();
        match Closure::view(function)? {
            Some(Closure::Fn { params, .. }) => arities.push(Arity { params }),
            Some(Closure::Multi(functions)) => {
                for function in functions.iter() {
                    if let Some(Closure::Fn { params, .. }) = Closure::view(function?)? {
                        arities.push(Arity { params });
                    }
                }
            }
            Some(Closure::Malformed) | None => {}
        }
        Ok(arities)
    }

    /// How many arguments it takes at least, and whether it takes more.
    fn least(&self) -> (u64, bool) {
        let is_rest = |form: Result<&Value, Missing>| matches!(form, Ok(Value::Symbol(symbol)) if symbol.name() == b"&");
        let count = self.params.count();
        if self.params.iter().any(is_rest) { (count.saturating_sub(2), true) } else { (count, false) }
    }

    /// Whether so many arguments fit.
    pub fn fits(&self, count: usize) -> bool {
        let (least, takes_more) = self.least();
        let count = count as u64;
        count == least || takes_more && count > least
    }

    /// A call that fits, with the names of the parameters.
    pub fn call(&self, name: &str) -> String {
        let params = self.params.iter().filter_map(Result::ok).map(show::short);
        let words: Vec<String> = std::iter::once(name.to_owned()).chain(params).collect();
        format!("`({})`", words.join(" "))
    }
}

/// How many arguments some arities take, in words, such as `1 or at least 3 arguments`.
pub(super) fn expected(arities: &[Arity], noun: &str) -> String {
    let mut counts: Vec<(u64, bool)> = arities.iter().map(Arity::least).collect();
    counts.sort_unstable();
    let words: Vec<String> = counts
        .iter()
        .map(|(least, takes_more)| if *takes_more { format!("at least {least}") } else { least.to_string() })
        .collect();
    let plural = if counts.last().is_some_and(|(least, _)| *least == 1) { "" } else { "s" };
    format!("{} {noun}{plural}", words.join(" or "))
}
