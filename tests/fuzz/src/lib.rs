//! What fuzz targets share: values built from bytes by a little stack machine, so that nearly all bytes make
//! values, deep and wide ones too.

pub mod peer;

use lang::{
    Blob, Coded, Double, Index, Keyword, List, Map, Record, Set, Signed, Str, Symbol, Syntax, Value, Vector,
    native,
};

/// Names that machines know.
const NAMES: [&str; 16] = [
    "def",
    "fn",
    "let",
    "loop",
    "cond",
    "do",
    "quote",
    "quasiquote",
    "unquote",
    "set!",
    "lookup",
    "query",
    "try",
    "&",
    "_",
    "*lang*",
];

/// What a program made.
pub struct Built {
    /// The value left on top of the stack.
    pub value: Value,
    /// Whether a text stands for all that was made.
    pub is_text: bool,
}

/// Runs the bytes as a program that builds a value.
pub fn build(program: &[u8]) -> Built {
    let mut machine = Machine { bytes: program, stack: Vec::new(), is_text: true };
    while let Some(instruction) = machine.byte() {
        machine.step(instruction);
    }
    Built { value: machine.pop(), is_text: machine.is_text }
}

struct Machine<'a> {
    bytes: &'a [u8],
    stack: Vec<Value>,
    /// Whether a text stands for all that was made.
    is_text: bool,
}

