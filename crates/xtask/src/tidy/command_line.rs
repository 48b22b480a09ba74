//! The page of the command line names every verb, every flag and every environment variable that the source has.

use super::finding::Finding;
use super::rust::Source;
use super::tree::{File, Tree};

const RULE: &str = "command-line";
const PAGE: &str = "docs/reference/cli.md";
const VERBS: &str = "crates/plimsoll/src/verbs/";
const VARIABLES: &str = "crates/plimsoll/src/environment.rs";
const COMMON: &str = "crates/plimsoll/src/cli.rs";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let page = tree.get(PAGE).map_or("", |file| file.text.as_str());
    for (file, source) in tree.rust() {
        let verb = verb_of(&file.path);
        if let Some(verb) = verb
            && !page.contains(&format!("\n## {verb}\n"))
        {
            let message = format!("{PAGE} has no section `## {verb}`");
            findings.push(file.finding(1, RULE, message));
        }
        if verb.is_some() || file.path == COMMON {
            unnamed(file, flags(source), page, findings);
        }
        if file.path == VARIABLES {
            let end = source.production().len();
            let names = source.strings.iter().filter(|string| string.start < end);
            let names = names.filter(|string| is_variable(&string.text));
            unnamed(
                file,
                names.map(|s| (s.text.clone(), s.line)).collect(),
                page,
                findings,
            );
        }
    }
}

fn unnamed(file: &File, names: Vec<(String, usize)>, page: &str, findings: &mut Vec<Finding>) {
    for (name, line) in names {
        let named = [format!("`{name}`"), format!("`{name} ")];
        if !named.iter().any(|text| page.contains(text)) {
            findings.push(file.finding(line, RULE, format!("{PAGE} does not name `{name}`")));
        }
    }
}

/// The verb that a file is of.
fn verb_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix(VERBS)?.strip_suffix(".rs")?;
    // `reference` prints the page and is not shown to users.
    (!matches!(name, "mod" | "reference") && !name.contains('/')).then_some(name)
}

/// Flags with their lines: the fields below an attribute that says `long`.
fn flags(source: &Source) -> Vec<(String, usize)> {
    let mut flags = Vec::new();
    let mut long = false;
    for (line, number) in source.production().lines().zip(1..) {
        let line = line.trim();
        if line.starts_with("#[arg(") {
            long = line.starts_with("#[arg(long");
        } else if long && !line.starts_with("#[") {
            let field = line.trim_start_matches("pub(crate) ").split(':').next();
            let flag = field.unwrap_or_default().replace('_', "-");
            flags.push((format!("--{flag}"), number));
            long = false;
        }
    }
    flags
}

fn is_variable(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn what_the_page_does_not_name_is_found() {
        let verb = "struct Up {\n    #[arg(long, default_value_t = 1)]\n    port: u16,\n    #[arg(long)]\n    allow_reset: bool,\n    #[arg(default_value = \".\")]\n    folder: PathBuf,\n}\n";
        let variables = "const A: &str = \"PLIMSOLL_STATE\";\nconst B: &str = \"AWS_REGION\";\nconst C: &str = \"words\";\n";
        let files = [
            (PAGE, "# Verbs\n\n## up\n\n`--port N`, `PLIMSOLL_STATE`\n"),
            ("crates/plimsoll/src/verbs/up.rs", verb),
            ("crates/plimsoll/src/verbs/mod.rs", ""),
            ("crates/plimsoll/src/verbs/down.rs", ""),
            (VARIABLES, variables),
        ];
        let expected = [
            "crates/plimsoll/src/environment.rs:2",
            "crates/plimsoll/src/verbs/down.rs:1",
            "crates/plimsoll/src/verbs/up.rs:5",
        ];
        assert_eq!(places(check, &files), expected);
    }
}
