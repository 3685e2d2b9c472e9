//! `cvx explain`: what the codes of errors mean.

use crate::cli::Explain;
use crate::failure::Failure;
use crate::jsonl;
use serde_json::{Map, Value as Json};
use tools::codes::{self, Example, PAGES, Page};
use tools::colour::Colour;
use tools::screen::Screen;
use tools::{advice, show};

/// Prints the page of a code, or a line for each code.
///
/// # Errors
/// [`Failure::Usage`] when there is no such code, or no example; [`Failure::Io`].
pub fn explain(request: &Explain) -> Result<(), Failure> {
    let Some(code) = &request.code else { return list(request) };
    let page = find(code).map_err(Failure::Usage)?;
    if request.json {
        return jsonl::print(&object(page));
    }
    let text = match (request.example, page.example()) {
        (false, _) => page.render(Screen::of_stdout()),
        (true, Some(Example::Forms(text) | Example::Blocks(text))) => text.to_owned(),
        (true, None) => return Err(Failure::Usage(format!("no program fails with :{}", page.code))),
    };
    Ok(show::say(text)?)
}

/// The page of a code.
///
/// # Errors
/// A sentence, when there is none.
pub fn find(code: &str) -> Result<&'static Page, String> {
    codes::page(code).ok_or_else(|| {
        let upper = code.trim_start_matches(':').to_uppercase();
        let near = advice::similar(&upper, PAGES.iter().map(|page| page.code));
        let meant = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!(
            ":{upper} is no code of the machine or of the standard actors; programs make up their own{meant}"
        )
    })
}

fn list(request: &Explain) -> Result<(), Failure> {
    const CODE_COLUMNS: usize = 12;
    let indent = " ".repeat(CODE_COLUMNS + 1);
    for page in PAGES {
        if request.json {
            jsonl::print(&object(page))?;
        } else {
            let line = format!("{:<CODE_COLUMNS$} {}\n", page.code, page.sentence());
            show::say(&*Screen::of_stdout().wrap(&line, 0, &indent))?;
        }
    }
    Ok(())
}

fn object(page: &Page) -> jsonl::Object {
    let (forms, blocks) = match page.example() {
        Some(Example::Forms(text)) => (Some(text), None),
        Some(Example::Blocks(text)) => (None, Some(text)),
        None => (None, None),
    };
    let fields: [(&str, Json); 6] = [
        ("code", format!(":{}", page.code).into()),
        ("sentence", page.sentence().into()),
        ("page", page.render(Colour::Off.into()).into()),
        ("example", forms.into()),
        ("example_blocks", blocks.into()),
        ("instead", page.instead().into()),
    ];
    Map::from_iter(fields.map(|(key, value)| (key.to_owned(), value)))
}
