//! Predicates: questions about one value, each at the same price.

use super::arguments::exactly;
use super::{number, record, structure};
use crate::{Context, Run, juice};
use lang::{Double, Kind, Value};

fn answer(ctx: &mut Context, args: &[Value], test: fn(&Value) -> bool) -> Run {
    let [value] = exactly(args)?;
    ctx.finish(juice::SIMPLE_FN, test(value))
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident: $test:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(ctx: &mut Context, args: &mut [Value]) -> Run {
            answer(ctx, args, $test)
        }
    )*};
}

predicates! {
    /// `nil?`
    is_nil: Value::is_nil;
    /// `vector?`
    is_vector: |v| matches!(v, Value::Vector(_));
    /// `list?`
    is_list: |v| matches!(v, Value::List(_));
    /// `set?`
    is_set: |v| matches!(v, Value::Set(_));
    /// `map?`: hash maps, indexes and records.
    is_map: record::is_map;
    /// `coll?`
    is_collection: structure::is_structure;
    /// `countable?`
    is_countable: |v| structure::count(v).is_some();
    /// `empty?`: what has no elements, and `nil`.
    is_empty: |v| structure::count(v) == Some(0);
    /// `symbol?`
    is_symbol: |v| matches!(v, Value::Symbol(_));
    /// `keyword?`
    is_keyword: |v| matches!(v, Value::Keyword(_));
    /// `blob?`
    is_blob: |v| matches!(v, Value::Blob(_));
    /// `address?`
    is_address: |v| matches!(v, Value::Address(_));
    /// `long?`: integers of 64 bits.
    is_long: |v| v.to_long().is_some();
    /// `int?`
    is_integer: |v| v.kind() == Kind::Integer;
    /// `double?`
    is_double: |v| matches!(v, Value::Double(_));
    /// `str?`
    is_string: |v| matches!(v, Value::String(_));
    /// `number?`
    is_number: number::is_number;
    /// `nan?`: the canonical NaN.
    is_nan: |v| matches!(v, Value::Double(d) if *d == Double::NAN);
    /// `fn?`
    is_function: |v| v.kind() == Kind::Function;
    /// `zero?`: zero of any numeric type, the negative one too.
    is_zero: |v| v.to_long() == Some(0) || matches!(v, Value::Double(d) if d.get() == 0.0);
    /// `boolean?`
    is_boolean: |v| matches!(v, Value::Boolean(_));
    /// `syntax?`
    is_syntax: |v| matches!(v, Value::Syntax(_));
}
