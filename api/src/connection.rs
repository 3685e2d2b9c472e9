//! Connections: how many there may be, and how long they may wait.

use crate::app::Shared;
use crate::limits::{HEAD_TIME, MAX_HEAD_BYTES, RETRY_SECONDS, UNREAD_TIME};
use crate::request::Remote;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// What is said to a connection that is too many.
const TOO_MANY: &str = "{\"error\":\"Too many connections: try again in a second\"}";

/// Accepts connections until told to stop.
pub async fn accept(
    listener: TcpListener,
    router: Router,
    shared: Arc<Shared>,
    places: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => return,
        };
        match accepted {
            Ok((stream, remote)) => match places.clone().try_acquire_owned() {
                Ok(place) => {
                    tokio::spawn(serve(stream, remote, router.clone(), shared.clone(), place, stop.clone()));
                }
                Err(_) => {
                    shared.metrics.refused.fetch_add(1, Ordering::Relaxed);
                    tokio::spawn(tokio::time::timeout(Duration::from_secs(1), refuse(stream)));
                }
            },
            Err(error) => {
                // Such as when there are no more files: that passes.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

/// Waits until the server stops.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // A server that is gone has stopped.
    drop(stop.wait_for(|stop| *stop).await);
}

async fn refuse(mut stream: TcpStream) {
    let length = TOO_MANY.len();
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
         Retry-After: {RETRY_SECONDS}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
    );
    // The other end may be gone, which is what is wanted.
    let _ = stream.write_all(format!("{head}{TOO_MANY}").as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn serve(
    stream: TcpStream,
    remote: SocketAddr,
    router: Router,
    shared: Arc<Shared>,
    _place: OwnedSemaphorePermit,
    mut stop: watch::Receiver<bool>,
) {
    shared.metrics.open.fetch_add(1, Ordering::Relaxed);
    // Answers are short and wait for nothing.
    let _ = stream.set_nodelay(true);
    limit_unread(&stream);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Remote(remote));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .max_buf_size(MAX_HEAD_BYTES)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%remote, %error, "a connection broke");
    }
    shared.metrics.open.fetch_sub(1, Ordering::Relaxed);
}

/// Has the system give up a connection whose other end does not read what it is sent.
fn limit_unread(stream: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_TIME)) {
        tracing::debug!(%error, "the time for unread answers could not be set");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (stream, UNREAD_TIME);
}
