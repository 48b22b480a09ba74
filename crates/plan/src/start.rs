//! How long a machine takes to start.

use catalog::Cloud;
use units::Span;

use crate::Range;

/// A start that takes so many times the median was tried again, by the data's own description.
const RETRIED: u32 = 3;

/// From the call that creates a server to its first container: the 10, 50 and 90 % of the measured starts of a cloud, without those
/// that had to be tried again. None where none was measured.
///
/// ```
/// let start = plan::start_time(catalog::Cloud::Aws).unwrap();
/// assert!(start.low <= start.mid && start.mid <= start.high);
/// assert_eq!(plan::start_time(catalog::Cloud::Own), None);
/// ```
pub fn start_time(cloud: Cloud) -> Option<Range<Span>> {
    let mut starts = catalog::starts(cloud);
    let median = *starts.get(starts.len().checked_sub(1)? / 2)?;
    starts.retain(|seconds| *seconds <= median.saturating_mul(RETRIED));
    let at = |percent: usize| {
        let place = (starts.len() * percent).div_ceil(100).max(1) - 1;
        starts.get(place).map(|seconds| u64::from(*seconds))
    };
    let range = Range {
        low: at(10)?,
        mid: at(50)?,
        high: at(90)?,
    };
    range.try_map(Span::from_seconds).ok()
}
