//! The routes: what they take, and every status that they answer with.

use crate::limits::{DEFAULT_BLOCKS, MAX_BLOCKS};
use crate::negotiate::{BYTES, CVX, HTML, JSON, RAW, TEXT};
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
    for (path, operation) in posts() {
        add(path, "post", operation);
    }
    for (path, operation) in gets() {
        add(path, "get", operation);
    }
    Json::Object(paths)
}

fn posts() -> Vec<(&'static str, Json)> {
    let json_body = |schema: &str| body(&[(JSON, reference(schema))]);
    vec![
        (
            "/query",
            Operation::new("query", "Runs a form as an account and keeps nothing")
                .body(body(&[(JSON, reference("Query")), (CVX, json!({ "type": "string" }))]))
                .result()
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/transaction/prepare",
            Operation::new("prepareTransaction", "Makes a transaction to be signed")
                .body(json_body("Prepare"))
                .ok(any(&["Prepared", "Result"]))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/transaction/submit",
            Operation::new(
                "submitTransaction",
                "Takes the signature of a prepared transaction; answers when final",
            )
            .body(json_body("Submit"))
            .result()
            .refusal(
                "400",
                "A field is wrong, or the hash stands for no transaction",
                any(&["Error", "Result"]),
            )
            .refusal("404", "The transaction is not known any more (MISSING)", reference("Result"))
            .statuses(&["413"])
            .json(),
        ),
        (
            "/transact",
            Operation::new("transact", "Runs a signed transaction, or a form with a seed from this machine")
                .body(body(&[(JSON, reference("Transact")), (RAW, binary())]))
                .result()
                .refusal("403", "The seed comes from another machine", reference("Error"))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/createAccount",
            Operation::new("createAccount", "Makes an account for a public key, if the peer has a faucet")
                .body(json_body("CreateAccount"))
                .ok(any(&["Created", "Result"]))
                .refusal("403", "This node has no faucet", reference("Error"))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/faucet",
            Operation::new("faucet", "Gives coins to an account, if the peer has a faucet")
                .body(json_body("Faucet"))
                .ok(any(&["Faucet", "Result"]))
                .refusal("403", "This node has no faucet", reference("Error"))
                .refusal("402", "The peer is out of coins", reference("Result"))
                .refusal("408", "Not final in time", any(&["Error", "Result"]))
                .refusal("422", "The peer could not do it", reference("Result"))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/message",
            Operation::new("message", "Answers one message of the peer protocol")
                .body(body(&[(CVX, json!({ "type": "string" })), (RAW, binary())]))
                .result()
                .refusal("202", "The message needs no answer", reference("Result"))
                .refusal("400", "Not a message", any(&["Error", "Result"]))
                .refusal("402", "No coins (FUNDS)", reference("Result"))
                .refusal("403", "A wrong signature (SIGNATURE)", reference("Result"))
                .refusal("404", "A cell is missing (MISSING)", reference("Result"))
                .refusal("408", "Not final in time (TIMEOUT)", any(&["Error", "Result"]))
                .refusal("422", "Another error", reference("Result"))
                .statuses(&["413"])
                .json(),
        ),
        (
            "/data/encode",
            Operation::new("encode", "Text to bytes")
                .body(body(&[
                    (JSON, object(&[("data", json!({ "type": "string", "example": "[1 2 3]" }))], &["data"])),
                    (CVX, json!({ "type": "string" })),
                    (TEXT, json!({ "type": "string" })),
                ]))
                .ok(reference("Encoded"))
                .raw()
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/data/decode",
            Operation::new("decode", "Bytes to text")
                .body(body(&[
                    (JSON, object(&[("cad3", json!({ "type": "string", "example": "110c" }))], &["cad3"])),
                    (BYTES, binary()),
                    (RAW, binary()),
                    (CVX, binary()),
                ]))
                .ok(object(&[("cvx", json!({ "type": "string" }))], &["cvx"]))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "!/",
            json!({
                "operationId": "run",
                "summary": "Runs the form of the page as a query",
                "requestBody": body(&[(
                    "application/x-www-form-urlencoded",
                    object(
                        &[("source", json!({ "type": "string" })), ("address", json!({ "type": "string" }))],
                        &["source"],
                    ),
                )]),
                "responses": {
                    "200": page("The result, as a page"),
                    "400": page("The address is not one"),
                    "408": shared("408"),
                    "413": shared("413"),
                    "501": shared("501"),
                    "503": shared("503"),
                },
            }),
        ),
        (
            "/peer/shutdown",
            Operation::new("shutdown", "Ends the node, when asked from its own machine")
                .ok(json!({ "type": "object" }))
                .refusal("401", "Asked from elsewhere", reference("Error"))
                .refusal("403", "This node does not end on request", reference("Error"))
                .json(),
        ),
    ]
}

