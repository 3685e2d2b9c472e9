//! What the handlers of one port share: the node, the pools, the limits.

use crate::limits::*;
use crate::metrics::Metrics;
use crate::options::Options;
use crate::prepared::Prepared;
use crate::refusal::Refusal;
use axum::http::StatusCode;
use lang::{Hash, Signed, Value};
use node::outcome::refusal;
use node::{Node, Outcome, Pool};
use std::num::NonZero;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use vm::Transaction;
use vm::apply::Failure;

/// What all ports of a server share: pools of threads with large stacks, and room.
pub struct Shared {
    /// For queries, each of which may take as long as a transaction.
    queries: Pool,
    /// For look-ups, so that they do not wait behind queries.
    lookups: Pool,
    /// For transactions that arrive; what waits for it waits for room first.
    intake: Pool,
    /// For results of transactions; as many wait as there are connections.
    answers: Pool,
    requests: Arc<Semaphore>,
    bodies: Arc<Semaphore>,
    transactions: Arc<Semaphore>,
    faucet: Arc<Semaphore>,
    /// Counts of what was done.
    pub metrics: Metrics,
}

impl Shared {
    /// As the options say.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(options: &Options) -> std::io::Result<Arc<Shared>> {
        let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
        let threads = if options.threads == 0 { processors } else { options.threads };
        Ok(Arc::new(Shared {
            queries: Pool::new("queries", threads, MAX_REQUESTS)?,
            lookups: Pool::new("lookups", threads, MAX_REQUESTS)?,
            intake: Pool::new("intake", 1, MAX_CONNECTIONS)?,
            answers: Pool::new("answers", 1, MAX_CONNECTIONS)?,
            requests: Arc::new(Semaphore::new(MAX_REQUESTS)),
            bodies: Arc::new(Semaphore::new(kilobytes(MAX_HELD_BYTES))),
            transactions: Arc::new(Semaphore::new(kilobytes(MAX_TRANSACTION_BYTES))),
            faucet: Arc::new(Semaphore::new(FAUCET_SLOTS)),
            metrics: Metrics::default(),
        }))
    }
}

/// Room is counted in units of 1024 bytes; the least is one.
fn kilobytes(bytes: usize) -> usize {
    bytes.div_ceil(1024).max(1)
}

/// What the handlers of one port share.
pub struct App {
    /// The node that they talk to.
    pub node: Node,
    /// What the server was told.
    pub options: Options,
    /// What all ports share.
    pub shared: Arc<Shared>,
    /// Transactions that were prepared here.
    pub prepared: Prepared,
}

impl App {
    /// Takes room for some bytes of a body.
    ///
    /// # Errors
    /// A [`Refusal`] when there is none.
    pub fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let units = u32::try_from(kilobytes(bytes)).unwrap_or(u32::MAX);
        let busy = |_| Refusal::busy("Too many bodies of requests at once: try again in a second");
        self.shared.bodies.clone().try_acquire_many_owned(units).map_err(busy)
    }

    /// Takes one of the places for requests that are answered at once.
    ///
    /// # Errors
    /// A [`Refusal`] when all are taken.
    pub fn turn(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let busy = |_| Refusal::busy("Too many requests at once: try again in a second");
        self.shared.requests.clone().try_acquire_owned().map_err(busy)
    }

    /// Takes one of the places for requests to the faucet, and waits for it.
    ///
    /// # Errors
    /// A [`Refusal`] when it does not become free in time, or there is no faucet.
    pub async fn faucet_turn(&self) -> Result<(i64, OwnedSemaphorePermit), Refusal> {
        let Some(most) = self.options.faucet else {
            return Err(Refusal::new(StatusCode::FORBIDDEN, "This node has no faucet"));
        };
        match timeout(FAUCET_TIME, self.shared.faucet.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok((most, permit)),
            _ => Err(Refusal::busy("Too many requests for accounts and coins: try again in a second")),
        }
    }

    /// Runs a job that executes code, on the pool for queries.
    ///
    /// # Errors
    /// A [`Refusal`] when too many wait, or its turn does not come in time, or that of the job.
    pub async fn execute<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        run(&self.shared.queries, in_time(job)).await
    }

    /// Runs a job that looks something up, on the pool for that.
    ///
    /// # Errors
    /// As [`App::execute`].
    pub async fn look<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        run(&self.shared.lookups, in_time(job)).await
    }

    /// Runs a job on the pool for results of transactions.
    ///
    /// # Errors
    /// A [`Refusal`] when too many wait already.
    pub async fn answer<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        run(&self.shared.answers, || Ok(job())).await
    }

    /// Makes a signed transaction out of a request of some bytes, and has the node make it final.
    /// What came of it, at the latest after [`TRANSACTION_TIME`]; or the failure for which there is
    /// no transaction.
    ///
    /// # Errors
    /// The [`Refusal`] of the job.
    pub async fn transact(
        &self,
        bytes: usize,
        make: impl FnOnce() -> Result<Result<Signed, Failure>, Refusal> + Send + 'static,
    ) -> Result<Result<Outcome, Failure>, Refusal> {
        let end = Instant::now() + TRANSACTION_TIME;
        let units = u32::try_from(kilobytes(bytes)).unwrap_or(u32::MAX);
        let room = timeout_at(end, self.shared.transactions.clone().acquire_many_owned(units)).await;
        let Ok(Ok(_room)) = room else { return Ok(Ok(load())) };
        let make = move || {
            Ok(make()?.map(|signed| {
                let id = Value::Signed(signed.clone()).hash();
                (signed, id)
            }))
        };
        // Where nobody waits for it any more it is not made, and nothing is sent.
        let Ok(made) = timeout_at(end, run(&self.shared.intake, make)).await else { return Ok(Ok(load())) };
        let (signed, id) = match made? {
            Ok(signed) => signed,
            Err(failure) => return Ok(Err(failure)),
        };
        let outcome = wait(end, |reply| self.node.submit(signed.clone(), reply).is_ok()).await;
        Ok(Ok(outcome.unwrap_or_else(|late| late.outcome(Some(id)))))
    }

    /// Has the account that controls the peer run a form, and waits until it is final. What came of
    /// it, at the latest after [`TRANSACTION_TIME`].
    pub async fn act(&self, form: Value) -> Outcome {
        let end = Instant::now() + TRANSACTION_TIME;
        let offer = |reply| {
            let form = form.clone();
            let make = move |origin, sequence| Transaction::invoke(origin, sequence, form.clone());
            self.node.act(make, reply).is_ok()
        };
        let outcome = wait(end, offer).await;
        outcome.unwrap_or_else(|late| late.outcome(None))
    }
}

