//! Any text: errors lie within it, and what is read prints so that it reads back.

#![no_main]

use lang::reader::{MAX_ERRORS, Next, ReadError, next_form, read_all, read_one, read_one_at};
use lang::source::{Positions, Span};
use lang::{Value, printer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut positions = Positions::new();
    let (forms, errors) = read_all(text, 7, &mut positions);
    assert!(errors.len() <= MAX_ERRORS + 1, "{} errors", errors.len());
    check_errors(text, &errors);
    let mut end = 0;
    for form in &forms {
        check_span(text, form.span);
        assert!(form.span.start >= end, "forms overlap");
        end = form.span.end;
    }

    let mut positions = Positions::new();
    let one = read_one_at(text, 7, &mut positions);
    match (&one, read_one(text, 7)) {
        (Ok(a), Ok(b)) => assert!(a.value == b.value, "positions change what is read"),
        (Err(a), Err(b)) => {
            assert_eq!(a.len(), b.len());
            check_errors(text, a);
        }
        _ => panic!("positions change whether a text is read"),
    }
    if let Ok(form) = one {
        check_span(text, form.span);
        reads_back(text, &form.value);
    }

    let mut offset = 0;
    loop {
        match next_form(text, offset, 7, None) {
            Next::Form(form) => {
                assert!(form.span.start as usize >= offset && form.span.end as usize > offset);
                offset = form.span.end as usize;
            }
            Next::Bad(errors, rest) => {
                check_errors(text, &errors);
                assert!(rest > offset || rest == text.len(), "reading does not go on");
                if rest <= offset {
                    break;
                }
                offset = rest;
            }
            Next::Incomplete(errors) => {
                assert!(errors.iter().all(|error| error.incomplete));
                break;
            }
            Next::End => break,
        }
    }
});

fn check_errors(text: &str, errors: &[ReadError]) {
    for error in errors {
        check_span(text, error.span);
        assert!(!error.message.is_empty());
        error.line_column(text);
    }
}

fn check_span(text: &str, span: Span) {
    assert_eq!(span.source, 7);
    assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} is no part of the text");
}

/// Spliced cells may be what no text stands for: ops, functions, strings that are no UTF-8. So may be names behind `@` and
/// `/`: in `@-1?` and `a/-2` stand symbols that would be numbers elsewhere, as the reference reads them.
fn reads_back(text: &str, form: &Value) {
    let printed = printer::print(form, usize::MAX).expect("forms are in memory").expect("there is no limit");
    let is_number_like = |name: &str| name.starts_with(['-', '+', '.']);
    if text.contains("#[") || text.split(['@', '/']).skip(1).any(is_number_like) {
        return;
    }
    let printed = String::from_utf8(printed).expect("forms print as UTF-8");
    match read_one(&printed, 0) {
        Ok(copy) => assert!(copy.value == *form, "{printed} reads back as another form"),
        Err(errors) => panic!("{printed} does not read back: {}", errors[0].message),
    }
}
