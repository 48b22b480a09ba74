//! A container: its tree, its interpreter, and what its program is told.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};
use steps::HYPERPARAMETERS_FILE;

use super::interpreter::Interpreter;
use super::overlay::Overlay;
use super::{arguments, requirements};
use crate::environment::{FRAMEWORK, PATH, TRAINING_JOB, variable};
use crate::image::{Failed, cpus};

/// Folder of the container's own environment below its tree.
const ENVIRONMENT: &str = ".python";
/// Requirements beside a program are installed before it runs.
const REQUIREMENTS: &str = "requirements.txt";

/// A container of a framework image.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) root: PathBuf,
    interpreter: Interpreter,
    overlay: Overlay,
}

impl Container {
    /// Sets up the container's environment, with the requirements that lie beside its source.
    pub(super) fn new(root: &Path, source: Option<&Path>) -> Result<Self, Failed> {
        let interpreter = Interpreter::of_the_user()?;
        let installed = match source {
            Some(source) => requirements::environment(&source.join(REQUIREMENTS), &interpreter)?,
            None => None,
        };
        let folder = root.join(ENVIRONMENT);
        let overlay = Overlay::make(&folder, &interpreter, installed.as_ref())
            .map_err(|error| Failed::because("the environment of the container", &error))?;
        Ok(Self {
            root: root.to_owned(),
            interpreter,
            overlay,
        })
    }

    /// A command in the container: found on its path, where it names no folder.
    pub(super) fn command(&self, program: &OsString) -> Command {
        let path = self.path();
        let found = match Path::new(program).components().count() {
            1 => std::env::split_paths(&path)
                .map(|folder| folder.join(program))
                .find(|candidate| candidate.is_file()),
            _ => None,
        };
        let mut command = Command::new(found.unwrap_or_else(|| PathBuf::from(program)));
        command
            .env(PATH, &path)
            .env("VIRTUAL_ENV", &self.overlay.folder)
            // A line must reach the log when it is printed.
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }

    /// The interpreter of the container.
    pub(super) fn python(&self) -> Command {
        self.command(&self.overlay.python().into_os_string())
    }

    /// The container's own programs, then those of the user's Python, then the system's.
    fn path(&self) -> OsString {
        let mut folders = vec![self.overlay.bin()];
        folders.extend(self.interpreter.executable.parent().map(Path::to_owned));
        if let Some(rest) = variable(PATH) {
            folders.extend(std::env::split_paths(&rest));
        }
        std::env::join_paths(folders).unwrap_or_default()
    }
}

/// What a training container is told in its configuration files.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    /// Hyperparameters as they came.
    pub(super) hyperparameters: Map<String, Value>,
    channels: Value,
    resources: Value,
}

impl Told {
    /// Reads the configuration below a tree.
    pub(super) fn read(root: &Path) -> Result<Self, Failed> {
        let document = |name: &str| -> Result<Value, Failed> {
            let path = root.join(name);
            let text = fs::read(&path).map_err(|error| {
                Failed::because(&format!("cannot read `{}`", path.display()), &error)
            })?;
            serde_json::from_slice(&text)
                .map_err(|error| Failed::because(&format!("`{}`", path.display()), &error))
        };
        let hyperparameters = document(HYPERPARAMETERS_FILE)?;
        Ok(Self {
            hyperparameters: hyperparameters.as_object().cloned().unwrap_or_default(),
            channels: document("input/config/inputdataconfig.json")?,
            resources: document("input/config/resourceconfig.json")?,
        })
    }

    /// The program that script mode names.
    pub(super) fn program(&self) -> Option<String> {
        arguments::named(&self.hyperparameters, "sagemaker_program")
    }

    /// Where script mode says that the source is.
    pub(super) fn source(&self) -> Option<String> {
        arguments::named(&self.hyperparameters, "sagemaker_submit_directory")
    }

    /// What the training toolkit sets beyond what the platform has set already.
    pub(super) fn variables(
        &self,
        root: &Path,
        source: &Path,
        program: &str,
    ) -> BTreeMap<String, String> {
        let user = arguments::of_the_user(&self.hyperparameters);
        let module = program.strip_suffix(".py").unwrap_or(program);
        let level = arguments::named(&self.hyperparameters, "sagemaker_container_log_level")
            .or_else(|| {
                let number = self.hyperparameters.get("sagemaker_container_log_level");
                number.and_then(Value::as_str).map(str::to_owned)
            })
            .unwrap_or_else(|| "20".to_owned());
        let framework = variable(FRAMEWORK).unwrap_or_default();
        let words = arguments::arguments(&user);
        let named = [
            ("SM_LOG_LEVEL", level.clone()),
            ("SM_USER_ARGS", json!(words).to_string()),
            ("SM_USER_ENTRY_POINT", program.to_owned()),
            ("SM_MODULE_NAME", module.to_owned()),
            (
                "SM_MODULE_DIR",
                self.source()
                    .unwrap_or_else(|| source.display().to_string()),
            ),
            (
                "SM_FRAMEWORK_MODULE",
                format!("sagemaker_{framework}_container.training:main"),
            ),
            (
                "SM_FRAMEWORK_PARAMS",
                json!(self.of_script_mode()).to_string(),
            ),
            ("SM_INPUT_DATA_CONFIG", self.channels.to_string()),
            ("SM_RESOURCE_CONFIG", self.resources.to_string()),
            (
                "SM_TRAINING_ENV",
                self.training_environment(root, (program, module, &level))
                    .to_string(),
            ),
            ("PYTHONPATH", source.display().to_string()),
        ];
        named
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Arguments of the program.
    pub(super) fn arguments(&self) -> Vec<String> {
        arguments::arguments(&arguments::of_the_user(&self.hyperparameters))
    }

    fn of_script_mode(&self) -> Map<String, Value> {
        let names = self.hyperparameters.keys();
        names
            .filter(|name| steps::is_of_the_platform(name))
            .filter_map(|name| {
                Some((
                    name.clone(),
                    arguments::named(&self.hyperparameters, name)?.into(),
                ))
            })
            .collect()
    }

    fn training_environment(
        &self,
        root: &Path,
        (program, module, level): (&str, &str, &str),
    ) -> Value {
        let at = |below: &str| root.join(below).display().to_string();
        let channels = self.channels.as_object();
        let folders: Map<String, Value> = channels
            .into_iter()
            .flatten()
            .map(|(name, _)| (name.clone(), at(&format!("input/data/{name}")).into()))
            .collect();
        json!({
            "additional_framework_parameters": self.of_script_mode(),
            "channel_input_dirs": folders,
            "current_host": self.resources["current_host"],
            "current_instance_group": self.resources["current_group_name"],
            "current_instance_type": self.resources["current_instance_type"],
            "hosts": self.resources["hosts"],
            "hyperparameters": arguments::of_the_user(&self.hyperparameters),
            "input_config_dir": at("input/config"),
            "input_data_config": self.channels,
            "input_dir": at("input"),
            "is_master": true,
            "job_name": variable(TRAINING_JOB),
            "log_level": level.parse::<i64>().unwrap_or(20),
            "master_hostname": self.resources["current_host"],
            "model_dir": at("model"),
            "module_dir": self.source(),
            "module_name": module,
            "network_interface_name": self.resources["network_interface_name"],
            "num_cpus": cpus(),
            "num_gpus": 0,
            "num_neurons": 0,
            "output_data_dir": at("output/data"),
            "output_dir": at("output"),
            "output_intermediate_dir": at("output/intermediate"),
            "resource_config": self.resources,
            "user_entry_point": program,
        })
    }
}
