//! Ops and functions as values: typed views of the cells they are encoded as.
use crate::*;

/// An op, seen through its encoding. Operands are values that should be ops themselves; nobody has checked yet.
#[derive(Clone)]
pub enum Op {
    /// A constant.
    Constant(Value),
    /// A symbol looked up in an account: the one an op names, else the current one.
    Lookup { /** An op giving the address, or nil. */ address: Value, /** The name. */ symbol: Value },
    /// A local by position.
    Local(u64),
    /// A special op by code.
    Special(u64),
    /// A definition.
    Def { /** A symbol, or a syntax object with metadata on one. */ symbol: Value, /** An op. */ value: Value },
    /// Ops in sequence.
    Do(Vector),
    /// Tests and branches.
    Cond(Vector),
    /// A function and its arguments.
    Invoke(Vector),
    /// Bindings, then as many ops and those of the body.
    Let { /** Binding forms. */ bindings: Vector, /** Ops. */ ops: Vector, /** Whether `recur` returns here. */ is_loop: bool },
    /// A closure over the locals.
    Lambda(Value),
    /// Ops whose effects are undone.
    Query(Vector),
    /// Alternatives.
    Try(Vector),
    /// A local set.
    Set { /** The position of the local. */ position: u64, /** An op. */ value: Value },
}

impl Op {
    /// The view of a value that is an op; `None` for any other.
    pub fn view(value: &Value) -> Result<Option<Op>, Missing> { todo!() }
    /// The value that this op is encoded as.
    pub fn into_value(self) -> Value { todo!() }
}

/// A function made by a program, seen through its encoding.
#[derive(Clone)]
pub enum Closure {
    /// One arity.
    Fn { /** Binding forms. */ params: Vector, /** Captured locals. */ env: Vector, /** An op. */ body: Value },
    /// Several, tried in order.
    Multi(Vector),
}

impl Closure {
    /// The view of a value that is a function made by a program; `None` for any other.
    pub fn view(value: &Value) -> Result<Option<Closure>, Missing> { todo!() }
    /// The value that this function is encoded as.
    pub fn into_value(self) -> Value { todo!() }
}
