//! Programs as the checks see them: forms with their names resolved, in the order of the text.

use super::Finding;
use lang::Value;
use lang::kind::Kind;
use lang::source::Span;
use std::collections::{BTreeMap, BTreeSet};

use super::arity::Arity;

/// The number of an expression.
pub type NodeId = usize;
/// The number of a local.
pub type BindingId = usize;
/// The number of a program.
pub type ProgramId = usize;

/// All expressions of some texts.
#[derive(Default)]
pub struct Tree {
    /// Expressions, each after those it holds.
    pub nodes: Vec<Node>,
    /// Locals, in the order of the text.
    pub bindings: Vec<Binding>,
    /// Programs: the texts themselves, and code that is quoted in them.
    pub programs: Vec<Program>,
    /// What is wrong with the shape of forms.
    pub flaws: Vec<Finding>,
    /// Forms that are meant to fail.
    pub muted: Vec<Span>,
}

/// An expression.
pub struct Node {
    /// Its text.
    pub span: Span,
    /// What it is.
    pub expr: Expr,
    /// The expression that holds it.
    pub parent: Option<NodeId>,
    /// The program that it is part of.
    pub program: ProgramId,
}

/// What an expression is.
pub enum Expr {
    /// A value that stands for itself, or quoted data.
    Constant(Value),
    /// A local.
    Local(BindingId),
    /// Any other name.
    Global(String),
    /// A name in an account, `place/name`.
    Lookup {
        /// The account.
        place: NodeId,
        /// The name.
        name: String,
    },
    /// A register of the machine such as `*caller*`.
    Register(&'static str),
    /// A vector, map or set.
    Collection(Kind, Vec<NodeId>),
    /// A call of a function.
    Call {
        /// The function.
        head: NodeId,
        /// The arguments.
        args: Vec<NodeId>,
    },
    /// Expressions one after another.
    Do(Vec<NodeId>),
    /// `and` and `or`.
    Logic(Logic, Vec<NodeId>),
    /// `cond` and what becomes one, and `switch`.
    Cond(Cond),
    /// Locals and the expressions that can see them.
    Let(Let),
    /// A function.
    Fn(Vec<FnArity>),
    /// A definition.
    Def(Define),
    /// `set!`.
    Set {
        /// What is set.
        target: Target,
        /// Where its name stands.
        name_span: Span,
        /// To what.
        value: NodeId,
    },
    /// `try`.
    Try(Vec<NodeId>),
    /// `query`.
    Query(Vec<NodeId>),
    /// `call`: a function of an actor.
    ActorCall {
        /// An address, or a vector of an address and a scope.
        target: NodeId,
        /// The coins on offer.
        offer: Option<NodeId>,
        /// The function.
        name: String,
        /// Where its name stands.
        name_span: Span,
        /// The arguments.
        args: Vec<NodeId>,
    },
    /// Quoted code.
    Code {
        /// The code.
        program: ProgramId,
        /// The expressions under `~` in it, which are no part of the code.
        holes: Vec<NodeId>,
    },
    /// Quoted data with expressions under `~` in it.
    Template {
        /// What the template is at its top.
        shape: Kind,
        /// The expressions.
        holes: Vec<NodeId>,
    },
    /// A place in quoted code that an expression of the program around it fills.
    Hole(NodeId),
    /// `~` outside of any template: run while the code is compiled.
    Immediate(NodeId),
    /// The call of a macro whose arguments are expressions as they stand.
    Macro(&'static str, Vec<NodeId>),
    /// The call of any other macro: only the locals it mentions are known.
    Opaque(Vec<NodeId>),
}

/// Which of two ways to combine tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Logic {
    /// `and`.
    And,
    /// `or`.
    Or,
}

/// Tests with branches.
pub struct Cond {
    /// The word that the form starts with.
    pub word: &'static str,
    /// What `switch` compares with.
    pub subject: Option<NodeId>,
    /// Tests and what is evaluated when they hold.
    pub clauses: Vec<(NodeId, NodeId)>,
    /// What is evaluated when none holds.
    pub otherwise: Option<NodeId>,
}

/// A form that binds locals.
pub struct Let {
    /// Which.
    pub binder: Binder,
    /// Values, each with the locals that it gives.
    pub pairs: Vec<(Option<NodeId>, Vec<BindingId>)>,
    /// The expressions that can see them.
    pub body: Vec<NodeId>,
}

/// Forms that bind locals, by their word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binder {
    /// `let`.
    Let,
    /// `loop`.
    Loop,
    /// `for`.
    For,
    /// `for-loop`.
    ForLoop,
    /// `dotimes`.
    Times,
    /// `if-let` and `when-let`.
    Test,
}

/// One arity of a function.
pub struct FnArity {
    /// The number of arguments.
    pub arity: Arity,
    /// The parameters, parts of destructured ones included.
    pub params: Vec<BindingId>,
    /// The parameters and the body.
    pub span: Span,
    /// The body.
    pub body: Vec<NodeId>,
}

/// A definition.
pub struct Define {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub name_span: Span,
    /// The form that defines.
    pub how: How,
    /// The value, when it is given as an expression.
    pub value: Option<NodeId>,
    /// Whether other accounts may call it.
    pub is_callable: bool,
}

