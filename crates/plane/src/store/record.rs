//! Records: what services remember, one JSON body a row, with the few columns that lists filter and sort by.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Something a service stores.
pub trait Record: Serialize + DeserializeOwned {
    /// Names the table's partition, such as `sagemaker.training-job`.
    const KIND: &'static str;

    /// Unique within the kind: a name or an ARN.
    fn key(&self) -> String;
    /// Milliseconds since the epoch.
    fn created(&self) -> i64;
    /// Milliseconds since the epoch.
    fn modified(&self) -> i64 {
        self.created()
    }
    /// AWS's status word, for lists; empty where there is none.
    #[expect(
        clippy::unnecessary_literal_bound,
        reason = "records override it with a part of themselves"
    )]
    fn status(&self) -> &str {
        ""
    }
    /// Key of what it belongs to, for lists; empty where there is none.
    #[expect(
        clippy::unnecessary_literal_bound,
        reason = "records override it with a part of themselves"
    )]
    fn parent(&self) -> &str {
        ""
    }
}
