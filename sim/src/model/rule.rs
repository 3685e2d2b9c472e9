//! What a peer decides, said for the model: over letters in place of blocks, and written apart from
//! the core.
//!
//! Blocks before the ones of the model are final and left out; points count the letters alone.

/// A block of the model: 0 is older than 1.
pub type Letter = u8;

/// An order: letters, and the points of proposal, consensus and finality.
#[derive(Clone, Default, PartialEq, Eq, Hash, Debug)]
pub struct Vote {
    /// The blocks.
    pub letters: Vec<Letter>,
    /// Proposal, consensus and finality.
    pub points: [usize; 3],
}

/// All that one peer of the model knows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Opinion {
    /// Its own order.
    pub own: Vote,
    /// The latest order of each peer that it holds, its own signed one included.
    pub held: Vec<Option<Vote>>,
    /// Letters executed.
    pub executed: usize,
    /// Whether it still signs.
    pub signs: bool,
    /// Whether its proposal is younger than the time that it is kept.
    pub is_fresh: bool,
}

/// What does not change: who decides, and what each peer weighs.
pub struct Facts<'a> {
    /// The position of the peer that decides.
    pub place: usize,
    /// Weights of all peers.
    pub weights: &'a [u32],
    /// Whether letter 0 has the lower hash.
    pub zero_is_lower: bool,
}

