//! The observers of a test, and what they have seen.

use super::costs::{FunctionCosts, Meter};
use super::coverage::{Coverage, Recorder};
use super::fork::Watch;
use super::runner::Options;
use crate::texts::Functions;
use lang::Value;
use std::sync::Arc;
use vm::Context;
use vm::observe::Observer;

/// The observers that a run asks for.
pub struct Eyes {
    recorder: Option<Arc<Recorder>>,
    meter: Option<Arc<Meter>>,
    functions: Functions,
}

/// What was seen.
#[derive(Default)]
pub struct Seen {
    /// Which code ran.
    pub coverage: Coverage,
    /// What functions took.
    pub functions: FunctionCosts,
}

impl Eyes {
    /// Observers who have seen nothing yet.
    pub fn new(options: &Options) -> Eyes {
        let Options { measure, functions, .. } = *options;
        let recorder = measure.coverage.then(Arc::default);
        Eyes { recorder, meter: measure.costs.then(Arc::default), functions }
    }

    /// How to run forms so that they are seen.
    pub fn watch(&self) -> Watch {
        let observer: Option<Arc<dyn Observer>> = match (&self.recorder, &self.meter) {
            (None, None) => None,
            (Some(recorder), None) => Some(recorder.clone()),
            (None, Some(meter)) => Some(meter.clone()),
            (Some(recorder), Some(meter)) => Some(Arc::new(Both(recorder.clone(), meter.clone()))),
        };
        Watch { observer, measures_memory: self.meter.is_some(), functions: self.functions }
    }

    /// What they have seen.
    pub fn finish(&self) -> Seen {
        Seen {
            coverage: self.recorder.as_ref().map(|recorder| recorder.finish()).unwrap_or_default(),
            functions: self.meter.as_ref().map(|meter| meter.finish()).unwrap_or_default(),
        }
    }
}

/// Two observers.
struct Both(Arc<Recorder>, Arc<Meter>);

impl Observer for Both {
    fn begins(&self, context: &Context, op: &Value) {
        self.0.begins(context, op);
    }

    fn ends(&self, context: &Context, op: &Value, value: Option<&Value>) {
        self.0.ends(context, op, value);
    }

    fn branches(&self, context: &Context, branch: usize) {
        self.0.branches(context, branch);
    }

    fn calls(&self, context: &Context, function: &Value, args: &[Value]) {
        self.1.calls(context, function, args);
    }

    fn returns(&self, context: &Context, function: &Value, value: Option<&Value>) {
        self.1.returns(context, function, value);
    }
}
