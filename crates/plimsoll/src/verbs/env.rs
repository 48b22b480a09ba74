//! `env`: the exports that boto3 and the AWS CLI need.

use clap::Args;
use serde_json::json;

use super::Context;
use crate::failure::Failure;
use crate::state::State;

/// Print the environment that points boto3 and the AWS CLI at the plane
#[derive(Debug, Args)]
pub(crate) struct Env {}

impl Env {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self {} = self;
        let state = State::find(&context.common)?;
        let endpoint = state.live_endpoint()?;
        let pairs = [
            ("AWS_ENDPOINT_URL", endpoint.url.as_str()),
            (
                "AWS_ACCESS_KEY_ID",
                endpoint.credentials.access_key.as_str(),
            ),
            (
                "AWS_SECRET_ACCESS_KEY",
                endpoint.credentials.secret.as_str(),
            ),
            ("AWS_REGION", endpoint.region.as_str()),
            ("AWS_DEFAULT_REGION", endpoint.region.as_str()),
        ];
        if context.printer.is_json() {
            let members: serde_json::Map<_, _> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect();
            context.printer.document(&members.into());
        } else {
            for (name, value) in pairs {
                context.printer.data(&format!("export {name}={value}"));
            }
        }
        Ok(())
    }
}
