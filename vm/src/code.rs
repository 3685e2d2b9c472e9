//! What the executor runs: a form of an op derived once and kept beside it, never encoded.
//!
//! Each op is derived by itself when it is first executed, its operands only as far as they are constants or
//! locals. So code that is never reached costs nothing, shared code is derived once, and ops nested a million
//! deep overflow no stack. Everything here that may own a cell owns it through a slot or a link, for the same
//! reason.

use crate::core::{self, Native};
use crate::register::{KnownRoutine, Tier};
use crate::{limits, symbols};
use lang::cell::Slot;
use lang::op::{Closure, Op};
use lang::{Coded, Map, Missing, Record, Symbol, Value, Vector, extension, special};
use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// How many ops are looked through to see whether the first thing they do is to read the last result.
const MAX_LOOK_AHEAD: usize = 16;

/// An op, ready to be executed.
pub struct Code {
    /// What to do.
    pub kind: Kind,
    /// Where its routine is kept, if it is the body of a function or a loop.
    pub(crate) tier: Tier,
}

impl Kind {
    /// Whether this is a call.
    pub(crate) fn is_call(&self) -> bool {
        matches!(self, Kind::Invoke(_) | Kind::Native(_))
    }
}

/// What an op does.
pub enum Kind {
    /// A constant.
    Constant(Slot),
    /// A symbol looked up.
    Lookup {
        /// In which account.
        place: Place,
        /// The name.
        symbol: Symbol,
    },
    /// A local by position.
    Local(u64),
    /// A special op by its code.
    Special(u64),
    /// A definition.
    Def {
        /// The name.
        symbol: Symbol,
        /// Metadata, which then replaces all that is there.
        metadata: Option<Map>,
        /// The value; `None` keeps the present one.
        value: Option<Operand>,
    },
    /// Operands in sequence.
    Do(Box<[Operand]>),
    /// Tests and branches.
    Cond(Box<[Operand]>),
    /// A function and its arguments.
    Invoke(Box<[Operand]>),
    /// A native function known beforehand and its arguments.
    Native(NativeCall),
    /// Bindings and a body, which `recur` may repeat in a loop.
    Let {
        /// What to bind.
        bindings: Targets,
        /// A value for each binding, then the body.
        operands: Box<[Operand]>,
        /// Whether `recur` comes back here.
        is_loop: bool,
    },
    /// A function over the locals.
    Lambda(Slot),
    /// Operands whose changes are undone.
    Query(Box<[Operand]>),
    /// Alternatives.
    Try(Box<[Operand]>),
    /// A local set.
    Set {
        /// Its position.
        position: i64,
        /// Its value.
        value: Operand,
    },
    /// An op of so many parts that no juice pays for them.
    TooLong,
    /// An op that cannot be executed.
    Malformed,
}

/// A call of a native function known beforehand.
pub struct NativeCall {
    /// The function.
    pub function: Value,
    /// What it does.
    pub native: Native,
    /// The arguments.
    pub args: Box<[Operand]>,
    /// Whether it is `recur`, which need not unwind from the end of a function or loop.
    pub is_recur: bool,
    /// Whether it may answer the last result, that is its last argument.
    pub sees_last: bool,
}

/// Where a symbol is looked up.
pub enum Place {
    /// In the current account.
    Here,
    /// In an account known beforehand.
    Account(u64),
    /// In the account that an operand gives.
    Computed(Operand),
}

/// An op within another one.
pub enum Operand {
    /// A constant.
    Constant(Slot),
    /// A local by position.
    Local(u64),
    /// Any other op.
    Op(Link),
}

/// An op and, once it was executed, its code.
pub struct Link {
    op: Slot,
    code: OnceLock<Arc<Code>>,
    reads_result: bool,
}

impl Link {
    fn new(op: &Value) -> Result<Link, Missing> {
        Ok(Link { op: op.clone().into(), code: OnceLock::new(), reads_result: reads_result(op)? })
    }

    /// The op.
    pub fn op(&self) -> Result<&Value, Missing> {
        self.op.get()
    }

    /// Its code; `None` for a value that is no op.
    pub fn code(&self) -> Result<Option<&Arc<Code>>, Missing> {
        if let Some(code) = self.code.get() {
            return Ok(Some(code));
        }
        Ok(of(self.op.get()?)?.map(|code| self.code.get_or_init(|| code)))
    }
}

/// Links nested deeper than this give up their code later, so that the stack stays shallow.
const MAX_DROP_DEPTH: u32 = 64;

thread_local! {
    static DROP_DEPTH: Cell<u32> = const { Cell::new(0) };
    static PUT_OFF: RefCell<Vec<Arc<Code>>> = const { RefCell::new(Vec::new()) };
}

