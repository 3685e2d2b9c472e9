//! Functions over captured locals, which are made far more often than they are looked into: their fields are put
//! together when somebody asks for them.

use crate::cell::Slot;
use crate::op::{FN_ENV, FUNCTION};
use crate::*;
use std::sync::OnceLock;

/// The fields of a record.
pub(crate) enum Fields {
    /// A vector.
    Whole(Vector),
    /// Those of a function of one arity over locals.
    Captured(Captured),
}

/// A function of one arity, and the locals that stand in place of its own.
pub(crate) struct Captured {
    function: Record,
    env: Box<[Slot]>,
    fields: OnceLock<Vector>,
}

impl Fields {
    /// All of them.
    #[inline]
    pub fn whole(&self) -> &Vector {
        match self {
            Fields::Whole(fields) => fields,
            Fields::Captured(captured) => captured.fields.get_or_init(|| captured.put_together()),
        }
    }

    /// All of them, to be changed.
    pub fn whole_mut(&mut self) -> &mut Vector {
        match self {
            Fields::Whole(fields) => fields,
            captured => {
                *captured = Fields::Whole(captured.whole().clone());
                captured.whole_mut()
            }
        }
    }
}

impl Captured {
    fn put_together(&self) -> Vector {
        let env = Slot::new(Vector::from_slots(self.env.to_vec()).into());
        let mut fields: Vec<Slot> = self.function.slots().to_vec();
        fields[FN_ENV as usize] = env;
        Vector::from_slots(fields)
    }
}

impl Record {
    /// Whether this is a function of one arity whose parts are here.
    #[inline]
    pub(crate) fn is_single(&self) -> bool {
        let slots = match self.parts() {
            Fields::Captured(_) => return true,
            Fields::Whole(_) => self.slots(),
        };
        let [flag, params, _, body] = slots else { return false };
        self.tag() == FUNCTION
            && matches!(flag.held(), Some(Value::Boolean(false)))
            && params.loaded().is_some()
            && body.loaded().is_some()
    }

    /// A function of one arity over other locals.
    pub(crate) fn over(&self, env: Box<[Slot]>) -> Record {
        debug_assert!(self.is_single());
        let function = match self.parts() {
            Fields::Captured(captured) => captured.function.clone(),
            Fields::Whole(_) => self.clone(),
        };
        Record::of(FUNCTION, Fields::Captured(Captured { function, env, fields: OnceLock::new() }))
    }

    /// The function that this one was made of by giving it locals, and those locals, if it was.
    #[inline]
    pub fn captured(&self) -> Option<(&Record, &[Slot])> {
        match self.parts() {
            Fields::Captured(captured) => Some((&captured.function, &captured.env)),
            Fields::Whole(_) => None,
        }
    }

    /// The slots of a record of few fields, none of any other.
    fn slots(&self) -> &[Slot] {
        self.fields().few_slots()
    }
}
