//! Running ops: what each does, in which order it is paid for, and what it leaves behind.

use crate::code::{self, Arity, Code, Function, Kind, Link, NativeCall, Operand, Place};
use crate::context::Unquoting;
use crate::core::structure;
use crate::ending::{Control, Frame};
use crate::state::Global;
use crate::{Context, Ending, Run, core, juice, limits};
use lang::cell::Slot;
use lang::op::Closure;
use lang::{Blob, Double, Index, Keyword, Missing, Symbol, Value, Vector, extension, native};

/// A stack with less than this many bytes left is continued elsewhere.
const RED_ZONE_BYTES: usize = 128 * 1024;
/// How many bytes such a continuation has.
const STACK_BYTES: usize = 1024 * 1024;
/// How many levels of ops are nested between two looks at the stack.
const STACK_CHECK_LEVELS: u32 = 16;

/// Whether a value is a function proper: native, or made by a program.
pub fn is_function(value: &Value) -> Result<bool, Missing> {
    match value {
        Value::Extension { tag: extension::CORE, code } => Ok(native::name(*code).is_some()),
        Value::Record(record) => Ok(code::function_of(value, record)?.is_some()),
        _ => Ok(false),
    }
}

/// Whether a value can be called: functions, keywords and data structures.
pub fn is_callable(value: &Value) -> Result<bool, Missing> {
    Ok(match value {
        Value::Keyword(_) => true,
        Value::Extension { .. } => is_function(value)?,
        _ => is_function(value)? || structure::is_structure(value),
    })
}

/// How code at the end of a function or loop went on.
enum Tail {
    /// It has a value.
    Value(Value),
    /// It was `recur`, whose arguments are kept in the context.
    Recur,
}

/// What the tests of a `cond` come to.
enum Choice<'a> {
    /// The operand to go on with.
    Branch(&'a Operand),
    /// A value, where no test was true and there is no default.
    Value(Value),
}

/// Where the locals of a scope began, so that they can be restored.
#[derive(Clone, Copy)]
struct Mark {
    locals: usize,
    overwritten: usize,
}

impl Context {
    /// Runs an op in the current account among the current locals.
    ///
    /// # Errors
    /// `:DEPTH` when too much is nested, and whatever the op ends with.
    pub fn execute(&mut self, op: &Value) -> Run {
        match code::of(op)? {
            Some(code) => self.execute_code(op, &code),
            None => self.malformed(),
        }
    }

