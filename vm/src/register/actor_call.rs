//! Calls of actors by pushing a frame: the boundary between the accounts is opened and closed in the loop that runs
//! routines.

use super::arena::{Arena, Frame, Handle, Installed};
use super::instruction::Instruction;
use super::translate::Translation;
use super::translator::{Goal, Translator, index};
use super::window::clear;
use crate::boundary::{Boundary, Changes, Entry};
use crate::code::{NativeCall, Operand};
use crate::ending;
use crate::{Context, Ending, Run, juice, limits};
use lang::{Symbol, Value, native};

/// The arguments of `call*` before those of the function: target, offer, name.
pub const HEAD: usize = 3;

/// An actor whose function runs in a frame, and who waits for it.
#[derive(Default)]
struct ActorCall {
    boundary: Boundary,
    function: Value,
    address: u64,
}

/// The calls of actors that frames of a stack wait for.
#[derive(Default)]
pub struct ActorCalls {
    /// The calls, and behind them room for others.
    calls: Vec<ActorCall>,
    count: usize,
}

impl ActorCalls {
    /// Room for another call.
    #[inline(always)]
    fn next(&mut self) -> &mut ActorCall {
        if self.count == self.calls.len() {
            self.calls.push(ActorCall::default());
        }
        &mut self.calls[self.count]
    }

    /// The innermost call, which is then ended.
    #[inline]
    fn pop(&mut self) -> Option<&mut ActorCall> {
        self.count = self.count.checked_sub(1)?;
        self.calls.get_mut(self.count)
    }

    /// The function of the innermost call.
    fn function(&self) -> Option<&Value> {
        Some(&self.calls[..self.count].last()?.function)
    }
}

/// Whether two values are the same record.
#[inline]
fn is_same_record(a: &Value, b: &Value) -> bool {
    matches!((a, b), (Value::Record(a), Value::Record(b)) if std::ptr::eq(a.derived(), b.derived()))
}

/// What is constant in the head of a call of an actor, and not put into registers until the native function asks.
pub struct ActorSite {
    offer: Option<i64>,
    name: Option<Symbol>,
    /// `call*` among the native functions of the routine.
    pub native: u16,
}

impl ActorSite {
    /// Puts into registers what the native function is to find there.
    #[cold]
    pub fn complete(&self, row: &mut [Value]) {
        if let Some(offer) = self.offer {
            row[1] = Value::Integer(offer);
        }
        if let Some(name) = &self.name {
            row[2] = Value::Symbol(name.clone());
        }
    }
}

/// Whether a native function is the one that calls a function of an actor, and has enough arguments.
pub fn is_actor_call(call: &NativeCall) -> bool {
    native::name_of(&call.function) == Some("call*") && call.args.len() >= HEAD
}

impl Translator {
    /// Writes a call of a function of an actor.
    pub(super) fn actor_call(&mut self, call: &NativeCall, goal: Goal) -> Translation<()> {
        self.enter();
        self.pending += juice::CONSTANT;
        let mut site = ActorSite { offer: None, name: None, native: self.native_entry(call)? };
        // Constants in the head are kept at the site.
        let (base, count) = self.arguments_but(&call.args, |i, arg| {
            match (i, constant(arg)?) {
                (1, Some(Value::Integer(offer))) => site.offer = Some(*offer),
                (2, Some(Value::Symbol(name))) => site.name = Some(name.clone()),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (index, depth) = (index(self.actor_calls.len())?, self.depth()?);
        self.actor_calls.push(site);
        let to = self.result_of_call(goal, base)?;
        self.emit_paying(|cost| Instruction::CallActor { to, base, count, depth, site: index, cost })?;
        self.deliver(to, goal)
    }
}

fn constant(operand: &Operand) -> Translation<Option<&Value>> {
    Ok(match operand {
        Operand::Constant(constant) => Some(constant.get()?),
        _ => None,
    })
}

/// A routine with its handle.
pub type Entered<'a> = (Handle, &'a Installed);

impl Context {
    /// Begins a call of a function of an actor, whose arguments stand after the head in a row of registers. Answers its
    /// routine, or `None` where only the native function knows what to do; then nothing has happened.
    #[inline(never)]
    pub(super) fn begin_actor_call<'a>(
        &mut self,
        arena: &'a Arena,
        calls: &mut ActorCalls,
        site: &ActorSite,
        row: &mut [Value],
    ) -> Option<Entered<'a>> {
        let [target, offer, name, args @ ..] = &*row else { return None };
        let offer = match (site.offer, offer) {
            (Some(offer), _) => offer,
            (None, Value::Integer(offer)) => *offer,
            _ => return None,
        };
        let name = match (&site.name, name) {
            (Some(name), _) | (None, Value::Symbol(name)) => name,
            _ => return None,
        };
        let (address, scope) = target_of(target)?;
        let (function, callee) = self.known_callable(address, name)?;
        let installed = arena.get(callee.routine)?;
        let depth = self.depth + 1;
        if callee.arity as usize != args.len()
            || depth + installed.routine.depth >= limits::MAX_DEPTH
            || !self.can_afford(juice::CALL_OP)
            || offer < 0
            || offer > 0 && self.balance(self.address).ok()? < offer
            || self.check_interrupt().is_err()
        {
            return None;
        }
        let call = calls.next();
        call.address = address;
        if !is_same_record(&call.function, function) {
            call.function = function.clone();
        }
        self.approach(&mut call.boundary);
        if offer > 0 && self.add_to_balance(self.address, -offer).is_err() {
            self.turn_back(&call.boundary).ok()?;
            return None;
        }
        self.juice += juice::CALL_OP;
        let caller = Some(self.address);
        self.cross(&mut call.boundary, Entry { address, caller, offer, scope, depth });
        calls.count += 1;
        clear(&mut row[..HEAD]);
        Some((callee.routine, installed))
    }

