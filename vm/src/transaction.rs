//! Transactions (CAD010): dense records that say what an account wants done.

use lang::{Missing, Record, Symbol, Value, Vector};

/// The tag of transactions that run code.
pub const INVOKE: u8 = 0xd0;
/// The tag of transactions that move coins.
pub const TRANSFER: u8 = 0xd1;
/// The tag of transactions that call a function of an account.
pub const CALL: u8 = 0xd2;
/// The tag of transactions made of others.
pub const MULTI: u8 = 0xd3;

/// A transaction: who, the how-many-eth of that account, and what.
#[derive(Clone)]
pub struct Transaction {
    record: Record,
    /// The account that makes it and pays for it.
    pub origin: u64,
    /// One more than the number of transactions the account has made.
    pub sequence: i64,
    /// What is to be done.
    pub command: Command,
}

/// What a transaction does.
#[derive(Clone)]
pub enum Command {
    /// Runs an op, or expands, compiles and runs any other form.
    Invoke(Value),
    /// Moves coins.
    Transfer {
        /// To this account.
        target: u64,
        /// In coppers.
        amount: i64,
    },
    /// Calls a callable function.
    Call {
        /// An address or a scoped actor.
        target: Value,
        /// Coins offered, in coppers.
        offer: i64,
        /// The name of the function.
        function: Symbol,
        /// Its arguments.
        args: Vector,
    },
    /// Several transactions.
    Multi {
        /// What the failure or success of one means for the others.
        mode: Mode,
        /// The transactions; their sequence numbers do not matter.
        transactions: Vector,
    },
}

/// What the failure or success of one transaction means for the others of a [`Command::Multi`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// All run, each kept or undone alone.
    Any = 0,
    /// The first failure undoes everything.
    All = 1,
    /// The first success is the last to run.
    First = 2,
    /// The first failure is the last to run.
    Until = 3,
}

impl Mode {
    fn from_code(code: i64) -> Option<Mode> {
        [Mode::Any, Mode::All, Mode::First, Mode::Until].into_iter().find(|mode| *mode as i64 == code)
    }
}

impl Transaction {
    /// A transaction that runs a form or an op.
    pub fn invoke(origin: u64, sequence: i64, form: Value) -> Transaction {
        let fields = [Value::Address(origin), Value::Integer(sequence), form.clone()];
        let record = Record::new(INVOKE, Vector::from_values(fields));
        Transaction { record, origin, sequence, command: Command::Invoke(form) }
    }

    /// A transaction that moves coins, in coppers.
    pub fn transfer(origin: u64, sequence: i64, target: u64, amount: i64) -> Transaction {
        let fields = [
            Value::Address(origin),
            Value::Integer(sequence),
            Value::Address(target),
            Value::Integer(amount),
        ];
        let record = Record::new(TRANSFER, Vector::from_values(fields));
        Transaction { record, origin, sequence, command: Command::Transfer { target, amount } }
    }

    /// A value seen as a transaction; `None` when it is none.
    ///
    /// # Errors
    /// [`Missing`] when a field is a branch that is not here.
    pub fn from_value(value: &Value) -> Result<Option<Transaction>, Missing> {
        let Value::Record(record) = value else { return Ok(None) };
        let fields = record.fields();
        let field = |i: u64| -> Result<Value, Missing> { Ok(fields.get(i)?.cloned().unwrap_or(Value::Nil)) };
        let expected = match record.tag() {
            INVOKE => 3,
            TRANSFER | MULTI => 4,
            CALL => 6,
            _ => return Ok(None),
        };
        if fields.count() != expected {
            return Ok(None);
        }
        let (Value::Address(origin), Value::Integer(sequence)) = (field(0)?, field(1)?) else {
            return Ok(None);
        };
        let command = match record.tag() {
            INVOKE => Some(Command::Invoke(field(2)?)),
            TRANSFER => transfer(field(2)?, field(3)?),
            CALL => call(field(2)?, field(3)?, field(4)?, field(5)?),
            _ => multi(field(2)?, field(3)?),
        };
        Ok(command.map(|command| Transaction { record: record.clone(), origin, sequence, command }))
    }

    /// How many transactions this one is: itself and those inside, however deep. `None` where there are more than
    /// `most`, of which no more are looked at: parts may be shared, and so many more than the bytes of the whole.
    ///
    /// # Errors
    /// [`Missing`] when a part is a branch that is not here.
    pub fn parts(&self, most: u64) -> Result<Option<u64>, Missing> {
        let mut open = vec![self.command.clone()];
        let mut count = 1u64;
        while let Some(command) = open.pop() {
            let Command::Multi { transactions, .. } = command else { continue };
            for part in transactions.iter() {
                count += 1;
                if count > most {
                    return Ok(None);
                }
                open.extend(Transaction::from_value(part?)?.map(|part| part.command));
            }
        }
        Ok(Some(count))
    }

    /// As a value.
    pub fn value(&self) -> Value {
        Value::Record(self.record.clone())
    }
}

fn transfer(target: Value, amount: Value) -> Option<Command> {
    match (target, amount) {
        (Value::Address(target), Value::Integer(amount)) => Some(Command::Transfer { target, amount }),
        _ => None,
    }
}

fn call(target: Value, offer: Value, function: Value, args: Value) -> Option<Command> {
    match (offer, function, args) {
        (Value::Integer(offer), Value::Symbol(function), Value::Vector(args)) => {
            Some(Command::Call { target, offer, function, args })
        }
        _ => None,
    }
}

fn multi(mode: Value, transactions: Value) -> Option<Command> {
    match (mode, transactions) {
        (Value::Integer(mode), Value::Vector(transactions)) => {
            Some(Command::Multi { mode: Mode::from_code(mode)?, transactions })
        }
        _ => None,
    }
}
