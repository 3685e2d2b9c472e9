//! Ops and functions as values: typed views of the cells they are encoded as.
//!
//! Which cells are ops or functions is decided by their encoding alone, and so loosely that some of them cannot
//! be executed: a conditional test of parts is left to the views, which call such a cell malformed. On chain,
//! executing a malformed op or function is a fault of the machine that voids the whole block; it is no error
//! that a program could see.

use crate::cell::Slot;
use crate::extension::{LOCAL, SPECIAL};
use crate::vector::VectorBody;
use crate::*;

/// Tag of coded values that hold a constant, `try`, `query`, a lambda or `set!`.
pub const CODED: u8 = 0xc0;
/// Tag of lookups.
pub const LOOKUP: u8 = 0xc1;
/// Tag of `let`.
pub const LET: u8 = 0xc2;
/// Tag of `loop`.
pub const LOOP: u8 = 0xc3;
/// Tag of definitions.
pub const DEF: u8 = 0xcd;
/// Tag of `do`.
pub const DO: u8 = 0xda;
/// Tag of invocations.
pub const INVOKE: u8 = 0xdb;
/// Tag of `cond`.
pub const COND: u8 = 0xdc;
/// Tag of functions made by programs.
pub const FUNCTION: u8 = 0xdf;

/// Code of a constant among [`CODED`] values, and the first field of a function of one arity.
const PLAIN: Value = Value::FALSE;
/// Code of `try`: the byte flag `0xba`.
const TRY: u8 = 0xa;
/// Code of `query`: the byte flag `0xbb`.
const QUERY: u8 = 0xb;
/// Code of a lambda: the byte flag `0xbf`.
const LAMBDA: u8 = 0xf;

/// Number of fields of a function of one arity: flag, parameters, captured locals, body.
pub(crate) const FN_FIELDS: u64 = 4;
/// The field of the captured locals.
pub(crate) const FN_ENV: u64 = 2;

/// An op, seen through its encoding. Operands that should be ops are values still to be viewed; where an operand
/// is no op, it counts as a constant, except in `let`, `loop` and `try`.
#[derive(Clone)]
pub enum Op {
    /// A constant.
    Constant(Value),
    /// A symbol looked up in an account: the one an op names, else the current one.
    Lookup {
        /// An op giving the address, or nil.
        address: Value,
        /// The name: a symbol.
        symbol: Value,
    },
    /// A local by position.
    Local(u64),
    /// A special op by code.
    Special(u64),
    /// A definition.
    Def {
        /// A symbol, or a syntax object with metadata on one.
        symbol: Value,
        /// An op; anything else, `nil` above all, keeps the present value.
        value: Value,
    },
    /// Ops in sequence.
    Do(Vector),
    /// Tests and branches.
    Cond(Vector),
    /// A function and its arguments.
    Invoke(Vector),
    /// Bindings, then as many ops and those of the body.
    Let {
        /// Binding forms, at most as many as there are ops.
        bindings: Vector,
        /// Ops.
        ops: Vector,
        /// Whether `recur` returns here.
        is_loop: bool,
    },
    /// A closure over the locals: a function to be given its locals by [`Closure::capture`].
    Lambda(Value),
    /// Ops whose effects are undone.
    Query(Vector),
    /// Alternatives.
    Try(Vector),
    /// A local set.
    Set {
        /// The position of the local; negative positions can be encoded, and are out of bounds like all too large.
        position: i64,
        /// An op.
        value: Value,
    },
    /// A cell that counts as an op, but whose parts are not what its tag requires, so that it cannot be executed.
    Malformed,
}

impl Op {
    /// Whether a value counts as an op, malformed or not.
    ///
    /// # Errors
    /// [`Missing`] when the code of a coded value is a branch that is not here.
    pub fn is_op(value: &Value) -> Result<bool, Missing> {
        Ok(match value {
            Value::Extension { tag: LOCAL, .. } => true,
            Value::Extension { tag: SPECIAL, code } => *code < special::SPECIAL.len() as u64,
            Value::Coded(coded) => match coded.tag() {
                CODED => is_general_code(coded.code()?),
                LOOKUP | LET | LOOP | DEF => true,
                _ => false,
            },
            Value::Record(record) => matches!(record.tag(), DO | INVOKE | COND),
            _ => false,
        })
    }

