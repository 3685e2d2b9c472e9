//! The shapes of requests and answers.

use serde_json::{Value as Json, json};

/// All shapes by name.
pub fn all() -> Json {
    json!({
        "Address": {
            "description": "The number of an account, or a string such as \"#12\" or \"0x0c\"",
            "anyOf": [
                { "type": "integer", "format": "int64", "minimum": 0 },
                { "type": "string", "pattern": "^(#?[0-9]{1,18}|0x([0-9a-fA-F]{2}){1,7})$" },
            ],
            "example": 11,
        },
        "Source": { "type": "string", "description": "One form of Convex Lisp", "example": "(* 2 3)" },
        "Digits32": { "type": "string", "pattern": "^(0x)?[0-9a-fA-F]{64}$", "description": "32 bytes" },
        "Query": {
            "type": "object",
            "properties": { "source": reference("Source"), "address": nullable("Address") },
            "required": ["source"],
        },
        "Prepare": {
            "type": "object",
            "properties": {
                "address": reference("Address"),
                "source": reference("Source"),
                "sequence": { "type": "integer", "format": "int64", "nullable": true },
            },
            "required": ["address", "source"],
        },
        "Prepared": {
            "type": "object",
            "properties": {
                "hash": { "type": "string", "description": "What is to be signed, in hexadecimal digits" },
                "data": { "type": "string", "description": "The whole encoding, in hexadecimal digits" },
                "address": { "type": "integer" },
                "source": { "type": "string" },
                "sequence": { "type": "integer" },
            },
            "required": ["hash", "data", "address", "source", "sequence"],
        },
        "Submit": {
            "type": "object",
            "properties": {
                "hash": { "type": "string", "pattern": "^(0x)?([0-9a-fA-F]{2})+$", "description": "As prepared" },
                "data": {
                    "type": "string",
                    "nullable": true,
                    "description": "As prepared: with it, the transaction need not be known here",
                },
                "accountKey": reference("Digits32"),
                "sig": { "type": "string", "pattern": "^(0x)?[0-9a-fA-F]{128}$" },
            },
            "required": ["hash", "accountKey", "sig"],
        },
        "Transact": {
            "type": "object",
            "properties": {
                "address": reference("Address"),
                "source": reference("Source"),
                "seed": reference("Digits32"),
            },
            "required": ["address", "source", "seed"],
        },
        "CreateAccount": {
            "type": "object",
            "properties": {
                "accountKey": reference("Digits32"),
                "faucet": {
                    "type": "integer",
                    "format": "int64",
                    "nullable": true,
                    "description": "Coppers for the account, at most what the faucet gives at once",
                },
            },
            "required": ["accountKey"],
        },
        "Created": {
            "type": "object",
            "properties": { "address": { "type": "integer" } },
            "required": ["address"],
        },
        "Faucet": {
            "type": "object",
            "properties": {
                "address": reference("Address"),
                "amount": { "type": "integer", "format": "int64", "description": "Coppers; more than the faucet gives is cut" },
            },
            "required": ["address", "amount"],
        },
        "Account": {
            "type": "object",
            "properties": {
                "address": { "type": "integer" },
                "sequence": { "type": "integer" },
                "balance": { "type": "integer", "description": "Coppers" },
                "allowance": { "type": "integer", "description": "Bytes" },
                "memorySize": { "type": "integer", "description": "Bytes" },
                "key": { "type": "string", "nullable": true },
                "type": { "type": "string", "enum": ["user", "actor"] },
            },
            "required": ["address", "sequence", "balance", "allowance", "memorySize", "key", "type"],
        },
        "Nobody": {
            "type": "object",
            "properties": { "errorCode": { "type": "string" }, "value": { "type": "string" } },
            "required": ["errorCode", "value"],
        },
        "Result": {
            "type": "object",
            "properties": {
                "errorCode": { "type": "string", "description": "Only after an error" },
                "value": { "description": "The value, or the message of the error" },
                "result": { "type": "string", "nullable": true, "description": "The value as text, null when that is too long" },
                "info": { "type": "object", "description": "juice, fees, mem, tx, loc, source, trace, eaddr" },
            },
            "required": ["value", "result", "info"],
        },
        "Encoded": {
            "type": "object",
            "properties": { "cad3": { "type": "string" }, "hash": { "type": "string" } },
            "required": ["cad3", "hash"],
        },
        "Status": {
            "type": "object",
            "properties": {
                "belief": { "type": "string" },
                "states": { "type": "string" },
                "genesis": { "type": "string" },
                "peer": { "type": "string" },
                "state": { "type": "string" },
                "consensus-point": { "type": "integer" },
                "proposal-point": { "type": "integer" },
                "block-point": { "type": "integer" },
                "consensus": { "type": "array", "items": { "type": "integer" } },
            },
            "required": ["genesis", "peer", "state", "consensus"],
        },
        "Block": {
            "type": "object",
            "properties": {
                "index": { "type": "integer" },
                "timestamp": { "type": "integer", "description": "Milliseconds since 1970" },
                "peer": { "type": "string" },
                "hash": { "type": "string" },
                "transactionCount": { "type": "integer" },
                "finalised": { "type": "boolean" },
            },
            "required": ["index", "timestamp", "peer", "hash", "transactionCount", "finalised"],
        },
        "Blocks": {
            "type": "object",
            "properties": {
                "count": { "type": "integer" },
                "offset": { "type": "integer" },
                "items": { "type": "array", "items": reference("Block") },
            },
            "required": ["count", "offset", "items"],
        },
        "Error": {
            "type": "object",
            "properties": { "error": { "type": "string" } },
            "required": ["error"],
        },
    })
}

fn reference(schema: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn nullable(schema: &str) -> Json {
    json!({ "allOf": [reference(schema)], "nullable": true })
}
