//! A plane for trying clients by hand: `up STATE PORT`.

use std::sync::Arc;

use plane::gateway::Limits;
use plane::{Options, Plane, SystemClock};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let state = arguments.next().ok_or("a state folder")?;
    let port: u16 = arguments.next().ok_or("a port")?.parse()?;
    let plane = Plane::start(Options {
        state: state.into(),
        listen: ([127, 0, 0, 1], port).into(),
        region: "us-east-1".to_owned(),
        program: std::env::current_exe()?,
        credentials: Some(("test".to_owned(), "test".to_owned())),
        allow_reset: true,
        version: "example".to_owned(),
        clock: Arc::new(SystemClock::default()),
        seed: 1,
        limits: Limits::default(),
    })
    .await?;
    tokio::signal::ctrl_c().await?;
    plane.shutdown().await;
    Ok(())
}
