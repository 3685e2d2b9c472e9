//! Makes a failing run smaller: fewer faults, shorter ones, fewer liars, less work, as long as it
//! still fails in the same way.

use crate::fault::Window;
use crate::mix::Mix;

/// Runs that shrinking may try, however large the first one is.
const MOST_TRIES: usize = 400;

/// The smallest run found that still fails, and how many runs were tried.
pub fn shrink(mix: &Mix, mut fails: impl FnMut(&Mix) -> bool) -> (Mix, usize) {
    let mut best = mix.clone();
    let mut tries = 0;
    loop {
        let mut smaller = None;
        for candidate in candidates(&best) {
            if tries == MOST_TRIES {
                return (best, tries);
            }
            tries += 1;
            if fails(&candidate) {
                smaller = Some(candidate);
                break;
            }
        }
        match smaller {
            Some(candidate) => best = candidate,
            None => return (best, tries),
        }
    }
}

/// Smaller runs, the boldest first.
fn candidates(mix: &Mix) -> Vec<Mix> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Mix)| {
        let mut smaller = mix.clone();
        change(&mut smaller);
        all.push(smaller);
    };
    let faults = mix.faults.len();
    if faults > 2 {
        with(&|mix| mix.faults.truncate(faults / 2));
        with(&|mix| drop(mix.faults.drain(..faults / 2)));
    }
    for fault in 0..faults {
        with(&|mix| {
            mix.faults.remove(fault);
        });
    }
    for liar in 0..mix.liars.len() {
        with(&|mix| {
            mix.liars.remove(liar);
        });
    }
    if mix.pace < mix.length {
        with(&|mix| mix.pace = (mix.pace * 4).min(mix.length));
    }
    if mix.skew.iter().any(|skew| *skew != 0) {
        with(&|mix| mix.skew.fill(0));
    }
    for fault in 0..faults {
        for window in halves(mix.faults[fault].window()) {
            with(&|mix| mix.faults[fault] = mix.faults[fault].with_window(window));
        }
    }
    all
}

/// Both halves of a window, unless it is short already.
fn halves(window: Window) -> Vec<Window> {
    let Window { start, end } = window;
    let middle = (start + end) / 2;
    if end - start < 200 {
        return Vec::new();
    }
    vec![Window { start, end: middle }, Window { start: middle, end }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Fault;

    #[test]
    fn what_does_not_matter_goes() {
        let mut mix = Mix::draw(3, 60_000);
        let needed = Fault::Pause { place: 1, window: Window { start: 1_000, end: 9_000 } };
        mix.faults.insert(0, needed);
        let matters = |fault: &Fault| matches!(fault, Fault::Pause { window, .. } if window.holds(5_000));
        let (small, tries) = shrink(&mix, |mix| mix.faults.iter().any(matters));
        assert!(tries > 0);
        assert_eq!(small.faults.len(), 1);
        assert!(small.liars.is_empty());
        let Window { start, end } = small.faults[0].window();
        assert!(end - start < 400, "{start} to {end}");
    }
}
