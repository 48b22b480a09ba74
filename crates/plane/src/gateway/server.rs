//! The listener: accepts connections up to a limit, serves HTTP/1.1 on them, and lets running requests end at shutdown.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::{JoinHandle, JoinSet};

use super::{Gateway, Limits};

/// Pause after a failed accept, such as one for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Time for telling a client that there are too many.
const REFUSAL_TIME: Duration = Duration::from_secs(1);
/// What one connection too many is told; clients of AWS try again on it.
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\
    retry-after: 1\r\nconnection: close\r\n\r\n";

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves on a listener that is bound.
    pub fn start(listener: TcpListener, gateway: Arc<Gateway>) -> std::io::Result<Self> {
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, gateway, stopped));
        Ok(Self {
            address,
            stop,
            task,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening, lets running requests end for as long as the limits say, and closes what is left.
    pub async fn stop(self) {
        // The task is gone only when it panicked; then nothing is left to stop.
        let _ = self.stop.send(());
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server failed");
        }
    }
}

async fn serve(listener: TcpListener, gateway: Arc<Gateway>, mut stopped: oneshot::Receiver<()>) {
    let limits = gateway.limits();
    let graceful = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => break,
            Some(_) = connections.join_next() => continue,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else {
            connections.spawn(refuse(stream));
            continue;
        };
        let connection = graceful.watch(connection(stream, Arc::clone(&gateway), &limits));
        connections.spawn(async move {
            let _slot = slot;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection failed");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            open = connections.len(),
            "requests are cut off by the shutdown"
        );
    }
    connections.shutdown().await;
}

type Answering =
    std::pin::Pin<Box<dyn Future<Output = Result<http::Response<s3s::Body>, Infallible>> + Send>>;

fn connection(
    stream: TcpStream,
    gateway: Arc<Gateway>,
    limits: &Limits,
) -> http1::Connection<
    TokioIo<TcpStream>,
    impl hyper::service::Service<
        http::Request<hyper::body::Incoming>,
        Response = http::Response<s3s::Body>,
        Error = Infallible,
        Future = Answering,
    > + use<>,
> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a socket keeps its delay");
    }
    let service = service_fn(move |request| {
        let gateway = Arc::clone(&gateway);
        let answering: Answering = Box::pin(async move { Ok(gateway.answer(request).await) });
        answering
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_header_size(limits.header)
        .serve_connection(TokioIo::new(stream), service)
}

async fn refuse(mut stream: TcpStream) {
    let told = async {
        stream.write_all(REFUSAL).await?;
        stream.shutdown().await
    };
    // A client that does not listen is simply closed.
    let _ = tokio::time::timeout(REFUSAL_TIME, told).await;
}
