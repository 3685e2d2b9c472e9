//! Every limit of consensus, by name.

/// Agreement needs more than this part of all weight, at every level.
pub const THRESHOLD: f64 = 0.67;
/// How long a peer weighs as much as after its last block, in milliseconds of state time (CAD016).
pub const DECAY_DELAY_MS: i64 = 3 * 60 * 1000;
/// After that, its weight falls by a factor of e in this time, in milliseconds (CAD016).
pub const DECAY_MS: f64 = 5.0 * 60.0 * 1000.0;
/// The least part of its weight that an idle peer keeps.
pub const MIN_DECAY: f64 = 0.001;
/// A peer gives up what it sees proposed only when its order is older than this, in milliseconds.
pub const KEEP_PROPOSAL_MS: i64 = 100;
/// As [`KEEP_PROPOSAL_MS`], for our own peers: some rounds of a slow network.
pub const STEADY_PROPOSAL_MS: i64 = 1_000;
/// A peer whose last block is older than this, in milliseconds of state time, does not count
/// undecayed.
pub const ELIGIBLE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Blocks and orders dated further ahead of the clock than this, in milliseconds, wait (CAD051).
pub const FORWARD_MS: i64 = 2_000;
/// A peer without a block of its own for this long, in milliseconds, makes an empty one.
pub const HEARTBEAT_MS: i64 = 120_000;
/// A belief is sent again after this long, in milliseconds, even if nothing changed.
pub const RESEND_MS: i64 = 300;
/// A belief that holds new orders of others is sent on this long after the last one, in
/// milliseconds.
pub const RELAY_MS: i64 = 20;
/// The least time between two blocks of one peer, in milliseconds.
pub const BLOCK_INTERVAL_MS: i64 = 10;
/// The most orders dated ahead that are kept aside for one peer.
pub const MAX_ASIDE_PER_PEER: usize = 4;
/// Orders dated further ahead than this, in milliseconds, are not kept aside.
pub const MAX_ASIDE_AHEAD_MS: i64 = 60 * 60 * 1000;
/// The most blocks of an order beyond our consensus point that are looked at.
pub const MAX_TAIL_BLOCKS: u64 = 1 << 12;
/// The most own blocks that are not executed yet on which a draft is simulated.
pub const MAX_PENDING_BLOCKS: usize = 64;
/// The most transactions that wait to be put into blocks.
pub const MAX_WAITING_TRANSACTIONS: usize = 30_000;
/// The most proofs of equivocation that are kept, one a peer.
pub const MAX_PROOFS: usize = 256;
/// The most blocks whose signatures are remembered as good.
pub const MAX_VERIFIED_BLOCKS: usize = 1 << 14;
/// The most bytes of one block, with all cells below it (CAD015: as much as one message).
pub const MAX_BLOCK_BYTES: u64 = 50_000_000;

const _: () = assert!(THRESHOLD > 2.0 / 3.0 && THRESHOLD < 1.0);
const _: () = assert!(MAX_TAIL_BLOCKS as usize <= MAX_VERIFIED_BLOCKS);
const _: () = assert!(STEADY_PROPOSAL_MS > KEEP_PROPOSAL_MS);
const _: () = assert!(HEARTBEAT_MS < DECAY_DELAY_MS);
