//! Images: which program stands behind a name. The plane's own program in the version that runs, or the user's Python for
//! the framework images of SageMaker. Nothing else is there, and a job that asks for it fails with the reason.

mod framework;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use framework::Framework;

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

/// The interpreter of framework images.
#[derive(Debug, Clone, Default)]
pub struct Interpreter {
    /// The user's Python; `None` where there is none.
    pub program: Option<PathBuf>,
    /// What it needs to install packages: variables of `pip` and of proxies.
    pub environment: BTreeMap<String, String>,
}

/// The images of this machine.
#[derive(Debug, Clone, Default)]
pub(crate) struct Images {
    /// Tag of our image.
    pub(crate) version: String,
    /// The program behind it.
    pub(crate) program: PathBuf,
    /// What stands behind framework images.
    pub(crate) interpreter: Interpreter,
    /// Where environments of requirements are kept.
    pub(crate) environments: PathBuf,
}

/// What a container executes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its command.
    pub(crate) argv: Vec<OsString>,
    /// What the image itself sets.
    pub(crate) environment: BTreeMap<String, String>,
}

impl Images {
    /// The program of a container, or the reason why there is none, in words for a failure reason.
    pub(crate) fn program(
        &self,
        image: &str,
        entry: Entry,
        (entrypoint, arguments): (&[String], &[String]),
    ) -> Result<Program, String> {
        let (repository, tag) = split(image);
        let mut found = if repository.rsplit('/').next() == Some(OWN) && tag == self.version {
            self.own(image, entry, entrypoint)?
        } else if let Some(framework) = Framework::of(repository) {
            self.framework(image, framework, (entry, entrypoint))?
        } else {
            return Err(format!(
                "image {image} is not available here: this plane runs {OWN}:{} and, in your Python, {}, under any \
                 registry",
                self.version,
                Framework::known()
            ));
        };
        found.argv.extend(arguments.iter().map(OsString::from));
        Ok(found)
    }

    /// Whether the image runs programs of the user's, whose source is part of a job: ours does as well.
    pub(crate) fn runs_scripts(image: &str) -> bool {
        let (repository, _) = split(image);
        repository.rsplit('/').next() == Some(OWN) || Framework::of(repository).is_some()
    }

    /// Whether the image is our own.
    pub(crate) fn is_own(image: &str) -> bool {
        split(image).0.rsplit('/').next() == Some(OWN)
    }

    fn own(&self, image: &str, entry: Entry, entrypoint: &[String]) -> Result<Program, String> {
        let mut argv = vec![self.program.as_os_str().to_owned()];
        match entry {
            Entry::Train => argv.push("train".into()),
            Entry::Serve => argv.push("serve".into()),
            Entry::Command => {
                let (first, rest) = named(image, entrypoint)?;
                if first.rsplit('/').next() != Some(OWN) {
                    return Err(format!(
                        "executable {first} is not in image {image}, which has {OWN}"
                    ));
                }
                argv.extend(rest.iter().map(OsString::from));
            }
        }
        let environment = match &self.interpreter.program {
            Some(python) => self.script_environment(python),
            // It is needed by scripts alone, and these say so.
            None => BTreeMap::new(),
        };
        Ok(Program { argv, environment })
    }

    fn framework(
        &self,
        image: &str,
        framework: &Framework,
        (entry, entrypoint): (Entry, &[String]),
    ) -> Result<Program, String> {
        let Some(python) = &self.interpreter.program else {
            return Err(format!(
                "image {image} runs in your Python, and there is none: put python3 on the PATH of the plane, or name it \
                 in PLIMSOLL_PYTHON"
            ));
        };
        let mut argv = vec![self.program.as_os_str().to_owned(), "script".into()];
        match entry {
            Entry::Train => argv.push("train".into()),
            Entry::Serve => argv.push("serve".into()),
            Entry::Command => {
                named(image, entrypoint)?;
                argv.extend(["run".into(), "--".into()]);
                argv.extend(entrypoint.iter().map(OsString::from));
            }
        }
        let mut environment = self.script_environment(python);
        for (name, value) in [
            ("PLIMSOLL_FRAMEWORK", framework.name.to_owned()),
            ("PLIMSOLL_FRAMEWORK_MODULE", framework.module.to_owned()),
            ("PLIMSOLL_FRAMEWORK_PACKAGE", framework.package.to_owned()),
        ] {
            environment.insert(name.to_owned(), value);
        }
        Ok(Program { argv, environment })
    }