/// How many letters two sequences share from their start.
pub fn shared(a: &[Letter], b: &[Letter]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

impl Facts<'_> {
    /// More than 0.67 of all.
    fn is_enough(&self, weight: u32) -> bool {
        weight * 100 > self.weights.iter().sum::<u32>() * 67
    }

    /// The peer looks at what it holds: decides, follows if it must, executes what is final, one
    /// after the other.
    ///
    /// # Errors
    /// The position of a fork at which the peer would stop.
    pub fn tick(&self, opinion: &mut Opinion) -> Result<(), usize> {
        self.decide(opinion)?;
        self.follow(opinion)?;
        while opinion.executed < opinion.own.points[2] {
            opinion.executed += 1;
            let point = self.finality(opinion, &opinion.own);
            if point != opinion.own.points[2] {
                opinion.own.points[2] = point;
            }
        }
        if opinion.signs {
            opinion.held[self.place] = Some(opinion.own.clone());
        }
        Ok(())
    }

    fn decide(&self, opinion: &mut Opinion) -> Result<(), usize> {
        let Some(letters) = self.elect(opinion) else { return Ok(()) };
        let mut vote = Vote { points: opinion.own.points, letters };
        clamp(&mut vote);
        let kept = shared(&opinion.own.letters, &vote.letters);
        vote.points[0] = vote.points[0].min(kept).max(vote.points[1]);
        for level in 0..2 {
            if let Some(point) = self.agreed(opinion, &vote, level, opinion.own.points[1]) {
                let floor = if level == 0 { vote.points[1] } else { opinion.own.points[1] };
                vote.points[level] = point.max(floor);
            }
            clamp(&mut vote);
        }
        vote.points[2] = self.finality(opinion, &vote);
        let keeps = kept >= opinion.own.points[0];
        if vote == opinion.own || !keeps && opinion.is_fresh {
            return Ok(());
        }
        if kept < opinion.executed {
            return Err(kept);
        }
        opinion.is_fresh |= vote.points[0] != opinion.own.points[0] || !keeps;
        opinion.own = vote;
        Ok(())
    }

    /// Votes that agree with the own order up to a point: the peer and its vote.
    fn voters<'a>(&self, opinion: &'a Opinion, point: usize) -> impl Iterator<Item = (usize, &'a Vote)> {
        let agrees = move |vote: &&Vote| shared(&vote.letters, &opinion.own.letters) >= point;
        let held = opinion.held.iter().enumerate();
        held.filter_map(move |(place, vote)| Some((place, vote.as_ref().filter(agrees)?)))
    }

    /// The letters that win, and what others have beside.
    fn elect(&self, opinion: &Opinion) -> Option<Vec<Letter>> {
        let point = opinion.own.points[1];
        let mut ballots: Vec<(&[Letter], u32)> = Vec::new();
        let mut add = |letters, weight| match ballots.iter_mut().find(|(other, _)| *other == letters) {
            Some((_, sum)) => *sum += weight,
            None => ballots.push((letters, weight)),
        };
        for (place, vote) in self.voters(opinion, point) {
            if place != self.place {
                add(vote.letters.as_slice(), self.weights[place]);
            }
        }
        if opinion.signs {
            add(&opinion.own.letters, self.weights[self.place]);
        }
        let mut winner = self.winner(ballots.clone(), point)?.to_vec();
        let mut rest: Vec<Letter> =
            ballots.iter().flat_map(|(letters, _)| letters.iter().skip(point)).copied().collect();
        rest.sort_unstable();
        rest.dedup();
        rest.retain(|letter| !winner.contains(letter));
        winner.extend(rest);
        Some(winner)
    }

    fn winner<'a>(&self, mut ballots: Vec<(&'a [Letter], u32)>, mut point: usize) -> Option<&'a [Letter]> {
        let mut total: u32 = ballots.iter().map(|(_, weight)| weight).sum();
        while ballots.len() > 1 {
            let majority =
                ballots.iter().find(|(letters, weight)| letters.len() > point && weight * 2 > total);
            if let Some((letters, _)) = majority {
                return Some(letters);
            }
            let weight_of = |letter: Letter| -> u32 {
                let has = |(letters, _): &&(&[Letter], u32)| letters.get(point) == Some(&letter);
                ballots.iter().filter(has).map(|(_, weight)| weight).sum()
            };
            let (zero, one) = (weight_of(0), weight_of(1));
            if zero + one == 0 {
                break;
            }
            let best = Letter::from(one > zero || one == zero && !self.zero_is_lower);
            ballots.retain(|(letters, _)| letters.get(point) == Some(&best));
            total = zero.max(one);
            point += 1;
        }
        ballots.first().map(|(letters, _)| *letters)
    }

    /// The farthest point of a vote that enough weight supports at a level, 0 for the proposal.
    fn agreed(&self, opinion: &Opinion, vote: &Vote, level: usize, point: usize) -> Option<usize> {
        let below = |vote: &Vote| if level == 0 { vote.letters.len() } else { vote.points[level - 1] };
        (0..=vote.letters.len()).rev().find(|candidate| {
            let supports = |other: &Vote| {
                shared(&other.letters, &vote.letters).min(below(vote)).min(below(other)) >= *candidate
            };
            let sum = self.voters(opinion, point).filter(|(_, other)| supports(other));
            self.is_enough(sum.map(|(place, _)| self.weights[place]).sum())
        })
    }

    /// Finality goes one block at a time, as the state after each has weights of its own.
    fn finality(&self, opinion: &Opinion, vote: &Vote) -> usize {
        let before = vote.points[2].max(opinion.own.points[2]);
        let point = self.agreed(opinion, vote, 2, opinion.executed).unwrap_or(before).max(before);
        point.min(opinion.executed + 1).max(before).min(vote.points[1])
    }

    /// Sees whether enough of the others are in consensus on another letter.
    fn follow(&self, opinion: &mut Opinion) -> Result<(), usize> {
        let point = opinion.own.points[1];
        let parts: Vec<(usize, Letter, u32)> = self
            .voters(opinion, 0)
            .filter_map(|(place, vote)| {
                let kept = shared(&vote.letters, &opinion.own.letters);
                let differs = kept < point && vote.points[1] > kept;
                differs.then(|| (kept, vote.letters[kept], self.weights[place]))
            })
            .collect();
        let sum = |position, letter| -> u32 {
            parts.iter().filter(|part| (part.0, part.1) == (position, letter)).map(|part| part.2).sum()
        };
        let Some((position, ..)) = parts.iter().find(|part| self.is_enough(sum(part.0, part.1))) else {
            return Ok(());
        };
        if *position < opinion.executed {
            return Err(*position);
        }
        if *position > opinion.executed {
            return Ok(());
        }
        opinion.own.letters.truncate(opinion.executed);
        opinion.own.points = [opinion.executed; 3];
        opinion.signs = false;
        self.decide(opinion)
    }
}

/// No point lies beyond the one before it.
fn clamp(vote: &mut Vote) {
    let mut most = vote.letters.len();
    for point in &mut vote.points {
        *point = (*point).min(most);
        most = *point;
    }
}
