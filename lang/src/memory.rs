//! Memory and storage size (CAD006).
use crate::*;

impl Value {
    /// Memory size in bytes: what the cell and all below it take beyond an embedding parent. Cached.
    pub fn memory_size(&self) -> Result<u64, Missing> { todo!() }
    /// Storage size in bytes: memory size, and the encoding too where the cell is embedded.
    pub fn storage_size(&self) -> Result<u64, Missing> { todo!() }
}