/// A job that is not begun when its turn comes late.
fn in_time<T>(job: impl FnOnce() -> Result<T, Refusal>) -> impl FnOnce() -> Result<T, Refusal> {
    let end = Instant::now() + QUEUE_TIME;
    move || if Instant::now() > end { Err(busy()) } else { job() }
}

/// Runs a job on a pool, unless nobody waits for it any more when its turn comes.
async fn run<T: Send + 'static>(
    pool: &Pool,
    job: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let (sender, receiver) = oneshot::channel();
    let job = move || {
        if !sender.is_closed() {
            // Nobody may wait any more when it is done.
            let _ = sender.send(job());
        }
    };
    pool.run(job).map_err(|_| busy())?;
    // A job that panics drops its sender.
    receiver.await.unwrap_or_else(|_| Err(Refusal::broken()))
}

fn busy() -> Refusal {
    Refusal::busy("Too many requests wait already: try again in a second")
}

/// Why there is no outcome in time.
enum Late {
    /// There was no room.
    Full,
    /// It is on its way.
    Pending,
    /// The node has stopped.
    Stopped,
}

impl Late {
    fn outcome(self, id: Option<Hash>) -> Outcome {
        match self {
            Late::Full => load(),
            Late::Pending => {
                let seconds = TRANSACTION_TIME.as_secs();
                let message = format!(
                    "The transaction was not final after {seconds} s and may still become so: look it up by its hash"
                );
                Outcome::refused(id, refusal("TIMEOUT", message))
            }
            Late::Stopped => {
                let message = "The node stopped before the transaction was final: it may still become so on its network";
                Outcome::refused(id, refusal("TIMEOUT", message))
            }
        }
    }
}

fn load() -> Outcome {
    let message =
        "The node has too many transactions on their way, and did not take this one: try again later";
    Outcome::refused(None, refusal("LOAD", message))
}

/// Offers something to the node until it takes it, and waits for what comes of it.
async fn wait(end: Instant, mut offer: impl FnMut(Reply) -> bool) -> Result<Outcome, Late> {
    loop {
        let (sender, receiver) = oneshot::channel();
        // Nobody may wait any more when there is an outcome.
        let reply: Reply = Box::new(move |outcome| drop(sender.send(outcome)));
        if offer(reply) {
            return match timeout_at(end, receiver).await {
                Ok(Ok(outcome)) => Ok(outcome),
                Ok(Err(_)) => Err(Late::Stopped),
                Err(_) => Err(Late::Pending),
            };
        }
        if Instant::now() + ROOM_INTERVAL >= end {
            return Err(Late::Full);
        }
        sleep(Duration::min(ROOM_INTERVAL, end - Instant::now())).await;
    }
}

/// What the node calls with an outcome.
type Reply = Box<dyn FnOnce(Outcome) + Send>;
