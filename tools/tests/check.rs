//! `cvx check`: recorded reports, the examples of the page of rules, and the files of this repository.
//!
//! A file in `tests/check` holds cases: a line `==== name`, a text, a line `----`, and the reports expected. With
//! `UPDATE_SNAPSHOTS=1` in the environment what is found is written in their place.

#![allow(clippy::disallowed_methods, reason = "tests read files")]

use lang::reader::token::Tokens;
use lang::source::Sources;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tools::check::known::{Known, params_arity};
use tools::check::{self, Finding, RULES, Severity, Verdict, page};
use tools::colour::Colour;
use tools::session::Session;
use tools::test::suite::Disk;
use tools::{doc, explain, language, markdown};
use vm::State;

/// The account that the texts are checked for.
const ACCOUNT: u64 = 11;

static GENESIS: LazyLock<State> = LazyLock::new(|| stdlib::genesis().expect("the library builds"));

fn check(texts: &[(&str, &str)]) -> (Verdict, Sources) {
    let mut sources = Sources::new();
    let numbers: Vec<u32> = texts.iter().map(|(name, text)| sources.add(*name, *text)).collect();
    let verdict = check::check(&mut sources, &numbers, &[], &GENESIS, ACCOUNT, &Disk::default())
        .expect("there is such an account");
    (verdict, sources)
}

fn rules(verdict: &Verdict) -> BTreeSet<&'static str> {
    verdict.findings.iter().map(|finding| finding.rule).collect()
}

fn reports((verdict, sources): &(Verdict, Sources)) -> String {
    let unreadable = verdict.unreadable.iter().flat_map(|errors| explain::all_unreadable(errors, sources));
    let found = verdict.findings.iter().map(|finding| finding.problem());
    let text: String =
        unreadable.chain(found).map(|problem| problem.render(sources, Colour::Off).into_string()).collect();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    if lines.is_empty() { "nothing\n".to_owned() } else { lines.join("\n") + "\n" }
}

#[test]
fn reports_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check");
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut cases = 0;
    let mut wrong = Vec::new();
    for entry in fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let recorded = fs::read_to_string(&path).expect("it is text");
        let mut actual = String::new();
        for case in recorded.split("==== ").skip(1) {
            let (name, rest) = case.split_once('\n').expect("a case has a name");
            let (text, _) = rest.split_once("----\n").expect("a case has a text and reports");
            let report = reports(&check(&[("a.cvx", text)]));
            actual.push_str(&format!("==== {name}\n{text}----\n{report}\n"));
            cases += 1;
        }
        let actual = actual.trim_end().to_owned() + "\n";
        if update {
            fs::write(&path, actual).expect("it can be written");
        } else if actual != recorded {
            wrong.push(format!("{}:\n{actual}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases >= 40, "{cases} cases");
}

/// The blocks of code of a page that are marked with a word.
fn blocks<'a>(page: &'a str, mark: &str) -> Vec<&'a str> {
    let fence = format!("```clojure {mark}\n");
    page.split(fence.as_str()).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect()
}

#[test]
fn every_rule_has_a_page_with_true_examples() {
    let headings: Vec<&str> = page::PAGES.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(headings, names);
    for rule in RULES {
        let page = page::of(rule.name).expect("it has one");
        let (bad, good) = (blocks(page, "bad"), blocks(page, "good"));
        assert!(!bad.is_empty() && !good.is_empty(), "{}", rule.name);
        for text in bad {
            let found = check(&[("bad.cvx", text)]);
            assert!(rules(&found.0).contains(rule.name), "{}:\n{text}\n{}", rule.name, reports(&found));
        }
        for text in good {
            let found = check(&[("good.cvx", text)]);
            assert!(found.0.is_clean(), "{}:\n{text}\n{}", rule.name, reports(&found));
        }
    }
}

/// All files below a folder whose names end so.
fn files_below(folder: &Path, suffix: &str, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !path.ends_with("target") && !is_hidden {
            files_below(&path, suffix, files);
        } else if path.to_string_lossy().ends_with(suffix) {
            files.push(path);
        }
    }
}

