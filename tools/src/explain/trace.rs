//! The calls that an error passed, and the uses of macros.

use super::Scene;
use super::fault::{Fault, call_parts, called_name};
use super::is_same;
use crate::report::{Step, StepKind};
use lang::op::{Closure, Op};
use lang::source::Span;
use lang::{Missing, Value};
use vm::ending::{Error, Frame};

/// How much of the text of a call is shown in a trace.
const MAX_CALL_CHARACTERS: usize = 60;

impl Scene<'_> {
    /// The calls of functions that programs made around the place of an error, innermost first, and the uses of
    /// macros that made code. Forms that merely stand around it in the text are left out.
    pub(super) fn steps(&self, error: &Error, fault: &Fault) -> Result<Vec<Step>, Missing> {
        let mut steps: Vec<Step> = Vec::new();
        let mut account = error.address;
        // The function that was running, until the op or form that called it comes.
        let mut running: Option<&Frame> = None;
        for (i, frame) in error.trace.iter().enumerate() {
            let Some(op) = &frame.op else {
                if is_closure_frame(frame)? {
                    running = Some(frame);
                }
                continue;
            };
            let called = running.take();
            let callee = account.replace(frame.address);
            if fault.index.is_some_and(|index| i < index) {
                continue;
            }
            let is_place = fault.index == Some(i);
            if Op::is_op(op)? {
                let crosses = callee.is_some_and(|callee| callee != frame.address);
                let before = steps.len();
                if !is_place && (called.is_some() || crosses) {
                    let address = called.map(|frame| frame.address).or(callee);
                    steps.extend(self.call_step(op, called, address));
                }
                if is_place || steps.len() > before {
                    steps.extend(
                        self.positions
                            .uses_of(op)
                            .into_iter()
                            .map(|place| self.use_step(place, StepKind::Use)),
                    );
                }
            } else if !is_place {
                let is_expansion = error.trace[..i].last().is_some_and(|frame| frame.args.len() == 2);
                // The code around what the macro does was made from its definition.
                if is_expansion && steps.last().is_some_and(is_made_by_definition) {
                    steps.pop();
                }
                let kind = if is_expansion { StepKind::Expansion } else { StepKind::Use };
                let inner = steps.last().and_then(|step| step.place).unwrap_or(fault.place);
                let place = self.positions.span_of(op).filter(|place| !place.contains(inner));
                steps.extend(place.map(|place| self.use_step(place, kind)));
            } else if let Some(place) = self.positions.use_of(op) {
                steps.push(self.use_step(place, StepKind::Use));
            }
        }
        Ok(steps)
    }

    /// The use of a macro.
    fn use_step(&self, place: Span, kind: StepKind) -> Step {
        let call = self.sources.slice(place).map(first_words).unwrap_or_default();
        Step { kind, call, place: Some(place), ..Step::default() }
    }

    fn call_step(&self, op: &Value, called: Option<&Frame>, callee: Option<u64>) -> Option<Step> {
        let parts = call_parts(op)?;
        let place = self.positions.span_of(op);
        let call = match place.and_then(|span| self.sources.slice(span)) {
            Some(text) => first_words(text),
            None => called_name(&parts).map_or_else(|| "a function".to_owned(), |name| format!("({name} …)")),
        };
        let args = called
            .map(|frame| frame.args.iter().map(|arg| self.texts().short(arg)).collect())
            .unwrap_or_default();
        let account = callee.filter(|callee| *callee != self.account);
        Some(Step { kind: StepKind::Call, call, place, args, account })
    }
}

/// Whether a step is the call of what a macro does by the code that `defmacro` makes around it.
fn is_made_by_definition(step: &Step) -> bool {
    step.kind == StepKind::Call && step.call.starts_with("(defmacro ")
}

/// Whether a frame is that of a function made by a program.
pub(super) fn is_closure_frame(frame: &Frame) -> Result<bool, Missing> {
    frame.function.as_ref().map_or(Ok(false), Closure::is_closure)
}

/// Whether a frame is the call of a macro's function, which takes a form and an expander.
pub(super) fn is_expander_call(frame: &Frame) -> bool {
    frame.args.len() == 2 && is_closure_frame(frame).unwrap_or(false)
}

/// Whether a call expanded this very form.
pub(super) fn expands(called: &Frame, form: &Value) -> bool {
    called.args.len() == 2 && is_same(&called.args[0], form).unwrap_or(false)
}

/// The beginning of a form's text, on one line.
fn first_words(text: &str) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
        if words.chars().count() > MAX_CALL_CHARACTERS {
            return words.chars().take(MAX_CALL_CHARACTERS).collect::<String>().trim_end().to_owned() + "…";
        }
    }
    words
}
