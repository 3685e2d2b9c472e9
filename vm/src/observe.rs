//! Watching a machine run, for coverage, traces and costs. Who watches changes nothing: neither values nor juice.

use crate::{Context, Run};
use lang::Value;
use std::sync::Arc;

/// Is told what a machine does, if [`Context::with_observer`] says so. Ops and calls nest: what begins last ends first.
pub trait Observer: Send + Sync {
    /// An op begins. Constants and locals that stand as operands of another op are not told of.
    fn begins(&self, _context: &Context, _op: &Value) {}

    /// The op that began last and has not ended yet ends: in a value, or otherwise.
    fn ends(&self, _context: &Context, _op: &Value, _value: Option<&Value>) {}

    /// The `cond` that began last and has not ended yet goes on with a branch, counted from 0. Behind the last pair of
    /// test and branch comes the default; it counts also where none is written and the value is `nil`.
    fn branches(&self, _context: &Context, _branch: usize) {}

    /// A function made by a program is called in the current account.
    fn calls(&self, _context: &Context, _function: &Value, _args: &[Value]) {}

    /// The function that was called last and has not returned yet returns: a value, or otherwise. One that goes on by
    /// `tailcall`, or by a `recur` that is not at its end, is called again after this.
    fn returns(&self, _context: &Context, _function: &Value, _value: Option<&Value>) {}
}

impl Context {
    /// With somebody who is told what the machine does.
    pub fn with_observer(mut self, observer: Arc<dyn Observer>) -> Context {
        self.observer = Some(observer);
        self.choose_tier();
        self
    }

    /// From now on tells another observer, or none, what the machine does.
    pub fn set_observer(&mut self, observer: Option<Arc<dyn Observer>>) {
        self.observer = observer;
        self.choose_tier();
    }

    /// Works on an op, and tells the observer of its begin and end.
    #[cold]
    pub(crate) fn watch<T>(
        &mut self,
        op: &Value,
        work: impl FnOnce(&mut Context) -> Run<T>,
        value: impl FnOnce(&T) -> Option<&Value>,
    ) -> Run<T> {
        let Some(observer) = self.observer.clone() else { return work(self) };
        observer.begins(self, op);
        let outcome = work(self);
        observer.ends(self, op, outcome.as_ref().ok().and_then(value));
        outcome
    }

    /// Works on a call of a function, and tells the observer of its begin and end.
    #[cold]
    pub(crate) fn watch_call(
        &mut self,
        function: &Value,
        args: &[Value],
        work: impl FnOnce(&mut Context) -> Run,
    ) -> Run {
        let Some(observer) = self.observer.clone() else { return work(self) };
        observer.calls(self, function, args);
        let outcome = work(self);
        observer.returns(self, function, outcome.as_ref().ok());
        outcome
    }
}
