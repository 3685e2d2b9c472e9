//! A server: one port for each node.

use crate::app::{App, Shared};
use crate::connection;
use crate::limits::{MAX_CONNECTIONS, SPARE_FILES, STOP_TIME};
use crate::options::Options;
use crate::prepared::Prepared;
use crate::routes;
use node::Node;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// A running server: one port for each node. It stops when it is dropped.
pub struct Server {
    runtime: Option<Runtime>,
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    ports: Vec<JoinHandle<()>>,
    places: Arc<Semaphore>,
    connections: usize,
}

/// Why a server does not start.
#[derive(Debug)]
pub enum StartError {
    /// A port is not free, or must not be used.
    Port {
        /// The address with the port.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// There are more nodes than ports from the first one on.
    Ports {
        /// The first port.
        first: u16,
        /// The number of nodes.
        nodes: usize,
    },
    /// The system gives no threads.
    Threads(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Port { address, error } if error.kind() == io::ErrorKind::AddrInUse => {
                let port = address.port();
                write!(f, "Port {port} is in use: end the program that uses it, or choose another port")
            }
            StartError::Port { address, error } => write!(f, "Cannot listen at {address}: {error}"),
            StartError::Ports { first, nodes } => {
                write!(f, "There are no {nodes} ports from {first} on: choose a lower first port")
            }
            StartError::Threads(error) => write!(f, "The threads of the server do not start: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

/// Threads that read requests and send answers.
const THREADS: usize = 2;

impl Server {
    /// Starts to listen, on one port for each node. Called from outside of any asynchronous runtime.
    ///
    /// # Errors
    /// [`StartError`]; then no port stays open.
    pub fn start(nodes: Vec<Node>, options: Options) -> Result<Server, StartError> {
        let connections = connections();
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("http")
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        let listeners = {
            let _inside = runtime.enter();
            listen(&options, nodes.len())?
        };
        let addresses = listeners.iter().map(|(_, address)| *address).collect();
        let (stop, stopped) = watch::channel(false);
        let shared = Shared::new(&options).map_err(StartError::Threads)?;
        let places = Arc::new(Semaphore::new(connections));
        let ports = nodes
            .into_iter()
            .zip(listeners)
            .map(|(node, (listener, address))| {
                tracing::info!(%address, "listening");
                let prepared = Prepared::default();
                let app = App { node, options: options.clone(), shared: shared.clone(), prepared };
                let router = routes::router(Arc::new(app));
                let (shared, places) = (shared.clone(), places.clone());
                runtime.spawn(connection::accept(listener, router, shared, places, stopped.clone()))
            })
            .collect();
        Ok(Server { runtime: Some(runtime), addresses, stop, ports, places, connections })
    }

    /// The addresses of the nodes, in their order.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Stops: no new connections, requests under way are answered, for at most [`STOP_TIME`].
    pub fn stop(mut self) {
        self.end(STOP_TIME);
    }

    fn end(&mut self, time: Duration) {
        let Some(runtime) = self.runtime.take() else { return };
        self.stop.send_replace(true);
        let (ports, places) = (std::mem::take(&mut self.ports), self.places.clone());
        let all = u32::try_from(self.connections).unwrap_or(u32::MAX);
        runtime.block_on(async move {
            let ended = async {
                for port in ports {
                    // One that panicked has ended too.
                    let _ = port.await;
                }
                places.acquire_many(all).await.is_ok()
            };
            if tokio::time::timeout(time, ended).await.is_err() {
                tracing::warn!("some requests were not answered before the server stopped");
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end(Duration::from_millis(100));
    }
}

/// Opens the ports.
fn listen(options: &Options, nodes: usize) -> Result<Vec<(TcpListener, SocketAddr)>, StartError> {
    let mut listeners = Vec::with_capacity(nodes);
    for i in 0..nodes {
        let too_many = StartError::Ports { first: options.port, nodes };
        let port = match options.port {
            0 => 0,
            first => u16::try_from(i).ok().and_then(|i| first.checked_add(i)).ok_or(too_many)?,
        };
        let address = SocketAddr::new(options.host, port);
        let opened = bind(address).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = opened.map_err(|error| StartError::Port { address, error })?;
        listeners.push((listener, address));
    }
    Ok(listeners)
}

/// How many connections the system lets wait to be accepted.
const BACKLOG: i32 = 1024;

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// How many connections there may be: raises the limit of the system on open files as far as it lets us.
fn connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = (MAX_CONNECTIONS + SPARE_FILES) as u64;
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
        let raised = Rlimit { current: Some(raised), maximum: limit.maximum };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit on open files could not be raised");
        }
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let spare = files.saturating_sub(SPARE_FILES as u64).max(1);
    usize::try_from(spare).unwrap_or(MAX_CONNECTIONS).min(MAX_CONNECTIONS)
}
