//! `cvx run`: scripts.

use crate::cli::Run;
use crate::colour::Colour;
use crate::failure::Failure;
use crate::session::Session;
use crate::{eval, explain, show};
use std::fs;
use std::io::{Read, stdin};
use std::path::Path;

/// Runs the forms of files in order, each as a transaction, and prints the last value. All files are read before anything runs.
///
/// # Errors
/// [`Failure::Program`] after the report of the first form that fails, or of all that do not read.
pub fn run(request: &Run) -> Result<(), Failure> {
    let colour = Colour::of_stderr();
    let mut session = Session::new(request.who.account.0)?;
    let mut forms = Vec::new();
    let mut verdict = Ok(());
    for file in &request.files {
        let text = session.add_text(file.display().to_string(), read_file(file)?);
        let (read, errors) = session.read_all(text);
        forms.extend(read);
        for error in &errors {
            show::tell(&explain::unreadable(error).render(session.sources(), colour));
            verdict = Err(Failure::Program);
        }
    }
    verdict?;
    let mut last = None;
    for form in &forms {
        match session.run(form).result {
            Ok(value) => last = Some(value),
            Err(problem) => {
                show::tell(&problem.render(session.sources(), colour));
                return Err(Failure::Program);
            }
        }
    }
    last.as_ref().map_or(Ok(()), eval::print)
}

fn read_file(path: &Path) -> Result<String, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        stdin().lock().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| Failure::Usage(format!("cannot read {}: {error}", path.display())))
}
