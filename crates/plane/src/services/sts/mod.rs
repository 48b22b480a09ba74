//! STS: who asks.

mod identity;

use super::Handler::Read;
use super::Table;

/// Operation to handler.
pub const TABLE: Table = &[("GetCallerIdentity", Read(identity::get_caller_identity))];
