//! The text that is being written.

use super::tree::{Gap, Kind, Tree, separator};

/// Text and the column in which it ends.
pub struct Writer<'a, 't> {
    tree: &'a Tree<'t>,
    out: String,
    column: usize,
    /// No line is indented by more.
    max_indent: usize,
    /// Nodes of a line still to be written, see [`Writer::flat`].
    rest: Vec<Step>,
}

/// What is left to write of a node on one line.
struct Step {
    node: usize,
    /// Which of its parts is next.
    next: usize,
}

impl<'a, 't> Writer<'a, 't> {
    /// Nothing written.
    pub fn new(tree: &'a Tree<'t>, max_indent: usize) -> Writer<'a, 't> {
        Writer { tree, out: String::new(), column: 0, max_indent, rest: Vec::new() }
    }

    /// The column of what is written next, in characters from 0.
    pub fn column(&self) -> usize {
        self.column
    }

    /// The text, with an end to its last line.
    pub fn finish(mut self) -> String {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out
    }

    /// Writes the text of a token or a separator.
    pub fn text(&mut self, text: &str) {
        self.out.push_str(text);
        match text.rfind(['\n', '\r']) {
            None => self.column += text.chars().count(),
            Some(end) => self.column = text[end + 1..].chars().count(),
        }
    }

    /// Starts a line, unless nothing has been written at all.
    pub fn line(&mut self, indent: usize, is_group: bool) {
        if self.out.is_empty() {
            return;
        }
        self.out.push_str(if is_group { "\n\n" } else { "\n" });
        self.column = indent.min(self.max_indent);
        self.out.extend(std::iter::repeat_n(' ', self.column));
    }

    /// Writes the comments of a gap. Those that stand alone are indented. `is_first`: nothing precedes them that an
    /// empty line could set them apart from.
    pub fn comments(&mut self, gap: &Gap, indent: usize, is_first: bool) {
        for (i, comment) in self.tree.comments(gap).iter().enumerate() {
            match comment.blanks {
                Some(blanks) => self.text(&" ".repeat(blanks.max(1))),
                None => self.line(indent, comment.is_group && !(is_first && i == 0)),
            }
            self.text(comment.text);
        }
    }

    /// Writes a node on one line.
    pub fn flat(&mut self, node: usize) {
        self.open(node);
        while let Some(step) = self.rest.last_mut() {
            let node = self.tree.node(step.node);
            let children = self.tree.children(node);
            match children.get(step.next) {
                None => {
                    self.text(node.kind.closer());
                    self.rest.pop();
                }
                Some(&child) => {
                    let before = step.next.checked_sub(1).map(|i| self.tree.node(children[i]));
                    step.next += 1;
                    self.text(separator(node, before, self.tree.node(child)));
                    self.open(child);
                }
            }
        }
    }

    fn open(&mut self, place: usize) {
        let node = self.tree.node(place);
        self.text(node.text);
        if !matches!(node.kind, Kind::Atom(_) | Kind::Step) {
            self.rest.push(Step { node: place, next: 0 });
        }
    }
}
