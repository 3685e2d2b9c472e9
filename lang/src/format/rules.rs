//! The rules of forms: how a form is laid out that does not stand on one line.

use super::tree::{Kind, Node, Tree};
use crate::reader::token::Token;

/// The layout of a form on several lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Parts behind one another in rows, aligned with the first.
    Rows,
    /// A pair a line, aligned with the first.
    Pairs,
    /// A head and its arguments in rows, aligned with the first argument.
    Call,
    /// A head, some arguments behind it, and the rest indented, one a line.
    Body(Body),
    /// Metadata and its form.
    Meta,
    /// Parts that nothing separates, or one blank.
    Joined,
    /// Each part on a line of its own, without indentation.
    Root,
}

/// The layout of a form with a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Body {
    /// How many arguments stand behind the head.
    pub arguments: usize,
    /// What the argument of bindings is, if there is one: the first.
    pub bindings: Rows,
    /// How the rest is arranged.
    pub rest: Rows,
    /// By how much the rest is indented.
    pub indent: usize,
}

/// Single forms or pairs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rows {
    /// One form a line.
    Single,
    /// A pair a line.
    Pair,
}

/// The indentation of a body.
pub const BODY_INDENT: usize = 2;

const fn body(arguments: usize, bindings: Rows, rest: Rows) -> Body {
    Body { arguments, bindings, rest, indent: BODY_INDENT }
}

/// The rule of a list by its first symbol; any other is a call.
fn body_of(head: &str) -> Option<Body> {
    use Rows::{Pair, Single};
    Some(match head {
        "do" | "try" | "query" | "deploy" => body(0, Single, Single),
        "cond" => body(0, Single, Pair),
        "def" | "define" | "set!" | "fn" | "macro" | "expander" | "if" | "when" | "when-not" | "for-loop"
        | "eval-as" | "query-as" | "schedule" => body(1, Single, Single),
        "let" | "loop" | "for" | "dotimes" | "if-let" | "when-let" => body(1, Pair, Single),
        "switch" => body(1, Single, Pair),
        "defn" | "defmacro" | "defexpander" => body(2, Single, Single),
        // The words of tests.
        "deftest" | "as" | "after" | "given" => body(1, Single, Single),
        "property" | "invariant" => body(2, Single, Single),
        _ => return None,
    })
}

/// A head and parts below it: one arity of a function of several.
const CLAUSE: Body = Body { indent: 1, ..body(0, Rows::Single, Rows::Single) };

impl Rule {
    /// The rule of a node, given the rule of what it is in and its place there, the head counting as the first.
    pub fn of(tree: &Tree, node: &Node, parent: Rule, index: usize) -> Rule {
        match node.kind {
            Kind::Root => Rule::Root,
            Kind::Map => Rule::Pairs,
            Kind::Vector if is_bindings(parent, index) => Rule::Pairs,
            Kind::List => Rule::of_list(tree, node),
            Kind::Meta => Rule::Meta,
            Kind::Prefix(_) | Kind::Tag | Kind::Path => Rule::Joined,
            Kind::Vector | Kind::Set | Kind::Atom(_) | Kind::Step => Rule::Rows,
        }
    }

    fn of_list(tree: &Tree, node: &Node) -> Rule {
        let Some(&head) = tree.children(node).first() else { return Rule::Rows };
        let head = tree.node(head);
        match head.kind {
            Kind::Atom(Token::Symbol) => {
                let Some(mut body) = body_of(head.text) else { return Rule::Call };
                body.arguments = body.arguments.min(leading(tree, node));
                Rule::Body(body)
            }
            Kind::Atom(Token::Keyword | Token::Resolve | Token::Intrinsic | Token::Address) | Kind::Path => {
                Rule::Call
            }
            Kind::Vector => Rule::Body(CLAUSE),
            _ => Rule::Rows,
        }
    }
}

/// How many arguments precede the first arity of a function of several, a list that starts with a vector.
fn leading(tree: &Tree, node: &Node) -> usize {
    let is_clause = |&place: &usize| {
        let child = tree.node(place);
        let first = tree.children(child).first();
        child.kind == Kind::List && first.is_some_and(|&first| tree.node(first).kind == Kind::Vector)
    };
    const MOST: usize = 2;
    tree.children(node)[1..].iter().take(MOST).take_while(|place| !is_clause(place)).count()
}

fn is_bindings(parent: Rule, index: usize) -> bool {
    matches!(parent, Rule::Body(Body { bindings: Rows::Pair, .. }) if index == 1)
}
