//! Every limit of the API, by name.

use std::time::Duration;

/// The longest body of a request, in bytes; a longer one gets 413.
pub const MAX_BODY_BYTES: usize = 1_000_000;
/// How much of a body that is too long is read and dropped, so that its sender can read the answer.
pub const MAX_DRAINED_BYTES: usize = 16 << 20;
/// How long a body that is too long is read for.
pub const DRAIN_TIME: Duration = Duration::from_secs(5);
/// The bodies of all requests that are held at once, in bytes; a request beyond gets 503.
pub const MAX_HELD_BYTES: usize = 128 << 20;
/// How long a body may take to arrive; after that the answer is 408.
pub const BODY_TIME: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes; after a longer one 431 is answered and the connection
/// closed.
pub const MAX_HEAD_BYTES: usize = 64 << 10;
/// How long the head of a request may take to arrive, and how long a connection may be idle; after
/// that it is closed.
pub const HEAD_TIME: Duration = Duration::from_secs(30);
/// How long a client may leave what it is sent unread; after that the connection is lost.
pub const UNREAD_TIME: Duration = Duration::from_secs(30);
/// Connections open at once, on all ports of a server; one beyond gets 503 and is closed.
pub const MAX_CONNECTIONS: usize = 4096;
/// Files that are left for others than connections when the limit of the system is low.
pub const SPARE_FILES: usize = 64;
/// Requests answered at once, those that wait for a transaction apart; one beyond gets 503.
pub const MAX_REQUESTS: usize = 2048;
/// How long a query or look-up waits for a thread; after that it gets 503.
pub const QUEUE_TIME: Duration = Duration::from_secs(10);
/// Transactions, in bytes of their requests, that are decoded or on their way at once; more wait
/// for room.
pub const MAX_TRANSACTION_BYTES: usize = 4 << 20;
/// How long a transaction may take from its request to finality; after that the answer is `LOAD`
/// when there was no room for it, or else `TIMEOUT`.
pub const TRANSACTION_TIME: Duration = Duration::from_secs(8);
/// How long a transaction waits before the node is asked for room again.
pub const ROOM_INTERVAL: Duration = Duration::from_millis(20);
/// Requests for accounts and coins that are worked on at once.
pub const FAUCET_SLOTS: usize = 10;
/// How long a request for an account or coins waits for its turn; after that it gets 503.
pub const FAUCET_TIME: Duration = Duration::from_secs(5);
/// Prepared transactions that are kept: the oldest are forgotten first.
pub const MAX_PREPARED: usize = 10_000;
/// Bytes of prepared transactions that are kept.
pub const MAX_PREPARED_BYTES: usize = 64 << 20;
/// The largest value that is sent, by its storage size in bytes (CAD006); a larger one gets 413 and
/// `LIMIT`.
pub const MAX_ANSWER_BYTES: u64 = 1_000_000;
/// The longest JSON of a value, in bytes; a longer one gets 413 and `LIMIT`. Text ends sooner, at
/// [`vm::limits::MAX_PRINT_BYTES`].
pub const MAX_TEXT_BYTES: usize = 16 << 20;
/// The longest method of a request; a longer one gets 501.
pub const MAX_METHOD_BYTES: usize = 32;
/// Blocks in one answer, unless the request says how many.
pub const DEFAULT_BLOCKS: u64 = 100;
/// The most blocks in one answer.
pub const MAX_BLOCKS: u64 = 1000;
/// Steps shown of the trace of an error.
pub const MAX_TRACE: usize = 32;
/// Bytes shown of each step of a trace.
pub const MAX_TRACE_BYTES: usize = 500;
/// How long requests that are under way may take when a server stops.
pub const STOP_TIME: Duration = Duration::from_secs(10);
/// What a client waits before it tries again after 503, in seconds.
pub const RETRY_SECONDS: &str = "1";

const _: () = assert!(MAX_REQUESTS <= MAX_CONNECTIONS);
const _: () = assert!(MAX_HELD_BYTES >= 2 * MAX_BODY_BYTES && MAX_TRANSACTION_BYTES >= 2 * MAX_BODY_BYTES);
