//! Where lines are broken.
//!
//! A form that fits stands on one line, unless the author broke it. A form that is broken follows its rule: the rule
//! says where lines must break, and where they may, the breaks of the author stay. Every choice depends only on
//! what is the same in the result, so that formatting it again makes the same choices.

use super::Style;
use super::rules::{BODY_INDENT, Body, Rows, Rule};
use super::tree::{Kind, Node, Tree, separator};
use super::writer::Writer;

/// A form too long for its line stays behind what precedes it there, if that is not longer.
const MAX_HANGING: usize = 32;

/// The text of a tree.
pub fn layout(tree: &Tree, style: Style) -> String {
    let mut layout =
        Layout { tree, width: style.width, writer: Writer::new(tree, style.width), open: Vec::new() };
    layout.open(tree.root(), Rule::Root, 0);
    while layout.step() {}
    layout.writer.finish()
}

struct Layout<'a, 't> {
    tree: &'a Tree<'t>,
    width: usize,
    writer: Writer<'a, 't>,
    open: Vec<Frame>,
}

/// A form on several lines that has begun.
struct Frame {
    node: usize,
    rule: Rule,
    /// The column it starts in.
    start: usize,
    /// The column in which its parts start lines.
    indent: usize,
    /// How many brackets close behind it on its last line.
    tail: usize,
    /// Which of its parts is next.
    next: usize,
    /// How many parts stand before the next that are not left out when read.
    count: usize,
    /// Whether the part before did not fit on one line.
    is_behind_broken: bool,
    /// Whether parts that fit share lines.
    is_filled: bool,
}

/// Where a part goes.
#[derive(Clone, Copy)]
enum Place {
    /// Behind the one before.
    Behind,
    /// On a new line, in a column.
    Line(usize),
}

impl<'a, 't> Layout<'a, 't> {
    fn open(&mut self, place: usize, rule: Rule, tail: usize) {
        let node = self.tree.node(place);
        let start = self.writer.column();
        self.writer.text(node.text);
        let indent = match rule {
            Rule::Body(body) => start + body.indent,
            Rule::Call => start + BODY_INDENT,
            // Below metadata in a body the form starts as the body does: `(def ^{…}`, then the name.
            Rule::Meta => match self.open.last() {
                Some(Frame { rule: Rule::Body(_), indent, .. }) => *indent,
                _ => start,
            },
            _ => self.writer.column(),
        };
        let is_filled = self.is_filled(node);
        let (next, count, is_behind_broken) = (0, 0, false);
        self.open.push(Frame {
            node: place,
            rule,
            start,
            indent,
            tail,
            next,
            count,
            is_behind_broken,
            is_filled,
        });
    }

    /// Whether parts share lines: where the author broke some lines and not others, and where all are atoms.
    fn is_filled(&self, node: &Node) -> bool {
        let mut parts = self.tree.children(node).iter().map(|&place| self.tree.node(place));
        let is_broken = parts.clone().skip(1).any(|part| part.gap.is_break);
        is_broken || (node.kind != Kind::List && parts.all(|part| matches!(part.kind, Kind::Atom(_))))
    }

    /// Writes the next part of the innermost form, or ends it. `false` when all is written.
    fn step(&mut self) -> bool {
        let Some(frame) = self.open.last() else { return false };
        let node = self.tree.node(frame.node);
        match self.tree.children(node).get(frame.next) {
            Some(&child) => self.part(node, child),
            None => self.close(node),
        }
        true
    }

    fn close(&mut self, node: &Node) {
        let Some(frame) = self.open.pop() else { return };
        self.writer.comments(&node.closing, frame.indent, node.children.is_empty());
        if !node.closing.comments.is_empty() && node.kind != Kind::Root {
            self.writer.line(frame.indent, false);
        }
        self.writer.text(node.kind.closer());
    }

