//! Every limit of the machine, by name.

/// The deepest nesting of ops, expansions and compilations.
pub const MAX_DEPTH: u32 = 256;
/// How many accounts a lookup visits on its way through parents to the core.
pub const MAX_LOOKUP_ACCOUNTS: usize = 16;
/// How many elements or bytes are gone through at once that are not paid for one by one, unless there is more
/// juice than that. Only collections whose parts are shared many times over, which no program can build, are longer.
pub const MAX_UNPAID_ELEMENTS: u64 = 1 << 20;
/// The most juice that one transaction may use.
pub const MAX_TRANSACTION_JUICE: u64 = 10_000_000;
/// The most coins (in coppers) that can exist, and so the largest amount.
pub const MAX_SUPPLY_COPPERS: i64 = 1_000_000_000_000_000_000;
/// `str` and `print` within messages stop after this many bytes.
pub const MAX_PRINT_BYTES: usize = 65_536;
/// How deep transactions may be inside one another.
pub const MAX_NESTED_TRANSACTIONS: usize = 1024;
/// The most transactions in a block (CAD016).
pub const MAX_BLOCK_TRANSACTIONS: u64 = 1024;
/// The most scheduled operations that one block runs.
pub const MAX_BLOCK_SCHEDULED: u64 = 100;
/// How far the time of a block may lie behind that of the state.
pub const MAX_BLOCK_BACKDATE_MS: i64 = 15 * 60 * 1000;
/// The least stake (in coppers) of a peer whose blocks count.
pub const MIN_EFFECTIVE_STAKE_COPPERS: i64 = 1_000_000_000_000;
/// Bytes added to the memory pool at each [`MEMORY_GROWTH_INTERVAL_MS`].
pub const MEMORY_GROWTH_BYTES: i64 = 40_000;
/// How often the memory pool grows.
pub const MEMORY_GROWTH_INTERVAL_MS: i64 = 3_600_000;

const _: () = assert!(MAX_DEPTH as usize > MAX_LOOKUP_ACCOUNTS);
