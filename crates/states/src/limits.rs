//! Limits of the service, as documented by AWS.

use serde_json::Value;

use crate::Millis;

/// Bytes of UTF-8 in an input, an output or the result of a state or a task.
pub(crate) const DATA_BYTES: usize = 262_144;
/// Events in one history; the one that ends the execution is the last.
pub(crate) const HISTORY_EVENTS: u64 = 25_000;
/// Characters in a definition.
pub(crate) const DEFINITION_CHARACTERS: usize = 1_048_576;
/// Seconds that a Standard execution may take: a year.
pub(crate) const EXECUTION_SECONDS: u64 = 365 * 86_400;
/// Characters in the name of a state.
pub(crate) const NAME_CHARACTERS: usize = 80;
/// Intrinsic functions nested in one field.
pub(crate) const INTRINSIC_DEPTH: usize = 10;
/// Items that `States.ArrayRange` may make.
pub(crate) const RANGE_ITEMS: i64 = 1000;
/// Characters that `States.Hash` and the Base64 functions take.
pub(crate) const ENCODED_CHARACTERS: usize = 10_000;
/// Iterations of an inline Map that run at once, whatever `MaxConcurrency` says.
pub(crate) const INLINE_CONCURRENCY: u64 = 40;
/// Seconds that a Wait may lie in the future.
pub(crate) const WAIT_SECONDS: i64 = 2_147_483_647;
/// Seconds that literal and referenced numbers of seconds may name.
pub(crate) const FIELD_SECONDS: u64 = 99_999_999;
/// Seconds that `MaxDelaySeconds` may name.
pub(crate) const RETRY_DELAY_SECONDS: u64 = 31_622_399;
/// How deep the filters of a path may nest; the parser recurses along them.
pub(crate) const NESTING: usize = 64;

/// Levels of arrays and objects in data, and steps of a path. AWS documents no such limit; this one keeps recursion
/// shallow and an execution within the depth of JSON that a parser accepts.
pub(crate) const DATA_DEPTH: usize = 100;

/// Whether data is nested deeper than it may be.
pub(crate) fn is_too_deep(value: &Value) -> bool {
    fn fits(value: &Value, levels: usize) -> bool {
        match value {
            Value::Array(items) => levels > 0 && items.iter().all(|item| fits(item, levels - 1)),
            Value::Object(members) => {
                levels > 0 && members.values().all(|member| fits(member, levels - 1))
            }
            _ => true,
        }
    }
    !fits(value, DATA_DEPTH)
}

/// Seconds to milliseconds, at the upper bound instead of past it.
pub(crate) fn millis(seconds: u64) -> Millis {
    i64::try_from(seconds)
        .unwrap_or(i64::MAX)
        .saturating_mul(1000)
}
