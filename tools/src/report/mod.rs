//! Reports: what went wrong, where in the user's own text, how it came to that, and what may help.

mod excerpt;
mod json;
mod text;

pub(crate) use json::place;
use lang::source::Span;

/// How bad something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grade {
    /// It fails.
    #[default]
    Error,
    /// It may well not be what was meant.
    Warning,
}

/// When something went wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// While the text was read.
    #[default]
    Read,
    /// While a macro expanded a form.
    Expand,
    /// While a form was compiled.
    Compile,
    /// While code ran.
    Run,
}

/// What a step of a trace is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StepKind {
    /// A call of a function, or of code in another account.
    #[default]
    Call,
    /// The use of a macro that made the code before it.
    Use,
    /// The use of a macro that was being expanded.
    Expansion,
}

/// One call that an error passed on its way out, or one use of a macro.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// What was called, as a form: the text of the call, else the name of the function.
    pub call: String,
    /// Where the call stands, when that is known.
    pub place: Option<Span>,
    /// The values that the function was given, shortened; none for code that is no function.
    pub args: Vec<String>,
    /// The account that the code called ran in.
    pub account: Option<u64>,
}

/// Something that went wrong.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// The code as printed, such as `:CAST`; `:READ` for text that does not read.
    pub code: Option<String>,
    /// How bad it is.
    pub grade: Grade,
    /// When it went wrong.
    pub phase: Phase,
    /// A plain sentence.
    pub message: String,
    /// The smallest form known to be at fault.
    pub place: Option<Span>,
    /// The words under the form.
    pub label: String,
    /// The account that the code at fault ran in, when that is known.
    pub account: Option<u64>,
    /// The calls around it, innermost first.
    pub trace: Vec<Step>,
    /// What had been done and was undone, in words: nothing of it remains.
    pub undone: Vec<String>,
    /// What may help.
    pub hints: Vec<String>,
}

impl Phase {
    /// The name of the phase in data.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Read => "read",
            Phase::Expand => "expand",
            Phase::Compile => "compile",
            Phase::Run => "run",
        }
    }
}

impl StepKind {
    /// The name of the kind in data.
    pub fn name(self) -> &'static str {
        match self {
            StepKind::Call => "call",
            StepKind::Use => "use",
            StepKind::Expansion => "expansion",
        }
    }
}
