//! How many arguments a function takes.

use std::fmt;

/// Numbers of arguments that are told apart; more of them are as good as that many.
pub const LIMIT: u32 = 24;

/// A set of numbers of arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Arity {
    /// Bit n says whether n arguments will do.
    accepted: u32,
}

impl Arity {
    /// No number at all.
    pub const NONE: Arity = Arity { accepted: 0 };

    /// Exactly one number.
    pub fn exactly(count: usize) -> Arity {
        Arity { accepted: 1 << bit(count) }
    }

    /// A number and all greater ones.
    pub fn at_least(count: usize) -> Arity {
        (0..=LIMIT)
            .filter(|n| *n >= bit(count))
            .fold(Arity::NONE, |all, n| all.or(Arity { accepted: 1 << n }))
    }

    /// The numbers of either.
    pub fn or(self, other: Arity) -> Arity {
        Arity { accepted: self.accepted | other.accepted }
    }

    /// Whether so many arguments will do.
    pub fn accepts(self, count: usize) -> bool {
        self.accepted & 1 << bit(count) != 0
    }

    /// Whether all numbers of another are among these.
    pub fn includes(self, other: Arity) -> bool {
        other.accepted & !self.accepted == 0
    }
}

fn bit(count: usize) -> u32 {
    u32::try_from(count).map_or(LIMIT, |count| count.min(LIMIT))
}

impl fmt::Display for Arity {
    /// As in `2`, `1 or 3`, `at least 2` or `an even number of`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<u32> = (0..=LIMIT).filter(|n| self.accepted & 1 << n != 0).collect();
        let is_open = self.accepts(LIMIT as usize);
        match numbers.as_slice() {
            [] => f.write_str("no number of"),
            [first, second, ..] if is_open && second - first == 2 => {
                let parity = if first % 2 == 0 { "an even number of" } else { "an odd number of" };
                f.write_str(parity)?;
                if *first > 1 { write!(f, " arguments, at least {first}") } else { Ok(()) }
            }
            [first, ..] if is_open => write!(f, "at least {first}"),
            [only] => write!(f, "{only}"),
            [first, .., last] if last - first == numbers.len() as u32 - 1 && numbers.len() > 2 => {
                write!(f, "{first} to {last}")
            }
            [init @ .., last] => {
                let init: Vec<String> = init.iter().map(u32::to_string).collect();
                write!(f, "{} or {last}", init.join(", "))
            }
        }
    }
}

impl Arity {
    /// The numbers with the word they count, as in `1 argument` or `at least 2 arguments`.
    pub fn phrase(self) -> String {
        match self.to_string().as_str() {
            "1" => "1 argument".to_owned(),
            text if text.contains("arguments") => text.to_owned(),
            "at least 1" => "at least 1 argument".to_owned(),
            "no number of" => "no number of arguments".to_owned(),
            text => format!("{text} arguments"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_well() {
        let of = |counts: &[usize]| counts.iter().fold(Arity::NONE, |all, n| all.or(Arity::exactly(*n)));
        let even = of(&(0..=24).step_by(2).collect::<Vec<_>>());
        let odd = of(&(3..=23).step_by(2).collect::<Vec<_>>()).or(Arity::exactly(24));
        for (arity, text) in [
            (of(&[0]), "0 arguments"),
            (of(&[1]), "1 argument"),
            (of(&[1, 2]), "1 or 2 arguments"),
            (of(&[1, 2, 3]), "1 to 3 arguments"),
            (of(&[1, 3]), "1 or 3 arguments"),
            (Arity::at_least(0), "at least 0 arguments"),
            (Arity::at_least(1), "at least 1 argument"),
            (even, "an even number of arguments"),
            (odd, "an odd number of arguments, at least 3"),
        ] {
            assert_eq!(arity.phrase(), text);
        }
        assert!(Arity::at_least(2).accepts(1_000) && !Arity::at_least(2).accepts(1));
        assert!(Arity::at_least(2).includes(of(&[2, 5])) && !of(&[2]).includes(Arity::at_least(2)));
    }
}
