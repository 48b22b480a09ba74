//! `env`: the exports that boto3, the AWS CLI and the SageMaker SDK need.

mod sagemaker_sdk;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Context;
use crate::failure::Failure;
use crate::state::State;

/// Print the environment that points boto3, the AWS CLI and the SageMaker SDK at the plane
#[derive(Debug, Args)]
pub(crate) struct Env {
    /// The shell that reads the lines
    #[arg(long, value_enum, default_value_t = Shell::Sh)]
    shell: Shell,
}

/// Shells, by how they set a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    /// sh, bash, zsh, dash, ksh: eval "$(plimsoll env)"
    #[value(alias = "bash", alias = "zsh")]
    Sh,
    /// fish: plimsoll env --shell fish | source
    Fish,
    /// PowerShell: plimsoll env --shell powershell | Invoke-Expression
    Powershell,
}

impl Shell {
    /// The line that sets a variable. A value that is plain stays plain; any other is quoted, so that the shell reads
    /// nothing in it.
    fn line(self, name: &str, value: &str) -> String {
        match self {
            Self::Sh if is_plain(value) => format!("export {name}={value}"),
            Self::Sh => format!("export {name}='{}'", value.replace('\'', "'\\''")),
            Self::Fish => {
                let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
                format!("set -gx {name} '{escaped}'")
            }
            Self::Powershell => format!("$env:{name} = '{}'", value.replace('\'', "''")),
        }
    }
}

fn is_plain(value: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:+=@%,".contains(c);
    !value.is_empty() && value.chars().all(is_plain)
}

impl Env {
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self { shell } = self;
        let state = State::find(&context.common)?;
        let endpoint = state.live_endpoint()?;
        let defaults = sagemaker_sdk::write(&state.folder, &endpoint.region, plane::ACCOUNT)
            .map_err(|error| state.unusable(&error))?;
        let defaults = defaults.display().to_string();
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
            (sagemaker_sdk::VARIABLE, defaults.as_str()),
        ];
        if context.printer.is_json() {
            let members: serde_json::Map<_, _> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect();
            context.printer.document(&members.into());
        } else {
            for (name, value) in pairs {
                context.printer.data(&shell.line(name, value));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_read_what_was_meant() {
        let cases = [
            (Shell::Sh, "a/b+c=", "export N=a/b+c="),
            (Shell::Sh, "a b$(c)", "export N='a b$(c)'"),
            (Shell::Sh, "it's", "export N='it'\\''s'"),
            (Shell::Fish, "it's \\", "set -gx N 'it\\'s \\\\'"),
            (Shell::Powershell, "it's", "$env:N = 'it''s'"),
        ];
        for (shell, value, expected) in cases {
            assert_eq!(shell.line("N", value), expected);
        }
    }
}