    /// The view of a value that is an op; `None` for any other.
    ///
    /// # Errors
    /// [`Missing`] when a direct part of the op is a branch that is not here.
    pub fn view(value: &Value) -> Result<Option<Op>, Missing> {
        Ok(match value {
            Value::Extension { tag: LOCAL, code } => Some(Op::Local(*code)),
            Value::Extension { tag: SPECIAL, code } => {
                (*code < special::SPECIAL.len() as u64).then_some(Op::Special(*code))
            }
            Value::Coded(coded) => Op::view_coded(coded)?,
            Value::Record(record) => match record.tag() {
                DO => Some(Op::Do(record.fields().clone())),
                INVOKE => Some(Op::Invoke(record.fields().clone())),
                COND => Some(Op::Cond(record.fields().clone())),
                _ => None,
            },
            _ => None,
        })
    }

    fn view_coded(coded: &Coded) -> Result<Option<Op>, Missing> {
        Ok(Some(match coded.tag() {
            CODED => return Op::view_general(coded),
            LOOKUP => {
                let (address, symbol) = (coded.code()?, coded.value()?);
                let is_sound =
                    matches!(symbol, Value::Symbol(_)) && (address.is_nil() || Op::is_op(address)?);
                match is_sound {
                    true => Op::Lookup { address: address.clone(), symbol: symbol.clone() },
                    false => Op::Malformed,
                }
            }
            tag @ (LET | LOOP) => match (coded.code()?, coded.value()?) {
                (Value::Vector(bindings), Value::Vector(ops)) if bindings.count() <= ops.count() => {
                    Op::Let { bindings: bindings.clone(), ops: ops.clone(), is_loop: tag == LOOP }
                }
                _ => Op::Malformed,
            },
            DEF => {
                let symbol = coded.code()?;
                let is_sound = match symbol {
                    Value::Symbol(_) => true,
                    Value::Syntax(syntax) => matches!(syntax.datum()?, Value::Symbol(_)),
                    _ => false,
                };
                match is_sound {
                    true => Op::Def { symbol: symbol.clone(), value: coded.value()?.clone() },
                    false => Op::Malformed,
                }
            }
            _ => return Ok(None),
        }))
    }

    fn view_general(coded: &Coded) -> Result<Option<Op>, Missing> {
        let code = coded.code()?;
        if !is_general_code(code) {
            return Ok(None);
        }
        Ok(Some(match (code, coded.value()?) {
            (Value::Boolean(false), value) => Op::Constant(value.clone()),
            (Value::Integer(position), value) => Op::Set { position: *position, value: value.clone() },
            (Value::Flag(TRY), Value::Vector(ops)) => Op::Try(ops.clone()),
            (Value::Flag(QUERY), Value::Vector(ops)) => Op::Query(ops.clone()),
            (Value::Flag(LAMBDA), value) if Closure::is_closure(value)? => Op::Lambda(value.clone()),
            _ => Op::Malformed,
        }))
    }

    /// The value that this op is encoded as. A malformed op has lost its encoding and becomes an empty `do`.
    pub fn into_value(self) -> Value {
        let coded = |tag, code: Value, value: Value| Value::Coded(Coded::new(tag, code, value));
        let record = |tag, fields| Value::Record(Record::new(tag, fields));
        match self {
            Op::Constant(value) => coded(CODED, PLAIN, value),
            Op::Lookup { address, symbol } => coded(LOOKUP, address, symbol),
            Op::Local(code) => Value::Extension { tag: LOCAL, code },
            Op::Special(code) => Value::Extension { tag: SPECIAL, code },
            Op::Def { symbol, value } => coded(DEF, symbol, value),
            Op::Do(ops) => record(DO, ops),
            Op::Cond(ops) => record(COND, ops),
            Op::Invoke(ops) => record(INVOKE, ops),
            Op::Let { bindings, ops, is_loop } => {
                coded(if is_loop { LOOP } else { LET }, bindings.into(), ops.into())
            }
            Op::Lambda(function) => coded(CODED, Value::Flag(LAMBDA), function),
            Op::Query(ops) => coded(CODED, Value::Flag(QUERY), ops.into()),
            Op::Try(ops) => coded(CODED, Value::Flag(TRY), ops.into()),
            Op::Set { position, value } => coded(CODED, Value::Integer(position), value),
            Op::Malformed => record(DO, Vector::empty()),
        }
    }
}

/// A function made by a program, seen through its encoding.
#[derive(Clone)]
pub enum Closure {
    /// One arity.
    Fn {
        /// Binding forms.
        params: Vector,
        /// Captured locals; empty where the cell has none.
        env: Vector,
        /// An op.
        body: Value,
    },
    /// Several, tried in order; those that are no function made by a program are skipped.
    Multi(Vector),
    /// A cell that counts as a function of one arity, but without parameters or without an op for a body, so
    /// that it cannot be called.
    Malformed,
}

