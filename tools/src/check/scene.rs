//! Questions that rules ask of a tree.

use super::arity::Arity;
use super::known::{Entry, Known};
use super::tree::*;
use crate::language::{Class, core};
use lang::Value;
use lang::kind::Kind;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use vm::context::CORE;

/// A tree beside what the state knows.
pub struct Scene<'a> {
    /// The tree.
    pub tree: &'a Tree,
    /// The state.
    pub known: &'a Known,
    /// The forms of programs, with their numbers.
    forms: HashMap<NodeId, usize>,
    /// Definitions that `set!` changes, by account.
    set: BTreeSet<(ProgramId, &'a str)>,
    /// Programs whose account takes further code, found when first asked for.
    takers: OnceCell<BTreeSet<ProgramId>>,
}

/// What a name stands for.
pub enum Meaning {
    /// Definitions of the account whose program it is.
    Own(Vec<NodeId>),
    /// A definition in the state.
    State(Entry),
    /// Nothing that is known.
    Unknown,
}

/// Which account an expression gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// One of the state.
    Account(u64),
    /// A new one, which starts with a program.
    Actor(ProgramId),
}

/// A call of a function of an account.
pub struct LibraryCall<'a> {
    /// The account.
    pub address: u64,
    /// The function.
    pub name: &'a str,
    /// The arguments.
    pub args: &'a [NodeId],
}

/// How often a name may stand for another before it is given up.
const MAX_STEPS: u32 = 16;

