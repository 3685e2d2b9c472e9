//! Reports as data for programs. The form is described in `tools/docs/errors.md`.

use super::{Problem, Step};
use lang::source::{Sources, Span};
use serde_json::{Map, Value as Json};

impl Problem {
    /// The report as a JSON object.
    pub fn to_json(&self, sources: &Sources) -> Map<String, Json> {
        let mut object = Map::new();
        object.insert("error".to_owned(), self.code.as_deref().into());
        object.insert("phase".to_owned(), self.phase.name().into());
        object.insert("message".to_owned(), self.message.as_str().into());
        object.insert("label".to_owned(), self.label.as_str().into());
        object.insert("place".to_owned(), place(self.place, sources));
        object.insert("account".to_owned(), address(self.account));
        object.insert("trace".to_owned(), self.trace.iter().map(|step| step.to_json(sources)).collect());
        object.insert("undone".to_owned(), self.undone.as_slice().into());
        object.insert("hints".to_owned(), self.hints.as_slice().into());
        object
    }
}

impl Step {
    fn to_json(&self, sources: &Sources) -> Json {
        let fields = [
            ("kind", self.kind.name().into()),
            ("call", self.call.as_str().into()),
            ("args", self.args.as_slice().into()),
            ("place", place(self.place, sources)),
            ("account", address(self.account)),
        ];
        Json::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

/// An address as it is written, `null` where there is none.
fn address(address: Option<u64>) -> Json {
    address.map(|address| format!("#{address}")).into()
}

/// A place: lines and columns from 1, in characters; offsets from 0, in bytes. `null` where it is unknown.
pub(crate) fn place(span: Option<Span>, sources: &Sources) -> Json {
    let found = span.and_then(|span| {
        let at = |offset: u32| sources.position(span.source, offset as usize);
        Some((span, sources.name(span.source)?, at(span.start)?, at(span.end)?))
    });
    let Some((span, file, start, end)) = found else { return Json::Null };
    let fields = [
        ("file", file.into()),
        ("line", start.line.into()),
        ("column", start.column.into()),
        ("end_line", end.line.into()),
        ("end_column", end.column.into()),
        ("start", span.start.into()),
        ("end", span.end.into()),
    ];
    Json::Object(fields.into_iter().map(|(key, value): (&str, Json)| (key.to_owned(), value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_for_people_and_programs() {
        let mut sources = Sources::new();
        let source = sources.add("a.cvx", "(é\n 1)");
        let problem = Problem { place: Some(Span { source, start: 1, end: 6 }), ..Problem::default() };
        let json = problem.to_json(&sources);
        let expected = serde_json::json!({"file": "a.cvx", "line": 1, "column": 2, "end_line": 2, "end_column": 3, "start": 1, "end": 6});
        assert_eq!(json["place"], expected);
        assert_eq!(json["error"], Json::Null);
    }
}
