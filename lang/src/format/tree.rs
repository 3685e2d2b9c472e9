//! The tree that is formatted: every token of a text in its place, and what stands between tokens.

use crate::reader::token::{Token, Tokens};
use std::ops::Range;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The whole text.
    Root,
    /// A literal or symbol.
    Atom(Token),
    /// `(…)`.
    List,
    /// `[…]`.
    Vector,
    /// `#{…}`.
    Set,
    /// `{…}`.
    Map,
    /// `'x` and its like, also `#_x`.
    Prefix(Token),
    /// `#tag x`.
    Tag,
    /// `^meta x`.
    Meta,
    /// `a/b`: a start and steps.
    Path,
    /// The step `/b` of a path.
    Step,
}

impl Kind {
    /// The text that ends a collection; empty for other nodes.
    pub fn closer(self) -> &'static str {
        match self {
            Kind::List => ")",
            Kind::Vector => "]",
            Kind::Set | Kind::Map => "}",
            _ => "",
        }
    }

    /// How many forms it takes; `None` where an end is marked.
    fn arity(self) -> Option<usize> {
        match self {
            Kind::Prefix(_) | Kind::Tag => Some(1),
            Kind::Meta => Some(2),
            _ => None,
        }
    }
}

/// A comment to the end of a line.
#[derive(Clone, Copy)]
pub struct Comment<'t> {
    /// Its text from the semicolon on, without blanks at the end.
    pub text: &'t str,
    /// How many blanks are before it on a line that holds something else; `None` where it stands alone.
    pub blanks: Option<usize>,
    /// Whether an empty line precedes it.
    pub is_group: bool,
}

/// What stands between a token and the one before.
#[derive(Clone, Default)]
pub struct Gap {
    /// The comments, by their places in [`Tree::comments`].
    pub comments: Range<usize>,
    /// Whether the author broke the line, or had to because of a comment.
    pub is_break: bool,
    /// Whether an empty line precedes the token.
    pub is_group: bool,
    /// Whether there is a comma.
    pub is_comma: bool,
    /// Whether there is nothing at all.
    pub is_empty: bool,
}

/// Something in the text.
pub struct Node<'t> {
    /// What it is.
    pub kind: Kind,
    /// The text of the token that begins it.
    pub text: &'t str,
    /// What stands before it.
    pub gap: Gap,
    /// Its parts, by their places in [`Tree::children`].
    pub children: Range<usize>,
    /// What stands before its closing bracket.
    pub closing: Gap,
    /// Its length in characters on one line; `None` where it cannot or, by the will of the author, should not stand
    /// on one.
    pub width: Option<usize>,
}

impl Node<'_> {
    /// Whether it is left out when read.
    pub fn is_left_out(&self) -> bool {
        self.kind == Kind::Prefix(Token::Comment)
    }
}

/// All nodes of a text. Parts come before what they are parts of; the root is last.
pub struct Tree<'t> {
    nodes: Vec<Node<'t>>,
    children: Vec<usize>,
    comments: Vec<Comment<'t>>,
}

impl<'t> Tree<'t> {
    /// The tree of a text that can be read. What could not be read would be left out.
    pub fn of(text: &'t str) -> Tree<'t> {
        Builder::new(text).build()
    }

    /// The place of the root.
    pub fn root(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    /// The node at a place.
    pub fn node(&self, place: usize) -> &Node<'t> {
        &self.nodes[place]
    }

    /// The places of the parts of a node.
    pub fn children(&self, node: &Node) -> &[usize] {
        &self.children[node.children.clone()]
    }

    /// The comments in a gap.
    pub fn comments(&self, gap: &Gap) -> &[Comment<'t>] {
        &self.comments[gap.comments.clone()]
    }
}

/// A node begun and not ended.
struct Open<'t> {
    kind: Kind,
    text: &'t str,
    gap: Gap,
    /// How many nodes were finished before it.
    base: usize,
}

