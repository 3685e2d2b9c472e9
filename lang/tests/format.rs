//! The formatter: examples of the page that describes it, and its laws on the sources here and on random text.
#![allow(clippy::disallowed_methods)] // Sources and pages are files.

use lang::format::{Style, format};
use lang::hash::Hash;
use lang::reader::token::Tokens;
use lang::reader::{ReadError, read_all};
use lang::source::Positions;
use lang::{Value, Vector};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// The value id of all forms of a text.
fn read(text: &str) -> Result<Hash, Vec<ReadError>> {
    let (forms, errors) = read_all(text, 0, &mut Positions::new());
    if !errors.is_empty() {
        return Err(errors.to_vec());
    }
    Ok(Value::Vector(Vector::from_values(forms.into_iter().map(|form| form.value))).hash())
}

fn formatted(text: &str, width: usize) -> String {
    format(text, 0, Style { width }).unwrap_or_else(|errors| panic!("{text}: {errors:?}"))
}

/// Every token and comment in order; a comment with whether it stands alone on its line, both with whether an empty
/// line precedes them and something precedes that in the same collection.
fn content(text: &str) -> Vec<String> {
    let mut content: Vec<String> = Vec::new();
    let mut offset = 0;
    let end = std::iter::once(text.len()..text.len());
    let ranges = Tokens::new(text, 0).map(|lexeme| lexeme.range).chain(end);
    for range in ranges {
        let between = &text[offset..range.start];
        let token = &text[range.clone()];
        let mut lines = between.split('\n').map(str::trim).peekable();
        let mut is_line_start = offset == 0;
        let mut is_group = false;
        while let Some(line) = lines.next() {
            if let Some(start) = line.find(';') {
                let place = if is_line_start { "alone" } else { "beside" };
                content.push(format!("{}{place} {}", group(is_group, &content), line[start..].trim_end()));
                is_group = false;
            } else if is_line_start && lines.peek().is_some() {
                is_group = true;
            }
            is_line_start = true;
        }
        let is_closer = matches!(token, ")" | "]" | "}" | "");
        let is_glued = is_closer || token.starts_with('/');
        content.push(format!("{}{token}", group(is_group && !is_glued, &content)));
        offset = range.end;
    }
    content
}

fn group(is_group: bool, before: &[String]) -> &'static str {
    let is_first = before
        .last()
        .is_none_or(|last| is_prefix(last) || ["(", "[", "{", "#{"].contains(&last.trim_start()));
    if is_group && !is_first { "\n" } else { "" }
}

fn is_prefix(content: &str) -> bool {
    let token = content.trim_start();
    ["'", "`", "~", "~@", "#_", "^", "#Tag"].contains(&token)
}

/// Checks the laws on one text; gives it formatted.
fn check(text: &str, width: usize) -> String {
    let once = formatted(text, width);
    assert_eq!(read(&once), read(text), "the values differ:\n{text}\n---\n{once}");
    let (before, after) = (content(text), content(&once));
    let pairs = before.iter().zip(&after).enumerate();
    if let Some((i, (before, after))) = pairs.into_iter().find(|(_, (before, after))| before != after) {
        panic!("the content differs at {i}, {after:?} for {before:?}:\n{text}\n---\n{once}");
    }
    assert_eq!(before.len(), after.len(), "the content differs:\n{text}\n---\n{once}");
    let twice = formatted(&once, width);
    assert_eq!(twice, once, "not stable (width {width}):\n{text}");
    once
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text_of(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All sources of the project.
fn sources() -> Vec<PathBuf> {
    let mut folders = vec![root()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            match path.is_dir() {
                true if name.starts_with('.') || name == "target" => {}
                true => folders.push(path),
                false if path.extension().is_some_and(|extension| extension == "cvx") => files.push(path),
                false => {}
            }
        }
    }
    files.sort();
    files
}

#[test]
fn sources_keep_their_meaning() {
    let files = sources();
    assert!(files.len() > 40, "{} files", files.len());
    for file in files {
        let text = text_of(&file);
        // Some are examples of what does not read.
        if read(&text).is_ok() {
            for width in [100, 40, 1] {
                check(&text, width);
            }
        }
    }
}

#[test]
fn sources_are_formatted() {
    let bad: Vec<_> =
        sources().into_iter().filter(|file| formatted(&text_of(file), 100) != text_of(file)).collect();
    assert!(bad.is_empty(), "run `cvx fmt` on {bad:?}");
}

/// Texts of odd tokens in odd places.
#[test]
fn recorded_texts_keep_their_meaning() {
    let mut count = 0;
    for line in text_of(&root().join("lang/tests/data/reading.jsonl")).lines() {
        let sample: serde_json::Value = serde_json::from_str(line).expect("each line is an object");
        let text = sample["src"].as_str().expect("each has a text");
        let Ok(value) = read(text) else { continue };
        for width in [100, 10] {
            let once = formatted(text, width);
            assert_eq!(read(&once), Ok(value), "{text}\n---\n{once}");
            assert_eq!(formatted(&once, width), once, "{text}");
        }
        count += 1;
    }
    assert!(count > 100, "{count} texts");
}

fn atom() -> impl Strategy<Value = String> {
    let heads =
        "do|cond|let|loop|fn|defn|def|if|when|switch|for|if-let|deploy|count|assoc|a-rather-long-name";
    let atoms = r##"nil|1|-2.5e3|0xab|#12|:k|@x|"a;b"|"two\nlines"|\a|\;|\ |##NaN|#[b1]|/|#%count"##;
    let all = heads.split('|').chain(atoms.split('|')).map(str::to_owned);
    let all: Vec<String> = all.chain(["\"a\nb\"".to_owned(), "\\\n".to_owned()]).collect();
    prop::sample::select(all)
}

/// What separates two forms.
fn gap() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => Just(" "),
        2 => prop::sample::select(vec!["\n", "\n\n", " \n \n\n", ", ", "\t,\r\n", "\r"]),
        1 => prop::sample::select(vec![" ; c,\n", ";c\n\n", "\n;; own  \n", "\n\n  ; d\n\n ;; e )\n\n", " ;\n", ";a\r\n"]),
    ]
    .prop_map(str::to_owned)
}

