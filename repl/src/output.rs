//! Values and reports of errors as text for people, or as a JSON object a line for programs.

use crate::failure::Failure;
use crate::jsonl::{self, Object};
use crate::{answer, eval};
use lang::Value;
use lang::source::Sources;
use tools::report::Problem;
use tools::screen::Screen;
use tools::show;
use tools::texts::Functions;

/// Who reads what is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {
    /// People: values on standard output, reports on standard error.
    Text,
    /// Programs: all on standard output, in the form that `tools/docs/errors.md` describes.
    Json,
}

impl Output {
    /// The output that a flag asks for.
    pub fn of(is_json: bool) -> Output {
        if is_json { Output::Json } else { Output::Text }
    }

    /// How functions show in reports.
    pub fn functions(self) -> Functions {
        match self {
            Output::Text => Functions::Written,
            Output::Json => Functions::Code,
        }
    }

    /// Prints a value, for programs with further fields.
    ///
    /// # Errors
    /// [`Failure::Program`] when its text is too long or a part is missing; [`Failure::Io`].
    pub fn value_with(self, value: &Value, fields: Object) -> Result<(), Failure> {
        if self == Output::Text {
            return eval::print(value);
        }
        let mut object = answer::describe(value).map_err(|missing| {
            show::tell(format!("cvx: {missing}\n"));
            Failure::Program
        })?;
        object.extend(fields);
        jsonl::print(&object)
    }

    /// Prints a report.
    ///
    /// # Errors
    /// [`Failure::Io`]
    pub fn problem(self, problem: &Problem, sources: &Sources) -> Result<(), Failure> {
        self.problem_with(problem, sources, Object::new())
    }

    /// Prints a report, for programs with further fields.
    ///
    /// # Errors
    /// [`Failure::Io`]
    pub fn problem_with(self, problem: &Problem, sources: &Sources, fields: Object) -> Result<(), Failure> {
        if self == Output::Text {
            show::tell(problem.render(sources, Screen::of_stderr()));
            return Ok(());
        }
        let mut object = problem.to_json(sources);
        object.extend(fields);
        jsonl::print(&object)
    }
}
