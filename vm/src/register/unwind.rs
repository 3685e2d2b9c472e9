//! What happens when an instruction does not end in a value.

use super::arena::{Arena, Frame, Handle, Stack};
use super::instruction::Register;
use super::routine::{Loop, Routine};
use super::window::{clear, set};
use crate::ending::{self, Control};
use crate::{Context, Ending, Run};
use lang::Value;

/// Where a run of routines is.
pub struct Cursor {
    pub routine: Handle,
    /// An instruction: the next one, or the one that did not end in a value.
    pub at: usize,
    /// Where the registers of the routine begin.
    pub base: usize,
    /// The depth of ops where the routine began.
    pub depth: u32,
    /// Whether registers of the routine may hold cells, so that they have to be emptied in the end.
    pub has_cells: bool,
    /// The op at fault when it is not that of the instruction.
    pub node: Option<u32>,
}

impl Cursor {
    /// Goes to the beginning of a routine that is called.
    #[inline(always)]
    pub fn begin(&mut self, routine: Handle, base: usize, depth: u32) {
        (self.routine, self.at, self.base, self.depth) = (routine, 0, base, depth);
        self.has_cells = true;
    }

    /// The registers of the routine.
    #[inline(always)]
    pub fn window<'a>(&self, values: &'a mut [Value], routine: &Routine) -> &'a mut [Value] {
        &mut values[self.base..self.base + routine.registers]
    }

    /// Puts a value into a register of the routine.
    #[inline(always)]
    pub fn put(&mut self, register: &mut Value, value: Value) {
        self.has_cells |= value.is_cell();
        set(register, value);
    }

    /// The routine as it waits for one that it calls.
    #[inline(always)]
    pub fn frame(&self, next: usize, to: Register) -> Frame {
        Frame {
            routine: self.routine,
            next: next as u32,
            base: self.base,
            depth: self.depth,
            to,
            has_cells: self.has_cells,
        }
    }
}

impl Context {
    /// Goes out through frames until something goes on: the cursor is then at its next instruction.
    ///
    /// # Errors
    /// The ending, when it leaves the routine at the bottom of the stack.
    #[cold]
    pub(super) fn unwind(
        &mut self,
        arena: &Arena,
        cursor: &mut Cursor,
        stack: &mut Stack,
        mut ending: Ending,
    ) -> Run<()> {
        loop {
            let Some(installed) = arena.get(cursor.routine) else { return Err(ending) };
            let routine = &installed.routine;
            let outcome = match ending {
                Ending::Error(_) => {
                    let node = cursor.node.take().unwrap_or(routine.nodes_of[cursor.at]);
                    Err(self.trace(ending, routine, &installed.root, node))
                }
                Ending::Control(control) => match (*control, routine.loop_around(cursor.at)) {
                    (Control::Recur(args), Some(around)) => match self.repeat(around, args, cursor, stack) {
                        Ok(()) => return Ok(()),
                        Err(ending) => {
                            cursor.at = around.start as usize;
                            cursor.node = Some(around.node);
                            Err(self.trace_error(ending, routine, &installed.root, around.node))
                        }
                    },
                    // Whoever called the routine at the bottom follows what it leaves with.
                    (control, _) if stack.frames.is_empty() => {
                        clear(&mut stack.values[cursor.base..]);
                        return Err(control.into());
                    }
                    (Control::Recur(args), None) => match self.begin_again(routine, args, cursor, stack) {
                        Ok(()) => return Ok(()),
                        Err(ending) => Err(ending),
                    },
                    (Control::Return(value), None | Some(_)) => Ok(value),
                    (Control::Tailcall(function, mut args), _) => {
                        self.depth = cursor.depth;
                        self.invoke_here(&function, &mut args)
                    }
                    (control, _) => Err(control.into()),
                },
                other => Err(other),
            };
            let Some(caller) = self.pop(cursor, stack) else {
                return outcome.and_then(|_| self.malformed());
            };
            let outcome = match caller.is_across() {
                true => self.break_actor_call(&mut stack.calls, outcome),
                false => outcome,
            };
            match outcome {
                Ok(value) => {
                    stack.values[cursor.base + usize::from(caller.to)] = value;
                    cursor.at += 1;
                    return Ok(());
                }
                Err(next) => ending = next,
            }
        }
    }

    /// Goes to the caller of a routine, at its call, if there is one.
    fn pop(&mut self, cursor: &mut Cursor, stack: &mut Stack) -> Option<Frame> {
        clear(&mut stack.values[cursor.base..]);
        cursor.node = None;
        let caller = stack.frames.pop()?;
        cursor.routine = caller.handle();
        (cursor.at, cursor.base, cursor.depth) = (caller.next as usize - 1, caller.base, caller.depth);
        Some(caller)
    }

    /// Goes back to the start of a loop.
    fn repeat(&mut self, around: &Loop, args: Vec<Value>, cursor: &mut Cursor, stack: &mut Stack) -> Run<()> {
        self.check_interrupt()?;
        let (expected, given) = (usize::from(around.count), args.len());
        if expected != given {
            return self.fail("ARITY", format!("The loop has {expected} bindings, given {given}"));
        }
        let first = cursor.base + usize::from(around.first);
        for (register, value) in stack.values[first..].iter_mut().zip(args) {
            *register = value;
        }
        (cursor.at, cursor.node) = (around.start as usize, None);
        Ok(())
    }

    /// Goes back to the start of a function.
    fn begin_again(
        &mut self,
        routine: &Routine,
        args: Vec<Value>,
        cursor: &mut Cursor,
        stack: &mut Stack,
    ) -> Run<()> {
        self.check_interrupt()?;
        let count = args.len();
        match routine.shape.arity() {
            Some(arity) if arity != count => return self.wrong_count(arity as u64, count as u64),
            _ => {}
        }
        let end = cursor.base + count;
        if stack.values.len() < end {
            stack.values.resize(end, Value::Nil);
        }
        for (register, value) in stack.values[cursor.base..].iter_mut().zip(args) {
            *register = value;
        }
        if routine.shape.arity().is_none() {
            self.take_apart(routine, &mut stack.values, cursor.base, count)?;
        }
        cursor.at = 0;
        Ok(())
    }

    fn trace_error(&mut self, ending: Ending, routine: &Routine, root: &Value, node: u32) -> Ending {
        match ending {
            Ending::Error(_) => self.trace(ending, routine, root, node),
            other => other,
        }
    }

    /// Adds the ops around an error to its trace: the innermost one, and all calls.
    fn trace(&mut self, mut ending: Ending, routine: &Routine, root: &Value, mut node: u32) -> Ending {
        loop {
            let Some(here) = routine.nodes.get(node as usize) else { return ending };
            let is_innermost = matches!(&ending, Ending::Error(e) if e.trace.iter().all(|f| f.op.is_none()));
            if here.is_call || is_innermost {
                ending = self.traced(ending, |ctx| ending::Frame {
                    op: Some(here.op.as_ref().unwrap_or(root).clone()),
                    function: None,
                    args: Vec::new(),
                    address: ctx.address,
                });
            }
            if node == here.parent {
                return ending;
            }
            node = here.parent;
        }
    }
}
