//! One place that breaks a rule.

use std::fmt;

/// Where, which rule, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    /// Path from the root, with forward slashes.
    pub(super) path: String,
    /// From 1.
    pub(super) line: usize,
    /// Name of the rule.
    pub(super) rule: &'static str,
    /// What is wrong and what to do.
    pub(super) message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            rule,
            message,
        } = self;
        write!(f, "{path}:{line}: {rule}: {message}")
    }
}

/// Lines and rules of findings, for tests of the rules.
#[cfg(test)]
pub(super) fn places(check: super::Rule, files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = Vec::new();
    check(&super::Tree::of(files), &mut findings);
    findings.sort();
    findings
        .into_iter()
        .map(|finding| format!("{}:{}", finding.path, finding.line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_as_compilers_write_them() {
        let finding = Finding {
            path: "a.rs".to_owned(),
            line: 3,
            rule: "ascii",
            message: "write ASCII".to_owned(),
        };
        assert_eq!(finding.to_string(), "a.rs:3: ascii: write ASCII");
    }
}