struct Builder<'t> {
    text: &'t str,
    tree: Tree<'t>,
    open: Vec<Open<'t>>,
    /// Finished nodes whose parents are not.
    finished: Vec<usize>,
    /// Behind the last token.
    offset: usize,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Builder<'t> {
        let tree = Tree { nodes: Vec::new(), children: Vec::new(), comments: Vec::new() };
        Builder { text, tree, open: Vec::new(), finished: Vec::new(), offset: 0 }
    }

    fn build(mut self) -> Tree<'t> {
        let mut tokens = Tokens::new(self.text, 0);
        while let Some(lexeme) = tokens.next() {
            let Ok(token) = lexeme.token else { continue };
            let gap = self.gap(lexeme.range.start);
            let text = &self.text[lexeme.range.clone()];
            self.offset = lexeme.range.end;
            let is_primary = match token {
                Token::CloseList | Token::CloseVector | Token::CloseBrace => {
                    self.close(gap);
                    true
                }
                Token::Path => {
                    self.atom(Kind::Step, text, gap);
                    false
                }
                _ => match opened_by(token) {
                    Some(kind) => {
                        self.open.push(Open { kind, text, gap, base: self.finished.len() });
                        continue;
                    }
                    None => {
                        self.atom(Kind::Atom(token), text, gap);
                        true
                    }
                },
            };
            let is_continued = tokens.peek().is_some_and(|next| next.token == Ok(Token::Path));
            match is_continued {
                true if is_primary => self.start_path(),
                true => {}
                false if !is_primary => {
                    self.close(Gap::default());
                    self.end_prefixes();
                }
                false => self.end_prefixes(),
            }
        }
        while !self.open.is_empty() {
            self.close(Gap::default());
        }
        let closing = self.gap(self.text.len());
        let root = Open { kind: Kind::Root, text: "", gap: Gap::default(), base: 0 };
        self.finish(root, closing);
        self.tree
    }

    fn atom(&mut self, kind: Kind, text: &'t str, gap: Gap) {
        let width = (!text.contains(['\n', '\r'])).then(|| text.chars().count());
        let node = Node { kind, text, gap, children: 0..0, closing: Gap::default(), width };
        self.push(node);
    }

    fn push(&mut self, node: Node<'t>) {
        self.finished.push(self.tree.nodes.len());
        self.tree.nodes.push(node);
    }

    /// Makes the form finished last the start of a path.
    fn start_path(&mut self) {
        let Some(&start) = self.finished.last() else { return };
        let gap = std::mem::take(&mut self.tree.nodes[start].gap);
        self.tree.nodes[start].gap.is_empty = true;
        self.open.push(Open { kind: Kind::Path, text: "", gap, base: self.finished.len() - 1 });
    }

    /// Ends what has all the forms that it waits for.
    fn end_prefixes(&mut self) {
        while let Some(open) = self.open.last()
            && open.kind.arity() == Some(self.finished.len() - open.base)
        {
            self.close(Gap::default());
        }
    }

    /// Ends the innermost open node.
    fn close(&mut self, closing: Gap) {
        if let Some(open) = self.open.pop() {
            self.finish(open, closing);
        }
    }

    fn finish(&mut self, open: Open<'t>, closing: Gap) {
        let Open { kind, text, gap, base } = open;
        let start = self.tree.children.len();
        self.tree.children.extend(self.finished.drain(base..));
        let children = start..self.tree.children.len();
        let mut node = Node { kind, text, gap, children, closing, width: None };
        node.width = self.width(&node);
        self.push(node);
    }

    /// The length of a node on one line.
    fn width(&self, node: &Node) -> Option<usize> {
        if !node.closing.comments.is_empty() {
            return None;
        }
        let mut width = node.text.chars().count() + node.kind.closer().len();
        let mut before = None;
        for &place in self.tree.children(node) {
            let child = self.tree.node(place);
            let is_loose = before.is_some() && !matches!(node.kind, Kind::Path);
            if !child.gap.comments.is_empty() || (is_loose && child.gap.is_break) {
                return None;
            }
            width += separator(node, before, child).len() + child.width?;
            before = Some(child);
        }
        Some(width)
    }

    /// What stands between the last token and an offset.
    fn gap(&mut self, end: usize) -> Gap {
        let mut rest = &self.text[self.offset..end];
        let from = self.tree.comments.len();
        let mut gap = Gap { is_empty: rest.is_empty(), ..Gap::default() };
        // Before the text there is nothing that a comment could stand beside.
        let mut breaks = usize::from(self.offset == 0);
        loop {
            let length = rest.find(';').unwrap_or(rest.len());
            let blanks = &rest[..length];
            breaks += line_breaks(blanks);
            gap.is_comma |= blanks.contains(',');
            rest = &rest[length..];
            if rest.is_empty() {
                break;
            }
            let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
            self.tree.comments.push(Comment {
                text: rest[..length].trim_end_matches([' ', '\t']),
                blanks: (breaks == 0).then_some(blanks.len()),
                is_group: breaks > 1,
            });
            rest = &rest[length..];
            gap.is_break = true;
            breaks = 0;
        }
        gap.is_break |= breaks > 0;
        gap.is_group = breaks > 1;
        gap.comments = from..self.tree.comments.len();
        gap
    }
}

/// What a token begins; `None` where it is whole.
fn opened_by(token: Token) -> Option<Kind> {
    Some(match token {
        Token::OpenList => Kind::List,
        Token::OpenVector => Kind::Vector,
        Token::OpenSet => Kind::Set,
        Token::OpenMap => Kind::Map,
        Token::Quote | Token::Quasiquote | Token::Unquote | Token::UnquoteSplicing | Token::Comment => {
            Kind::Prefix(token)
        }
        Token::Tag => Kind::Tag,
        Token::Meta => Kind::Meta,
        _ => return None,
    })
}

fn line_breaks(blanks: &str) -> usize {
    let bytes = blanks.as_bytes();
    let is_end = |i: usize| bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    (0..bytes.len()).filter(|&i| is_end(i)).count()
}

/// What stands before a part on the same line, given the part before it.
pub fn separator(parent: &Node, before: Option<&Node>, child: &Node) -> &'static str {
    match (parent.kind, before) {
        (Kind::Tag, _) => " ",
        // Without the space `~ @a` would be another token; a path may start with one like `@a`.
        (Kind::Prefix(Token::Unquote), _)
            if !child.gap.is_empty && (child.kind == Kind::Path || child.text.starts_with('@')) =>
        {
            " "
        }
        // A number takes one more character in, so what the author set apart stays so.
        (Kind::Path, Some(_)) if !child.gap.is_empty => " ",
        (Kind::Path | Kind::Prefix(_), _) | (_, None) => "",
        (Kind::Map, Some(_)) if child.gap.is_comma => ", ",
        _ => " ",
    }
}
