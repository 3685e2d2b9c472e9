//! Calls that the loop leaves: of what a register holds, of functions of actors, and of what a symbol names where that is
//! not known already.

use super::actor_call::{ActorCalls, HEAD};
use super::arena::{Arena, Frame, Handle, Installed};
use super::instruction::Instruction;
use super::unwind::Cursor;
use super::window::{clear, make_room, row};
use crate::{Context, Run, limits};
use lang::Value;
use std::mem;

impl Context {
    /// Calls what a register holds, what a symbol names, or a function of an actor: the cursor, which is at the instruction after it, goes to
    /// the first one of the routine, or stays when there is none and the call is over.
    #[inline(never)]
    pub(super) fn push_call<'a>(
        &mut self,
        instruction: &Instruction,
        (arena, installed): (&'a Arena, &'a Installed),
        cursor: &mut Cursor,
        values: &mut Vec<Value>,
        (frames, calls): (&mut Vec<Frame>, &mut ActorCalls),
    ) -> Run<()> {
        let base = cursor.base;
        let frame = cursor.window(values, &installed.routine);
        match *instruction {
            Instruction::CallActor { to, base: first, count, depth, site, cost } => {
                self.pay(cursor, cost, depth)?;
                let row = row(first, count);
                let site = &installed.routine.actor_calls[usize::from(site)];
                let Some((next, called)) = self.begin_actor_call(arena, calls, site, &mut frame[row.clone()])
                else {
                    site.complete(&mut frame[row.clone()]);
                    let value = self.call_native(installed, site.native, &mut frame[row])?;
                    cursor.put(&mut frame[usize::from(to)], value);
                    return Ok(());
                };
                let first = base + row.start + HEAD;
                make_room(values, first + called.routine.registers);
                if !called.routine.captured.is_empty() {
                    self.capture_of_actor(calls, called, &mut values[first..])?;
                }
                frames.push(cursor.frame(cursor.at, to).across());
                cursor.begin(next, first, self.depth);
            }
            Instruction::Call { to, base: function, count, depth, cost } => {
                self.pay(cursor, cost, depth)?;
                let callee = mem::replace(&mut frame[usize::from(function)], Value::Nil);
                let args = row(function + 1, count);
                let Some((next, arity)) = self.callee(&callee)? else {
                    let value = self.call_generally(&callee, &mut frame[args.clone()])?;
                    clear(&mut frame[args]);
                    cursor.put(&mut frame[usize::from(to)], value);
                    return Ok(());
                };
                self.check_interrupt()?;
                let called = self.routine(arena, next)?;
                let first = base + args.start;
                self.begin(&called.routine, values, first, args.len(), arity.env)?;
                frames.push(cursor.frame(cursor.at, to));
                cursor.begin(next, first, self.depth);
            }
            Instruction::CallSite { to, base: first, count, depth, is_resolved, site, cost } => {
                let place = installed.first_site + usize::from(site);
                let found = &self.registers.sites[place];
                let is_known =
                    found.as_ref().is_some_and(|found| found.is_for(self.address, self.state.stamp()));
                if !is_known && !is_resolved {
                    self.resolve(installed, site, &mut cursor.node)?;
                }
                self.pay(cursor, cost, depth)?;
                let args = row(first, count);
                let Some((next, called)) = self.called_at(arena, place, args.len()) else {
                    let value = self.call_site(place, &mut frame[args.clone()])?;
                    clear(&mut frame[args]);
                    cursor.put(&mut frame[usize::from(to)], value);
                    return Ok(());
                };
                self.check_interrupt()?;
                let first = base + args.start;
                make_room(values, first + called.routine.registers);
                if !called.routine.captured.is_empty() {
                    self.capture(called, place, &mut values[first..])?;
                }
                frames.push(cursor.frame(cursor.at, to));
                cursor.begin(next, first, self.depth);
            }
            _ => return self.malformed(),
        }
        Ok(())
    }

    /// The routine of what was found at a site, when it takes so many arguments and there is enough depth for it.
    fn called_at<'a>(&self, arena: &'a Arena, place: usize, count: usize) -> Option<(Handle, &'a Installed)> {
        let callee = self.registers.sites[place].as_ref()?.callee?;
        let called = arena.get(callee.routine)?;
        let fits = callee.arity as usize == count && self.depth + called.routine.depth < limits::MAX_DEPTH;
        fits.then_some((callee.routine, called))
    }
}
