//! Special ops: the registers of the machine that programs read by name, such as `*juice*`.

use crate::state::Global;
use crate::{Context, Run, juice};
use lang::{Blob, Double, Index, Value};

impl Context {
    /// The value of a special op by its code.
    pub(crate) fn special(&mut self, code: u64) -> Run {
        let name = usize::try_from(code).ok().and_then(|code| lang::special::SPECIAL.get(code));
        let Some(name) = name else { return self.malformed_op() };
        let key = |key: &Option<[u8; 32]>| key.map_or(Value::Nil, |key| Value::Blob(Blob::new(&key)));
        let value = match *name {
            "*juice*" => Value::Integer(self.juice as i64),
            "*caller*" => self.caller.map_or(Value::Nil, Value::Address),
            "*address*" => Value::Address(self.address),
            "*memory*" => Value::Integer(self.account()?.allowance()?),
            "*balance*" => Value::Integer(self.balance(self.address)?),
            "*origin*" => Value::Address(self.origin),
            "*timestamp*" => Value::Integer(self.timestamp()?),
            "*depth*" => Value::Integer(i64::from(self.depth) - 1),
            "*offer*" => Value::Integer(self.offer),
            "*state*" => self.state.value(),
            "*holdings*" => Value::Index(self.account()?.holdings()?.cloned().unwrap_or_else(Index::empty)),
            "*sequence*" => Value::Integer(self.account()?.sequence()?),
            "*key*" => self.account()?.key()?.cloned().map_or(Value::Nil, Value::Blob),
            "*juice-price*" => Value::Integer(self.juice_price()?),
            "*scope*" => self.scope.clone(),
            "*juice-limit*" => Value::Integer(i64::try_from(self.juice_limit).unwrap_or(i64::MAX)),
            "*controller*" => self.account()?.controller()?.clone(),
            "*env*" => Value::Map(self.environment()?),
            "*parent*" => self.account()?.parent()?.map_or(Value::Nil, Value::Address),
            "*memory-price*" => {
                let bytes = self.state.global(Global::PoolBytes)? as f64;
                let coppers = self.state.global(Global::PoolCoppers)? as f64;
                Value::Double(Double::new(coppers / bytes))
            }
            "*signer*" => key(&self.surroundings.signer),
            "*peer*" => key(&self.surroundings.peer),
            "*location*" => Value::Vector(self.location()),
            _ => std::mem::replace(&mut self.result, Value::Nil),
        };
        self.finish(juice::SPECIAL, value)
    }
}