impl Closure {
    /// Whether a value counts as a function made by a program, malformed or not. What stands first in the cell
    /// decides: the first field, or where there are more than 16, what should be a vector of them.
    ///
    /// # Errors
    /// None as yet: the signature is that of the views.
    pub fn is_closure(value: &Value) -> Result<bool, Missing> {
        let Value::Record(record) = value else { return Ok(false) };
        if record.captured().is_some() {
            return Ok(true);
        }
        let first = match record.fields().body() {
            VectorBody::Leaf { prefix: Some(prefix), .. } => Some(prefix),
            VectorBody::Leaf { items, .. } => items.first(),
            VectorBody::Tree { children, .. } => children.first(),
        };
        Ok(record.tag() == FUNCTION
            && match first.map(Slot::held) {
                None => false,
                Some(Some(Value::Boolean(false))) => record.fields().count() == FN_FIELDS,
                Some(_) => true,
            })
    }

    /// The view of a value that is a function made by a program; `None` for any other.
    ///
    /// # Errors
    /// [`Missing`] when a direct part of the function is a branch that is not here.
    pub fn view(value: &Value) -> Result<Option<Closure>, Missing> {
        let Value::Record(record) = value else { return Ok(None) };
        if !Closure::is_closure(value)? {
            return Ok(None);
        }
        let fields = record.fields();
        let field = |i| fields.get(i).map(|v| v.cloned().unwrap_or(Value::Nil));
        if fields.count() != FN_FIELDS || !matches!(field(0)?, Value::Boolean(false)) {
            return Ok(Some(Closure::Multi(fields.clone())));
        }
        let env = match field(FN_ENV)? {
            Value::Vector(env) => env,
            _ => Vector::empty(),
        };
        Ok(Some(match (field(1)?, field(3)?) {
            (Value::Vector(params), body) if Op::is_op(&body)? => Closure::Fn { params, env, body },
            _ => Closure::Malformed,
        }))
    }

    /// The value that this function is encoded as. A malformed function has lost its encoding and becomes one
    /// that matches no arity.
    pub fn into_value(self) -> Value {
        let fields = match self {
            Closure::Fn { params, env, body } => {
                let env = if env.is_empty() { Value::Nil } else { Value::Vector(env) };
                Vector::from_values([PLAIN, params.into(), env, body])
            }
            Closure::Multi(functions) => functions,
            Closure::Malformed => Vector::from_values([Value::Nil]),
        };
        Value::Record(Record::new(FUNCTION, fields))
    }

    /// A function with the locals it captures replaced, in all its arities; any other value is left as it is.
    ///
    /// The encoding of no locals at all is kept as it was, `nil` or an empty vector, when none are captured.
    ///
    /// # Errors
    /// [`Missing`] when a function below is a branch that is not here.
    pub fn capture(value: &Value, env: Box<[Slot]>) -> Result<Value, Missing> {
        if !env.is_empty()
            && let Value::Record(record) = value
            && record.is_single()
        {
            return Ok(Value::Record(record.over(env)));
        }
        let env = &Vector::from_slots(env.into_vec());
        if arities(value)?.is_none() {
            return capture_one(value, env);
        }
        // Functions of several arities may hold further ones, however deep: an explicit stack of the fields
        // still to be visited (last first) and those finished.
        let mut open: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
        let mut next = value.clone();
        loop {
            while let Some(mut rest) = arities(&next)? {
                next = rest.pop().unwrap_or(Value::Nil);
                open.push((rest, Vec::new()));
            }
            let mut done = match open.is_empty() || Closure::is_closure(&next)? {
                true => capture_one(&next, env)?,
                false => Value::Nil, // Whatever is no function is lost among several.
            };
            loop {
                let Some((rest, finished)) = open.last_mut() else { return Ok(done) };
                finished.push(done);
                if let Some(field) = rest.pop() {
                    next = field;
                    break;
                }
                let fields = Vector::from_values(std::mem::take(finished));
                done = Value::Record(Record::new(FUNCTION, fields));
                open.pop();
            }
        }
    }
}

/// Whether a code makes a [`CODED`] value an op.
fn is_general_code(code: &Value) -> bool {
    matches!(code, Value::Boolean(false) | Value::Flag(TRY | QUERY | LAMBDA) | Value::Integer(_))
}

