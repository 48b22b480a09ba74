//! Stacks: created, changed, rolled back, deleted.
