//! The printer proper: a stack of steps still to be done.

use super::{double, text};
use crate::limits::BLOB_CHUNK_BYTES;
use crate::op::{self, Closure, Op};
use crate::*;
use dashu_int::ops::BitTest;

/// Something still to be printed.
enum Step<'a> {
    Value(&'a Value),
    Map(&'a Map),
    Bytes(&'a [u8]),
    /// Text after which the limit is not looked at.
    Text(&'static str),
    /// Looks at the limit.
    Check,
    /// Elements from a position on.
    Items(Items<'a>, u64),
    /// The end of a function, which is printed even where the limit was crossed inside.
    FunctionEnd,
    /// Where printing goes on although the limit was crossed before: after the name in a definition.
    Resume,
}

/// Things printed one after the other.
#[derive(Clone, Copy)]
enum Items<'a> {
    /// Elements of a vector with spaces between.
    Vector(&'a Vector),
    /// Elements of a vector, each with a space before.
    Operands(&'a Vector),
    List(&'a List),
    Set(&'a Set),
    Map(&'a Map),
    Index(&'a Index),
    Fields(&'static [&'static str], &'a Vector),
    /// Binding forms, each with its op.
    Bindings(&'a Vector, &'a Vector),
    /// The functions of a function of several arities.
    Arities(&'a Vector),
}

/// Texts of functions to be taken in place of their code; `None` where there are none.
pub(super) type Functions<'a> = Option<&'a dyn Fn(&Value) -> Option<String>>;

/// Prints one value.
pub(super) struct Printer<'a> {
    out: Vec<u8>,
    limit: usize,
    steps: Vec<Step<'a>>,
    functions: Functions<'a>,
}

impl<'a> Printer<'a> {
    /// The text of a value, and whether it is whole: if not, it ends soon after the limit.
    pub(super) fn run(
        value: &'a Value,
        limit: usize,
        functions: Functions<'a>,
    ) -> Result<(Vec<u8>, bool), Missing> {
        let mut printer = Printer { out: Vec::new(), limit, steps: vec![Step::Value(value)], functions };
        let mut is_whole = true;
        while let Some(step) = printer.steps.pop() {
            if !printer.step(step)? {
                is_whole = false;
                printer.give_up();
            }
        }
        Ok((printer.out, is_whole))
    }

    fn fits(&self) -> bool {
        self.out.len() <= self.limit
    }

    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Puts a leaf; `false` when the limit is crossed.
    fn leaf(&mut self, text: &str) -> bool {
        self.put(text);
        self.fits()
    }

    /// Steps to be done in this order.
    fn plan<const N: usize>(&mut self, steps: [Step<'a>; N]) {
        self.steps.extend(steps.into_iter().rev());
    }

    /// Leaves out what is left, once the limit is crossed.
    fn give_up(&mut self) {
        while let Some(step) = self.steps.pop() {
            match step {
                Step::FunctionEnd => self.out.push(b')'),
                Step::Resume => return,
                _ => {}
            }
        }
    }

    /// Does one step; `false` when the limit is crossed.
    fn step(&mut self, step: Step<'a>) -> Result<bool, Missing> {
        match step {
            Step::Value(value) => return self.value(value),
            Step::Map(map) => self.collection("{", Items::Map(map), "}"),
            Step::Bytes(bytes) => return Ok(self.blob(bytes)),
            Step::Text(text) => self.put(text),
            Step::Check => return Ok(self.fits()),
            Step::Items(items, next) => self.item(items, next)?,
            Step::FunctionEnd => {
                self.out.push(b')');
                return Ok(self.fits());
            }
            Step::Resume => {}
        }
        Ok(true)
    }

    fn collection(&mut self, open: &'static str, items: Items<'a>, close: &'static str) {
        self.put(open);
        self.plan([Step::Items(items, 0), Step::Text(close), Step::Check]);
    }

    /// Prints the separator and plans the next element, if there is one.
    fn item(&mut self, items: Items<'a>, next: u64) -> Result<(), Missing> {
        let separator = match items {
            Items::Set(_) | Items::Map(_) | Items::Index(_) => ",",
            _ => " ",
        };
        let (first, second) = match items {
            Items::Vector(vector) | Items::Operands(vector) | Items::Arities(vector) => {
                (vector.get(next)?, None)
            }
            Items::List(list) => (list.get(next)?, None),
            Items::Set(set) => (set.get_at(next)?, None),
            Items::Map(map) => map.entry_at(next)?.map_or((None, None), |(k, v)| (Some(k), Some(v))),
            Items::Index(index) => index.entry_at(next)?.map_or((None, None), |(k, v)| (Some(k), Some(v))),
            Items::Bindings(bindings, ops) => match bindings.get(next)? {
                Some(binding) => (Some(binding), ops.get(next)?),
                None => (None, None),
            },
            Items::Fields(fields, values) => return self.field(items, fields, values, next),
        };
        let Some(first) = first else { return Ok(()) };
        if next > 0 || matches!(items, Items::Operands(_)) {
            self.put(separator);
        }
        self.steps.push(Step::Items(items, next + 1));
        match (items, second) {
            (Items::Arities(_), _) => return self.arity(first),
            (Items::Bindings(..), Some(op)) => {
                self.plan([Step::Value(first), Step::Text(" "), Step::Value(op), Step::Text(" ")]);
            }
            (_, Some(second)) => self.plan([Step::Value(first), Step::Text(" "), Step::Value(second)]),
            (_, None) => self.steps.push(Step::Value(first)),
        }
        Ok(())
    }

    /// Prints one field of a record by its name. A result leaves out all nil but the result itself.
    fn field(
        &mut self,
        items: Items<'a>,
        fields: &'static [&'static str],
        values: &'a Vector,
        next: u64,
    ) -> Result<(), Missing> {
        let (Some(&name), Some(value)) = (fields.get(next as usize), values.get(next)?) else {
            return Ok(());
        };
        self.steps.push(Step::Items(items, next + 1));
        let is_result = fields.first() == Some(&"id");
        if is_result && value.is_nil() && name != "result" {
            return Ok(());
        }
        if next > 1 || next == 1 && !(is_result && values.get(0)?.is_some_and(Value::is_nil)) {
            self.put(",");
        }
        self.put(":");
        self.plan([Step::Text(name), Step::Check, Step::Text(" "), Step::Value(value)]);
        Ok(())
    }

    fn value(&mut self, value: &'a Value) -> Result<bool, Missing> {
        match value {
            Value::Nil => return Ok(self.leaf("nil")),
            Value::Boolean(true) => return Ok(self.leaf("true")),
            Value::Boolean(false) => return Ok(self.leaf("false")),
            Value::Integer(n) => return Ok(self.leaf(&n.to_string())),
            Value::BigInteger(n) => return Ok(self.big_integer(n)),
            Value::Double(n) => return Ok(self.leaf(&double::text(*n))),
            Value::Character(code) => return Ok(self.character(*code)),
            Value::Address(n) => return Ok(self.leaf(&format!("#{n}"))),
            Value::Flag(_) => return Ok(self.encoding(value)),
            Value::Extension { tag, code } => return Ok(self.extension(value, *tag, *code)),
            Value::String(string) => return self.string(string),
            Value::Blob(blob) => return self.whole_blob(blob),
            Value::Keyword(name) => {
                self.put(":");
                self.out.extend_from_slice(name.name());
                return Ok(self.fits());
            }
            Value::Symbol(name) => {
                self.out.extend_from_slice(name.name());
                return Ok(self.fits());
            }
            Value::Vector(vector) => self.collection("[", Items::Vector(vector), "]"),
            Value::List(list) => self.collection("(", Items::List(list), ")"),
            Value::Map(map) => self.collection("{", Items::Map(map), "}"),
            Value::Set(set) => self.collection("#{", Items::Set(set), "}"),
            Value::Index(index) => self.collection("#Index {", Items::Index(index), "}"),
            Value::Syntax(syntax) => {
                self.put("^");
                self.plan([Step::Map(&syntax.0.body.meta), Step::Text(" "), Step::Value(syntax.datum()?)]);
            }
            Value::Signed(signed) => self.signed(signed)?,
            Value::Coded(coded) => return self.coded(value, coded),
            Value::Record(record) => return self.record(value, record),
        }
        Ok(true)
    }

    fn big_integer(&mut self, n: &BigInteger) -> bool {
        let space = self.limit.saturating_sub(self.out.len());
        if n.get().bit_len() / 8 + 1 > space.saturating_mul(2) {
            return false;
        }
        let digits = n.get().to_string();
        self.put(&digits[..digits.len().min(space)]);
        digits.len() <= space
    }

    fn character(&mut self, code: u32) -> bool {
        match code {
            0xa => self.put("\\newline"),
            0xd => self.put("\\return"),
            0x20 => self.put("\\space"),
            0x9 => self.put("\\tab"),
            _ => {
                self.put("\\");
                text::utf8(&mut self.out, code);
            }
        }
        self.fits()
    }

    /// Prints a cell as its encoding, for which there is no other text.
    fn encoding(&mut self, value: &Value) -> bool {
        self.put("#[");
        text::hex(&mut self.out, &value.encoding());
        self.leaf("]")
    }

    fn extension(&mut self, value: &Value, tag: u8, code: u64) -> bool {
        let name = match tag {
            extension::CORE => native::name(code),
            extension::SPECIAL => usize::try_from(code).ok().and_then(|i| special::SPECIAL.get(i).copied()),
            extension::LOCAL => return self.leaf(&format!("%{code}")),
            _ => None,
        };
        match name {
            Some(name) => self.leaf(name),
            None => self.encoding(value),
        }
    }

    fn string(&mut self, string: &Str) -> Result<bool, Missing> {
        let count = usize::try_from(string.count()).unwrap_or(usize::MAX);
        let space = self.limit.saturating_sub(self.out.len());
        let is_whole = count.saturating_add(2) <= space;
        if !is_whole && space == 0 {
            return Ok(false);
        }
        let end = if is_whole { count } else { space - 1 };
        self.put("\"");
        if count <= BLOB_CHUNK_BYTES {
            text::escape_text(&mut self.out, &string.to_vec()?, end);
        } else {
            let part = string.slice(0, end as u64)?.map_or(Ok(Vec::new()), |part| part.to_vec())?;
            text::escape_bytes(&mut self.out, &part, end);
        }
        if is_whole {
            self.put("\"");
        }
        Ok(is_whole && self.fits())
    }

    fn whole_blob(&mut self, blob: &Blob) -> Result<bool, Missing> {
        let room = self.limit.saturating_sub(self.out.len()) as u64;
        match blob.slice(0, room.min(blob.count()))? {
            Some(part) => {
                let is_whole = part.count() == blob.count();
                Ok(self.blob(&part.to_vec()?) && is_whole)
            }
            None => Ok(false),
        }
    }

    fn blob(&mut self, bytes: &[u8]) -> bool {
        self.put("0x");
        let room = self.limit.saturating_sub(self.out.len()) / 2;
        text::hex(&mut self.out, &bytes[..bytes.len().min(room)]);
        bytes.len() <= room && self.fits()
    }

    fn signed(&mut self, signed: &'a Signed) -> Result<(), Missing> {
        self.put("#Signed {:public-key");
        let key = signed.key().map_or(Step::Text("nil"), |key| Step::Bytes(key));
        self.plan([
            Step::Check,
            Step::Text(" "),
            key,
            Step::Check,
            Step::Text(",:signature"),
            Step::Check,
            Step::Text(" "),
            Step::Bytes(signed.signature()),
            Step::Text(",:value"),
            Step::Check,
            Step::Text(" "),
            Step::Value(signed.value()?),
            Step::Text("}"),
            Step::Check,
        ]);
        Ok(())
    }

    fn record(&mut self, value: &'a Value, record: &'a Record) -> Result<bool, Missing> {
        let fields = record.fields();
        match record.tag() {
            op::DO => self.collection("(do", Items::Operands(fields), ")"),
            op::COND => self.collection("(cond", Items::Operands(fields), ")"),
            op::INVOKE => self.collection("(", Items::Vector(fields), ")"),
            op::FUNCTION => return self.function(value, fields),
            _ => {
                let Some(names) = schema::fields(record) else { return Ok(self.encoding(value)) };
                let open = if record.tag() == crate::record::tag::RESULT { "#Result {" } else { "{" };
                self.collection(open, Items::Fields(names, fields), "}");
            }
        }
        Ok(true)
    }

    fn function(&mut self, value: &'a Value, fields: &'a Vector) -> Result<bool, Missing> {
        if let Some(text) = self.functions.and_then(|text_of| text_of(value)) {
            return Ok(self.leaf(&text));
        }
        match Closure::view(value)? {
            None | Some(Closure::Malformed) => return Ok(self.encoding(value)),
            Some(Closure::Fn { .. }) => {
                self.steps.push(Step::FunctionEnd);
                self.single(fields)?;
            }
            Some(Closure::Multi(_)) => {
                self.plan([
                    Step::Items(Items::Arities(fields), 0),
                    Step::Check,
                    Step::Text(")"),
                    Step::Check,
                ]);
            }
        }
        self.put("(fn ");
        Ok(true)
    }

    /// Plans parameters and body of a function of one arity.
    fn single(&mut self, fields: &'a Vector) -> Result<(), Missing> {
        if let (Some(Value::Vector(params)), Some(body)) = (fields.get(1)?, fields.get(3)?) {
            let params = Step::Items(Items::Vector(params), 0);
            self.plan([Step::Text("["), params, Step::Text("] "), Step::Value(body)]);
        }
        Ok(())
    }

    /// Plans one function of several.
    fn arity(&mut self, function: &'a Value) -> Result<(), Missing> {
        match (function, Closure::view(function)?) {
            (_, Some(Closure::Malformed)) => self.steps.push(Step::Value(function)),
            (Value::Record(record), Some(Closure::Fn { .. })) => {
                self.put("(");
                self.steps.push(Step::Text(")"));
                self.single(record.fields())?;
            }
            (Value::Record(record), Some(Closure::Multi(_))) => {
                self.put("(");
                self.plan([Step::Items(Items::Arities(record.fields()), 0), Step::Check, Step::Text(")")]);
            }
            _ => self.plan([Step::Text("nil"), Step::Check]),
        }
        Ok(())
    }

    fn coded(&mut self, value: &'a Value, coded: &'a Coded) -> Result<bool, Missing> {
        let view = Op::view(value)?;
        // A definition prints whatever it defines, a name or not.
        if coded.tag() != op::DEF && matches!(view, None | Some(Op::Malformed)) {
            return Ok(self.encoding(value));
        }
        match (coded.tag(), coded.code()?, coded.value()?) {
            (op::LOOKUP, Value::Nil, symbol) => self.steps.push(Step::Value(symbol)),
            (op::LOOKUP, address, symbol) => {
                self.plan([Step::Value(address), Step::Text("/"), Step::Value(symbol)]);
            }
            (op::DEF, name, value) => {
                self.put("(def ");
                self.plan([
                    Step::Value(name),
                    Step::Resume,
                    Step::Text(" "),
                    Step::Value(value),
                    Step::Text(")"),
                    Step::Check,
                ]);
            }
            (tag @ (op::LET | op::LOOP), Value::Vector(bindings), Value::Vector(ops)) => {
                self.put(if tag == op::LET { "(let [" } else { "(loop [" });
                self.plan([
                    Step::Items(Items::Bindings(bindings, ops), 0),
                    Step::Text("] "),
                    Step::Items(Items::Operands(ops), bindings.count()),
                    Step::Text(")"),
                    Step::Check,
                ]);
            }
            (_, Value::Integer(position), value) => {
                self.put(&format!("(set! %{position} "));
                self.plan([Step::Value(value), Step::Text(")"), Step::Check]);
            }
            (_, _, Value::Vector(ops)) if matches!(view, Some(Op::Try(_))) => {
                self.collection("(try", Items::Operands(ops), ")");
            }
            (_, _, Value::Vector(ops)) if matches!(view, Some(Op::Query(_))) => {
                self.collection("(query", Items::Operands(ops), ")");
            }
            (_, _, value) => self.steps.push(Step::Value(value)),
        }
        Ok(true)
    }
}
