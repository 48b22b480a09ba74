//! What the expressions of a state may see.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::Execution;
use super::frame::{Frame, FrameId};
use crate::context::{Context, Environment, Item};

/// A frame and what the expressions of its state may see.
pub(super) fn surroundings(
    execution: &mut Execution,
    id: FrameId,
    task_token: Option<String>,
) -> (&Frame, Environment<'_>) {
    let Execution {
        start,
        started_at,
        random,
        frames,
        ..
    } = execution;
    let frame = frames
        .get(&id)
        .expect("a frame is asked for while it is live");
    let context = Context {
        start,
        started_at: *started_at,
        state_name: &frame.state,
        entered_at: frame.entered_at,
        retry_count: frame.retry_count,
        task_token,
        item: item_of(frames, frame),
        object: OnceCell::new(),
    };
    (frame, Environment::new(context, random))
}

/// The item of the innermost iteration that the frame is part of.
fn item_of<'f>(frames: &'f BTreeMap<FrameId, Frame>, frame: &'f Frame) -> Option<&'f Item> {
    let mut frame = frame;
    loop {
        if frame.item.is_some() {
            return frame.item.as_ref();
        }
        frame = frames.get(&frame.parent?.frame)?;
    }
}
