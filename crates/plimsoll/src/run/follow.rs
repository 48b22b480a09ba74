//! Following an execution in the records until it ends.

use std::time::Duration;

use serde_json::{Value, json};

use super::Timeline;
use crate::failure::Failure;
use crate::state::Records;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(40);

/// Reads events as they come and shows each change, until the execution is closed.
pub(crate) async fn follow(
    records: &Records,
    execution: &str,
    mut show: impl FnMut(&Timeline),
) -> Result<(), Failure> {
    let mut timeline = Timeline::default();
    loop {
        let before = timeline.seen();
        read(records, execution, &mut timeline)?;
        if timeline.seen() != before {
            show(&timeline);
        }
        if timeline.ended.is_some() {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads the events that the timeline has not seen.
pub(super) fn read(
    records: &Records,
    execution: &str,
    timeline: &mut Timeline,
) -> Result<(), Failure> {
    for event in history(records, execution, false)? {
        timeline.read(&event);
    }
    Ok(())
}

/// All events of an execution.
pub(super) fn history(
    records: &Records,
    execution: &str,
    data: bool,
) -> Result<Vec<Value>, Failure> {
    let mut events = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let mut request =
            json!({"executionArn": execution, "includeExecutionData": data, "maxResults": 1000});
        if let Some(token) = &token {
            request["nextToken"] = json!(token);
        }
        let answer = records.ask("states", "GetExecutionHistory", &request)?;
        events.extend(answer["events"].as_array().cloned().unwrap_or_default());
        token = answer["nextToken"].as_str().map(str::to_owned);
        if token.is_none() {
            return Ok(events);
        }
    }
}
