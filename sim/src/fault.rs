//! What can go wrong in a run: each fault is one value with its own times, so that a run is a list
//! that can be shortened.

use std::fmt;

/// A peer, by its position in the run.
pub type Place = usize;

/// A stretch of simulated time: from its start up to, not including, its end, in milliseconds since
/// the start of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First millisecond.
    pub start: i64,
    /// The millisecond after the last.
    pub end: i64,
}

impl Window {
    /// Whether a time lies in it.
    pub fn holds(&self, time: i64) -> bool {
        (self.start..self.end).contains(&time)
    }
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Messages between two sides are lost. Peers on the near side are the bits of `near`; one way
    /// means that only what leaves the near side is lost. A flapping partition is closed every
    /// other `flap` milliseconds.
    Partition {
        /// A bit for each peer on the near side.
        near: u64,
        /// Only what leaves the near side is lost.
        one_way: bool,
        /// Length of a half period, 0 for a partition that stays closed.
        flap: i64,
        /// When.
        window: Window,
    },
    /// A share of all messages is lost.
    Loss {
        /// 0.0 to 1.0.
        share: f64,
        /// When.
        window: Window,
    },
    /// A share of all messages arrives twice.
    Duplication {
        /// 0.0 to 1.0.
        share: f64,
        /// When.
        window: Window,
    },
    /// Messages take up to this much longer, so that they overtake each other.
    Jitter {
        /// Milliseconds.
        most: i64,
        /// When.
        window: Window,
    },
    /// A clock is set forward (or back, where negative) and set right at the end.
    Clock {
        /// Whose clock.
        place: Place,
        /// Milliseconds.
        by: i64,
        /// When.
        window: Window,
    },
    /// A process stands still: what arrives waits until the end.
    Pause {
        /// Which peer.
        place: Place,
        /// When.
        window: Window,
    },
    /// A process dies, and what was not synced to disk is gone. It starts again at the end.
    Crash {
        /// Which peer.
        place: Place,
        /// When.
        window: Window,
    },
    /// A process dies and starts with an empty store.
    StoreLost {
        /// Which peer.
        place: Place,
        /// When.
        window: Window,
    },
    /// A process dies and starts from a copy of its store made at an earlier time.
    OldStore {
        /// Which peer.
        place: Place,
        /// When the copy was made.
        copied: i64,
        /// When the process is down.
        window: Window,
    },
    /// A peer runs blocks and writes to its disk so many times slower.
    Slow {
        /// Which peer.
        place: Place,
        /// A factor above 1.
        factor: i64,
        /// When.
        window: Window,
    },
}

impl Fault {
    /// When it lasts.
    pub fn window(&self) -> Window {
        *self.clone().window_mut()
    }

    /// The same fault at another time.
    pub fn with_window(&self, new: Window) -> Fault {
        let mut fault = self.clone();
        *fault.window_mut() = new;
        fault
    }

    fn window_mut(&mut self) -> &mut Window {
        match self {
            Fault::Partition { window, .. }
            | Fault::Loss { window, .. }
            | Fault::Duplication { window, .. }
            | Fault::Jitter { window, .. }
            | Fault::Clock { window, .. }
            | Fault::Pause { window, .. }
            | Fault::Crash { window, .. }
            | Fault::StoreLost { window, .. }
            | Fault::OldStore { window, .. }
            | Fault::Slow { window, .. } => window,
        }
    }

    /// The peer whose memory of what it signed may be gone, if this is such a fault.
    pub fn forgets(&self) -> Option<Place> {
        match self {
            Fault::StoreLost { place, .. } | Fault::OldStore { place, .. } => Some(*place),
            _ => None,
        }
    }

    /// The peer whose process is down meanwhile, if this is such a fault.
    pub fn stops(&self) -> Option<Place> {
        match self {
            Fault::Crash { place, .. } | Fault::StoreLost { place, .. } | Fault::OldStore { place, .. } => {
                Some(*place)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Window { start, end } = self.window();
        match self {
            Fault::Partition { near, one_way, flap, .. } => {
                let kind = if *one_way { "one-way partition" } else { "partition" };
                write!(f, "{kind} of peers {}", Places(*near))?;
                if *flap > 0 {
                    write!(f, ", flapping every {flap} ms")?;
                }
            }
            Fault::Loss { share, .. } => write!(f, "{:.0}% of messages lost", share * 100.0)?,
            Fault::Duplication { share, .. } => write!(f, "{:.0}% of messages doubled", share * 100.0)?,
            Fault::Jitter { most, .. } => write!(f, "messages up to {most} ms late")?,
            Fault::Clock { place, by, .. } => write!(f, "clock of peer {place} off by {by} ms")?,
            Fault::Pause { place, .. } => write!(f, "peer {place} stands still")?,
            Fault::Crash { place, .. } => write!(f, "peer {place} crashes")?,
            Fault::StoreLost { place, .. } => write!(f, "peer {place} loses its store")?,
            Fault::OldStore { place, copied, .. } => {
                write!(f, "peer {place} starts from a copy made at {copied} ms")?;
            }
            Fault::Slow { place, factor, .. } => write!(f, "peer {place} is {factor} times slower")?,
        }
        write!(f, ", from {start} to {end} ms")
    }
}

/// A set of peers, written as their numbers.
struct Places(u64);

impl fmt::Display for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        for place in (0..64).filter(|place| self.0 >> place & 1 == 1) {
            write!(f, "{}{place}", if first { "" } else { " " })?;
            first = false;
        }
        Ok(())
    }
}
