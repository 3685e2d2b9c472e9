//! The coverage of one file, by lines.

use super::{Branching, Coverage, Site, Sort};
use lang::source::line_column;
use std::collections::BTreeMap;

/// What ran of a file.
#[derive(Clone)]
pub struct FileCoverage {
    /// Its path.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Runs of the ops of a form, by its begin and end, and the sort of the op.
    ops: BTreeMap<(u32, u32, Sort), u64>,
    /// Runs and places of branches, by begin and end of the form and the number of the branching in it.
    branchings: BTreeMap<(u32, u32, u32), Branching>,
}

/// A line with code.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Line {
    /// How often the op on it ran that ran least.
    pub least: u64,
    /// How often the op on it ran that ran most.
    pub most: u64,
    /// How often each branch was taken, branching by branching.
    pub branches: Vec<Vec<u64>>,
}

/// A branch that was never taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissedBranch {
    /// The line of the branching, from 1.
    pub line: usize,
    /// Which branch, from 1, and how many there are.
    pub branch: (usize, usize),
    /// Line and column of the branch, if it has code.
    pub place: Option<(usize, usize)>,
}

impl FileCoverage {
    pub(super) fn new(coverage: &Coverage, source: u32, name: &str, text: &str) -> FileCoverage {
        let key = |site: &Site| (site.span.start, site.span.end, site.nth);
        let mut file = FileCoverage {
            name: name.to_owned(),
            text: text.to_owned(),
            ops: BTreeMap::new(),
            branchings: BTreeMap::new(),
        };
        for ((span, sort), hits) in coverage.ops.iter().filter(|((span, _), _)| span.source == source) {
            file.ops.insert((span.start, span.end, *sort), *hits);
        }
        for (site, branching) in coverage.branchings.iter().filter(|(site, _)| site.span.source == source) {
            file.branchings.insert(key(site), branching.clone());
        }
        for span in coverage.quoted.iter().filter(|span| span.source == source) {
            // Quoted code that nobody has compiled never ran.
            let inside = |(start, end, _): &(u32, u32, Sort)| span.start < *start && *end <= span.end;
            if !file.ops.keys().any(inside) {
                file.ops.insert((span.start, span.end, Sort::Other), 0);
            }
        }
        file
    }

    /// Adds what another test file ran of it.
    pub(super) fn add(&mut self, other: &FileCoverage) {
        for (site, hits) in &other.ops {
            *self.ops.entry(*site).or_insert(0) += hits;
        }
        for (site, branching) in &other.branchings {
            let known = self.branchings.entry(*site);
            known.and_modify(|known| known.add(branching)).or_insert_with(|| branching.clone());
        }
    }

    /// The lines with code, by their numbers from 1.
    pub fn lines(&self) -> BTreeMap<usize, Line> {
        let mut lines: BTreeMap<usize, Line> = BTreeMap::new();
        // Sorts are in the order in which they speak for a form: that a function is made, not that `defn` declares its name
        // beforehand, nor that its body runs.
        let mut forms: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for ((start, end, _), hits) in &self.ops {
            forms.entry((*start, *end)).or_insert(*hits);
        }
        for ((start, _), hits) in &forms {
            let line = lines.entry(self.line(*start)).or_insert(Line { least: u64::MAX, ..Line::default() });
            line.least = line.least.min(*hits);
            line.most = line.most.max(*hits);
        }
        for ((start, ..), branching) in &self.branchings {
            lines.entry(self.line(*start)).or_default().branches.push(branching.taken.clone());
        }
        lines
    }

    /// Branches that were never taken.
    pub fn missed(&self) -> Vec<MissedBranch> {
        let mut missed = Vec::new();
        for ((start, ..), Branching { taken, places }) in &self.branchings {
            for (i, _) in taken.iter().enumerate().filter(|(_, hits)| **hits == 0) {
                let place = places.get(i).copied().flatten().map(|span| {
                    let place = line_column(&self.text, span.start as usize);
                    (place.line, place.column)
                });
                missed.push(MissedBranch { line: self.line(*start), branch: (i + 1, taken.len()), place });
            }
        }
        missed
    }

    /// Branches that were taken, and all.
    pub fn branch_counts(&self) -> (usize, usize) {
        let all = self.branchings.values().map(|b| b.taken.len()).sum();
        let taken = self.branchings.values().flat_map(|b| &b.taken).filter(|hits| **hits > 0).count();
        (taken, all)
    }

    fn line(&self, offset: u32) -> usize {
        line_column(&self.text, offset as usize).line
    }
}
