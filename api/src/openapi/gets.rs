//! The routes that only ask.

use super::operation::{Operation, page, reference, shared};
use crate::limits::{DEFAULT_BLOCKS, MAX_BLOCKS};
use crate::negotiate::TEXT;
use serde_json::{Value as Json, json};

/// Each with its path below `/api/v1`, or from the root behind `!`.
pub fn gets() -> Vec<(&'static str, Json)> {
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