    /// What a script needs to run in the user's Python.
    fn script_environment(&self, python: &Path) -> BTreeMap<String, String> {
        let mut environment = self.interpreter.environment.clone();
        for (name, path) in [
            ("PLIMSOLL_PYTHON", python),
            ("PLIMSOLL_ENVIRONMENTS", &self.environments),
        ] {
            environment.insert(name.to_owned(), path.display().to_string());
        }
        environment
    }
}

fn named<'a>(image: &str, entrypoint: &'a [String]) -> Result<(&'a String, &'a [String]), String> {
    entrypoint
        .split_first()
        .ok_or_else(|| format!("image {image} has no command; name one in ContainerEntrypoint"))
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

    fn images(python: Option<&str>) -> Images {
        Images {
            version: "0.1.0".to_owned(),
            program: PathBuf::from("/bin/own"),
            interpreter: Interpreter {
                program: python.map(PathBuf::from),
                environment: [("PIP_NO_INDEX".to_owned(), "1".to_owned())].into(),
            },
            environments: PathBuf::from("/state/environments"),
        }
    }

    fn resolve(image: &str, entry: Entry, words: &[&str]) -> Result<String, String> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let found = images(Some("/usr/bin/python3")).program(
            image,
            entry,
            (&words, &["--x".to_owned()]),
        )?;
        let argv: Vec<_> = found
            .argv
            .iter()
            .map(|word| word.to_string_lossy())
            .collect();
        Ok(argv.join(" "))
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
            assert_eq!(resolve(image, entry, words).unwrap(), expected);
        }
    }

    #[test]
    fn everything_else_is_refused_by_name() {
        for (image, words, expected) in [
            (
                "plimsoll:0.1.0",
                &["python3", "x.py"][..],
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

    #[test]
    fn unknown_images_and_versions_are_refused_with_what_is_there() {
        for image in ["sklearn:1.2", "plimsoll:9.0.0", "host:5000/plimsoll"] {
            let reason = resolve(image, Entry::Train, &[]).unwrap_err();
            let start = format!(
                "image {image} is not available here: this plane runs plimsoll:0.1.0 and, in your Python, "
            );
            assert!(reason.starts_with(&start), "{reason}");
            assert!(reason.contains("sagemaker-scikit-learn"), "{reason}");
        }
    }

    #[test]
    fn framework_images_run_in_the_users_python() {
        let image =
            "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3";
        for (entry, words, expected) in [
            (Entry::Train, &[][..], "/bin/own script train --x"),
            (Entry::Serve, &[], "/bin/own script serve --x"),
            (
                Entry::Command,
                &["python3", "/opt/ml/processing/input/code/x.py"],
                "/bin/own script run -- python3 /opt/ml/processing/input/code/x.py --x",
            ),
        ] {
            assert_eq!(resolve(image, entry, words).unwrap(), expected);
        }
        let found = images(Some("/usr/bin/python3"))
            .program(image, Entry::Train, (&[], &[]))
            .unwrap();
        for (name, value) in [
            ("PLIMSOLL_PYTHON", "/usr/bin/python3"),
            ("PLIMSOLL_FRAMEWORK_MODULE", "sklearn"),
            ("PLIMSOLL_ENVIRONMENTS", "/state/environments"),
            ("PIP_NO_INDEX", "1"),
        ] {
            assert_eq!(found.environment[name], value);
        }
        let reason = images(None)
            .program(image, Entry::Train, (&[], &[]))
            .unwrap_err();
        assert!(reason.contains("PLIMSOLL_PYTHON"), "{reason}");
    }
}
