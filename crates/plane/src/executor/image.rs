//! Images: which program stands behind a name. There is one: the plane's own program, in the version that runs.

use std::ffi::OsString;
use std::path::Path;

/// Repository name of the plane's own image.
const OWN: &str = "plimsoll";

/// What a container is started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A training job.
    Train,
    /// A replica of a model.
    Serve,
    /// The command that the request names.
    Command,
}

/// The command of a container, or the reason why there is none, in words for a failure reason.
pub(crate) fn command(
    image: &str,
    entry: Entry,
    (entrypoint, arguments): (&[String], &[String]),
    own: (&str, &Path),
) -> Result<Vec<OsString>, String> {
    let (version, program) = own;
    let (repository, tag) = split(image);
    if repository.rsplit('/').next() != Some(OWN) || tag != version {
        return Err(format!(
            "image {image} is not available here: this plane runs {OWN}:{version}, under any registry"
        ));
    }
    let named = |command: &[String]| -> Result<Vec<OsString>, String> {
        let Some((first, rest)) = command.split_first() else {
            return Err(format!(
                "image {image} has no command; name one in ContainerEntrypoint"
            ));
        };
        if first.rsplit('/').next() != Some(OWN) {
            return Err(format!(
                "executable {first} is not in image {image}, which has {OWN}"
            ));
        }
        let mut argv = vec![program.as_os_str().to_owned()];
        argv.extend(rest.iter().map(OsString::from));
        Ok(argv)
    };
    let own_entry = |verb: &str| vec![program.as_os_str().to_owned(), OsString::from(verb)];
    let mut argv = match entry {
        Entry::Train => own_entry("train"),
        Entry::Serve => own_entry("serve"),
        Entry::Command => named(entrypoint)?,
    };
    argv.extend(arguments.iter().map(OsString::from));
    Ok(argv)
}

/// Repository and tag; a registry's port is no tag.
fn split(image: &str) -> (&str, &str) {
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (image, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(image: &str, entry: Entry, words: &[&str]) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let own = ("0.1.0", Path::new("/bin/own"));
        let argv = command(image, entry, (&words, &["--x".to_owned()]), own)?;
        Ok(argv
            .iter()
            .map(|word| word.to_string_lossy().into_owned())
            .collect())
    }

    #[test]
    fn our_image_has_three_entry_points() {
        for (image, entry, words, expected) in [
            (
                "plimsoll:0.1.0",
                Entry::Train,
                &[][..],
                "/bin/own train --x",
            ),
            ("plimsoll:0.1.0", Entry::Serve, &[], "/bin/own serve --x"),
            (
                "000000000000.dkr.ecr.us-east-1.amazonaws.com/plimsoll:0.1.0",
                Entry::Command,
                &["plimsoll", "process", "prepare"],
                "/bin/own process prepare --x",
            ),
            (
                "host:5000/a/plimsoll:0.1.0",
                Entry::Command,
                &["/usr/bin/plimsoll"],
                "/bin/own --x",
            ),
        ] {
            assert_eq!(resolve(image, entry, words).unwrap().join(" "), expected);
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for (image, words, expected) in [
            (
                "sklearn:1.2",
                &["plimsoll"][..],
                "image sklearn:1.2 is not available here: this plane runs plimsoll:0.1.0, under any registry",
            ),
            (
                "plimsoll:9.0.0",
                &["plimsoll"],
                "image plimsoll:9.0.0 is not available here: this plane runs plimsoll:0.1.0, under any registry",
            ),
            (
                "host:5000/plimsoll",
                &["plimsoll"],
                "image host:5000/plimsoll is not available here: this plane runs plimsoll:0.1.0, under any registry",
            ),
            (
                "plimsoll:0.1.0",
                &["python3", "x.py"],
                "executable python3 is not in image plimsoll:0.1.0, which has plimsoll",
            ),
            (
                "plimsoll:0.1.0",
                &[],
                "image plimsoll:0.1.0 has no command; name one in ContainerEntrypoint",
            ),
        ] {
            assert_eq!(resolve(image, Entry::Command, words).unwrap_err(), expected);
        }
    }
}
