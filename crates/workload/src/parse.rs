//! From text to a workload, or to everything that is wrong with it.

use crate::check::{check, check_rules, complete};
use crate::domain::Workload;
use crate::fields::{ROOT, VERSION};
use crate::tree::{self, MAX_BYTES, Node, Value};
use crate::{Code, Diagnostic, SourceRange};

/// Most problems that are reported: nobody mends more at once, and a file of another kind may have a million.
const MAX_PROBLEMS: usize = 100;

/// Reads a workload file.
///
/// Answers with the workload, or with every problem of the file sorted by place (the first hundred of them).
///
/// ```
/// let text = "
/// plimsoll: 1
/// name: heart
/// data: { source: heart.csv }
/// task: { target: disease }
/// ";
/// let workload = workload::parse(text).unwrap();
/// assert_eq!(workload.name.as_str(), "heart");
/// assert_eq!(workload.models.len(), 2);
///
/// let problems = workload::parse("plimsoll: 1\nnmae: heart\n").unwrap_err();
/// assert_eq!(problems[0].message, "`data` is missing");
/// assert_eq!(problems[2].message, "unknown key `nmae`");
/// assert_eq!(problems[2].label, "did you mean `name`?");
/// ```
pub fn parse(text: &str) -> Result<Workload, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let workload = read(text, &mut problems);
    if problems.is_empty() {
        return Ok(workload.expect("a file without problems can be read"));
    }
    problems.sort_by_key(|problem| (problem.range, problem.code));
    let more = problems.len().saturating_sub(MAX_PROBLEMS);
    problems.truncate(MAX_PROBLEMS);
    if let (1.., Some(last)) = (more, problems.last_mut()) {
        last.hints
            .push(format!("{more} more problems follow and are not shown"));
    }
    Err(problems)
}

fn read(text: &str, problems: &mut Vec<Diagnostic>) -> Option<Workload> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, more than {MAX_BYTES}", text.len());
        let start = SourceRange::new(0, 0);
        problems.push(Diagnostic::new(Code::TooLarge, start, message, "too large"));
        return None;
    }
    let root = tree::parse(text, problems).filter(|root| !root.is_null());
    let Some(root) = root else {
        if problems.is_empty() {
            problems.push(empty());
        }
        return None;
    };
    // Keys of another version mean other things: nothing else of the file is judged.
    if let Some(problem) = other_version(&root) {
        problems.push(problem);
        return None;
    }
    let mut section = check(&root, ROOT, problems)?;
    complete(&mut section);
    check_rules(&section, problems);
    Workload::read(&section)
}

fn empty() -> Diagnostic {
    let start = SourceRange::new(0, 0);
    Diagnostic::new(Code::EmptyFile, start, "the file is empty", "nothing here")
        .hint("`plimsoll init FILE` writes a workload from data")
}

fn other_version(root: &Node) -> Option<Diagnostic> {
    let Value::Map(entries) = &root.value else {
        return None;
    };
    let (_, node) = entries.iter().find(|(key, _)| key.text == "plimsoll")?;
    let Value::Scalar(scalar) = &node.value else {
        return None;
    };
    let version = scalar.integer().filter(|&version| version != VERSION)?;
    let message = format!("version {version} of the schema is not supported by this version");
    let label = format!("this version reads version {VERSION}");
    Some(Diagnostic::new(
        Code::OtherVersion,
        node.range,
        message,
        label,
    ))
}