    fn part(&mut self, node: &Node, place: usize) {
        let Some(frame) = self.open.last() else { return };
        let child = self.tree.node(place);
        let is_last = frame.next + 1 == node.children.len();
        let tail = if is_last { frame.tail + node.kind.closer().len() } else { 0 };
        let before = frame.next.checked_sub(1).map(|i| self.tree.node(self.tree.children(node)[i]));
        let is_first = before.is_none();
        let separator = separator(node, before, child);
        let target = self.place(frame, child, separator.len(), tail);
        let rule = Rule::of(self.tree, child, frame.rule, frame.next);
        match target {
            Place::Behind => self.writer.text(separator),
            Place::Line(column) => {
                self.writer.comments(&child.gap, column, is_first);
                let is_group = child.gap.is_group && !(is_first && child.gap.comments.is_empty());
                self.writer.line(column, is_group);
            }
        }
        let column = self.writer.column();
        let is_broken = !self.fits(child, column, tail);
        if let Some(frame) = self.open.last_mut() {
            frame.take(child, column, is_broken);
        }
        match child.kind {
            Kind::Atom(_) | Kind::Step => self.writer.text(child.text),
            _ if is_broken => self.open(place, rule, tail),
            _ => self.writer.flat(place),
        }
    }

    /// Whether a form fits on the line from a column on, with brackets behind it.
    fn fits(&self, node: &Node, column: usize, tail: usize) -> bool {
        node.width.is_some_and(|width| column + width + tail <= self.width)
    }

    fn place(&self, frame: &Frame, child: &Node, separator: usize, tail: usize) -> Place {
        let must = !child.gap.comments.is_empty();
        let is_break = must || (child.gap.is_break && frame.next > 0);
        // Beyond the width nothing is gained by breaking lines, and much text would be blanks.
        let is_hopeless = frame.start >= self.width;
        let column = self.writer.column() + separator;
        let fits = self.fits(child, column, tail);
        let fits_at = |indent: usize| self.fits(child, indent, tail);
        let (is_line, indent) = match frame.rule {
            Rule::Joined => (must, frame.indent),
            Rule::Root => (is_break || frame.next > 0, 0),
            _ if frame.next == 0 => (must, frame.first_indent(self.tree)),
            _ if is_hopeless => (is_break, frame.indent),
            Rule::Rows => (is_break || frame.is_behind_broken || !frame.is_filled || !fits, frame.indent),
            Rule::Call if frame.next == 1 => {
                let hangs = hangs(child, column - frame.start, fits, fits_at(frame.indent));
                (is_break || frame.is_behind_broken || !hangs, frame.indent)
            }
            Rule::Call => (is_break || frame.is_behind_broken || !frame.is_filled || !fits, frame.indent),
            Rule::Body(body) if frame.next <= body.arguments => {
                (is_break || frame.is_behind_broken || (frame.next > 1 && !fits), frame.indent)
            }
            Rule::Body(Body { rest: Rows::Single, .. }) => (true, frame.indent),
            Rule::Pairs | Rule::Body(_) if frame.is_key() => (true, frame.indent),
            Rule::Pairs | Rule::Body(_) => {
                let below = frame.indent + BODY_INDENT;
                let hangs = hangs(child, column.saturating_sub(frame.indent), fits, fits_at(below));
                (is_break || frame.is_behind_broken || !hangs, below)
            }
            Rule::Meta => {
                let node = self.tree.node(self.tree.children(self.tree.node(frame.node))[0]);
                let is_short = matches!(node.kind, Kind::Atom(_)) && !matches!(child.kind, Kind::Atom(_));
                (is_break || frame.is_behind_broken || !(fits || is_short), frame.indent)
            }
        };
        if is_line { Place::Line(indent) } else { Place::Behind }
    }
}

/// Whether a form stays on the line of what it belongs to, `offset` columns from the start of that.
fn hangs(form: &Node, offset: usize, fits: bool, fits_below: bool) -> bool {
    match form.kind {
        _ if fits => true,
        Kind::Atom(_) => !fits_below,
        _ => offset <= MAX_HANGING,
    }
}

impl Frame {
    /// Whether the next part begins a pair, or is left out between two.
    fn is_key(&self) -> bool {
        let before = match self.rule {
            Rule::Body(body) => 1 + body.arguments,
            _ => 0,
        };
        self.count.saturating_sub(before).is_multiple_of(2)
    }

    /// The column of the first part, should a comment precede it.
    fn first_indent(&self, tree: &Tree) -> usize {
        self.start + tree.node(self.node).text.chars().count()
    }

    /// Takes note of a part and the column it starts in.
    fn take(&mut self, part: &Node, column: usize, is_broken: bool) {
        if self.rule == Rule::Call && self.next == 1 {
            self.indent = column;
        }
        self.next += 1;
        self.count += usize::from(!part.is_left_out());
        self.is_behind_broken = is_broken;
    }
}