impl Drop for Link {
    fn drop(&mut self) {
        let Some(code) = self.code.take() else { return };
        let depth = DROP_DEPTH.try_with(Cell::get).unwrap_or(0);
        if depth >= MAX_DROP_DEPTH {
            let mut code = Some(code);
            let _ = PUT_OFF.try_with(|list| list.borrow_mut().extend(code.take()));
            return;
        }
        let _ = DROP_DEPTH.try_with(|d| d.set(depth + 1));
        drop(code);
        if depth == 0 {
            while let Some(next) = PUT_OFF.try_with(|list| list.borrow_mut().pop()).ok().flatten() {
                drop(next);
            }
        }
        let _ = DROP_DEPTH.try_with(|d| d.set(depth));
    }
}

impl Operand {
    /// A value where anything that is no op counts as a constant.
    pub(crate) fn new(value: &Value) -> Result<Operand, Missing> {
        Ok(match value {
            Value::Coded(_) => match Op::view(value)? {
                Some(Op::Constant(constant)) => Operand::Constant(constant.into()),
                Some(_) => Operand::Op(Link::new(value)?),
                None => Operand::Constant(value.clone().into()),
            },
            Value::Extension { .. } => match Op::view(value)? {
                Some(Op::Local(position)) => Operand::Local(position),
                Some(_) => Operand::Op(Link::new(value)?),
                None => Operand::Constant(value.clone().into()),
            },
            _ if Op::is_op(value)? => Operand::Op(Link::new(value)?),
            _ => Operand::Constant(value.clone().into()),
        })
    }

    /// A value that must be an op; one that is not stays what it is, and fails when it is executed.
    fn strict(value: &Value) -> Result<Operand, Missing> {
        if Op::is_op(value)? { Operand::new(value) } else { Ok(Operand::Op(Link::new(value)?)) }
    }

    /// Whether executing this may read the last result before anything else is computed.
    pub fn reads_result(&self) -> bool {
        matches!(self, Operand::Op(link) if link.reads_result)
    }
}

/// What a vector of binding forms binds.
pub struct Targets {
    /// The forms.
    pub forms: Vector,
    /// What each form is.
    pub targets: Box<[Target]>,
    /// Whether all are names and none is `&`, so that as many values can be bound one by one.
    pub is_plain: bool,
}

/// What a binding form is.
pub enum Target {
    /// A name.
    Name,
    /// The name `_`, which binds nothing.
    Ignored,
    /// A vector to take apart, or something that cannot be bound.
    Form(Slot),
}

impl Targets {
    fn new(forms: &Vector) -> Result<Targets, Missing> {
        let mut is_plain = true;
        let mut targets = Vec::new();
        for form in forms.iter() {
            let form = form?;
            targets.push(match form {
                Value::Symbol(symbol) if *symbol == *symbols::UNDERSCORE => Target::Ignored,
                Value::Symbol(symbol) => {
                    is_plain &= *symbol != *symbols::AMPERSAND;
                    Target::Name
                }
                form => {
                    is_plain = false;
                    Target::Form(form.clone().into())
                }
            });
        }
        Ok(Targets { forms: forms.clone(), targets: targets.into(), is_plain })
    }
}

/// A function made by a program, ready to be called.
#[derive(Clone, Copy)]
pub enum Function<'a> {
    /// One arity.
    One(Arity<'a>),
    /// Several arities.
    Multi(&'a Vector),
    /// A function whose parameters are no vector.
    NoParameters,
    /// A function of so many parameters, captured locals or arities that no juice pays for them.
    TooLong,
}

/// One arity of a function.
#[derive(Clone, Copy)]
pub struct Arity<'a> {
    /// What all functions made by the same code have in common.
    pub code: &'a ArityCode,
    /// The captured locals.
    pub env: &'a [Slot],
}

/// What functions of one arity have in common that differ only in the locals they captured.
pub struct ArityCode {
    /// What to bind to the arguments.
    pub params: Targets,
    /// An op.
    pub body: Operand,
    /// The routine of functions of this code.
    pub(crate) routine: KnownRoutine,
}

/// A function, as it is kept beside its record.
enum KeptFunction {
    One(ArityCode, Box<[Slot]>),
    Multi(Vector),
    NoParameters,
    TooLong,
}

impl KeptFunction {
    fn view(&self) -> Function<'_> {
        match self {
            KeptFunction::One(code, env) => Function::One(Arity { code, env }),
            KeptFunction::Multi(functions) => Function::Multi(functions),
            KeptFunction::NoParameters => Function::NoParameters,
            KeptFunction::TooLong => Function::TooLong,
        }
    }

    fn one(params: &Vector, env: &Vector, body: &Value) -> Result<KeptFunction, Missing> {
        let (params, body) = (Targets::new(params)?, Operand::strict(body)?);
        let code = ArityCode { params, body, routine: KnownRoutine::default() };
        let env = env.iter().map(|local| Ok(local?.clone().into())).collect::<Result<_, Missing>>()?;
        Ok(KeptFunction::One(code, env))
    }
}

