//! Metrics put, read by period, listed.
