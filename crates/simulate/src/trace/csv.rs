//! A trace from the text of a CSV file.
//!
//! Three forms: a column of counts alone with the length of a period, times with counts, times alone. Nothing is mended: a gap, a
//! negative count or a time out of order is refused with its line, because a trace with holes says that nobody came.

use jiff::Timestamp;
use jiff::civil::DateTime;
use units::Span;

use super::{ARRIVALS, Request, Trace};
use crate::error::SimulateError;

/// Which columns hold what; what is not named is looked for by its usual names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// Moments: seconds, or dates with times.
    pub time: Option<String>,
    /// Requests of the period that begins at the time.
    pub count: Option<String>,
    /// Seconds that an answer took; only with times and without counts.
    pub service_seconds: Option<String>,
    /// Length of a period. Not said, the distance of the first two times.
    pub period: Option<Span>,
}

const TIMES: [&str; 7] = [
    "time",
    "timestamp",
    "minute",
    "second",
    "hour",
    "period",
    "date",
];
const COUNTS: [&str; 4] = ["count", "requests", "invocations", "hits"];
const SERVICES: [&str; 1] = ["service_seconds"];

/// Reads a trace.
///
/// ```
/// use simulate::{Columns, read_trace};
///
/// let text = "minute,count\n2026-01-01 00:00,5\n2026-01-01 00:01,7\n2026-01-01 00:03,7\n";
/// let error = read_trace(text, &Columns::default()).unwrap_err();
/// assert_eq!(error.to_string(), "line 4: `2026-01-01 00:03` is 2 min after the line above where a period is 1 min");
/// ```
pub fn read_trace(text: &str, columns: &Columns) -> Result<Trace, SimulateError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map(|header| header.iter().map(str::to_owned).collect())
        .unwrap_or_default();
    let places = Places::of(&header, columns)?;
    let mut rows = Rows {
        period: columns.period.map(Span::nanos),
        ..Rows::default()
    };
    let mut record = csv::StringRecord::new();
    // A reader of a valid string fails on nothing: rows may be of any length, and all is UTF-8.
    while reader.read_record(&mut record).unwrap_or(false) {
        let line = line_of(text, &record);
        rows.add(line, &record, (&places, &header))?;
    }
    rows.into_trace(&places)
}

/// Line of a record. Its position is that before the empty lines above it.
fn line_of(text: &str, record: &csv::StringRecord) -> u64 {
    let Some(position) = record.position() else {
        return 0;
    };
    let first = usize::try_from(position.byte()).unwrap_or(text.len());
    let rest = text.as_bytes().get(first..).unwrap_or_default();
    let above = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
    position.line() + above.filter(|&&byte| byte == b'\n').count() as u64
}

/// Where the columns stand.
struct Places {
    time: Option<usize>,
    count: Option<usize>,
    service: Option<usize>,
}

impl Places {
    fn of(header: &[String], columns: &Columns) -> Result<Self, SimulateError> {
        let missing = |wanted: &str| SimulateError::Column {
            wanted: wanted.to_owned(),
            found: header.to_vec(),
        };
        let place = |named: &Option<String>, usual: &[&str]| match named {
            Some(name) => match header.iter().position(|column| column == name) {
                Some(place) => Ok(Some(place)),
                None => Err(missing(name)),
            },
            None => Ok(header
                .iter()
                .position(|column| usual.contains(&column.to_ascii_lowercase().as_str()))),
        };
        let found = Self {
            time: place(&columns.time, &TIMES)?,
            count: place(&columns.count, &COUNTS)?,
            service: place(&columns.service_seconds, &SERVICES)?,
        };
        match (found.time, found.count) {
            (None, None) => Err(missing("time` or `count")),
            (None, Some(_)) if columns.period.is_none() => Err(SimulateError::Setting {
                setting: "period",
                found: "not said".to_owned(),
                expected: "the length of a period, since the trace has counts without times",
            }),
            _ => Ok(found),
        }
    }
}

