//! The executor with real processes: jobs, endpoints and calls, through crashes and restarts.

#![expect(clippy::unwrap_used, reason = "a test fails by it")]

mod bed;
mod calls;
mod endpoints;
mod jobs;
mod tuning;