    /// Fills the registers of captured locals of the function of an actor that is being called. Where that fails, so has
    /// the call.
    #[inline(never)]
    pub(super) fn capture_of_actor(
        &mut self,
        calls: &mut ActorCalls,
        called: &Installed,
        window: &mut [Value],
    ) -> Run<()> {
        let captured = match calls.function() {
            Some(function) => self.capture_of(function, called, window),
            None => self.malformed(),
        };
        match captured {
            Ok(()) => Ok(()),
            Err(ending) => self.break_actor_call(calls, Err(ending)).map(drop),
        }
    }

    /// Ends the innermost call of an actor, whose function has returned.
    #[inline(never)]
    pub(super) fn end_actor_call(&mut self, calls: &mut ActorCalls) -> Run<()> {
        let Some(call) = calls.pop() else { return self.malformed() };
        match self.return_well(&mut call.boundary) {
            Ok(()) => Ok(()),
            Err(ending) => Err(self.actor_failed(ending, call)),
        }
    }

    /// Ends the innermost call of an actor, whose function has ended in something else than a value.
    #[cold]
    pub(super) fn break_actor_call(&mut self, calls: &mut ActorCalls, outcome: Run) -> Run {
        let Some(call) = calls.pop() else { return outcome };
        let outcome = self.return_across(&mut call.boundary, Changes::Keep, outcome);
        outcome.map_err(|ending| self.actor_failed(ending, call))
    }

    /// Adds the function of an actor to the trace of an error, and the native function that called it.
    #[cold]
    fn actor_failed(&mut self, ending: Ending, call: &ActorCall) -> Ending {
        let function = Some(call.function.clone());
        let frame = ending::Frame { op: None, function, args: Vec::new(), address: call.address };
        let ending = self.traced(ending, |_| frame);
        self.called(ending, &native::function("call*").unwrap_or_default(), &[])
    }
}

/// An address and the scope it is called with; `None` where that is an error.
#[inline]
fn target_of(target: &Value) -> Option<(u64, Value)> {
    match target {
        Value::Address(address) => Some((*address, Value::Nil)),
        Value::Vector(pair) if pair.count() == 2 => match (pair.get(0), pair.get(1)) {
            (Ok(Some(Value::Address(address))), Ok(Some(scope))) => Some((*address, scope.clone())),
            _ => None,
        },
        _ => None,
    }
}

/// Stands in the routine of a frame that waits for the function of an actor.
const ACROSS: Handle = 1 << (Handle::BITS - 1);

impl Frame {
    /// As a frame of a routine that waits for the function of an actor. As no routine has its handle, returning to it is
    /// never mistaken for going on in the same routine.
    #[inline]
    pub fn across(mut self) -> Frame {
        self.routine |= ACROSS;
        self
    }

    /// Whether the routine waits for the function of an actor.
    #[inline]
    pub fn is_across(&self) -> bool {
        self.routine & ACROSS != 0
    }

    /// The routine.
    #[inline]
    pub fn handle(&self) -> Handle {
        self.routine & !ACROSS
    }
}
