//! What List operations share: filters, order and pages over records.

/// The column that a list is sorted by; ties are broken by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By key.
    Key,
    /// By creation time.
    #[default]
    Created,
    /// By last modification.
    Modified,
    /// By status word.
    Status,
}

impl Sort {
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Created => "created",
            Self::Modified => "modified",
            Self::Status => "status",
        }
    }
}

/// A filtered, sorted page of one kind. Everything that is `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Exact parent.
    pub parent: Option<String>,
    /// Exact status.
    pub status: Option<String>,
    /// Part of the key.
    pub key_contains: Option<String>,
    /// Created at or after, before (milliseconds).
    pub created: (Option<i64>, Option<i64>),
    /// Modified at or after, before (milliseconds).
    pub modified: (Option<i64>, Option<i64>),
    /// Order.
    pub sort: Sort,
    /// Whether the order is turned.
    pub descending: bool,
    /// Rows to skip: the decoded page token.
    pub offset: u64,
    /// Most rows of the page; 0 means 100.
    pub limit: u64,
}

impl Query {
    /// The page after a token that [`Page::token`] gave; a token of another form starts at the beginning.
    pub fn page(mut self, token: Option<&str>, limit: Option<u64>) -> Self {
        self.offset = token.and_then(|t| t.parse().ok()).unwrap_or(0);
        self.limit = limit.unwrap_or(0);
        self
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<R> {
    /// Its rows.
    pub rows: Vec<R>,
    /// Where the next page starts, if there is one.
    pub token: Option<String>,
}
