//! `Succeed`: ends well. It has no field of its own, and leads nowhere.

use super::Fields;

pub(super) fn succeed(fields: &mut Fields<'_>) {
    refuse_transition(fields);
}

/// Reports `Next` and `End` on a state that ends its scope by itself.
pub(super) fn refuse_transition(fields: &mut Fields<'_>) {
    for name in ["Next", "End"] {
        if fields.take(name).is_some() {
            fields.wrong(
                name,
                format!("Field '{name}' is not supported by a terminal state"),
            );
        }
    }
}