#[test]
fn the_files_of_this_repository_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is around");
    let mut files = Vec::new();
    files_below(root, ".cvx", &mut files);
    files.sort();
    let read = |path: &PathBuf| (path.display().to_string(), fs::read_to_string(path).expect("it is text"));
    let texts: Vec<(String, String)> = files.iter().map(read).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert!(texts.len() > 30, "{} files", texts.len());
    let found = check(&texts);
    assert!(found.0.is_clean(), "{}", reports(&found));
}

#[test]
fn the_pages_of_examples_are_clean() {
    let mut pages = Vec::new();
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples"), ".md", &mut pages);
    assert!(!pages.is_empty());
    for page in pages {
        let text = fs::read_to_string(&page).expect("it is text");
        let programs = markdown::programs(&text);
        let texts: Vec<(&str, &str)> =
            programs.iter().map(|program| ("README.md", program.as_str())).collect();
        let found = check(&texts);
        assert!(found.0.is_clean(), "{}:\n{}", page.display(), reports(&found));
    }
}

#[test]
fn a_text_may_use_what_those_before_it_define() {
    let library = ("lib.cvx", "(defn double [x] (* 2 x))\n(defmacro unless [c x] `(if ~c nil ~x))");
    let user = ("use.cvx", "(unless false (double 1))");
    assert!(check(&[library, user]).0.is_clean());
    assert_eq!(rules(&check(&[user, library]).0), BTreeSet::from(["undeclared"]));
    let wrong = ("use.cvx", "(twofold 1 2)");
    let library = ("lib.cvx", "(defn twofold [x] (* 2 x))");
    assert_eq!(rules(&check(&[library, wrong]).0), BTreeSet::from(["arity"]));
}

/// The recorded programs that run to their end show what is no error. One name of them is only ever meant to fail.
#[test]
fn what_runs_has_no_errors() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data");
    let mut count = 0;
    for file in ["core.jsonl", "cost.jsonl", "library.jsonl", "programs.jsonl"] {
        for line in fs::read_to_string(data.join(file)).expect("it is text").lines() {
            let sample: Json = serde_json::from_str(line).expect("a line is an object");
            let (Some(text), true) = (sample["src"].as_str(), sample["value"].is_string()) else { continue };
            let found = check(&[("a.cvx", text)]);
            let is_false = |finding: &Finding| {
                finding.severity() == Severity::Error && !finding.message.contains("`odd-missing`")
            };
            let is_clean = found.0.unreadable.is_empty() && !found.0.findings.iter().any(is_false);
            assert!(is_clean, "{text}\n{}", reports(&found));
            count += 1;
        }
    }
    assert!(count > 1_000, "{count}");
}

