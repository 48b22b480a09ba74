//! Versions of Python packages are pinned, so that the verdict of a commit does not change by itself.

use super::finding::Finding;
use super::tree::Tree;

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let is_list = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let list = name.strip_suffix(".txt");
        list.is_some_and(|list| list.starts_with("requirements")) && !path.starts_with("examples/")
    };
    for file in tree.files().iter().filter(|file| is_list(&file.path)) {
        for (line, number) in file.text.lines().zip(1..) {
            let wanted = line.split('#').next().unwrap_or_default().trim();
            if !wanted.is_empty() && !is_pinned(wanted) {
                let message = format!("`{wanted}` is not pinned: write `name==version`");
                findings.push(file.finding(number, "requirement", message));
            }
        }
    }
}

fn is_pinned(wanted: &str) -> bool {
    let package = wanted.split(';').next().unwrap_or_default();
    package.split_once("==").is_some_and(|(name, version)| {
        let version = version.trim();
        !name.trim().is_empty()
            && version.starts_with(|c: char| c.is_ascii_digit())
            && !version.contains(['*', ',', '<', '>'])
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn only_exact_versions_are_pinned() {
        let text = "# tools\nnumpy==2.4.6  # arrays\nboto3\nonnx>=1.2\nscipy==1.*\n\ncolorama==0.4.6; sys_platform == 'win32'\n-r other.txt\n";
        let files = [
            ("tests/requirements.txt", text),
            ("tests/requirements-more.txt", "numpy==2.4.6\n"),
            ("examples/a/code/requirements.txt", "x\n"),
        ];
        let lines = [3, 4, 5, 8].map(|line| format!("tests/requirements.txt:{line}"));
        assert_eq!(places(check, &files), lines);
    }
}
