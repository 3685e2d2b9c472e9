//! Memory and storage size (CAD006).

use crate::limits::MEMORY_OVERHEAD_BYTES;
use crate::passing::{for_each_below, in_passing, rest_of};
use crate::*;

/// Sizes stop growing here: the reference counts in signed 64 bits.
const MAX_SIZE_BYTES: u64 = i64::MAX as u64;

impl Value {
    /// Memory size in bytes: what the cell and all below it take beyond an embedding parent. A branch takes its
    /// encoding and an overhead, an embedded cell nothing of its own; shared cells count each time. Cached.
    ///
    /// # Errors
    /// [`Missing`] when a branch below is not here.
    pub fn memory_size(&self) -> Result<u64, Missing> {
        if let Some(size) = self.known_memory_size() {
            return Ok(size);
        }
        let mut stack = vec![self];
        while let Some(value) = stack.last().copied() {
            if value.known_memory_size().is_some() {
                stack.pop();
                continue;
            }
            let before = stack.len();
            let (mut total, mut missing) = (0, None);
            for_each_below(value, &mut |slot| match slot.get() {
                Ok(child) => match child.known_memory_size() {
                    Some(size) => total = add(total, size),
                    None => stack.push(child),
                },
                Err(error) => missing = Some(error),
            });
            if let Some(error) = missing {
                return Err(error);
            }
            if stack.len() == before {
                match rest_of(value) {
                    Some(rest) => drop(in_passing(value, rest, Value::memory_size)?),
                    None => value.remember_memory_size(total),
                }
                stack.pop();
            }
        }
        Ok(self.known_memory_size().unwrap_or(0))
    }

    /// Storage size in bytes: memory size, and the encoding too where the cell is embedded.
    ///
    /// # Errors
    /// [`Missing`] when a branch below is not here.
    pub fn storage_size(&self) -> Result<u64, Missing> {
        let memory = self.memory_size()?;
        Ok(if self.is_embedded() { add(memory, self.encoding_length() as u64) } else { memory })
    }

    /// The memory size if it costs nothing to find.
    fn known_memory_size(&self) -> Option<u64> {
        match self {
            Value::Keyword(_) | Value::Symbol(_) => Some(0),
            _ => self.facts().map_or(Some(0), |facts| facts.memory()),
        }
    }

    fn remember_memory_size(&self, children: u64) {
        let own = if self.is_embedded() { 0 } else { self.encoding_length() as u64 + MEMORY_OVERHEAD_BYTES };
        if let Some(facts) = self.facts() {
            facts.set_memory(add(children, own));
        }
    }
}

fn add(a: u64, b: u64) -> u64 {
    a.saturating_add(b).min(MAX_SIZE_BYTES)
}
