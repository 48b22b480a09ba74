//! `completions`: a shell's script, out of the definition that parses the command line.

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use serde_json::json;

use super::Context;
use crate::cli::Cli;
use crate::failure::Failure;

/// Print the script that completes this program's words in a shell
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// Shell that the script is for
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    #[expect(clippy::unnecessary_wraps, reason = "verbs have one form")]
    pub(crate) fn run(self, context: &Context) -> Result<(), Failure> {
        let script = script(self.shell);
        if context.printer.is_json() {
            context.printer.document(&json!({
                "schema": "plimsoll.completions/1",
                "shell": self.shell.to_string(),
                "script": script,
            }));
        } else {
            context.printer.data(&script);
        }
        Ok(())
    }
}

fn script(shell: Shell) -> String {
    let mut written = Vec::new();
    clap_complete::generate(shell, &mut visible(), "plimsoll", &mut written);
    String::from_utf8_lossy(&written).into_owned()
}

/// The definition without what users do not call.
fn visible() -> Command {
    let all = Cli::command();
    Command::new("plimsoll")
        .args(all.get_arguments().cloned())
        .subcommands(
            all.get_subcommands()
                .filter(|verb| !verb.is_hide_set())
                .cloned(),
        )
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn each_shell_has_a_script_that_knows_verbs_and_flags() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for word in ["validate", "completions", "allow-reset", "color"] {
                assert!(script.contains(word), "{shell}: {word}");
            }
            assert!(
                !script.contains("reference"),
                "{shell}: a hidden verb is offered"
            );
        }
    }

    #[test]
    fn bash_loads_the_script_and_completes_a_verb() {
        let program = format!(
            "{}\nCOMP_WORDS=(plimsoll va); COMP_CWORD=1; _plimsoll plimsoll va plimsoll; echo \"${{COMPREPLY[@]}}\"",
            script(Shell::Bash)
        );
        let Ok(output) = std::process::Command::new("bash")
            .args(["-c", &program])
            .output()
        else {
            return;
        };
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "validate");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
