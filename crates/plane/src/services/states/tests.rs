//! Operations against the store.
