//! Syntax objects: values with metadata (CAD013).

use super::arguments::{between, exactly, wrong_kind};
use crate::{Context, Run, juice};
use lang::{Map, Missing, Syntax, Value};

/// `quote` as a function, which it hardly ever is: it wants two arguments and answers the first.
pub fn quote(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [form, _] = exactly(args)?;
    ctx.finish(juice::EXPAND_CONSTANT, form.clone())
}

/// `syntax`: a value with metadata; that of a syntax object is merged.
pub fn syntax(ctx: &mut Context, args: &mut [Value]) -> Run {
    between(args, 1, 2)?;
    let meta = match args.get(1) {
        None | Some(Value::Nil) => Map::empty(),
        Some(Value::Map(meta)) => meta.clone(),
        Some(_) => return wrong_kind(args, 1, "a Map"),
    };
    let result = with_metadata(&args[0], meta)?;
    ctx.finish(juice::SYNTAX, result)
}

/// A value with metadata put on what it has already.
pub fn with_metadata(value: &Value, meta: Map) -> Result<Syntax, Missing> {
    match value {
        Value::Syntax(inner) if meta.is_empty() => Ok(inner.clone()),
        Value::Syntax(inner) => Ok(Syntax::new(inner.datum()?.clone(), inner.meta().merge(&meta)?)),
        _ => Ok(Syntax::new(value.clone(), meta)),
    }
}

/// `unsyntax`: the value without its metadata.
pub fn unsyntax(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let datum = match value {
        Value::Syntax(syntax) => syntax.datum()?.clone(),
        other => other.clone(),
    };
    ctx.finish(juice::SYNTAX, datum)
}

/// `meta`: the metadata of a syntax object, `nil` for any other value.
pub fn meta(ctx: &mut Context, args: &mut [Value]) -> Run {
    let [value] = exactly(args)?;
    let meta = match value {
        Value::Syntax(syntax) => syntax.meta().into(),
        _ => Value::Nil,
    };
    ctx.finish(juice::META, meta)
}