impl Machine<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn next(&mut self) -> u8 {
        self.byte().unwrap_or(0)
    }

    fn take(&mut self) -> Vec<u8> {
        let count = usize::from(self.next()).min(self.bytes.len());
        let (taken, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        taken.to_vec()
    }

    fn number(&mut self) -> u64 {
        self.take().iter().fold(0, |n, byte| n << 8 | u64::from(*byte))
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or(Value::Nil)
    }

    fn pop_many(&mut self) -> Vec<Value> {
        let count = usize::from(self.next()).min(self.stack.len());
        self.stack.split_off(self.stack.len() - count)
    }

    /// A name that reads as one, which `nil` would not.
    fn name(&mut self) -> Vec<u8> {
        let letters: Vec<u8> = self.take().iter().map(|byte| b'a' + byte % 26).take(100).collect();
        [b"x".as_slice(), &letters].concat()
    }

    fn step(&mut self, instruction: u8) {
        let value = match instruction % 40 {
            0 => Value::Nil,
            1 => Value::Boolean(self.next() & 1 == 1),
            2 => Value::Integer(self.number() as i64),
            3 => {
                let digits = self.take();
                Value::integer(dashu_int::IBig::from_be_bytes(&digits)).unwrap_or(Value::Nil)
            }
            4 => Value::Double(Double::new(f64::from_bits(self.number()))),
            5 => match char::from_u32(self.number() as u32 & 0x1f_ffff) {
                Some(character) => Value::Character(character.into()),
                None => Value::Nil,
            },
            6 => Value::Address(self.number() >> 1),
            7 => Value::string(&String::from_utf8_lossy(&self.take())),
            8 => Value::Blob(Blob::new(&self.take())),
            9 => Value::Keyword(Keyword::new(&self.name()).expect("the name is short")),
            10 => Value::Symbol(Symbol::new(&self.name()).expect("the name is short")),
            11..=13 => Value::Vector(Vector::from_values(self.pop_many())),
            14 => Value::List(List::from_values(self.pop_many())),
            15 => Value::Set(Set::from_values(self.pop_many())),
            16 => {
                let values = self.pop_many();
                Value::Map(Map::from_entries(
                    values.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())),
                ))
            }
            17 => {
                let key = self.take();
                let entry = (Value::Blob(Blob::new(&key)), self.pop());
                match self.stack.pop() {
                    Some(Value::Index(index)) => match index.assoc(entry.0, entry.1) {
                        Ok(Some(index)) => Value::Index(index),
                        _ => Value::Nil,
                    },
                    other => {
                        self.stack.extend(other);
                        Index::from_entries([entry]).ok().flatten().map_or(Value::Nil, Value::Index)
                    }
                }
            }
            18 => self.stack.last().cloned().unwrap_or(Value::Nil),
            19 => {
                let bytes = vec![self.next(); usize::from(self.next()) * 64];
                Value::Blob(Blob::new(&bytes))
            }
            20 => {
                // A vector in a vector, many times over.
                let mut value = self.pop();
                for _ in 0..self.number() & 0xfff {
                    value = Value::Vector(Vector::from_values([value]));
                }
                value
            }
            31 => {
                let code = self.number();
                match native::name(code) {
                    Some(name) => Value::symbol(name),
                    None => Value::symbol(NAMES[code as usize % NAMES.len()]),
                }
            }
            21 => match (self.pop(), self.pop()) {
                (Value::Vector(a), Value::Vector(b)) => a.concat(&b).map_or(Value::Nil, Value::Vector),
                (Value::String(a), Value::String(b)) => a.concat(&b).map_or(Value::Nil, Value::String),
                (Value::Blob(a), Value::Blob(b)) => a.concat(&b).map_or(Value::Nil, Value::Blob),
                (Value::Map(a), Value::Map(b)) => a.merge(&b).map_or(Value::Nil, Value::Map),
                (Value::Set(a), Value::Set(b)) => a.union(&b).map_or(Value::Nil, Value::Set),
                (a, _) => a,
            },
            other => self.beyond_text(other),
        };
        self.stack.push(value);
    }

    /// Values that print as something else, or as text that does not read.
    fn beyond_text(&mut self, instruction: u8) -> Value {
        self.is_text = false;
        match instruction {
            22 => Value::String(Str::new(&self.take())),
            23 => Keyword::new(&self.take()).map_or(Value::Nil, Value::Keyword),
            24 => Symbol::new(&self.take()).map_or(Value::Nil, Value::Symbol),
            25 => Value::Character(self.number() as u32 % 0x11_0000),
            26 => Value::Flag(2 + self.next() % 14),
            27 => Value::extension(0xe0 | self.next() & 0xf, self.number() >> 1).unwrap_or(Value::Nil),
            28 => {
                let meta = match self.pop() {
                    Value::Map(meta) => meta,
                    _ => Map::empty(),
                };
                Value::Syntax(Syntax::new(self.pop(), meta))
            }
            32 => Value::extension(lang::extension::CORE, self.number() % 512).unwrap_or(Value::Nil),
            33 => {
                Value::extension(lang::extension::SPECIAL, u64::from(self.next() % 26)).unwrap_or(Value::Nil)
            }
            34 => Value::extension(lang::extension::LOCAL, u64::from(self.next() % 8)).unwrap_or(Value::Nil),
            // Ops and functions of each kind.
            35 => Value::Coded(Coded::new(0xc0, Value::FALSE, self.pop())),
            36 => {
                let code = [
                    Value::Flag(0xa),
                    Value::Flag(0xb),
                    Value::Flag(0xf),
                    Value::Integer(self.number() as i64),
                ];
                let value = self.pop();
                Value::Coded(Coded::new(0xc0, code[usize::from(self.next() % 4)].clone(), value))
            }
            37 => {
                let tag = [0xc1, 0xc2, 0xc3, 0xcd][usize::from(self.next() % 4)];
                Value::Coded(Coded::new(tag, self.pop(), self.pop()))
            }
            38 => {
                let tag = [0xda, 0xdb, 0xdc][usize::from(self.next() % 3)];
                Value::Record(Record::new(tag, Vector::from_values(self.pop_many())))
            }
            39 => {
                let fields = [Value::FALSE, self.pop(), self.pop(), self.pop()];
                Value::Record(Record::new(0xdf, Vector::from_values(fields)))
            }
            29 => Value::Coded(Coded::new(0xc0 | self.next() & 0xf, self.pop(), self.pop())),
            30 => Value::Record(Record::new(0xd0 | self.next() & 0xf, Vector::from_values(self.pop_many()))),
            _ => {
                // Signed without a key a value cannot stand alone.
                let key = self.next();
                let key = (key & 1 == 1).then_some([key; 32]);
                Value::Vector(Vector::from_values([Value::Signed(Signed::new(key, [7; 64], self.pop()))]))
            }
        }
    }
}
