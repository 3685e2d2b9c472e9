//! Runs `cvx doc` as its users do.

#![allow(clippy::disallowed_methods, reason = "tests read files and start processes")]

mod common;

use common::{Folder, cvx};
use serde_json::Value as Json;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

#[test]
fn names_are_explained() {
    let folder =
        Folder::new("doc-names", &[("a.cvx", "; Doubles.\n(defn double [x] (* 2 x))\n"), ("bad.cvx", "(a")]);
    for (args, code, out, err) in [
        (&["doc", "map"][..], 0, "map: native function of #8\n  (map f collection & more)\n", ""),
        (&["doc", "#64/balance"], 0, "balance: ", ""),
        (&["doc", "convex.fungible"], 0, "  (transfer token target amount)", ""),
        (&["doc", "a.cvx"], 0, "a.cvx\n\ndouble: function\n  (double x)\n  Doubles.\n", ""),
        (&["doc", "map", "a.cvx"], 0, "\n\na.cvx\n", ""),
        (&["doc", "mpa"], 2, "", "did you mean `map`?"),
        (&["doc", "#64/balanse"], 2, "", "did you mean `balance`?"),
        (&["doc", "#99999"], 2, "", "no account #99999"),
        (&["doc", "none.cvx"], 2, "", "none.cvx"),
        (&["doc", "bad.cvx"], 1, "", "bad.cvx:1:1"),
        (&["doc"], 2, "", "Usage"),
    ] {
        let left = cvx(&folder, args, "");
        assert_eq!(left.code, Some(code), "{args:?}: {}", left.err);
        assert!(left.out.contains(out) && left.err.contains(err), "{args:?}: {}{}", left.out, left.err);
        // Nothing is coloured that is no terminal.
        assert!(!left.out.contains('\u{1b}') && !left.err.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn programs_get_data() {
    let folder =
        Folder::new("doc-json", &[("a.cvx", "'(do (def ^:callable n 0)) ; some\n(def m 1) ; more\n")]);
    let left = cvx(&folder, &["doc", "--json", "map", "#9", "a.cvx", "*memory*"], "");
    let objects: Vec<Json> =
        left.out.lines().map(|line| serde_json::from_str(line).expect("a line is an object")).collect();
    let [map, registry, file, register] = objects.as_slice() else { panic!("{}", left.out) };
    assert_eq!(
        (&map["name"], &map["account"], &map["kind"]),
        (&"map".into(), &"#8".into(), &"native function".into())
    );
    assert_eq!(map["signatures"][0], "f collection & more");
    assert_eq!(map["examples"][0], serde_json::json!({"code": "(map inc [1 2 3])", "result": "[2 3 4]"}));
    assert_eq!(map["errors"][0]["code"], ":CAST");
    assert_eq!(registry["account"], "#9");
    assert!(
        registry["definitions"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "lookup"))
    );
    assert_eq!(file["definitions"][1]["description"], "more");
    assert_eq!(register["kind"], "register of the machine");
}

#[test]
fn examples_are_run() {
    let good = "(defn double\n  ^{:doc {:examples [{:code \"(double 2)\" :result \"4\"}]}}\n  [x]\n  (* 2 x))\n(double 1) ;=> 2\n";
    let bad = "(inc 1) ;=> 3\n";
    let folder = Folder::new("doc-check", &[("good.cvx", good), ("bad.cvx", bad), ("a.test.cvx", "")]);
    for (args, code, out, err) in [
        (&["doc", "--check", "good.cvx"][..], 0, "2 examples: all true\n", ""),
        (&["doc", "--check", "map"], 0, "2 examples: all true\n", ""),
        (&["doc", "--check", "bad.cvx", "good.cvx"], 1, "3 examples: 1 not true\n", "this gives 2, not 3"),
        (&["doc", "--check", "a.test.cvx"], 2, "", "`cvx test`"),
        (&["doc", "--check", "--json", "bad.cvx"], 1, "\"message\":\"this gives 2, not 3\"", ""),
    ] {
        let left = cvx(&folder, args, "");
        assert_eq!(left.code, Some(code), "{args:?}: {}", left.err);
        assert!(left.out.contains(out) && left.err.contains(err), "{args:?}: {}{}", left.out, left.err);
    }
}

/// Those of the core, the standard actors and the files of each folder of examples.
#[test]
fn our_examples_are_true() {
    let folder = Folder::new("doc-ours", &[]);
    let left = cvx(&folder, &["doc", "--check", "--json"], "");
    let verdict: Json = serde_json::from_str(&left.out).expect("it is an object");
    assert_eq!(verdict["failures"], serde_json::json!([]), "{}", left.out);
    assert!(verdict["examples"].as_u64().is_some_and(|count| count > 400), "{}", left.out);
    let examples = format!("{ROOT}/examples/vote-counter");
    let files = ["actor.cvx", "use.cvx"].map(|file| format!("{examples}/{file}"));
    let left = cvx(&folder, &["doc", "--check", &files[0], &files[1]], "");
    assert_eq!(left.code, Some(0), "{}{}", left.out, left.err);
}