fn tight() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => gap()]
}

fn items(
    form: impl Strategy<Value = String> + Clone,
    length: std::ops::Range<usize>,
) -> impl Strategy<Value = String> {
    let left_out = prop_oneof![
        8 => Just(String::new()),
        1 => (tight(), form.clone(), gap()).prop_map(|(a, form, b)| format!("#_{a}{form}{b}")),
    ];
    let item = (left_out, form, gap()).prop_map(|(left_out, form, gap)| format!("{left_out}{form}{gap}"));
    (tight(), prop::collection::vec(item, length)).prop_map(|(gap, items)| gap + &items.concat())
}

fn form() -> impl Strategy<Value = String> + Clone {
    atom().prop_recursive(6, 60, 6, |form| {
        let list = |open: &'static str, close: &'static str| {
            items(form.clone(), 0..7).prop_map(move |items| format!("{open}{items}{close}"))
        };
        let entry = (form.clone(), gap(), form.clone(), gap()).prop_map(|(k, a, v, b)| format!("{k}{a}{v}{b}"));
        let prefix = prop::sample::select(vec!["'", "`", "~ ", "~@", "#Tag "]);
        prop_oneof![
            4 => list("(", ")"),
            2 => list("[", "]"),
            1 => list("#{", "}"),
            1 => (tight(), prop::collection::vec(entry, 0..4)).prop_map(|(a, all)| format!("{{{a}{}}}", all.concat())),
            1 => (prefix, tight(), form.clone()).prop_map(|(prefix, gap, form)| format!("{prefix}{gap}{form}")),
            1 => (tight(), form.clone(), gap(), form.clone()).prop_map(|(a, meta, b, form)| format!("^{a}{meta}{b}{form}")),
            1 => (prop::sample::select(vec!["a", "@x", "#12", "(f)"]), tight(), tight())
                .prop_map(|(start, a, b)| format!("{start}{a}/b{b}/c")),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn random_text_keeps_its_meaning(text in items(form(), 0..5), width in 0..70usize) {
        prop_assume!(read(&text).is_ok());
        check(&text, width);
    }
}

/// The blocks of a page that are marked so, with the mark behind the language.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut parts = page.split("```clojure").skip(1);
    parts.by_ref().filter_map(|part| part.split("```").next()?.split_once('\n')).collect()
}

#[test]
fn the_examples_of_the_page_hold() {
    let page = text_of(&root().join("lang/docs/format.md"));
    let blocks = blocks(&page);
    let mut pairs = 0;
    for (i, &(mark, text)) in blocks.iter().enumerate() {
        match mark.trim() {
            "written" => {
                let (next, expected) = blocks[i + 1];
                assert_eq!(next.trim(), "formatted");
                assert_eq!(check(text, 100), expected);
                pairs += 1;
            }
            _ => assert_eq!(check(text, 100), text),
        }
    }
    assert!(pairs > 7);
}

#[test]
fn a_badly_formatted_file_becomes_a_good_one() {
    let data = root().join("lang/tests/data");
    let expected = text_of(&data.join("well-formatted.txt"));
    assert_eq!(check(&text_of(&data.join("badly-formatted.txt")), 100), expected);
}

#[test]
fn small_texts() {
    for (text, expected) in [
        ("", ""),
        ("\n \n", ""),
        ("\n\n; a \r\n\r\n\r\n; b", "; a\n\n; b\n"),
        ("a;b", "a ;b\n"),
        ("a ; b,\t\n", "a ; b,\n"),
        ("(a;b\n)", "(a ;b\n  )\n"),
        ("( ;b\n a)", "( ;b\n a)\n"),
        ("\"a\r\nb\"\r\n", "\"a\r\nb\"\n"),
        ("~ @a", "~ @a\n"),
        ("~ a", "~a\n"),
        ("(1 /b\n a/b a\t/b)", "(1 /b\n  a/b a /b)\n"),
        ("[\\ \n\\\n]", "[\\ \n \\\n]\n"),
        ("#{1\n2}", "#{1\n  2}\n"),
    ] {
        assert_eq!(check(text, 100), expected, "{text}");
    }
}

#[test]
fn what_does_not_read_is_refused_with_every_error() {
    let Err(errors) = format("(a ]\n\"\\q\" b\n(c", 3, Style::default()) else { panic!("it does not read") };
    let starts: Vec<_> = errors.iter().map(|error| error.span.start).collect();
    assert_eq!(starts, [3, 6, 12]);
    assert!(errors.iter().all(|error| error.span.source == 3));
}

#[test]
fn nesting_is_limited_by_memory_only() {
    const DEPTH: usize = 50_000;
    for (open, close) in [
        ("(", ")"),
        ("'", ""),
        ("(a\nb ", ")"),
        ("(let [a 1] b ", ")"),
        ("{a ", "}"),
        ("^[", "] y"),
        ("#a ; b\n", ""),
    ] {
        let text = format!("{}x{}", open.repeat(DEPTH), close.repeat(DEPTH));
        let once = formatted(&text, 100);
        assert_eq!(read(&once), read(&text));
        assert!(once == formatted(&once, 100), "{open}");
    }
    let deep = format!("{}{}\n", "(".repeat(20 * DEPTH), ")".repeat(20 * DEPTH));
    assert!(formatted(&deep, 100) == deep);
}
