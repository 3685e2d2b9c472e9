//! Running ops: what each does, in which order it is paid for, and what it leaves behind.

use crate::call::is_callable;
use crate::code::{self, Code, Kind, Link, NativeCall, Operand, Place};
use crate::context::Unquoting;
use crate::ending::{Control, Frame};
use crate::environment::Asked;
use crate::foreign::ForeignCrash;
use crate::{Context, Ending, Run, core, juice, limits};
use lang::{Symbol, Value};

/// A stack with less than this many bytes left is continued elsewhere.
pub(crate) const RED_ZONE_BYTES: usize = 128 * 1024;
/// How many bytes such a continuation has.
pub(crate) const STACK_BYTES: usize = 1024 * 1024;
/// How many levels of ops are nested between two looks at the stack.
const STACK_CHECK_LEVELS: u32 = 16;

/// How code at the end of a function or loop went on.
pub(crate) enum Tail {
    /// It has a value.
    Value(Value),
    /// It was `recur`, whose arguments are kept in the context.
    Recur,
}

impl Tail {
    /// The value, if there is one.
    fn value(&self) -> Option<&Value> {
        match self {
            Tail::Value(value) => Some(value),
            Tail::Recur => None,
        }
    }
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
pub(crate) struct Mark {
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
            None => self.malformed_op(),
        }
    }

    #[inline]
    fn execute_code(&mut self, op: &Value, code: &Code) -> Run {
        if self.observer.is_some() {
            return self.watch(op, |ctx| ctx.execute_unwatched(op, code), |value| Some(value));
        }
        self.execute_unwatched(op, code)
    }

    fn execute_unwatched(&mut self, op: &Value, code: &Code) -> Run {
        self.enter()?;
        let depth = self.depth;
        self.depth += 1;
        let outcome = if self.depth.is_multiple_of(STACK_CHECK_LEVELS) {
            stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.perform(op, code))
        } else {
            self.perform(op, code)
        };
        self.depth = depth;
        match outcome {
            Err(ending) => Err(self.passed(ending, op, code)),
            outcome => outcome,
        }
    }

    /// Adds an op to the trace of an error, and of a control result: the innermost one, and all calls.
    #[cold]
    fn passed(&mut self, ending: Ending, op: &Value, code: &Code) -> Ending {
        let is_call = code.kind.is_call();
        let trace = match &ending {
            Ending::Error(error) => &error.trace,
            Ending::OutOfJuice => &self.exhausted,
            Ending::Control(_) => &self.control_trace,
            Ending::Missing(_) | Ending::Interrupted => return ending,
        };
        if !is_call && trace.iter().any(|frame| frame.op.is_some()) {
            return ending;
        }
        if let Ending::Control(_) = ending {
            self.control_passes(|ctx| ctx.op_frame(op));
            return ending;
        }
        self.traced(ending, |ctx| ctx.op_frame(op))
    }

    fn op_frame(&self, op: &Value) -> Frame {
        Frame { op: Some(op.clone()), function: None, args: Vec::new(), address: self.address }
    }

    #[inline]
    fn link(&mut self, link: &Link) -> Run {
        match link.code()? {
            Some(code) => self.execute_code(link.op()?, code),
            None => self.malformed_op(),
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

    #[inline]
    fn enter(&self) -> Run<()> {
        if self.depth < limits::MAX_DEPTH {
            return Ok(());
        }
        self.fail("DEPTH", format!("More than {} operations are nested", limits::MAX_DEPTH))
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { locals: self.locals.len(), overwritten: self.overwritten.len() }
    }

    /// Restores the locals to what they were at a mark, also those that were set since.
    pub(crate) fn restore(&mut self, mark: Mark) {
        while self.overwritten.len() > mark.overwritten {
            if let Some((position, value)) = self.overwritten.pop()
                && let Some(local) = self.locals.get_mut(position)
            {
                *local = value;
            }
        }
        self.locals.truncate(mark.locals);
    }

    /// An op or function of the state is not what its tag requires.
    #[cold]
    pub(crate) fn malformed_op<T>(&mut self) -> Run<T> {
        self.note_crash(ForeignCrash::Malformed);
        self.malformed()
    }

    /// As [`Context::malformed_op`], for what the second tier of the executor made itself.
    #[cold]
    pub(crate) fn malformed<T>(&self) -> Run<T> {
        self.fail("EXCEPTION", "This op is malformed and cannot be executed")
    }

    #[inline]
    pub(crate) fn operand(&mut self, operand: &Operand) -> Run {
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
    #[inline]
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

    fn perform(&mut self, op: &Value, code: &Code) -> Run {
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
                let again = is_loop.then_some((op, code));
                let outcome = self.perform_let(bindings, operands, again, mark);
                self.restore(mark);
                outcome
            }
            Kind::Lambda(function) => {
                let function = code::capture(function.get()?, self.locals[self.base..].iter())?;
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
            Kind::TooLong => Err(self.out_of_juice()),
            Kind::Malformed => self.malformed_op(),
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
        self.lookup_or_fail(address, symbol)
    }

    /// Looks a symbol up and charges for it.
    pub(crate) fn lookup_or_fail(&mut self, address: u64, symbol: &Symbol) -> Run {
        self.lookup_asking(address, symbol).map(|(value, _)| value)
    }

    /// As [`Context::lookup_or_fail`], answering also which accounts were asked.
    pub(crate) fn lookup_asking(&mut self, address: u64, symbol: &Symbol) -> Run<(Value, Option<Asked>)> {
        let found = self.lookup_again(address, symbol)?;
        self.charge(juice::LOOKUP_DYNAMIC)?;
        match found {
            Some(found) => Ok(found),
            None if self.state.has_account(address)? => self.undeclared(symbol),
            None => self.fail("NOBODY", format!("There is no account #{address}")),
        }
    }

    #[inline]
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
        for (branch, pair) in operands.chunks(2).enumerate() {
            if pair[0].reads_result()
                && let Some(last) = last.take()
            {
                self.result = last;
            }
            let [test, then] = pair else { break };
            let value = self.operand(test)?;
            if value.is_truthy() {
                self.tell_branch(branch);
                if then.reads_result() {
                    self.result = value;
                }
                return Ok(Choice::Branch(then));
            }
            last = Some(value);
        }
        self.tell_branch(operands.len() / 2);
        if let Some(default) = operands.chunks_exact(2).remainder().first() {
            return Ok(Choice::Branch(default));
        }
        Ok(Choice::Value(Value::Nil))
    }

    #[inline]
    fn tell_branch(&self, branch: usize) {
        if let Some(observer) = &self.observer {
            observer.branches(self, branch);
        }
    }

    fn perform_invoke(&mut self, operands: &[Operand]) -> Run {
        let Some((function, args)) = operands.split_first() else {
            return self.finish(juice::APPLY, lang::List::empty());
        };
        let function = self.operand(function)?;
        if !is_callable(&function)? {
            return self.apply(&function, &mut []);
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
        call: impl FnOnce(&mut Context, &Value, &mut [Value]) -> Run,
    ) -> Run {
        match args {
            [] => call(self, function, &mut []),
            [a] => {
                let a = self.next_operand(a, function)?;
                call(self, function, &mut [a])
            }
            [a, b] => {
                let a = self.next_operand(a, function)?;
                let b = self.next_operand(b, &a)?;
                call(self, function, &mut [a, b])
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
                call(self, function, &mut values)
            }
        }
    }

    fn perform_let(
        &mut self,
        bindings: &code::Targets,
        operands: &[Operand],
        again: Option<(&Value, &Code)>,
        mark: Mark,
    ) -> Run {
        let body = self.bind_values(bindings, operands)?;
        let Some((op, code)) = again else { return self.sequence(body) };
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
                let failed = self.fail("ARITY", format!("The loop has {expected} bindings, given {given}"));
                return failed.map_err(|ending| self.ended_control(ending));
            }
            self.restore(mark);
            self.result = Value::Nil;
            self.bind_recur(bindings)?;
            if let Some(routine) = self.hot_loop(op, code) {
                return self.run_loop(routine, bindings.targets.len());
            }
        }
    }

    /// Evaluates and binds the values of a `let` or `loop`; answers its body.
    fn bind_values<'a>(&mut self, bindings: &code::Targets, operands: &'a [Operand]) -> Run<&'a [Operand]> {
        let (values, body) = operands.split_at(bindings.targets.len().min(operands.len()));
        for (i, (target, operand)) in bindings.targets.iter().zip(values).enumerate() {
            let value = self.operand(operand)?;
            self.result = Value::Nil;
            self.bind(target, value).map_err(|ending| ending.about(i))?;
        }
        Ok(body)
    }

    /// Binds the arguments of `recur`, and keeps their room for the next time.
    pub(crate) fn bind_recur(&mut self, targets: &code::Targets) -> Run<()> {
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
    pub(crate) fn tail(&mut self, operand: &Operand) -> Run<Tail> {
        let Operand::Op(link) = operand else { return self.operand(operand).map(Tail::Value) };
        let Some(code) = link.code()? else { return self.malformed_op() };
        let is_tail = match &code.kind {
            Kind::Do(_) | Kind::Cond(_) | Kind::Let { is_loop: false, .. } => true,
            Kind::Native(call) => call.is_recur,
            _ => false,
        };
        if !is_tail {
            return self.execute_code(link.op()?, code).map(Tail::Value);
        }
        if self.observer.is_some() {
            let op = link.op()?;
            return self.watch(op, |ctx| ctx.tail_unwatched(op, code), Tail::value);
        }
        self.tail_unwatched(link.op()?, code)
    }

    fn tail_unwatched(&mut self, op: &Value, code: &Code) -> Run<Tail> {
        self.enter()?;
        let depth = self.depth;
        self.depth += 1;
        let outcome = if self.depth.is_multiple_of(STACK_CHECK_LEVELS) {
            stacker::maybe_grow(RED_ZONE_BYTES, STACK_BYTES, || self.perform_tail(op, code))
        } else {
            self.perform_tail(op, code)
        };
        self.depth = depth;
        match outcome {
            Err(ending) => Err(self.passed(ending, op, code)),
            outcome => outcome,
        }
    }

    fn perform_tail(&mut self, op: &Value, code: &Code) -> Run<Tail> {
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
                if self.is_traced {
                    self.control_is_made();
                    self.control_passes(|ctx| ctx.op_frame(op));
                }
                Ok(Tail::Recur)
            }
            _ => self.perform(op, code).map(Tail::Value),
        }
    }

    fn perform_try(&mut self, operands: &[Operand]) -> Run {
        let Some((last, earlier)) = operands.split_last() else {
            return self.finish(juice::TRY, Value::Nil);
        };
        for operand in earlier {
            self.charge(juice::TRY)?;
            let (before, mark) = (self.checkpoint(), self.mark());
            let is_unquoting = matches!(self.unquoting, Unquoting::Running);
            match self.operand(operand) {
                Err(Ending::Error(error)) => {
                    self.return_to(before.state, before.place);
                    self.juice_limit = before.juice_limit;
                    (self.offer, self.log) = (before.offer, before.log);
                    self.restore(mark);
                    self.result = error.code;
                    self.has_caught = true;
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
        let before = self.checkpoint();
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
}
