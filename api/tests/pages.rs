//! The pages, the description, and what looks after a node.

mod common;

use common::Bench;
use serde_json::Value as Json;

#[test]
fn the_page_shows_what_happens() {
    let bench = Bench::with(2, |options| api::Options { note: "All is lost <at the end>".into(), ..options });
    let defined = bench.transact(11, "(do (def greeting \"<b>hello</b>\") (log :x) 7)");
    let failed = bench.transact(11, "(fail :WRONG \"not & so\")");
    let id = defined["info"]["tx"].as_str().expect("a hash");
    let place = defined["info"]["loc"][0].to_string();
    for (path, parts) in [
        (
            "/",
            &[
                "accepts transactions",
                "Latest blocks",
                "class=\"bad\"><code>:WRONG</code>",
                "&lt;at the end&gt;",
            ][..],
        ),
        ("/index.html", &["Run a form"]),
        ("/?refresh=5", &["<meta http-equiv=\"refresh\" content=\"5\">"]),
        ("/account/11", &["<code>greeting</code>", "&lt;b&gt;hello&lt;/b&gt;", "Balance"]),
        ("/account?address=%2311", &["<code>greeting</code>"]),
        (&format!("/tx/{id}"), &["<code>7</code>", "Fees", "[#11", ":x"]),
        (&format!("/block/{place}"), &["<code>7</code>", "Made"]),
        ("/openapi", &["POST /api/v1/query", "1000000 bytes (413)"]),
    ] {
        let answer = bench.get(path);
        let text = answer.text();
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        for part in parts {
            assert!(text.contains(part), "{path} has no {part}\n{text}");
        }
        assert!(!text.contains("<b>hello"), "{path}");
    }
    let failed = failed["info"]["tx"].as_str().expect("a hash");
    assert!(bench.get(&format!("/tx/{failed}")).text().contains("not &amp; so"));
    for (path, status) in [
        ("/account/x", 400),
        ("/account", 400),
        ("/account/99999", 404),
        ("/block/99999", 404),
        ("/block/x", 404),
        ("/tx/12", 400),
        (&format!("/tx/{}", "0".repeat(64)), 404),
    ] {
        let answer = bench.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "text/html; charset=utf-8"),
            "{path}"
        );
    }
}

#[test]
fn forms_run_from_the_page() {
    let bench = Bench::start(1);
    let run = |body: &str| {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        bench.send("POST", "/", &kind, body.as_bytes())
    };
    for (body, status, part) in [
        ("source=%28*+6+7%29&address=%2313", 200, "<code>42</code>"),
        ("source=*address*&address=", 200, "<code>#11</code>"),
        ("source=%28count%29", 200, "<code>:ARITY</code>"),
        ("source=%28", 200, "Line 1, column 1"),
        ("source=%3Cscript%3E", 200, "&lt;script&gt;"),
        ("source=", 200, "a form was expected"),
        ("", 400, "is missing"),
        ("source=1&address=x", 400, "is not an address"),
        ("%ff%fe=&&&==", 400, "is missing"),
    ] {
        let answer = run(body);
        assert_eq!(answer.status, status, "{body}");
        assert!(answer.text().contains(part), "{body}\n{}", answer.text());
        assert!(!answer.text().contains("<script"));
    }
}

#[test]
fn the_description_is_that_of_the_routes() {
    let bench = Bench::start(1);
    let description = bench.get("/openapi.json").json();
    let paths = description["paths"].as_object().expect("it has paths");
    assert!(paths.len() > 15);
    for (path, methods) in paths {
        let concrete = path
            .replace("{address}", "11")
            .replace("{number}", "0")
            .replace("{hash}", &"0".repeat(64))
            .replace("{key}", &"0".repeat(64));
        for (method, operation) in methods.as_object().expect("it has methods") {
            let answer = bench.send(&method.to_uppercase(), &concrete, &[], b"");
            assert!(!answer.text().contains("There is nothing at"), "{path}");
            let statuses = operation["responses"].as_object().expect("it has answers");
            let status = answer.status.to_string();
            assert!(statuses.contains_key(&status), "{method} {path} {status}");
            if method == "get" {
                assert_eq!(bench.send("PATCH", &concrete, &[], b"").status, 405, "{path}");
            }
        }
    }
    let mut references = Vec::new();
    collect(&description, &mut references);
    for reference in references {
        let pointer = reference.strip_prefix('#').expect("it is inside");
        assert!(description.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(json: &Json, references: &mut Vec<String>) {
    match json {
        Json::Object(entries) => {
            for (name, value) in entries {
                match value {
                    Json::String(text) if name == "$ref" => references.push(text.clone()),
                    other => collect(other, references),
                }
            }
        }
        Json::Array(elements) => elements.iter().for_each(|element| collect(element, references)),
        _ => {}
    }
}

#[test]
fn health_and_metrics() {
    let bench = Bench::start(1);
    assert_eq!(bench.get("/health").json()["status"], "ready");
    bench.transact(11, "1");
    bench.post("/api/v1/query", "x");
    let metrics = bench.get("/metrics").text();
    for part in [
        "cvx_http_requests_total{route=\"/api/v1/query\",status=\"400\"} 1",
        "cvx_http_requests_total{route=\"/api/v1/transaction/submit\",status=\"200\"} 1",
        "cvx_transactions_final_total 1",
        "cvx_ready 1",
        "# TYPE cvx_http_connections gauge",
    ] {
        assert!(metrics.contains(part), "{part}\n{metrics}");
    }
}
