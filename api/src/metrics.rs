//! Counts of what was done, as text for Prometheus.

use crate::app::App;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Counts of what a server did.
#[derive(Default)]
pub struct Metrics {
    /// Connections that are open.
    pub open: AtomicI64,
    /// Connections that were refused, as there were too many.
    pub refused: AtomicU64,
    /// Handlers that panicked.
    pub panics: AtomicU64,
    requests: Mutex<BTreeMap<(String, u16), Spent>>,
}

/// How many requests there were, and how long they took in all.
#[derive(Clone, Copy, Default)]
struct Spent {
    count: u64,
    time: Duration,
}

impl Metrics {
    /// Counts a request to a route.
    pub fn count(&self, route: &str, status: u16, time: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = requests.entry((route.to_owned(), status)).or_default();
        spent.count += 1;
        spent.time += time;
    }
}

/// All counts of a port: of the requests on all ports of the server, and of its node.
pub fn text(app: &App) -> String {
    let metrics = &app.shared.metrics;
    let mut out = String::new();
    let requests = metrics.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
    head(&mut out, "cvx_http_requests_total", "counter", "Requests by route and status.");
    for ((route, status), spent) in &requests {
        let _ =
            writeln!(out, "cvx_http_requests_total{{route=\"{route}\",status=\"{status}\"}} {}", spent.count);
    }
    head(
        &mut out,
        "cvx_http_request_seconds_total",
        "counter",
        "Time that requests took, by route and status.",
    );
    for ((route, status), spent) in &requests {
        let seconds = spent.time.as_secs_f64();
        let _ = writeln!(
            out,
            "cvx_http_request_seconds_total{{route=\"{route}\",status=\"{status}\"}} {seconds:.6}"
        );
    }
    let (prepared, bytes) = app.prepared.size();
    let open = metrics.open.load(Ordering::Relaxed).max(0) as u64;
    let counts = app.node.counts();
    for (name, kind, help, value) in [
        ("cvx_http_connections", "gauge", "Connections that are open.", open),
        (
            "cvx_http_connections_refused_total",
            "counter",
            "Connections that were refused, as there were too many.",
            metrics.refused.load(Ordering::Relaxed),
        ),
        (
            "cvx_http_panics_total",
            "counter",
            "Handlers that panicked.",
            metrics.panics.load(Ordering::Relaxed),
        ),
        ("cvx_prepared_transactions", "gauge", "Prepared transactions that are kept.", prepared as u64),
        ("cvx_prepared_bytes", "gauge", "Bytes of prepared transactions that are kept.", bytes as u64),
        ("cvx_executed_blocks", "gauge", "Blocks that are final and executed.", app.node.latest().1),
        ("cvx_transactions_taken_total", "counter", "Transactions taken from clients.", counts.taken),
        (
            "cvx_transactions_refused_total",
            "counter",
            "Transactions of clients that were not taken, or left out of blocks.",
            counts.refused,
        ),
        ("cvx_transactions_final_total", "counter", "Transactions in executed blocks.", counts.finished),
        ("cvx_transactions_failed_total", "counter", "Those of them that failed.", counts.failed),
        ("cvx_blocks_total", "counter", "Blocks executed since the start.", counts.blocks),
        ("cvx_juice_total", "counter", "Juice used by executed transactions.", counts.juice),
        ("cvx_transactions_pending", "gauge", "Transactions on their way.", app.node.pending() as u64),
        ("cvx_ready", "gauge", "Whether transactions are accepted.", u64::from(app.node.unready().is_none())),
    ] {
        head(&mut out, name, kind, help);
        let _ = writeln!(out, "{name} {value}");
    }
    out
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}