impl Deref for Arity<'_> {
    type Target = ArityCode;

    fn deref(&self) -> &ArityCode {
        self.code
    }
}

/// Code kept beside its op.
struct Kept(Arc<Code>);

/// The code of an op, derived when asked for the first time; `None` for a value that is no op.
pub fn of(op: &Value) -> Result<Option<Arc<Code>>, Missing> {
    let derived = match op {
        Value::Coded(coded) => Coded::derived(coded),
        Value::Record(record) => Record::derived(record),
        _ => return Ok(derive(op)?.map(Arc::new)),
    };
    if let Some(kept) = derived.get::<Kept>() {
        return Ok(Some(kept.0.clone()));
    }
    let Some(code) = derive(op)? else { return Ok(None) };
    let code = Arc::new(code);
    derived.set(Arc::new(Kept(code.clone())));
    Ok(Some(code))
}

/// The function of a record, `None` when it is not one made by a program.
#[inline]
pub fn function_of<'a>(value: &Value, record: &'a Record) -> Result<Option<Function<'a>>, Missing> {
    // Functions made by the same code differ only in their locals.
    if let Some((prototype, env)) = record.captured()
        && let Some(KeptFunction::One(code, _)) = prototype.derived().get()
        && env.len() as u64 <= limits::MAX_UNPAID_ELEMENTS
    {
        return Ok(Some(Function::One(Arity { code, env })));
    }
    kept_function(value, record)
}

fn kept_function<'a>(value: &Value, record: &'a Record) -> Result<Option<Function<'a>>, Missing> {
    if record.derived().is_empty() {
        let function = match Closure::view(value)? {
            None => return Ok(None),
            Some(Closure::Fn { params, env, .. }) if is_too_long(&params) || is_too_long(&env) => {
                KeptFunction::TooLong
            }
            Some(Closure::Fn { params, env, body }) => KeptFunction::one(&params, &env, &body)?,
            Some(Closure::Multi(functions)) if is_too_long(&functions) => KeptFunction::TooLong,
            Some(Closure::Multi(functions)) => KeptFunction::Multi(functions),
            Some(Closure::Malformed) => match record.fields().get(1)? {
                // Its body, which is no op, fails only once the arguments are bound.
                Some(Value::Vector(params)) if !is_too_long(params) => {
                    let body = record.fields().get(3)?.unwrap_or(&Value::Nil);
                    KeptFunction::one(params, &Vector::empty(), body)?
                }
                Some(Value::Vector(_)) => KeptFunction::TooLong,
                _ => KeptFunction::NoParameters,
            },
        };
        record.derived().set(Arc::new(function));
    }
    Ok(record.derived().get().map(KeptFunction::view))
}

/// A function over locals, by the function over none that its code makes.
///
/// # Errors
/// [`Missing`] when a part of the function is not here.
#[inline]
pub fn capture<'a>(
    function: &Value,
    locals: impl ExactSizeIterator<Item = &'a Value>,
) -> Result<Value, Missing> {
    if let Value::Record(record) = function
        && record.derived().get::<KeptFunction>().is_none()
    {
        // What is derived from it is derived for all functions that it makes.
        function_of(function, record)?;
    }
    let mut env = Vec::with_capacity(locals.len());
    for local in locals {
        env.push(match local {
            Value::Integer(n) => Slot::new(Value::Integer(*n)),
            local => Slot::new(local.clone()),
        });
    }
    Closure::capture(function, env.into())
}

/// Whether something has more parts than can be kept at hand.
fn is_too_long(parts: &Vector) -> bool {
    parts.count() > limits::MAX_UNPAID_ELEMENTS
}

/// Whether a function has more arities, nested however deep, than can be gone through.
fn has_too_many_arities(function: &Value) -> Result<bool, Missing> {
    let mut count = 0_u64;
    let mut open = vec![function.clone()];
    while let Some(function) = open.pop() {
        let Some(Closure::Multi(functions)) = Closure::view(&function)? else { continue };
        count = count.saturating_add(functions.count());
        if count > limits::MAX_UNPAID_ELEMENTS {
            return Ok(true);
        }
        for function in functions.iter() {
            open.push(function?.clone());
        }
    }
    Ok(false)
}

fn operands(ops: &Vector) -> Result<Box<[Operand]>, Missing> {
    ops.iter().map(|op| Operand::new(op?)).collect()
}

