//! What was sent and what came of it, kept beside the source as JSON: `{"version": 1, …}`.

use lang::Hash;
use serde_json::{Map, Value as Json, json};

/// The version of the form of receipts.
const VERSION: u64 = 1;

/// A file that was deployed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its name, without its folder.
    pub name: String,
    /// The SHA3-256 of its text.
    pub hash: Hash,
}

/// What came of a transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// It was sent, or was about to be; it may be final by now.
    Unknown,
    /// It is final and succeeded.
    Done,
    /// It is final, or was refused, and failed.
    Failed,
}

/// A form that was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// Which form of the source it is, from 1.
    pub form: usize,
    /// Where it stands, as `file:line:column`.
    pub place: String,
    /// The hash of the signed transaction.
    pub hash: Hash,
    /// The sequence number that it has.
    pub sequence: i64,
    /// What came of it.
    pub status: Status,
    /// The position of its block, and in its block, from 0.
    pub position: Option<(u64, u64)>,
    /// Juice used by execution.
    pub juice: Option<i64>,
    /// What was paid for juice and memory, in coppers.
    pub fees: Option<i64>,
    /// By how many bytes the state grew.
    pub memory: Option<i64>,
    /// The value, or the error, as text.
    pub value: Option<String>,
    /// The accounts that it made; those that it should make while the status is unknown.
    pub accounts: Vec<u64>,
}

/// What was sent and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The name of the network: the hash of its first state.
    pub network: Hash,
    /// The node that it was sent to.
    pub node: String,
    /// The account that signed.
    pub account: u64,
    /// The files, in order.
    pub sources: Vec<Source>,
    /// How many forms they have.
    pub forms: usize,
    /// What was sent, in order; a form that failed may be there more than once.
    pub transactions: Vec<Sent>,
}

impl Receipt {
    /// The first form, from 1, that is not done; one more than there are when all are.
    pub fn next(&self) -> usize {
        let is_done = |form: &usize| {
            self.transactions.iter().any(|sent| sent.form == *form && sent.status == Status::Done)
        };
        (1..=self.forms).find(|form| !is_done(form)).unwrap_or(self.forms + 1)
    }

    /// The accounts that were made, in order.
    pub fn accounts(&self) -> Vec<u64> {
        let done = self.transactions.iter().filter(|sent| sent.status == Status::Done);
        done.flat_map(|sent| sent.accounts.iter().copied()).collect()
    }

    /// As data.
    pub fn to_json(&self) -> Json {
        json!({
            "version": VERSION,
            "network": hex(&self.network),
            "node": self.node,
            "account": self.account,
            "files": self.sources.iter().map(|source| json!({
                "name": source.name,
                "sha3": hex(&source.hash),
            })).collect::<Json>(),
            "forms": self.forms,
            "transactions": self.transactions.iter().map(Sent::to_json).collect::<Json>(),
            "accounts": self.accounts(),
        })
    }

    /// As the text of a file.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", self.to_json())
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// What is wrong with it: the end of a sentence that begins with the name of the file.
    pub fn of_text(text: &str) -> Result<Receipt, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
        let Json::Object(receipt) = json else {
            return Err("is not a receipt: it is no JSON object".to_owned());
        };
        let fields = Fields(&receipt);
        match fields.number("version")? {
            VERSION => {}
            version => {
                return Err(format!("is a receipt of version {version}; this program reads {VERSION}"));
            }
        }
        let objects = |name: &str| -> Result<Vec<&Map<String, Json>>, String> {
            let array = receipt.get(name).and_then(Json::as_array);
            let objects = array.and_then(|array| array.iter().map(Json::as_object).collect());
            objects.ok_or_else(|| wrong(name))
        };
        let sources = objects("files")?;
        let transactions = objects("transactions")?;
        Ok(Receipt {
            network: fields.hash("network")?,
            node: fields.text("node")?,
            account: fields.number("account")?,
            sources: sources
                .into_iter()
                .map(|source| Source::of(Fields(source)))
                .collect::<Result<_, _>>()?,
            forms: fields.count("forms")?,
            transactions: transactions
                .into_iter()
                .map(|sent| Sent::of(Fields(sent)))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl Source {
    fn of(fields: Fields<'_>) -> Result<Source, String> {
        Ok(Source { name: fields.text("name")?, hash: fields.hash("sha3")? })
    }
}

impl Status {
    /// The name in data.
    pub fn name(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Done => "done",
            Status::Failed => "failed",
        }
    }

    fn of(name: &str) -> Option<Status> {
        [Status::Unknown, Status::Done, Status::Failed].into_iter().find(|status| status.name() == name)
    }
}

impl Sent {
    fn to_json(&self) -> Json {
        let mut json = json!({
            "form": self.form,
            "place": self.place,
            "hash": hex(&self.hash),
            "sequence": self.sequence,
            "status": self.status.name(),
        });
        let mut add = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                json[name] = value;
            }
        };
        add("block", self.position.map(|(block, _)| block.into()));
        add("position", self.position.map(|(_, position)| position.into()));
        add("juice", self.juice.map(Json::from));
        add("fees", self.fees.map(Json::from));
        add("memory", self.memory.map(Json::from));
        add("value", self.value.clone().map(Json::from));
        add("accounts", Some(self.accounts.clone().into()));
        json
    }

