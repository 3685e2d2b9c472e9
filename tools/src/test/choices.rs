//! Choices: the numbers that random values are made from, kept so that they can be made again, and simpler.
//!
//! Every random value is made from a row of choices, each a number below some bound, where 0 stands for what is simplest. A
//! shorter row, or one of smaller numbers, makes a simpler value of the same generator. So one way to shrink serves all.

use fastrand::Rng;

/// Rows that are tried to find a simpler one.
const MAX_TRIES: usize = 2_000;
/// Parts of a row up to this length are left out.
const MAX_PART: usize = 16;

/// Where choices come from.
pub struct Choices {
    rng: Rng,
    /// Choices made before; behind their end all are 0 where they are replayed, and random otherwise.
    given: Vec<u64>,
    is_replay: bool,
    made: Vec<u64>,
    /// How big values may be, from 1.
    size: u64,
    /// How many accounts there are.
    accounts: u64,
}

impl Choices {
    /// Random choices for values of a size.
    pub fn random(rng: Rng, size: u64, accounts: u64) -> Choices {
        Choices { rng, given: Vec::new(), is_replay: false, made: Vec::new(), size: size.max(1), accounts }
    }

    /// Choices that were made before.
    pub fn replay(row: &[u64], size: u64, accounts: u64) -> Choices {
        let rng = Rng::with_seed(0);
        Choices { rng, given: row.to_vec(), is_replay: true, made: Vec::new(), size: size.max(1), accounts }
    }

    /// The choices that were made.
    pub fn made(self) -> Vec<u64> {
        self.made
    }

    /// How big values may be, from 1.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// How many accounts there are.
    pub fn accounts(&self) -> u64 {
        self.accounts
    }

    /// A number below a bound; 0 where the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let choice = match self.given.get(self.made.len()) {
            Some(choice) => choice % bound.max(1),
            None if self.is_replay => 0,
            None => self.rng.u64(0..bound.max(1)),
        };
        self.made.push(choice);
        choice
    }

    /// Whether something rare happens: once in so many times.
    pub fn rarely(&mut self, times: u64) -> bool {
        self.below(times) == times - 1 && times > 1
    }

    /// Whether to go on with one more element of something.
    pub fn more(&mut self) -> bool {
        let bound = self.size.min(20) + 1;
        self.below(bound) != 0
    }
}

/// A simpler row for which something still fails: shorter, or of smaller numbers. The test is given a row and answers the
/// choices it really made, if it fails.
pub fn shrink(row: Vec<u64>, mut fails: impl FnMut(&[u64]) -> Option<Vec<u64>>) -> Vec<u64> {
    let mut best = row;
    let mut tries = 0;
    loop {
        let before = best.clone();
        let mut attempt = |row: Vec<u64>, best: &mut Vec<u64>| {
            if tries >= MAX_TRIES {
                return false;
            }
            tries += 1;
            match fails(&row) {
                Some(made) if is_simpler(&made, best) => {
                    *best = made;
                    true
                }
                _ => false,
            }
        };
        shorten(&mut best, &mut attempt);
        lower(&mut best, &mut attempt);
        if best == before {
            return best;
        }
    }
}

/// Shorter rows are simpler, then those of smaller numbers.
fn is_simpler(a: &[u64], b: &[u64]) -> bool {
    (a.len(), a) < (b.len(), b)
}

type Attempt<'a> = dyn FnMut(Vec<u64>, &mut Vec<u64>) -> bool + 'a;

/// Leaves out parts of the row, long ones first.
fn shorten(best: &mut Vec<u64>, attempt: &mut Attempt) {
    let halves = std::iter::successors(Some(best.len() / 2), |n| Some(n / 2)).take_while(|n| *n > MAX_PART);
    for length in halves.chain((1..=MAX_PART).rev()) {
        let mut at = 0;
        while at + length <= best.len() {
            let mut row = best.clone();
            row.drain(at..at + length);
            if !attempt(row, best) {
                at += 1;
            }
        }
    }
}

/// Lowers each number as far as the test still fails: to 0, else by halving what lies between.
fn lower(best: &mut Vec<u64>, attempt: &mut Attempt) {
    let mut at = 0;
    while at < best.len() {
        let (mut low, mut tried_zero) = (0, false);
        while let Some(&high) = best.get(at).filter(|high| **high > low) {
            let middle = if tried_zero { low + (high - low) / 2 } else { 0 };
            let mut row = best.clone();
            row[at] = middle;
            let fits = attempt(row, best) && best.get(at).is_some_and(|now| *now <= middle);
            if !fits {
                low = middle + 1;
            }
            tried_zero = true;
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_shrink_to_the_simplest_that_fails() {
        let row = vec![9, 1, 500, 7, 33, 2, 900, 4];
        let shrunk = shrink(row.clone(), |row| row.iter().any(|n| *n >= 101).then(|| row.to_vec()));
        assert_eq!(shrunk, [101]);
        let shrunk = shrink(row, |row| (row.iter().sum::<u64>() > 10 && row.len() > 2).then(|| row.to_vec()));
        assert_eq!((shrunk.len(), shrunk.iter().sum::<u64>()), (3, 11));
    }

    #[test]
    fn choices_replay() {
        let mut first = Choices::random(Rng::with_seed(7), 10, 20);
        let drawn: Vec<u64> = (1..50).map(|bound| first.below(bound)).collect();
        let mut again = Choices::replay(&first.made(), 10, 20);
        assert_eq!((1..50).map(|bound| again.below(bound)).collect::<Vec<_>>(), drawn);
        assert_eq!(again.below(5), 0);
    }
}