fn gets() -> Vec<(&'static str, Json)> {
    let plain = json!({ "description": "Text", "content": { TEXT: { "schema": { "type": "string" } } } });
    let hash = json!({ "type": "string", "pattern": "^(0x)?[0-9a-fA-F]{64}$" });
    let range = |least: u64, most: Option<u64>, default: u64| {
        let mut schema =
            json!({ "type": "integer", "format": "int64", "minimum": least, "default": default });
        if let Some(most) = most {
            schema["maximum"] = most.into();
        }
        schema
    };
    vec![
        (
            "/accounts/{address}",
            Operation::new("account", "What an account has")
                .path("address", json!({ "type": "integer", "format": "int64", "minimum": 0, "example": 11 }))
                .ok(reference("Account"))
                .refusal("404", "There is no such account", reference("Nobody"))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/status",
            Operation::new("status", "Where the peer stands; 503 while it accepts no transactions")
                .ok(reference("Status"))
                .statuses(&["413"])
                .json(),
        ),
        (
            "/blocks",
            Operation::new("blocks", "Blocks of the peer's order, final or not")
                .query("offset", range(0, None, 0), false)
                .query("limit", range(1, Some(MAX_BLOCKS), DEFAULT_BLOCKS), false)
                .ok(reference("Blocks"))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/blocks/{number}",
            Operation::new("block", "One block of the peer's order")
                .path("number", json!({ "type": "integer", "format": "int64", "minimum": 0, "example": 0 }))
                .ok(reference("Block"))
                .statuses(&["400", "404", "413"])
                .json(),
        ),
        (
            "/tx",
            Operation::new("transaction", "A final transaction by the hash of its signed form")
                .query("hash", hash.clone(), true)
                .ok(json!({ "type": "object" }))
                .statuses(&["400", "404", "413"])
                .json(),
        ),
        (
            "/data/{hash}",
            Operation::new("data", "A value that the peer holds, by its hash")
                .path("hash", hash.clone())
                .ok(json!({}))
                .statuses(&["400", "413"])
                .json(),
        ),
        (
            "/peers/{key}",
            Operation::new("peer", "The record of a peer by its public key")
                .path("key", hash.clone())
                .ok(json!({ "type": "object" }))
                .statuses(&["400", "404", "413"])
                .json(),
        ),
        (
            "!/health",
            Operation::new("health", "Whether transactions are accepted")
                .ok(json!({ "type": "object" }))
                .json(),
        ),
        (
            "!/metrics",
            json!({
                "operationId": "metrics",
                "summary": "Counts of what was done, for Prometheus",
                "responses": { "200": plain, "501": shared("501") },
            }),
        ),
        (
            "!/openapi.json",
            Operation::new("openapi", "This description").ok(json!({ "type": "object" })).json(),
        ),
        (
            "!/",
            json!({
                "operationId": "home",
                "summary": "The node as a page",
                "responses": { "200": page("The page"), "501": shared("501"), "503": shared("503") },
            }),
        ),
    ]
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

struct Operation(Json);

impl Operation {
    fn new(id: &str, summary: &str) -> Operation {
        let json = json!({ "operationId": id, "summary": summary, "responses": {} });
        Operation(json).statuses(&["501", "503"])
    }

    fn body(mut self, body: Json) -> Operation {
        self.0["requestBody"] = body;
        self.statuses(&["408"])
    }

    fn path(self, name: &str, schema: Json) -> Operation {
        self.parameter(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
    }

    fn query(self, name: &str, schema: Json, is_required: bool) -> Operation {
        self.parameter(json!({ "name": name, "in": "query", "required": is_required, "schema": schema }))
    }

    fn parameter(mut self, parameter: Json) -> Operation {
        match &mut self.0["parameters"] {
            Json::Array(parameters) => parameters.push(parameter),
            none => *none = json!([parameter]),
        }
        self
    }

    fn ok(self, schema: Json) -> Operation {
        self.refusal("200", "Done", schema)
    }

    fn result(self) -> Operation {
        self.refusal("200", "The result, an error of the code included", reference("Result"))
    }

    /// The answer is the encoding itself when that is asked for.
    fn raw(mut self) -> Operation {
        self.0["responses"]["200"]["content"][RAW] = json!({ "schema": binary() });
        self
    }

    fn refusal(mut self, status: &str, description: &str, schema: Json) -> Operation {
        self.0["responses"][status] = json!({ "description": description, "content": contents(&schema) });
        self
    }

    fn statuses(mut self, statuses: &[&str]) -> Operation {
        for status in statuses {
            self.0["responses"][*status] = shared(status);
        }
        self
    }

    fn json(self) -> Json {
        self.0
    }
}

fn shared(status: &str) -> Json {
    json!({ "$ref": format!("#/components/responses/{status}") })
}

fn page(description: &str) -> Json {
    json!({ "description": description, "content": { HTML: { "schema": { "type": "string" } } } })
}

fn reference(schema: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn any(schemas: &[&str]) -> Json {
    json!({ "anyOf": schemas.iter().map(|schema| reference(schema)).collect::<Vec<Json>>() })
}

/// The schema for JSON; other types are text or bytes.
fn contents(schema: &Json) -> Json {
    json!({
        JSON: { "schema": schema },
        CVX: { "schema": { "type": "string" } },
        RAW: { "schema": binary() },
        TEXT: { "schema": { "type": "string" } },
        HTML: { "schema": { "type": "string" } },
    })
}

fn body(kinds: &[(&str, Json)]) -> Json {
    let content: Map<String, Json> =
        kinds.iter().map(|(media, schema)| ((*media).to_owned(), json!({ "schema": schema }))).collect();
    json!({ "required": true, "content": content })
}

fn object(properties: &[(&str, Json)], required: &[&str]) -> Json {
    let properties: Map<String, Json> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn binary() -> Json {
    json!({ "type": "string", "format": "binary" })
}