fn strict_operands(ops: &Vector) -> Result<Box<[Operand]>, Missing> {
    ops.iter().map(|op| Operand::strict(op?)).collect()
}

fn derive(value: &Value) -> Result<Option<Code>, Missing> {
    let Some(op) = Op::view(value)? else { return Ok(None) };
    let kind = match op {
        Op::Constant(constant) => Kind::Constant(constant.into()),
        Op::Lookup { address, symbol: Value::Symbol(symbol) } => {
            let place = match Operand::new(&address)? {
                Operand::Constant(slot) => match slot.get()? {
                    Value::Nil => Place::Here,
                    Value::Address(address) => Place::Account(*address),
                    _ => Place::Computed(Operand::Constant(slot)),
                },
                operand => Place::Computed(operand),
            };
            // An op that is the constant nil is no missing address.
            let place = match place {
                Place::Here if !address.is_nil() => Place::Computed(Operand::Constant(Value::Nil.into())),
                place => place,
            };
            Kind::Lookup { place, symbol }
        }
        Op::Local(position) => Kind::Local(position),
        Op::Special(code) => Kind::Special(code),
        Op::Def { symbol, value } => {
            let value = if Op::is_op(&value)? { Some(Operand::new(&value)?) } else { None };
            match symbol {
                Value::Symbol(symbol) => Kind::Def { symbol, metadata: None, value },
                Value::Syntax(syntax) => match syntax.datum()? {
                    Value::Symbol(symbol) => {
                        Kind::Def { symbol: symbol.clone(), metadata: Some(syntax.meta()), value }
                    }
                    _ => Kind::Malformed,
                },
                _ => Kind::Malformed,
            }
        }
        Op::Do(ops)
        | Op::Cond(ops)
        | Op::Invoke(ops)
        | Op::Let { ops, .. }
        | Op::Query(ops)
        | Op::Try(ops)
            if is_too_long(&ops) =>
        {
            Kind::TooLong
        }
        Op::Do(ops) => Kind::Do(operands(&ops)?),
        Op::Cond(ops) => Kind::Cond(operands(&ops)?),
        Op::Invoke(ops) => derive_invoke(operands(&ops)?)?,
        Op::Let { bindings, ops, is_loop } => {
            Kind::Let { bindings: Targets::new(&bindings)?, operands: strict_operands(&ops)?, is_loop }
        }
        Op::Lambda(function) if has_too_many_arities(&function)? => Kind::TooLong,
        Op::Lambda(function) => Kind::Lambda(function.into()),
        Op::Query(ops) => Kind::Query(operands(&ops)?),
        Op::Try(ops) => Kind::Try(strict_operands(&ops)?),
        Op::Set { position, value } => Kind::Set { position, value: Operand::new(&value)? },
        Op::Lookup { .. } | Op::Malformed => Kind::Malformed,
    };
    Ok(Some(Code { kind, tier: Tier::default() }))
}

fn derive_invoke(operands: Box<[Operand]>) -> Result<Kind, Missing> {
    if let Some(Operand::Constant(constant)) = operands.first()
        && let function @ Value::Extension { tag: extension::CORE, code } = constant.get()?
        && let Some(native) = core::native(*code)
    {
        return Ok(Kind::Native(NativeCall {
            function: function.clone(),
            native,
            is_recur: lang::native::name(*code) == Some("recur"),
            sees_last: core::answers_last_result(function),
            args: operands.into_iter().skip(1).collect(),
        }));
    }
    Ok(Kind::Invoke(operands))
}

/// Whether a special op reads the last result.
pub(crate) fn is_result(code: u64) -> bool {
    usize::try_from(code)
        .ok()
        .and_then(|code| special::SPECIAL.get(code))
        .is_some_and(|name| matches!(*name, "*result*" | "*nop*"))
}

/// Whether an op may read the last result before anything else is computed: follows first operands.
fn reads_result(op: &Value) -> Result<bool, Missing> {
    let mut op = op.clone();
    for _ in 0..MAX_LOOK_AHEAD {
        let first = match Op::view(&op)? {
            None | Some(Op::Constant(_) | Op::Local(_) | Op::Lambda(_) | Op::Malformed) => return Ok(false),
            Some(Op::Special(code)) => return Ok(is_result(code)),
            Some(Op::Lookup { address: first, .. } | Op::Def { value: first, .. }) => first,
            Some(Op::Set { value: first, .. }) => first,
            Some(Op::Do(ops) | Op::Cond(ops) | Op::Invoke(ops) | Op::Query(ops) | Op::Try(ops)) => {
                ops.get(0)?.cloned().unwrap_or(Value::Nil)
            }
            Some(Op::Let { ops, .. }) => ops.get(0)?.cloned().unwrap_or(Value::Nil),
        };
        op = first;
    }
    Ok(true)
}
