//! The routes that take a body.

use super::operation::{Operation, any, binary, body, object, page, reference, shared};
use crate::negotiate::{BYTES, CVX, JSON, RAW, TEXT};
use serde_json::{Value as Json, json};

/// Each with its path below `/api/v1`, or from the root behind `!`.
pub fn posts() -> Vec<(&'static str, Json)> {
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
                    "400": page("A field is missing, or the address is not one"),
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