impl<'a> Scene<'a> {
    /// A tree beside what the state knows.
    pub fn new(tree: &'a Tree, known: &'a Known) -> Scene<'a> {
        let roots = tree.programs.iter().flat_map(|program| program.forms.iter().copied().enumerate());
        let forms = roots.map(|(number, id)| (id, number)).collect();
        let set = tree.nodes.iter().filter_map(|node| match &node.expr {
            Expr::Set { target: Target::Global(name), .. } => {
                Some((tree.account_of(node.program), name.as_str()))
            }
            _ => None,
        });
        Scene { tree, known, forms, set: set.collect(), takers: OnceCell::new() }
    }

    /// All expressions with their numbers.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &'a Node)> {
        self.tree.nodes.iter().enumerate()
    }

    /// An expression.
    pub fn expr(&self, id: NodeId) -> &'a Expr {
        &self.tree.nodes[id].expr
    }

    /// The program in whose account an expression is evaluated.
    pub fn account_of(&self, id: NodeId) -> &'a Program {
        &self.tree.programs[self.tree.account_of(self.tree.nodes[id].program)]
    }

    /// The number of the form of its program that holds an expression.
    pub fn form_of(&self, id: NodeId) -> Option<usize> {
        let root = self.tree.around(id).last().unwrap_or(id);
        self.forms.get(&root).copied()
    }

    /// The account of the state that sees what a program sees, its own definitions aside.
    pub fn viewer(&self, program: &Program) -> u64 {
        if program.fate == Fate::Texts { self.known.account() } else { CORE }
    }

    /// What a name stands for at an expression.
    pub fn meaning(&self, id: NodeId, name: &str) -> Meaning {
        let program = self.account_of(id);
        match program.definitions.get(name) {
            Some(definitions) => Meaning::Own(definitions.clone()),
            None => match self.known.entry(self.viewer(program), name) {
                Some(entry) => Meaning::State(entry),
                None => self.meaning_in_texts(id, name),
            },
        }
    }

    /// What an earlier text says of a name.
    fn meaning_in_texts(&self, id: NodeId, name: &str) -> Meaning {
        let account = self.tree.account_of(self.tree.nodes[id].program);
        let definitions =
            self.tree.text_with(account, name).map(|text| &self.tree.programs[text].definitions[name]);
        definitions.map_or(Meaning::Unknown, |definitions| Meaning::Own(definitions.clone()))
    }

    /// The account of the state and the name in it that an expression stands for.
    fn library_name(&self, id: NodeId) -> Option<(u64, &'a str)> {
        match self.expr(id) {
            Expr::Global(name) => match self.meaning(id, name) {
                Meaning::State(entry) => Some((entry.address, name)),
                _ => None,
            },
            Expr::Lookup { place, name } => match self.place(*place)? {
                Place::Account(address) => Some((self.known.entry(address, name)?.address, name)),
                Place::Actor(_) => None,
            },
            _ => None,
        }
    }

    /// A call of a function of the core, with its arguments.
    pub fn core_call(&self, id: NodeId) -> Option<(&'a str, &'a [NodeId])> {
        let call = self.library_call(id)?;
        (call.address == CORE).then_some((call.name, call.args))
    }

    /// A call of a function of an account of the state.
    pub fn library_call(&self, id: NodeId) -> Option<LibraryCall<'a>> {
        let Expr::Call { head, args } = self.expr(id) else { return None };
        let (address, name) = self.library_name(*head)?;
        Some(LibraryCall { address, name, args })
    }

    /// The account that an expression gives.
    pub fn place(&self, id: NodeId) -> Option<Place> {
        self.place_within(id, MAX_STEPS)
    }

    fn place_within(&self, id: NodeId, steps: u32) -> Option<Place> {
        let steps = steps.checked_sub(1)?;
        match self.expr(id) {
            Expr::Constant(Value::Address(address)) => Some(Place::Account(*address)),
            Expr::Immediate(inner) => self.place_within(*inner, steps),
            Expr::Hole(outer) => self.place_within(*outer, steps),
            Expr::Macro("resolve", parts) => match self.expr(*parts.first()?) {
                Expr::Constant(Value::Symbol(name)) => {
                    let name = String::from_utf8_lossy(name.name());
                    self.known.resolve(&name).map(Place::Account)
                }
                _ => None,
            },
            Expr::Collection(Kind::Vector, parts) if parts.len() == 2 => self.place_within(parts[0], steps),
            Expr::Local(binding) => {
                let binding = &self.tree.bindings[*binding];
                match binding.sets.is_empty() && binding.role == Role::Name(Binder::Let) {
                    true => self.place_within(binding.value?, steps),
                    false => None,
                }
            }
            Expr::Global(name) => match self.meaning(id, name) {
                Meaning::State(Entry { value: Value::Address(address), .. }) => Some(Place::Account(address)),
                Meaning::Own(definitions) => match definitions.as_slice() {
                    [only] if !self.is_set(id, name) => {
                        self.place_within(self.tree.define(*only)?.value?, steps)
                    }
                    _ => None,
                },
                _ => None,
            },
            Expr::Call { args, .. } => match (self.core_call(id)?.0, args.as_slice()) {
                ("deploy", [code]) => self.program_of(*code, steps).map(Place::Actor),
                ("address", [address]) => match self.expr(*address) {
                    Expr::Constant(Value::Integer(address)) => {
                        u64::try_from(*address).ok().map(Place::Account)
                    }
                    _ => self.place_within(*address, steps),
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the definitions of an account are all known: nobody can send it further code.
    pub fn is_settled(&self, place: Place) -> bool {
        let program = match place {
            Place::Account(address) => return self.known.is_library(address),
            Place::Actor(program) => program,
        };
        let Program { fate, mentioned, .. } = &self.tree.programs[program];
        *fate == Fate::Actor && mentioned.is_empty() && !self.takers().contains(&program)
    }

    /// The programs whose account may get more code, or definitions from elsewhere.
    fn takers(&self) -> &BTreeSet<ProgramId> {
        self.takers.get_or_init(|| {
            let takes = |id: NodeId| {
                let call = self.core_call(id);
                call.is_some_and(|(name, _)| matches!(name, "eval" | "set-controller" | "set-parent"))
            };
            let takers = self.nodes().filter(|(id, _)| takes(*id));
            takers.map(|(_, node)| self.tree.account_of(node.program)).collect()
        })
    }

    /// The program that quoted code is, also under a name.
    fn program_of(&self, id: NodeId, steps: u32) -> Option<ProgramId> {
        match self.expr(id) {
            Expr::Code { program, .. } => {
                let fate = self.tree.programs[*program].fate;
                matches!(fate, Fate::Actor | Fate::Kept).then_some(*program)
            }
            Expr::Global(name) => match self.meaning(id, name) {
                Meaning::Own(definitions) if definitions.len() == 1 => {
                    self.program_of(self.tree.define(definitions[0])?.value?, steps.checked_sub(1)?)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether `set!` changes a definition that is seen at an expression.
    fn is_set(&self, id: NodeId, name: &str) -> bool {
        let account = self.tree.account_of(self.tree.nodes[id].program);
        self.set.contains(&(account, name))
    }

    /// How many arguments a function takes.
    pub fn arity(&self, head: NodeId) -> Option<Arity> {
        match self.expr(head) {
            Expr::Fn(arities) => Some(total(arities)),
            Expr::Constant(Value::Keyword(_)) => Some(Arity::exactly(1).or(Arity::exactly(2))),
            Expr::Constant(value) => self.known.arity(value),
            Expr::Local(binding) => {
                let binding = &self.tree.bindings[*binding];
                let is_fixed = binding.sets.is_empty() && binding.role == Role::Name(Binder::Let);
                match self.expr(binding.value.filter(|_| is_fixed)?) {
                    Expr::Fn(arities) => Some(total(arities)),
                    _ => None,
                }
            }
            Expr::Global(name) => match self.meaning(head, name) {
                Meaning::Own(definitions) if !self.is_set(head, name) => self.own_arity(&definitions),
                Meaning::State(entry) => self.known.arity(&entry.value),
                _ => None,
            },
            Expr::Lookup { place, name } => self.arity_in(self.place(*place)?, name),
            _ => None,
        }
    }

    /// How many arguments a function of an account takes.
    pub fn arity_in(&self, place: Place, name: &str) -> Option<Arity> {
        match place {
            Place::Account(address) => self.known.arity(&self.known.entry(address, name)?.value),
            Place::Actor(program) => self.own_arity(self.tree.programs[program].definitions.get(name)?),
        }
    }

    /// The numbers of arguments that any of some definitions takes; `None` where one is not known to be a function.
    pub fn own_arity(&self, definitions: &[NodeId]) -> Option<Arity> {
        let mut all = Arity::NONE;
        for define in definitions.iter().filter_map(|id| self.tree.define(*id)) {
            match (define.how, define.value.map(|value| self.expr(value))) {
                (How::Declare, None) => {}
                (How::Def | How::Defn, Some(Expr::Fn(arities))) => all = all.or(total(arities)),
                _ => return None,
            }
        }
        (all != Arity::NONE).then_some(all)
    }

    /// Whether an expression never gives a value: it leaves what surrounds it.
    pub fn leaves(&self, id: NodeId) -> bool {
        match self.expr(id) {
            Expr::Call { .. } => match self.core_call(id) {
                Some((name, _)) => core::is(name, core::LEAVES),
                None => false,
            },
            Expr::Macro("tailcall", _) => true,
            Expr::Do(parts) => parts.iter().any(|part| self.leaves(*part)),
            Expr::Let(form) => {
                matches!(form.binder, Binder::Let | Binder::Test)
                    && (form.body.iter().any(|part| self.leaves(*part))
                        || form.pairs.iter().filter_map(|pair| pair.0).any(|value| self.leaves(value)))
            }
            Expr::Cond(cond) => {
                cond.otherwise.is_some_and(|branch| self.leaves(branch))
                    && cond.clauses.iter().all(|(_, branch)| self.leaves(*branch))
            }
            _ => false,
        }
    }

    /// Whether the value of an expression is thrown away: another one follows it in a body.
    pub fn is_statement(&self, id: NodeId) -> bool {
        let Some(parent) = self.tree.nodes[id].parent else { return false };
        let is_before_last = |body: &[NodeId]| body.contains(&id) && body.last() != Some(&id);
        match self.expr(parent) {
            Expr::Do(body) => is_before_last(body),
            Expr::Let(form) if form.binder != Binder::ForLoop => is_before_last(&form.body),
            Expr::Fn(arities) => arities.iter().any(|arity| is_before_last(&arity.body)),
            _ => false,
        }
    }

    /// The kind of values that an expression gives, where it is always the same.
    pub fn kind(&self, id: NodeId) -> Option<Class> {
        match self.expr(id) {
            Expr::Constant(value) => Class::of(value.kind()),
            Expr::Register(name) => core::register_class(name),
            Expr::Collection(kind, _) => Class::of(*kind),
            Expr::Fn(_) => Some(Class::Function),
            Expr::Call { .. } => core::find(self.core_call(id)?.0)?.result,
            Expr::Local(binding) => {
                let binding = &self.tree.bindings[*binding];
                let is_fixed = binding.sets.is_empty() && binding.role == Role::Name(Binder::Let);
                self.kind(binding.value.filter(|_| is_fixed)?)
            }
            // Other values may well be replaced by one of another kind; what is an address stays one.
            Expr::Global(name) => match self.meaning(id, name) {
                Meaning::State(Entry { value: Value::Address(_), .. }) => Some(Class::Address),
                Meaning::Own(definitions) => match definitions.as_slice() {
                    [only] if !self.is_set(id, name) => self.address_of(*only),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// The class of a definition whose value is an address, as it stands.
    fn address_of(&self, define: NodeId) -> Option<Class> {
        let is_address = match self.expr(self.tree.define(define)?.value?) {
            Expr::Constant(value) => value.kind() == Kind::Address,
            Expr::Register(name) => core::register_class(name) == Some(Class::Address),
            _ => false,
        };
        is_address.then_some(Class::Address)
    }

    /// Whether a constant always counts as true, or as false.
    pub fn truth(&self, id: NodeId) -> Option<bool> {
        match self.expr(id) {
            Expr::Constant(value) => Some(value.is_truthy()),
            Expr::Fn(_) | Expr::Collection(..) => Some(true),
            _ => None,
        }
    }
}

fn total(arities: &[FnArity]) -> Arity {
    arities.iter().fold(Arity::NONE, |all, arity| all.or(arity.arity))
}
