//! What a client may take of the plane.

use std::time::Duration;

/// Bytes of a KiB.
const KIB: usize = 1024;

/// The limits of the gateway; [`Limits::default`] is what the documentation states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Open connections; one more is answered 503 and closed.
    pub connections: usize,
    /// Bytes of a request's head; a longer one is answered 431.
    pub header: usize,
    /// Time from the opening of a connection, or from the answer before, to the end of a request's head.
    pub header_time: Duration,
    /// Longest silence within a request's body.
    pub body_silence: Duration,
    /// Bytes of the body of any request but S3's; a longer one is answered 413.
    pub body: usize,
    /// Bytes of one S3 object or part that comes in one request.
    pub part: u64,
    /// Time that running requests have to end once the plane shuts down.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1000,
            header: 16 * KIB,
            header_time: Duration::from_secs(10),
            body_silence: Duration::from_mins(1),
            body: 6 * KIB * KIB,
            part: 5 << 30,
            drain: Duration::from_secs(3),
        }
    }
}
