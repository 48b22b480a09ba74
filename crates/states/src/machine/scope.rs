//! States that lead to one another and to no state outside.

/// The machine itself, a branch of a Parallel state, or the processor of a Map state.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) start_at: String,
    /// The names of its states, without those inside their branches and processors.
    pub(crate) states: Vec<String>,
    /// JSON pointer to the scope.
    pub(crate) pointer: String,
}
