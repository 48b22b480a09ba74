//! Roles and their policies.