/// A moment as a file writes it.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Seconds(f64),
    Instant(Timestamp),
    Civil(DateTime),
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(seconds) = text.parse::<f64>() {
            return seconds.is_finite().then_some(Self::Seconds(seconds));
        }
        let instant = text.parse().ok().map(Self::Instant);
        instant.or_else(|| text.parse().ok().map(Self::Civil))
    }

    /// Nanoseconds since another moment of the same form.
    fn since(self, first: Self) -> Option<i128> {
        match (first, self) {
            (Self::Seconds(first), Self::Seconds(at)) => {
                // Beyond a span there is no trace; the conversion saturates.
                Some(((at - first) * 1e9).round() as i128)
            }
            (Self::Instant(first), Self::Instant(at)) => {
                Some(at.as_nanosecond() - first.as_nanosecond())
            }
            (Self::Civil(first), Self::Civil(at)) => Some(at.duration_since(first).as_nanos()),
            _ => None,
        }
    }
}

/// What was read so far.
#[derive(Default)]
struct Rows {
    first: Option<Moment>,
    /// Nanoseconds since the first.
    times: Vec<u64>,
    counts: Vec<u64>,
    services: Vec<Span>,
    /// Nanoseconds: as it was said, else the distance of the first two times.
    period: Option<u64>,
}

impl Rows {
    fn add(
        &mut self,
        line: u64,
        record: &csv::StringRecord,
        (places, header): (&Places, &[String]),
    ) -> Result<(), SimulateError> {
        if self.counts.len().max(self.times.len()) >= ARRIVALS {
            return Err(SimulateError::Size {
                found: format!("more than {ARRIVALS} lines"),
                expected: "at most so many".to_owned(),
            });
        }
        let cell = |place: usize| record.get(place).unwrap_or_default();
        let refuse = |place: usize, expected| SimulateError::Cell {
            line,
            column: header[place].clone(),
            text: cell(place).to_owned(),
            expected,
        };
        if let Some(place) = places.time {
            let text = cell(place);
            let moment = Moment::parse(text).ok_or_else(|| refuse(place, TIME))?;
            let first = *self.first.get_or_insert(moment);
            let since = moment.since(first).ok_or_else(|| refuse(place, TIME))?;
            self.add_time(line, text, since, places.count.is_some())?;
        }
        if let Some(place) = places.count {
            let count = whole(cell(place)).ok_or_else(|| refuse(place, COUNT))?;
            self.counts.push(count);
        } else if let Some(place) = places.service {
            let seconds = cell(place).parse::<f64>().ok();
            let valid = seconds.filter(|seconds| (0.0..=1e6).contains(seconds));
            let seconds = valid.ok_or_else(|| refuse(place, SECONDS))?;
            self.services
                .push(Span::from_nanos((seconds * 1e9).round() as u64));
        }
        Ok(())
    }

    fn add_time(
        &mut self,
        line: u64,
        text: &str,
        since: i128,
        counted: bool,
    ) -> Result<(), SimulateError> {
        let before = self.times.last().copied().unwrap_or_default();
        let unordered = || SimulateError::Unordered {
            line,
            text: text.to_owned(),
        };
        let at = u64::try_from(since).map_err(|_| unordered())?;
        if at < before || (counted && at == before && !self.times.is_empty()) {
            return Err(unordered());
        }
        if counted && !self.times.is_empty() {
            let after = at - before;
            let period = *self.period.get_or_insert(after);
            if after != period {
                return Err(SimulateError::Gap {
                    line,
                    text: text.to_owned(),
                    after: Span::from_nanos(after),
                    period: Span::from_nanos(period),
                });
            }
        }
        self.times.push(at);
        Ok(())
    }

    fn into_trace(self, places: &Places) -> Result<Trace, SimulateError> {
        if places.count.is_some() {
            let period = self.period.ok_or_else(|| SimulateError::Size {
                found: format!("{} periods", self.counts.len()),
                expected: "at least 2, or the length of a period".to_owned(),
            });
            return Trace::from_counts(Span::from_nanos(period?), self.counts);
        }
        let services = self.services.into_iter().map(Some);
        let services = services.chain(std::iter::repeat(None));
        let requests = self.times.iter().zip(services);
        let requests = requests.map(|(at, service)| Request {
            at: Span::from_nanos(*at),
            service,
        });
        Trace::from_requests(requests.collect())
    }
}

const TIME: &str = "a moment of the form of the first line: seconds, or a date with time";
const COUNT: &str = "a whole number of requests, 0 or more";
const SECONDS: &str = "a number of seconds, 0 or more";

/// A count; `5.0` is one too.
fn whole(text: &str) -> Option<u64> {
    if let Ok(count) = text.parse() {
        return Some(count);
    }
    let number: f64 = text.parse().ok()?;
    let fits = (0.0..1e15).contains(&number) && number.fract() == 0.0;
    fits.then_some(number as u64)
}