    fn execute_code(&mut self, op: &Value, code: &Code) -> Run {
        self.enter()?;
        let depth = self.depth;
        self.depth += 1;
        let outcome = if self.depth.is_multiple_of(STACK_CHECK_LEVELS) {
            stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.perform(code))
        } else {
            self.perform(code)
        };
        self.depth = depth;
        match outcome {
            Err(Ending::Error(_)) => outcome.map_err(|ending| self.passed(ending, op, code)),
            outcome => outcome,
        }
    }

    /// Adds an op to the trace of an error: the innermost one, and all calls.
    #[cold]
    fn passed(&self, ending: Ending, op: &Value, code: &Code) -> Ending {
        let is_call = matches!(code.kind, Kind::Invoke(_) | Kind::Native(_));
        let is_innermost =
            matches!(&ending, Ending::Error(error) if error.trace.iter().all(|f| f.op.is_none()));
        if !is_call && !is_innermost {
            return ending;
        }
        self.traced(ending, || Frame {
            op: Some(op.clone()),
            function: None,
            args: Vec::new(),
            address: self.address,
        })
    }

    fn link(&mut self, link: &Link) -> Run {
        match link.code()? {
            Some(code) => self.execute_code(link.op()?, code),
            None => self.malformed(),
        }
    }

    /// Runs an op in the current account without its locals: how `eval` and transactions do it.
    pub fn exec(&mut self, op: &Value) -> Run {
        let (base, mark) = (self.base, self.mark());
        self.base = self.locals.len();
        let outcome = self.execute(op);
        self.restore(mark);
        self.base = base;
        outcome
    }

    fn enter(&self) -> Run<()> {
        if self.depth < limits::MAX_DEPTH {
            return Ok(());
        }
        self.fail("DEPTH", format!("More than {} operations are nested", limits::MAX_DEPTH))
    }

    fn mark(&self) -> Mark {
        Mark { locals: self.locals.len(), overwritten: self.overwritten.len() }
    }

    /// Restores the locals to what they were at a mark, also those that were set since.
    fn restore(&mut self, mark: Mark) {
        while self.overwritten.len() > mark.overwritten {
            if let Some((position, value)) = self.overwritten.pop()
                && let Some(local) = self.locals.get_mut(position)
            {
                *local = value;
            }
        }
        self.locals.truncate(mark.locals);
    }

    fn malformed<T>(&self) -> Run<T> {
        self.fail("EXCEPTION", "This op is malformed and cannot be executed")
    }

    fn operand(&mut self, operand: &Operand) -> Run {
        match operand {
            Operand::Constant(constant) => {
                self.enter()?;
                self.charge(juice::CONSTANT)?;
                Ok(constant.get()?.clone())
            }
            Operand::Local(position) => {
                self.enter()?;
                self.local(*position)
            }
            Operand::Op(link) => self.link(link),
        }
    }

    /// Runs an operand after another one, whose value it may read as the last result.
    fn next_operand(&mut self, operand: &Operand, last: &Value) -> Run {
        if operand.reads_result() {
            self.result = last.clone();
        }
        self.operand(operand)
    }

    /// Runs operands in turn; the last value, `nil` when there are none.
    fn sequence(&mut self, operands: &[Operand]) -> Run {
        let Some((first, rest)) = operands.split_first() else { return Ok(Value::Nil) };
        let mut value = self.operand(first)?;
        for operand in rest {
            value = self.next_operand(operand, &value)?;
        }
        Ok(value)
    }

    fn perform(&mut self, code: &Code) -> Run {
        match &code.kind {
            Kind::Constant(constant) => {
                self.charge(juice::CONSTANT)?;
                Ok(constant.get()?.clone())
            }
            Kind::Lookup { place, symbol } => self.perform_lookup(place, symbol),
            Kind::Local(position) => self.local(*position),
            Kind::Special(code) => self.special(*code),
            Kind::Def { symbol, metadata, value } => {
                let value = match value {
                    Some(value) => self.operand(value)?,
                    None => {
                        let symbol = Value::Symbol(symbol.clone());
                        self.account()?.definition(&symbol)?.cloned().unwrap_or(Value::Nil)
                    }
                };
                match metadata {
                    Some(metadata) => self.define_with_metadata(symbol, metadata.clone(), value.clone())?,
                    None => self.define(symbol, value.clone())?,
                }
                self.finish(juice::DEF, value)
            }
            Kind::Do(operands) => {
                self.charge(juice::DO)?;
                self.sequence(operands)
            }
            Kind::Cond(operands) => self.perform_cond(operands),
            Kind::Invoke(operands) => self.perform_invoke(operands),
            Kind::Native(call) => self.perform_native(call),
            Kind::Let { bindings, operands, is_loop } => {
                self.charge(juice::LET)?;
                let mark = self.mark();
                let outcome = self.perform_let(bindings, operands, *is_loop, mark);
                self.restore(mark);
                outcome
            }
            Kind::Lambda(function) => {
                let env = Vector::from_values(self.locals[self.base..].iter().cloned());
                let function = Closure::capture(function.get()?, &env)?;
                self.finish(juice::LAMBDA, function)
            }
            Kind::Query(operands) => {
                self.charge(juice::QUERY)?;
                let (state, mark) = (self.state.clone(), self.mark());
                let outcome = self.sequence(operands);
                self.restore(mark);
                self.set_state(state)?;
                outcome
            }
            Kind::Try(operands) => self.perform_try(operands),
            Kind::Set { position, value } => self.perform_set(*position, value),
            Kind::Malformed => self.malformed(),
        }
    }

    fn perform_lookup(&mut self, place: &Place, symbol: &Symbol) -> Run {
        let address = match place {
            Place::Here => self.address,
            Place::Account(address) => {
                self.enter()?;
                self.charge(juice::CONSTANT)?;
                *address
            }
            Place::Computed(operand) => match self.operand(operand)? {
                Value::Address(address) => address,
                other => {
                    let kind = other.kind().name();
                    return self.fail("CAST", format!("A lookup needs an address, not this {kind}"));
                }
            },
        };
        let found = self.lookup_again(address, symbol)?;
        self.charge(juice::LOOKUP_DYNAMIC)?;
        match found {
            Some(value) => Ok(value),
            None if self.state.has_account(address)? => self.undeclared(symbol),
            None => self.fail("NOBODY", format!("There is no account #{address}")),
        }
    }

    fn local(&mut self, position: u64) -> Run {
        let local = usize::try_from(position).ok().and_then(|position| {
            self.base.checked_add(position).and_then(|position| self.locals.get(position)).cloned()
        });
        self.charge(juice::LOOKUP)?;
        match local {
            Some(value) => Ok(value),
            None => self.fail("BOUNDS", format!("There is no local at position {position} here")),
        }
    }

    fn perform_cond(&mut self, operands: &[Operand]) -> Run {
        match self.choose(operands)? {
            Choice::Branch(branch) => self.operand(branch),
            Choice::Value(value) => Ok(value),
        }
    }

    /// Runs the tests of a `cond` until one is true.
    fn choose<'a>(&mut self, operands: &'a [Operand]) -> Run<Choice<'a>> {
        self.charge(juice::COND_OP)?;
        let mut last = None;
        for pair in operands.chunks(2) {
            if pair[0].reads_result()
                && let Some(last) = last.take()
            {
                self.result = last;
            }
            let [test, branch] = pair else { return Ok(Choice::Branch(&pair[0])) };
            let value = self.operand(test)?;
            if value.is_truthy() {
                if branch.reads_result() {
                    self.result = value;
                }
                return Ok(Choice::Branch(branch));
            }
            last = Some(value);
        }
        Ok(Choice::Value(Value::Nil))
    }

    fn perform_invoke(&mut self, operands: &[Operand]) -> Run {
        let Some((function, args)) = operands.split_first() else {
            return self.finish(juice::APPLY, lang::List::empty());
        };
        let function = self.operand(function)?;
        if !is_callable(&function)? {
            let kind = function.kind().name();
            return self.fail("CAST", format!("Only functions can be called, not this {kind}"));
        }
        let sees_last = core::answers_last_result(&function);
        self.with_args(&function, args, |ctx, function, args| {
            if sees_last {
                ctx.result = args.last().unwrap_or(function).clone();
            }
            ctx.invoke_here(function, args)
        })
    }

    fn perform_native(&mut self, known: &NativeCall) -> Run {
        self.enter()?;
        self.charge(juice::CONSTANT)?;
        self.with_args(&known.function, &known.args, |ctx, function, args| {
            if known.sees_last {
                ctx.result = args.last().unwrap_or(function).clone();
            }
            match (known.native)(ctx, args) {
                Ok(value) => Ok(value),
                Err(Ending::Control(control)) => ctx.follow(function, control),
                Err(ending) => Err(ctx.called(ending, function, args)),
            }
        })
    }

    /// Evaluates arguments, each of which may read the one before it as the last result.
    #[inline(always)]
    fn with_args(
        &mut self,
        function: &Value,
        args: &[Operand],
        call: impl FnOnce(&mut Context, &Value, &[Value]) -> Run,
    ) -> Run {
        match args {
            [] => call(self, function, &[]),
            [a] => {
                let a = self.next_operand(a, function)?;
                call(self, function, &[a])
            }
            [a, b] => {
                let a = self.next_operand(a, function)?;
                let b = self.next_operand(b, &a)?;
                call(self, function, &[a, b])
            }
            [a, rest @ ..] => {
                let mut values = Vec::with_capacity(args.len());
                values.push(self.next_operand(a, function)?);
                for (i, operand) in rest.iter().enumerate() {
                    if operand.reads_result() {
                        self.result = values[i].clone();
                    }
                    values.push(self.operand(operand)?);
                }
                call(self, function, &values)
            }
        }
    }

    fn perform_let(
        &mut self,
        bindings: &code::Targets,
        operands: &[Operand],
        is_loop: bool,
        mark: Mark,
    ) -> Run {
        let body = self.bind_values(bindings, operands)?;
        if !is_loop {
            return self.sequence(body);
        }
        loop {
            match self.tail_sequence(body) {
                Ok(Tail::Value(value)) => return Ok(value),
                Ok(Tail::Recur) => {}
                Err(Ending::Control(control)) => match *control {
                    Control::Recur(args) => self.recur_args = args,
                    control => return Err(control.into()),
                },
                Err(ending) => return Err(ending),
            }
            self.check_interrupt()?;
            let (expected, given) = (bindings.targets.len(), self.recur_args.len());
            if expected != given {
                return self.fail("ARITY", format!("The loop has {expected} bindings, given {given}"));
            }
            self.restore(mark);
            self.result = Value::Nil;
            self.bind_recur(bindings)?;
        }
    }

    /// Evaluates and binds the values of a `let` or `loop`; answers its body.
    fn bind_values<'a>(&mut self, bindings: &code::Targets, operands: &'a [Operand]) -> Run<&'a [Operand]> {
        let (values, body) = operands.split_at(bindings.targets.len().min(operands.len()));
        for (target, operand) in bindings.targets.iter().zip(values) {
            let value = self.operand(operand)?;
            self.result = Value::Nil;
            self.bind(target, value)?;
        }
        Ok(body)
    }

    /// Binds the arguments of `recur`, and keeps their room for the next time.
    fn bind_recur(&mut self, targets: &code::Targets) -> Run<()> {
        let mut args = std::mem::take(&mut self.recur_args);
        let outcome = self.bind_drained(targets, &mut args);
        args.clear();
        self.recur_args = args;
        outcome
    }

    /// Runs operands at the end of a function or loop.
    fn tail_sequence(&mut self, operands: &[Operand]) -> Run<Tail> {
        let Some((last, earlier)) = operands.split_last() else { return Ok(Tail::Value(Value::Nil)) };
        if !earlier.is_empty() {
            let value = self.sequence(earlier)?;
            if last.reads_result() {
                self.result = value;
            }
        }
        self.tail(last)
    }

    /// Runs an operand at the end of a function or loop: a `recur` there needs no unwinding.
    fn tail(&mut self, operand: &Operand) -> Run<Tail> {
        let Operand::Op(link) = operand else { return self.operand(operand).map(Tail::Value) };
        let Some(code) = link.code()? else { return self.malformed() };
        let is_tail = match &code.kind {
            Kind::Do(_) | Kind::Cond(_) | Kind::Let { is_loop: false, .. } => true,
            Kind::Native(call) => call.is_recur,
            _ => false,
        };
        if !is_tail {
            return self.execute_code(link.op()?, code).map(Tail::Value);
        }
        self.enter()?;
        let depth = self.depth;
        self.depth += 1;
        let outcome = if self.depth.is_multiple_of(STACK_CHECK_LEVELS) {
            stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.perform_tail(code))
        } else {
            self.perform_tail(code)
        };
        self.depth = depth;
        match outcome {
            Err(ending @ Ending::Error(_)) => Err(self.passed(ending, link.op()?, code)),
            outcome => outcome,
        }
    }

    fn perform_tail(&mut self, code: &Code) -> Run<Tail> {
        match &code.kind {
            Kind::Do(operands) => {
                self.charge(juice::DO)?;
                self.tail_sequence(operands)
            }
            Kind::Cond(operands) => match self.choose(operands)? {
                Choice::Branch(branch) => self.tail(branch),
                Choice::Value(value) => Ok(Tail::Value(value)),
            },
            Kind::Let { bindings, operands, .. } => {
                self.charge(juice::LET)?;
                let mark = self.mark();
                let outcome = match self.bind_values(bindings, operands) {
                    Ok(body) => self.tail_sequence(body),
                    Err(ending) => Err(ending),
                };
                self.restore(mark);
                outcome
            }
            Kind::Native(call) => {
                self.enter()?;
                self.charge(juice::CONSTANT)?;
                let mut values = std::mem::take(&mut self.recur_args);
                values.clear();
                for operand in &call.args {
                    if operand.reads_result() {
                        self.result = values.last().unwrap_or(&call.function).clone();
                    }
                    values.push(self.operand(operand)?);
                }
                self.charge(juice::RECUR)?;
                self.recur_args = values;
                Ok(Tail::Recur)
            }
            _ => self.perform(code).map(Tail::Value),
        }
    }

    fn perform_try(&mut self, operands: &[Operand]) -> Run {
        let Some((last, earlier)) = operands.split_last() else {
            return self.finish(juice::TRY, Value::Nil);
        };
        for operand in earlier {
            self.charge(juice::TRY)?;
            let (before, mark) = (self.registers(), self.mark());
            let is_unquoting = matches!(self.unquoting, Unquoting::Running);
            match self.operand(operand) {
                Err(Ending::Error(error)) => {
                    self.epoch += 1;
                    (self.state, self.juice_limit) = (before.state, before.juice_limit);
                    (self.offer, self.log) = (before.offer, before.log);
                    self.restore(mark);
                    self.result = error.code;
                    if is_unquoting {
                        self.unquoting = Unquoting::Running;
                    }
                }
                outcome => {
                    if is_unquoting {
                        self.unquoting = Unquoting::Left(Box::new(before));
                    }
                    return outcome;
                }
            }
        }
        self.charge(juice::TRY)?;
        if !matches!(self.unquoting, Unquoting::Running) {
            return self.operand(last);
        }
        let before = self.registers();
        let outcome = self.operand(last);
        self.unquoting = Unquoting::Left(Box::new(before));
        outcome
    }

    fn perform_set(&mut self, position: i64, value: &Operand) -> Run {
        let count = self.locals.len() - self.base;
        let Some(position) = usize::try_from(position).ok().filter(|position| *position < count) else {
            return self.fail("BOUNDS", format!("There is no local at position {position} to set"));
        };
        let position = self.base + position;
        let mark = self.mark();
        let value = self.operand(value)?;
        // What the value's own code set is lost.
        self.restore(mark);
        let old = std::mem::replace(&mut self.locals[position], value.clone());
        self.overwritten.push((position, old));
        self.charge(juice::SET_BANG)?;
        Ok(value)
    }

    fn special(&mut self, code: u64) -> Run {
        let name = usize::try_from(code).ok().and_then(|code| lang::special::SPECIAL.get(code));
        let Some(name) = name else { return self.malformed() };
        let key = |key: &Option<[u8; 32]>| key.map_or(Value::Nil, |key| Value::Blob(Blob::new(&key)));
        let value = match *name {
            "*juice*" => Value::Integer(self.juice as i64),
            "*caller*" => self.caller.map_or(Value::Nil, Value::Address),
            "*address*" => Value::Address(self.address),
            "*memory*" => Value::Integer(self.account()?.allowance()?),
            "*balance*" => Value::Integer(self.balance(self.address)?),
            "*origin*" => Value::Address(self.origin),
            "*timestamp*" => Value::Integer(self.timestamp()?),
            "*depth*" => Value::Integer(i64::from(self.depth) - 1),
            "*offer*" => Value::Integer(self.offer),
            "*state*" => self.state.value(),
            "*holdings*" => Value::Index(self.account()?.holdings()?.cloned().unwrap_or_else(Index::empty)),
            "*sequence*" => Value::Integer(self.account()?.sequence()?),
            "*key*" => self.account()?.key()?.cloned().map_or(Value::Nil, Value::Blob),
            "*juice-price*" => Value::Integer(self.juice_price()?),
            "*scope*" => self.scope.clone(),
            "*juice-limit*" => Value::Integer(i64::try_from(self.juice_limit).unwrap_or(i64::MAX)),
            "*controller*" => self.account()?.controller()?.clone(),
            "*env*" => Value::Map(self.environment()?),
            "*parent*" => self.account()?.parent()?.map_or(Value::Nil, Value::Address),
            "*memory-price*" => {
                let bytes = self.state.global(Global::PoolBytes)? as f64;
                let coppers = self.state.global(Global::PoolCoppers)? as f64;
                Value::Double(Double::new(coppers / bytes))
            }
            "*signer*" => key(&self.surroundings.signer),
            "*peer*" => key(&self.surroundings.peer),
            "*location*" => Value::Vector(self.location()),
            _ => std::mem::replace(&mut self.result, Value::Nil),
        };
        self.finish(juice::SPECIAL, value)
    }
}