/// The fields of a function of several arities, last first; `None` for any other value.
fn arities(value: &Value) -> Result<Option<Vec<Value>>, Missing> {
    let Value::Record(record) = value else { return Ok(None) };
    if !Closure::is_closure(value)? {
        return Ok(None);
    }
    if record.fields().count() == FN_FIELDS && matches!(record.fields().get(0)?, Some(Value::Boolean(false)))
    {
        return Ok(None);
    }
    let mut fields = record.fields().to_vec()?;
    fields.reverse();
    Ok(Some(fields))
}

/// A function of one arity with other locals.
fn capture_one(value: &Value, env: &Vector) -> Result<Value, Missing> {
    let Value::Record(record) = value else { return Ok(value.clone()) };
    if !Closure::is_closure(value)? {
        return Ok(value.clone());
    }
    let fields = record.fields();
    if env.is_empty() {
        match fields.get(FN_ENV)? {
            Some(Value::Vector(old)) if !old.is_empty() => {}
            _ => return Ok(value.clone()),
        }
    }
    if fields.count() == FN_FIELDS {
        let field = |i| fields.get(i).map(|v| v.cloned().unwrap_or(Value::Nil));
        let fields = [field(0)?, field(1)?, env.clone().into(), field(3)?];
        return Ok(Value::Record(Record::new(FUNCTION, Vector::from_values(fields))));
    }
    Ok(match fields.assoc(FN_ENV, env.clone().into())? {
        Some(fields) => Value::Record(Record::new(FUNCTION, fields)),
        None => value.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(value: &Value) -> String {
        value.encoding().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_encoding_decides_what_is_an_op_or_function() {
        // Encoding, whether it is an op, whether it is malformed or a function.
        let cases = [
            ("c0b010", true, false),
            ("c0b1b0", false, false),
            ("c011ffb0", true, false),
            ("c0bab0", true, true),
            ("c0bfb0", true, true),
            ("c0bf00", true, true),
            ("c08000b0", false, false),
            ("c100320161", true, false),
            ("c1b0320161", true, true),
            ("c10000", true, true),
            ("c280008000", true, false),
            ("c2800100800100", true, false),
            ("c28001008000", true, true),
            ("cd00b0", true, true),
            ("cdb0b0", true, true),
            ("e518", true, false),
            ("e519", false, false),
            ("e63f", true, false),
            ("da00", true, false),
            ("dd00", false, false),
        ];
        for (text, is_op, is_malformed) in cases {
            let bytes: Vec<u8> = (0..text.len())
                .step_by(2)
                .map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("digits"))
                .collect();
            let value = decode::decode_alone(&bytes).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            assert_eq!(Op::is_op(&value), Ok(is_op), "{text}");
            let view = Op::view(&value).expect("nothing is missing");
            assert_eq!(view.is_some(), is_op, "{text}");
            assert_eq!(matches!(view, Some(Op::Malformed)), is_malformed, "{text}");
            if let Some(op) = view.filter(|_| !is_malformed) {
                assert_eq!(hex(&op.into_value()), text);
            }
        }
    }

    #[test]
    fn captured_locals_replace_those_before() {
        let function = |env: Vector| {
            let body = Op::Local(0).into_value();
            Closure::Fn { params: Vector::empty(), env, body }.into_value()
        };
        let locals = Vector::from_values([Value::Integer(1)]);
        let captured = function(locals.clone());
        let multi = |inner| Closure::Multi(Vector::from_values([inner, Value::TRUE])).into_value();
        let all = |value, env: &Vector| {
            let env = env.iter().map(|local| Slot::new(local.expect("it is here").clone()));
            Closure::capture(&value, env.collect()).expect("nothing is missing")
        };

        assert_eq!(all(function(Vector::empty()), &locals), captured);
        assert_eq!(all(function(Vector::empty()), &Vector::empty()), function(Vector::empty()));
        // Locals that are taken away leave an empty vector behind, not nil.
        assert_eq!(hex(&all(captured.clone(), &Vector::empty())), "df04b080008000e600");
        let nested = Closure::Multi(Vector::from_values([multi(function(Vector::empty()))])).into_value();
        let expected = Closure::Multi(Vector::from_values([captured.clone(), Value::Nil])).into_value();
        let expected = Closure::Multi(Vector::from_values([expected])).into_value();
        assert_eq!(all(nested, &locals), expected);

        let deep = (0..200_000).fold(captured, |inner, _| multi(inner));
        assert!(matches!(Closure::view(&all(deep, &locals)), Ok(Some(Closure::Multi(_)))));
    }
}
