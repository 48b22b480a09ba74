//! SageMaker's framework images, by the names that its SDK and its documents give them, and what stands for them here:
//! the user's own Python with the framework installed.

/// A framework whose images run in a local interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Framework {
    /// The name that containers give it in `SM_FRAMEWORK_MODULE` and in `SAGEMAKER_FRAMEWORK`.
    pub(crate) name: &'static str,
    /// The module that a program of it imports.
    pub(crate) module: &'static str,
    /// What to install to have that module.
    pub(crate) package: &'static str,
    /// Repositories of its images, whatever their account, registry and tag.
    repositories: &'static [&'static str],
}

/// Every framework that is known. Another tag of a repository is another version on AWS; here the version is the one that
/// is installed.
const FRAMEWORKS: &[Framework] = &[
    Framework {
        name: "sklearn",
        module: "sklearn",
        package: "scikit-learn",
        repositories: &["sagemaker-scikit-learn"],
    },
    Framework {
        name: "xgboost",
        module: "xgboost",
        package: "xgboost",
        repositories: &["sagemaker-xgboost"],
    },
    Framework {
        name: "pytorch",
        module: "torch",
        package: "torch",
        repositories: &["pytorch-training", "pytorch-inference", "sagemaker-pytorch"],
    },
    Framework {
        name: "tensorflow",
        module: "tensorflow",
        package: "tensorflow",
        repositories: &[
            "tensorflow-training",
            "tensorflow-inference",
            "sagemaker-tensorflow",
            "sagemaker-tensorflow-scriptmode",
        ],
    },
    Framework {
        name: "huggingface",
        module: "transformers",
        package: "transformers",
        repositories: &[
            "huggingface-pytorch-training",
            "huggingface-pytorch-inference",
        ],
    },
    Framework {
        name: "python",
        module: "",
        package: "",
        repositories: &[
            "sagemaker-base-python",
            "sagemaker-distribution-prod",
            "python",
        ],
    },
];

impl Framework {
    /// The framework of an image's repository.
    pub(super) fn of(repository: &str) -> Option<&'static Self> {
        let name = repository.rsplit('/').next().unwrap_or(repository);
        FRAMEWORKS
            .iter()
            .find(|framework| framework.repositories.contains(&name))
    }

    /// First repository of each framework, for messages.
    pub(super) fn known() -> String {
        let names: Vec<_> = FRAMEWORKS
            .iter()
            .filter_map(|framework| framework.repositories.first().copied())
            .collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_the_sdk_are_known_whatever_their_account() {
        for (repository, expected) in [
            (
                "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn",
                Some("sklearn"),
            ),
            (
                "257758044811.dkr.ecr.us-east-2.amazonaws.com/sagemaker-xgboost",
                Some("xgboost"),
            ),
            (
                "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training",
                Some("torch"),
            ),
            (
                "763104351884.dkr.ecr.us-west-2.amazonaws.com/tensorflow-inference",
                Some("tensorflow"),
            ),
            ("sagemaker-scikit-learn", Some("sklearn")),
            ("python", Some("")),
            ("my-sagemaker-xgboost", None),
            ("xgboost", None),
        ] {
            let found = Framework::of(repository).map(|framework| framework.module);
            assert_eq!(found, expected, "{repository}");
        }
    }
}
