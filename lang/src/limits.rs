//! Every limit of the data format, by name.

/// An encoding of at most this many bytes is embedded in its parent; a longer one is a branch (CAD003).
pub const MAX_EMBEDDED_BYTES: usize = 140;
/// The longest encoding of one cell.
pub const MAX_ENCODING_BYTES: usize = 16_383;
/// The bytes in one chunk of a blob or string (CAD003).
pub const BLOB_CHUNK_BYTES: usize = 4096;
/// The longest integer, in bytes of two's complement.
pub const MAX_INTEGER_BYTES: usize = 4096;
/// The longest name of a keyword or symbol.
pub const MAX_NAME_BYTES: usize = 128;
/// Bytes charged for storing one cell that is not embedded, above its encoding (CAD006).
pub const MEMORY_OVERHEAD_BYTES: u64 = 64;
/// A map or set of at most this many entries is one leaf (CAD003).
pub const MAX_MAP_LEAF_ENTRIES: usize = 15;
