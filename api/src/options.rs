//! What a server can be told.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The port of the first node unless another is chosen.
pub const DEFAULT_PORT: u16 = 8080;

/// What a server can be told.
#[derive(Clone)]
pub struct Options {
    /// The address to listen at; the loopback unless told, so that no other machine can connect.
    pub host: IpAddr,
    /// The port of the first node; each further one has the next. With 0 the system chooses free ones.
    pub port: u16,
    /// The most coppers that one request to the faucet gets; `None` when there is no faucet.
    pub faucet: Option<i64>,
    /// What `POST /api/v1/peer/shutdown` does; `None` when that is not allowed.
    pub shutdown: Option<Shutdown>,
    /// Threads for queries; 0 for as many as there are processors.
    pub threads: usize,
    /// What the page says about the network, say that it is lost when the process ends.
    pub note: String,
}

/// Asks a process to end.
pub type Shutdown = Arc<dyn Fn() + Send + Sync>;

impl Default for Options {
    fn default() -> Options {
        Options {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: DEFAULT_PORT,
            faucet: None,
            shutdown: None,
            threads: 0,
            note: String::new(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("faucet", &self.faucet)
            .field("threads", &self.threads)
            .finish_non_exhaustive()
    }
}
