//! How one route is described.

use crate::negotiate::{CVX, HTML, JSON, RAW, TEXT};
use serde_json::{Map, Value as Json, json};

/// What a route takes and answers.
pub struct Operation(Json);

impl Operation {
    /// An operation with a name and what it does, on one line.
    pub fn new(id: &str, summary: &str) -> Operation {
        let json = json!({ "operationId": id, "summary": summary, "responses": {} });
        Operation(json).statuses(&["501", "503"])
    }

    /// With a body.
    pub fn body(mut self, body: Json) -> Operation {
        self.0["requestBody"] = body;
        self.statuses(&["408"])
    }

    /// With an open part of the path.
    pub fn path(self, name: &str, schema: Json) -> Operation {
        self.parameter(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
    }

    /// With a parameter behind `?`.
    pub fn query(self, name: &str, schema: Json, is_required: bool) -> Operation {
        self.parameter(json!({ "name": name, "in": "query", "required": is_required, "schema": schema }))
    }

    fn parameter(mut self, parameter: Json) -> Operation {
        match &mut self.0["parameters"] {
            Json::Array(parameters) => parameters.push(parameter),
            none => *none = json!([parameter]),
        }
        self
    }

    /// Answers 200 with a shape.
    pub fn ok(self, schema: Json) -> Operation {
        self.refusal("200", "Done", schema)
    }

    /// Answers 200 with a result.
    pub fn result(self) -> Operation {
        self.refusal("200", "The result, an error of the code included", reference("Result"))
    }

    /// The answer is the encoding itself when that is asked for.
    pub fn raw(mut self) -> Operation {
        self.0["responses"]["200"]["content"][RAW] = json!({ "schema": binary() });
        self
    }

    /// Answers a status with a shape.
    pub fn refusal(mut self, status: &str, description: &str, schema: Json) -> Operation {
        self.0["responses"][status] = json!({ "description": description, "content": contents(&schema) });
        self
    }

    /// Answers statuses that many routes share.
    pub fn statuses(mut self, statuses: &[&str]) -> Operation {
        for status in statuses {
            self.0["responses"][*status] = shared(status);
        }
        self
    }

    /// As JSON.
    pub fn json(self) -> Json {
        self.0
    }
}

/// An answer that many routes share.
pub fn shared(status: &str) -> Json {
    json!({ "$ref": format!("#/components/responses/{status}") })
}

/// An answer that is a page.
pub fn page(description: &str) -> Json {
    json!({ "description": description, "content": { HTML: { "schema": { "type": "string" } } } })
}

/// A shape by its name.
pub fn reference(schema: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

/// One of several shapes.
pub fn any(schemas: &[&str]) -> Json {
    json!({ "anyOf": schemas.iter().map(|schema| reference(schema)).collect::<Vec<Json>>() })
}

/// The schema for JSON; other types are text or bytes.
pub fn contents(schema: &Json) -> Json {
    json!({
        JSON: { "schema": schema },
        CVX: { "schema": { "type": "string" } },
        RAW: { "schema": binary() },
        TEXT: { "schema": { "type": "string" } },
        HTML: { "schema": { "type": "string" } },
    })
}

/// A body of one of several types.
pub fn body(kinds: &[(&str, Json)]) -> Json {
    let content: Map<String, Json> =
        kinds.iter().map(|(media, schema)| ((*media).to_owned(), json!({ "schema": schema }))).collect();
    json!({ "required": true, "content": content })
}

/// An object with some fields.
pub fn object(properties: &[(&str, Json)], required: &[&str]) -> Json {
    let properties: Map<String, Json> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Bytes.
pub fn binary() -> Json {
    json!({ "type": "string", "format": "binary" })
}