/// Calls.
impl Context {
    /// Calls a function, a keyword or a data structure; `recur` and `tailcall` inside it are followed, `return`
    /// gives its value.
    pub fn invoke(&mut self, function: &Value, args: &[Value]) -> Run {
        // Native functions can call one another without adding to the depth.
        stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.invoke_here(function, args))
    }

    fn invoke_here(&mut self, function: &Value, args: &[Value]) -> Run {
        self.check_interrupt()?;
        match self.apply(function, args) {
            Err(Ending::Control(control)) => self.follow(function, control),
            outcome => outcome,
        }
    }

    /// Goes on after a function ended with a control result.
    fn follow(&mut self, function: &Value, mut control: Box<Control>) -> Run {
        let mut function = function.clone();
        loop {
            self.check_interrupt()?;
            self.result = Value::Nil;
            let outcome = match *control {
                Control::Recur(args) if !is_native(&function, "recur") => self.apply(&function, &args),
                Control::Tailcall(next, args) if !is_native(&function, "tailcall*") => {
                    function = next;
                    self.apply(&function, &args)
                }
                Control::Return(value) if !is_native(&function, "return") => return Ok(value),
                control => return Err(control.into()),
            };
            match outcome {
                Err(Ending::Control(next)) => control = next,
                outcome => return outcome,
            }
        }
    }

    fn apply(&mut self, function: &Value, args: &[Value]) -> Run {
        match function {
            Value::Extension { tag: extension::CORE, code } => {
                let Some(native) = core::native(*code) else { return self.not_callable_value(function) };
                native(self, args).map_err(|ending| self.called(ending, function, args))
            }
            Value::Record(_) if is_function(function)? => self.call(function, args),
            Value::Keyword(keyword) => self.apply_keyword(keyword, args),
            Value::Vector(_) | Value::List(_) => self.apply_sequence(function, args),
            Value::Set(set) => match args {
                [element] => Ok(Value::Boolean(set.contains(element)?)),
                _ => self.wrong_arity("A set takes 1 argument", args),
            },
            _ if structure::is_structure(function) => match args {
                [key] => Ok(structure::get(function, key)?.unwrap_or(Value::Nil)),
                [key, default] => Ok(structure::get(function, key)?.unwrap_or_else(|| default.clone())),
                _ => self.wrong_arity("A map takes 1 or 2 arguments", args),
            },
            _ => self.not_callable_value(function),
        }
    }

    fn called(&self, ending: Ending, function: &Value, args: &[Value]) -> Ending {
        self.traced(ending, || Frame {
            op: None,
            function: Some(function.clone()),
            args: args.to_vec(),
            address: self.address,
        })
    }

    fn not_callable_value(&self, function: &Value) -> Run {
        self.fail("CAST", format!("Only functions can be called, not this {}", function.kind().name()))
    }

    fn wrong_arity<T>(&self, expected: &str, args: &[Value]) -> Run<T> {
        self.fail("ARITY", format!("{expected}, given {}", args.len()))
    }

    fn apply_keyword(&mut self, keyword: &Keyword, args: &[Value]) -> Run {
        let (structure, default) = match args {
            [structure] => (structure, Value::Nil),
            [structure, default] => (structure, default.clone()),
            _ => return self.wrong_arity("A keyword takes 1 or 2 arguments", args),
        };
        if structure.is_nil() {
            return Ok(default);
        }
        if !structure::is_structure(structure) {
            let kind = structure.kind().name();
            return self
                .fail("CAST", format!("A keyword is looked up in data structures, not in this {kind}"));
        }
        let key = Value::Keyword(keyword.clone());
        Ok(match (structure::get(structure, &key)?, structure) {
            (Some(value), _) => value,
            // A set answers whether it has the element, unless there is a default.
            (None, Value::Set(_)) if args.len() == 1 => Value::FALSE,
            (None, _) => default,
        })
    }

    fn apply_sequence(&mut self, sequence: &Value, args: &[Value]) -> Run {
        let position = match args {
            [position] | [position, _] => position,
            _ => return self.wrong_arity("A sequence takes 1 or 2 arguments", args),
        };
        let Some(position) = position.to_long() else {
            let kind = position.kind().name();
            return self.fail("CAST", format!("The position in a sequence is an integer, not this {kind}"));
        };
        let element = match (u64::try_from(position), sequence) {
            (Ok(position), Value::Vector(vector)) => vector.get(position)?,
            (Ok(position), Value::List(list)) => list.get(position)?,
            _ => None,
        };
        match (element, args) {
            (Some(element), _) => Ok(element.clone()),
            (None, [_, default]) => Ok(default.clone()),
            (None, _) => self.fail("BOUNDS", format!("There is no position {position} in the sequence")),
        }
    }

    /// Calls a function made by a program.
    fn call(&mut self, function: &Value, args: &[Value]) -> Run {
        let Value::Record(record) = function else { return self.not_callable_value(function) };
        match code::function_of(function, record)? {
            Some(Function::One(arity)) => {
                let (base, mark) = (self.base, self.mark());
                self.base = self.locals.len();
                let outcome = self.call_arity(arity, args, mark);
                self.restore(mark);
                self.base = base;
                outcome
            }
            Some(Function::Multi(_)) => match matching_arity(function, args.len())? {
                Some(function) => self.call_once(&function, args),
                None => self.wrong_arity("The function has no arity that fits", args),
            },
            Some(Function::NoParameters) => {
                self.fail("COMPILE", "The parameters of the function are no vector")
            }
            Some(Function::Malformed) | None => self.malformed(),
        }
    }

    /// Calls one of several arities: a `recur` in it is for the function as a whole.
    fn call_once(&mut self, function: &Value, args: &[Value]) -> Run {
        let Value::Record(record) = function else { return self.not_callable_value(function) };
        let Some(Function::One(arity)) = code::function_of(function, record)? else {
            return self.malformed();
        };
        let (base, mark) = (self.base, self.mark());
        self.base = self.locals.len();
        let outcome = match self.push_env(&arity.env).and_then(|()| self.bind_all(&arity.params, args)) {
            Ok(()) => {
                self.result = Value::Nil;
                self.tail(&arity.body)
            }
            Err(ending) => Err(ending),
        };
        self.restore(mark);
        self.base = base;
        match outcome? {
            Tail::Value(value) => Ok(value),
            Tail::Recur => Err(Control::Recur(std::mem::take(&mut self.recur_args)).into()),
        }
    }

    fn call_arity(&mut self, arity: &Arity, args: &[Value], mark: Mark) -> Run {
        self.push_env(&arity.env)?;
        self.bind_all(&arity.params, args)?;
        loop {
            self.result = Value::Nil;
            match self.tail(&arity.body)? {
                Tail::Value(value) => return Ok(value),
                Tail::Recur => {}
            }
            self.check_interrupt()?;
            self.restore(mark);
            self.push_env(&arity.env)?;
            self.bind_recur(&arity.params)?;
        }
    }

    fn push_env(&mut self, env: &[Slot]) -> Run<()> {
        for local in env {
            self.locals.push(local.get()?.clone());
        }
        Ok(())
    }
}