/// What functions of the core are documented to take is what they take.
#[test]
fn arities_are_those_of_the_documentation() {
    let known = Known::new(GENESIS.clone(), ACCOUNT).expect("there is such an account");
    let mut compared = 0;
    for name in known.names(8) {
        let Some(arity) = known.core(&name).and_then(|entry| known.arity(&entry.value)) else { continue };
        let documented = doc::signatures(&GENESIS, ACCOUNT, &name).expect("all is in memory");
        for params in documented.iter().filter(|_| !known.core(&name).is_some_and(|entry| entry.is_macro())) {
            let wanted = params_arity(params);
            // What follows `&` may stand for pairs, or for one at least.
            let fits = if wanted.accepts(24) {
                arity.accepts(23) || arity.accepts(24)
            } else {
                arity.includes(wanted)
            };
            assert!(fits, "{name}: {arity} but {wanted}");
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared}");
}

/// Nesting is limited by memory only, and texts are strangers.
#[test]
fn deep_and_odd_texts_are_survived() {
    let depth = 20_000;
    for (open, close) in [
        ("(do ", ")"),
        ("[", "]"),
        ("'(do ", ")"),
        ("`(do ~", ")"),
        ("(let [", " 1] 2)"),
        ("(fn [", "] 1)"),
        ("^", " a"),
        ("@", ""),
    ] {
        let text = format!("{}a{}", open.repeat(depth), close.repeat(depth));
        check(&[("deep.cvx", text.as_str())]);
    }
    let words = "def defn defmacro let loop fn for for-loop dotimes if-let when-let cond if when switch try query quote quasiquote unquote set! set-in! call import lookup resolve declare define undef schedule tailcall assert and or macro deploy eval recur fail transfer update";
    for word in words.split(' ') {
        for args in [
            "",
            "x",
            "1",
            "[]",
            "()",
            "nil nil",
            "[x] [y]",
            "x [1]",
            "[x 1]",
            "[x 1] x",
            "(x) (y)",
            "[x] ~y",
            "~x ~y",
            "'x `y",
            "{a b} #{c}",
            "[& a] [[& b & c] d] e",
            "\"s\" [x] x",
            "x :as y",
            "x :is y",
            "^:a x ^:b [y] z",
        ] {
            for text in [
                format!("({word} {args})"),
                format!("`({word} {args})"),
                format!("'(do ({word} {args}))"),
                format!("(defmacro m [x y] `(do ({word} {args}) ~(list {args})))"),
            ] {
                check(&[("odd.cvx", text.as_str())]);
            }
        }
    }
}

/// Sources with pieces left out, doubled, or put elsewhere are odd in ways that nobody would write down.
#[test]
fn mangled_sources_are_survived() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is around");
    let mut files = Vec::new();
    files_below(root, ".cvx", &mut files);
    files.sort();
    let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).expect("it is text")).collect();
    let mut random = fastrand::Rng::with_seed(6);
    for _ in 0..std::env::var("MANGLED_SOURCES").map_or(500, |count| count.parse().expect("a number")) {
        let text = &texts[random.usize(..texts.len())];
        let tokens: Vec<_> = Tokens::new(text, 0).map(|lexeme| &text[lexeme.range]).collect();
        let start = random.usize(..tokens.len());
        let mut tokens = tokens[start..tokens.len().min(start + random.usize(1..200))].to_vec();
        for _ in 0..random.usize(1..6) {
            let (here, there) = (random.usize(..tokens.len()), random.usize(..tokens.len()));
            match random.u8(..3) {
                0 => tokens.swap(here, there),
                1 => tokens.insert(here, tokens[there]),
                _ if tokens.len() > 1 => drop(tokens.remove(here)),
                _ => {}
            }
        }
        // Brackets are made to match, so that there is something to check.
        let mut open = Vec::new();
        let mut mangled = String::new();
        for token in tokens {
            match token {
                "(" => open.push(")"),
                "[" => open.push("]"),
                "{" | "#{" => open.push("}"),
                ")" | "]" | "}" => match open.pop() {
                    Some(closing) => mangled.push_str(closing),
                    None => continue,
                },
                _ => {}
            }
            if ![")", "]", "}"].contains(&token) {
                mangled.push_str(token);
            }
            mangled.push(' ');
        }
        mangled.extend(open.into_iter().rev());
        check(&[("a.cvx", mangled.as_str())]);
    }
}

/// The first hint on a name that has no definition.
fn advice_of(hints: &[String]) -> Option<&str> {
    hints.first().map(String::as_str)
}

#[test]
fn checks_and_runs_advise_alike() {
    let mut session = Session::new(GENESIS.clone(), ACCOUNT).expect("there is such an account");
    let defined = session.names().expect("all is in memory");
    let names: Vec<&str> = language::all()
        .flat_map(|row| row.names.split(' '))
        .filter(|name| !defined.iter().any(|d| d == name))
        .collect();
    let (verdict, _) = check(&[("a.cvx", &names.join("\n"))]);
    for name in names {
        let source = session.add_text("a.cvx", name);
        let form = session.read_one(source).expect("it reads");
        let problem = session.run(&form).result.expect_err("it has no definition");
        let message = format!("`{name}` has no definition");
        let finding = verdict.findings.iter().find(|finding| finding.message == message);
        let found = finding.unwrap_or_else(|| panic!("{name} is not found"));
        assert_eq!(problem.message, message);
        assert_eq!(advice_of(&found.hints), advice_of(&problem.hints), "{name}");
        assert_eq!(advice_of(&found.hints), language::instead(name).as_deref(), "{name}");
    }
}
