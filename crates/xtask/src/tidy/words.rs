//! The project speaks of itself alone: no paths of a machine, no hosts of package registries, no word about who wrote it.

use super::finding::Finding;
use super::rust::places_of_word;
use super::tree::Tree;

/// This file, which names what it refuses.
const OWN: &str = "crates/xtask/src/tidy/words.rs";
const READ: [&str; 10] = [
    "json", "md", "py", "rs", "sh", "snap", "sql", "toml", "txt", "yaml",
];

const FOLDERS: [&str; 3] = ["/work/", "/root/", "/home/"];
const HOSTS: [&str; 5] = [
    "crates.io",
    "pypi.org",
    "pythonhosted.org",
    "npmjs.org",
    "debian.org",
];
/// Whole words, in this spelling.
const WRITERS: [&str; 5] = ["AI", "LLM", "Co-Authored-By", "Co-authored-by", "chatbot"];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let is_read = |path: &str| path == ".ci/run";
    for file in tree.files() {
        let read = file.has_extension(&READ) || is_read(&file.path);
        if !read || file.path == OWN {
            continue;
        }
        let quotes = file.path.contains("/data/");
        for (line, number) in file.text.lines().zip(1..) {
            if let Some(message) = refused(line, quotes) {
                findings.push(file.finding(number, "word", message));
            }
        }
    }
}

/// What is wrong with a line. Data and its provenance quote names of others as they are.
fn refused(line: &str, quotes: bool) -> Option<String> {
    if let Some(folder) = FOLDERS.iter().find(|folder| has_folder(line, folder)) {
        return Some(format!(
            "`{folder}` is a path of one machine: write a relative one"
        ));
    }
    if let Some(host) = HOSTS.iter().find(|host| line.contains(*host)) {
        return Some(format!(
            "`{host}` is the host of a registry: name the package alone"
        ));
    }
    if quotes {
        return None;
    }
    let is_word = |word: &&&str| places_of_word(line, word).next().is_some();
    if let Some(word) = WRITERS.iter().find(is_word) {
        return Some(format!(
            "`{word}`: the text says what holds, not who wrote it"
        ));
    }
    names_an_issue(line).then(|| "a number of an issue: say what holds instead".to_owned())
}

/// An absolute path that begins with the folder, not one within another path.
fn has_folder(line: &str, folder: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-*}$".contains(c);
    let mut places = line.match_indices(folder).map(|(place, _)| place);
    places.any(|place| !line[..place].ends_with(inside))
}

/// `issue 9`, `issue #9`, `Issue #12`.
fn names_an_issue(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    places_of_word(&lower, "issue").any(|place| {
        let rest = lower[place + "issue".len()..].trim_start();
        rest.trim_start_matches('#')
            .starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn machines_registries_and_writers_are_found() {
        let text = "see /work/x\ns3://bucket/work/x\n/opt/ml/model\nfrom pypi.org\nan AI wrote it\nAID and maiL\nas issue #9 says\nthe issue is 9 days old\n";
        let lines = [1, 4, 5, 7].map(|line| format!("a.md:{line}"));
        assert_eq!(places(check, &[("a.md", text)]), lines);
    }

    #[test]
    fn data_and_this_file_are_not_read() {
        let files = [
            ("data.csv", "/home/x\n"),
            ("a/data/ORIGIN.md", "by AI-Lab\n"),
            (OWN, "/home/x\n"),
            (".ci/run", "cd /root/x\n"),
        ];
        assert_eq!(places(check, &files), [".ci/run:1"]);
    }
}
