//! All routes: what they take, and every status that they answer with.

use super::operation::{any, contents, reference};
use super::{gets, posts};
use serde_json::{Map, Value as Json, json};

/// What stands at each path.
pub fn paths() -> Json {
    let mut paths = Map::new();
    let mut add = |path: &str, method: &str, operation: Json| {
        let path = path.strip_prefix('!').map_or_else(|| format!("/api/v1{path}"), str::to_owned);
        let methods = paths.entry(path).or_insert_with(|| json!({}));
        if let Json::Object(methods) = methods {
            methods.insert(method.to_owned(), operation);
        }
    };
    for (path, operation) in posts::posts() {
        add(path, "post", operation);
    }
    for (path, operation) in gets::gets() {
        add(path, "get", operation);
    }
    Json::Object(paths)
}

/// Answers that many routes share.
pub fn shared_responses() -> Json {
    let refusal =
        |description: &str| json!({ "description": description, "content": contents(&reference("Error")) });
    json!({
        "400": refusal("The request is not what it should be"),
        "404": refusal("What is asked for is not here"),
        "408": refusal("The body did not arrive in time"),
        "413": {
            "description": "The body or the answer is too large",
            "content": contents(&any(&["Error", "Result"])),
        },
        "501": { "description": "The method is not made of the letters A to Z" },
        "503": {
            "description": "Too much to do: try again",
            "headers": { "Retry-After": { "description": "Seconds", "schema": { "type": "integer" } } },
            "content": contents(&reference("Error")),
        },
    })
}