/// Whether a function is the native one of a name.
fn is_native(function: &Value, name: &str) -> bool {
    matches!(function, Value::Extension { tag: extension::CORE, code } if native::name(*code) == Some(name))
}

/// The first function of one arity, in the order of writing, that takes so many arguments. Functions of several
/// arities may be nested however deep.
fn matching_arity(function: &Value, arity: usize) -> Result<Option<Value>, Missing> {
    let mut open = vec![function.clone()];
    while let Some(function) = open.pop() {
        let Value::Record(record) = &function else { continue };
        match code::function_of(&function, record)? {
            Some(Function::One(one)) if takes(&one.params, arity)? => return Ok(Some(function)),
            Some(Function::Multi(functions)) => {
                for nested in functions.iter().rev() {
                    open.push(nested?.clone());
                }
            }
            _ => {}
        }
    }
    Ok(None)
}

/// Whether parameters fit a number of arguments, counting names and looking for `&` only.
fn takes(params: &code::Targets, arity: usize) -> Result<bool, Missing> {
    let count = params.targets.len();
    if params.is_plain {
        return Ok(count == arity);
    }
    let before_last = params.forms.iter().take(count.saturating_sub(1));
    for form in before_last {
        if matches!(form?, Value::Symbol(symbol) if *symbol == *crate::symbols::AMPERSAND) {
            return Ok(arity >= count - 2);
        }
    }
    Ok(count == arity)
}
