//! Ctrl-C and requests to end. The first asks for an orderly end; the second ends at once, and jobs with the process: a
//! shim that loses its plane ends its tree.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// Listens from its making on, so that no signal takes the process without a word.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|error| {
                Failure::environment(format!("cannot listen for signals: {error}"))
            })
        };
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    /// Waits for the next Ctrl-C or request to end.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Waits for an orderly end, unless one more signal comes; true if it was orderly.
    pub(crate) async fn unless_again(&mut self, end: impl Future<Output = ()>) -> bool {
        tokio::select! {
            () = end => true,
            () = self.next() => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::{Signal, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn each_signal_is_one_and_the_next_ends_the_patience() {
        let mut signals = Signals::listen().unwrap();
        assert!(signals.unless_again(std::future::ready(())).await);
        for signal in [Signal::INT, Signal::TERM] {
            kill_process(getpid(), signal).unwrap();
            signals.next().await;
            kill_process(getpid(), signal).unwrap();
            assert!(!signals.unless_again(std::future::pending()).await);
        }
    }
}
