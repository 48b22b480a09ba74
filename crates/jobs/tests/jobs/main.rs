//! Jobs of every kind and every end, as root and as an ordinary user, with and without what the kernel may refuse.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "ends that nobody announces are looked for"
)]

mod endings;
mod harness;
mod isolation;
mod killed;
mod limits;
mod output;
mod start;
mod usage;
mod workers;