/// Forms that define.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// `def`.
    Def,
    /// `defn`.
    Defn,
    /// `defmacro` and `defexpander`.
    Macro,
    /// `define` and `declare`, which act while the form is expanded.
    Declare,
    /// `import`.
    Import,
    /// `undef`.
    Undef,
}

/// What `set!` sets.
pub enum Target {
    /// A local.
    Local(BindingId),
    /// A definition.
    Global(String),
}

/// A local.
pub struct Binding {
    /// Its name.
    pub name: String,
    /// Where it is bound.
    pub span: Span,
    /// What binds it.
    pub role: Role,
    /// The form that binds it, once it has been gone through.
    pub scope: Option<NodeId>,
    /// Where it is read.
    pub reads: Vec<NodeId>,
    /// Where it is set.
    pub sets: Vec<NodeId>,
    /// The expression whose value it has, when that is one expression.
    pub value: Option<NodeId>,
}

/// What binds a local.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// A parameter of a function.
    Param,
    /// A form such as `let`, by its name alone.
    Name(Binder),
    /// A form such as `let`, as a part of a vector.
    Part,
}

/// Code that is compiled on its own.
pub struct Program {
    /// What becomes of it.
    pub fate: Fate,
    /// The program that it is quoted in.
    pub outer: Option<ProgramId>,
    /// Its forms.
    pub forms: Vec<NodeId>,
    /// Its definitions by name, in the order of the text.
    pub definitions: BTreeMap<String, Vec<NodeId>>,
    /// Names in calls of unknown macros, which may define them.
    pub mentioned: BTreeSet<String>,
    /// Whether it is a template of a macro.
    pub is_macro: bool,
    /// The locals around the quotation, which the code cannot see.
    pub hidden: Vec<BindingId>,
}

/// What becomes of a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is a text, which the account that is checked for runs.
    Texts,
    /// The account that runs the program around it runs it: `eval`, `schedule`, `compile`.
    Same,
    /// It is all the code that a new actor starts with.
    Actor,
    /// It is code for something: the names of the whole text may be known to it.
    Kept,
    /// It is part of something unknown, or the template of a macro: any name may be known to it.
    Open,
}

impl Tree {
    /// The program whose account the code of a program runs in, as far as that is known.
    pub fn account_of(&self, mut program: ProgramId) -> ProgramId {
        while let Program { fate: Fate::Same, outer: Some(outer), .. } = &self.programs[program] {
            program = *outer;
        }
        program
    }

    /// The last text before another that defines a name.
    pub fn text_with(&self, text: ProgramId, name: &str) -> Option<ProgramId> {
        if self.programs[text].fate != Fate::Texts {
            return None;
        }
        let is_text = |id: &ProgramId| self.programs[*id].fate == Fate::Texts;
        (0..text).rev().filter(is_text).find(|id| self.programs[*id].definitions.contains_key(name))
    }

    /// The expressions that an expression holds, in the order of the text. Quoted code is not held.
    pub fn children(&self, id: NodeId) -> Vec<NodeId> {
        match &self.nodes[id].expr {
            Expr::Constant(_) | Expr::Local(_) | Expr::Global(_) | Expr::Register(_) | Expr::Hole(_) => {
                Vec::new()
            }
            Expr::Lookup { place, .. } => vec![*place],
            Expr::Call { head, args } => std::iter::once(head).chain(args).copied().collect(),
            Expr::Cond(cond) => {
                let clauses = cond.clauses.iter().flat_map(|(test, branch)| [*test, *branch]);
                cond.subject.into_iter().chain(clauses).chain(cond.otherwise).collect()
            }
            Expr::Let(form) => form.pairs.iter().filter_map(|pair| pair.0).chain(form.body.clone()).collect(),
            Expr::Fn(arities) => arities.iter().flat_map(|arity| arity.body.clone()).collect(),
            Expr::Def(define) => define.value.into_iter().collect(),
            Expr::Set { value, .. } => vec![*value],
            Expr::ActorCall { target, offer, args, .. } => {
                std::iter::once(*target).chain(*offer).chain(args.iter().copied()).collect()
            }
            Expr::Code { holes, .. } | Expr::Template { holes, .. } => holes.clone(),
            Expr::Immediate(inner) => vec![*inner],
            Expr::Collection(_, parts)
            | Expr::Do(parts)
            | Expr::Logic(_, parts)
            | Expr::Try(parts)
            | Expr::Query(parts)
            | Expr::Macro(_, parts)
            | Expr::Opaque(parts) => parts.clone(),
        }
    }

    /// An expression and all that it holds, the outermost first.
    pub fn within(&self, id: NodeId) -> Vec<NodeId> {
        let mut open = vec![id];
        let mut all = Vec::new();
        while let Some(id) = open.pop() {
            all.push(id);
            let mut children = self.children(id);
            children.reverse();
            open.extend(children);
        }
        all
    }

    /// The expressions around one, the nearest first.
    pub fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.nodes[id].parent, |id| self.nodes[*id].parent)
    }

    /// The definition that an expression is, if it is one.
    pub fn define(&self, id: NodeId) -> Option<&Define> {
        match &self.nodes[id].expr {
            Expr::Def(define) => Some(define),
            _ => None,
        }
    }
}