    fn of(fields: Fields<'_>) -> Result<Sent, String> {
        let block = fields.optional("block", Json::as_u64)?;
        Ok(Sent {
            form: fields.count("form")?,
            place: fields.text("place")?,
            hash: fields.hash("hash")?,
            sequence: fields.optional("sequence", Json::as_i64)?.ok_or_else(|| wrong("sequence"))?,
            status: Status::of(&fields.text("status")?).ok_or_else(|| wrong("status"))?,
            position: block.zip(fields.optional("position", Json::as_u64)?),
            juice: fields.optional("juice", Json::as_i64)?,
            fees: fields.optional("fees", Json::as_i64)?,
            memory: fields.optional("memory", Json::as_i64)?,
            value: fields.optional("value", |value| value.as_str().map(str::to_owned))?,
            accounts: fields.optional("accounts", addresses)?.unwrap_or_default(),
        })
    }
}

fn addresses(json: &Json) -> Option<Vec<u64>> {
    json.as_array()?.iter().map(Json::as_u64).collect()
}

/// The fields of an object in a receipt.
#[derive(Clone, Copy)]
struct Fields<'a>(&'a Map<String, Json>);

impl Fields<'_> {
    fn optional<T>(self, name: &str, read: impl Fn(&Json) -> Option<T>) -> Result<Option<T>, String> {
        match self.0.get(name) {
            None | Some(Json::Null) => Ok(None),
            Some(json) => read(json).map(Some).ok_or_else(|| wrong(name)),
        }
    }

    fn text(self, name: &str) -> Result<String, String> {
        self.optional(name, |json| json.as_str().map(str::to_owned))?.ok_or_else(|| wrong(name))
    }

    fn number(self, name: &str) -> Result<u64, String> {
        self.optional(name, Json::as_u64)?.ok_or_else(|| wrong(name))
    }

    fn count(self, name: &str) -> Result<usize, String> {
        usize::try_from(self.number(name)?).map_err(|_| wrong(name))
    }

    fn hash(self, name: &str) -> Result<Hash, String> {
        let bytes = crate::show::unhex(&self.text(name)?);
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Hash).ok_or_else(|| wrong(name))
    }
}

fn wrong(name: &str) -> String {
    format!("is not a receipt: its field `{name}` is missing or wrong")
}

fn hex(hash: &Hash) -> String {
    format!("0x{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(form: usize, status: Status) -> Sent {
        Sent {
            form,
            place: format!("a.cvx:{form}:1"),
            hash: Hash::of(&[form as u8]),
            sequence: 4,
            status,
            position: Some((2, 0)),
            juice: Some(581),
            fees: None,
            memory: Some(-3),
            value: Some("#141".to_owned()),
            accounts: vec![140 + form as u64],
        }
    }

    fn receipt() -> Receipt {
        Receipt {
            network: Hash::of(b"network"),
            node: "http://localhost:8080".to_owned(),
            account: 13,
            sources: vec![Source { name: "a.cvx".to_owned(), hash: Hash::of(b"(deploy nil)") }],
            forms: 3,
            transactions: vec![sent(1, Status::Done), sent(2, Status::Failed), sent(2, Status::Unknown)],
        }
    }

    #[test]
    fn receipts_read_as_they_are_written() {
        let receipt = receipt();
        assert_eq!(Receipt::of_text(&receipt.to_text()), Ok(receipt.clone()));
        assert_eq!((receipt.next(), receipt.accounts()), (2, vec![141]));
    }

    #[test]
    fn what_is_no_receipt_is_named() {
        let text = receipt().to_text();
        for (from, to, complaint) in [
            ("{", "", "not JSON"),
            ("\"version\": 1", "\"version\": 2", "version 2"),
            ("\"network\": \"0x", "\"network\": \"0y", "`network`"),
            ("\"status\": \"done\"", "\"status\": \"new\"", "`status`"),
            ("\"juice\": 581", "\"juice\": \"many\"", "`juice`"),
            ("\"files\": [", "\"files\": 3, \"others\": [", "`files`"),
        ] {
            let wrong = text.replacen(from, to, 1);
            let error = Receipt::of_text(&wrong).expect_err(from);
            assert!(error.contains(complaint), "{from}: {error}");
        }
    }
}
