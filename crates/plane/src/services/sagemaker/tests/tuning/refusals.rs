//! What is refused when a tuning job is created.

use serde_json::{Value, json};

use super::super::{Bed, with};
use super::{LIMITS, configured, tuning};

/// Requests, each with what its refusal begins with and what else it says.
fn check_refusals(bed: &mut Bed, cases: &[(Value, &str)]) {
    for (request, expected) in cases {
        let (code, text) = bed.refusal("CreateHyperParameterTuningJob", request);
        let (wanted, words) = expected.split_once(": ").unwrap();
        assert_eq!(code, wanted, "{text}");
        assert!(text.contains(words), "{text}\nhas no\n{words}");
    }
}

#[test]
fn ranges_that_cannot_be_searched_are_refused() {
    let mut bed = Bed::new();
    let ranges = |ranges: &Value| configured("t", &json!({"ParameterRanges": ranges}));
    let range = |name: &str, low: &str, high: &str, scale: &str| {
        let range = json!({"Name": name, "MinValue": low, "MaxValue": high, "ScalingType": scale});
        ranges(&json!({"ContinuousParameterRanges": [range]}))
    };
    let words = json!({"Name": "kind", "Values": ["a", "b", "c"]});
    let whole = json!({"Name": "depth", "MinValue": "1.5", "MaxValue": "9"});
    check_refusals(
        &mut bed,
        &[
            (
                range("rate", "2", "1", "Linear"),
                "ValidationException: the range of `rate` is upside down or not finite: 2 to 1",
            ),
            (
                range("rate", "0", "1", "Logarithmic"),
                "ValidationException: it needs values greater than 0",
            ),
            (
                range("rate", "few", "1", "Auto"),
                "ValidationException: the MinValue [few] of [rate] is not a number",
            ),
            (
                ranges(&json!({"IntegerParameterRanges": [whole]})),
                "ValidationException: the MinValue [1.5] of [depth] is not a number of its kind",
            ),
            (
                range("epochs", "0", "1", "Auto"),
                "ValidationException: [epochs] has a range and a static value",
            ),
            (
                ranges(&json!({})),
                "ValidationException: there is no parameter to search",
            ),
            (
                ranges(&json!({"CategoricalParameterRanges": [words]})),
                "ValidationException: for the provided ranges [3.0] must be equal or greater than the value of \
                 MaxNumberOfJobs, [12]",
            ),
        ],
    );
}

#[test]
fn limits_and_strategies_that_do_not_fit_are_refused() {
    let mut bed = Bed::new();
    let limit =
        |name: &str, value: u64| with(tuning("t"), &format!("{LIMITS}/{name}"), value.into());
    let few = json!({"ResourceLimits": {"MaxParallelTrainingJobs": 1}});
    let banded = json!({"StrategyConfig": {"HyperbandStrategyConfig": {"MaxResource": 9}}});
    let both = json!({"Strategy": "Hyperband", "TrainingJobEarlyStoppingType": "Auto"});
    let mut endless = configured("t", &json!({"Strategy": "Hyperband"}));
    endless["TrainingJobDefinition"]["StaticHyperParameters"] = json!({});
    let mut cost = tuning("t");
    cost["Tags"] = json!([{"Key": "plimsoll:max-cost", "Value": "much"}]);
    check_refusals(
        &mut bed,
        &[
            (
                limit("MaxParallelTrainingJobs", 13),
                "ValidationException: MaxParallelTrainingJobs, [13], must be less than or equal",
            ),
            (
                limit("MaxNumberOfTrainingJobs", 751),
                "ResourceLimitExceeded: is 750, with a request for 751",
            ),
            (
                configured("t", &few),
                "ValidationException: MaxNumberOfTrainingJobs is required",
            ),
            (
                configured("t", &json!({"Strategy": "Grid"})),
                "ValidationException: MaxNumberOfTrainingJobs is not needed with the Grid strategy",
            ),
            (
                configured("t", &both),
                "ValidationException: TrainingJobEarlyStoppingType must be Off",
            ),
            (
                configured("t", &banded),
                "ValidationException: with the Hyperband strategy alone",
            ),
            (
                endless,
                "ValidationException: MaxResource of HyperbandStrategyConfig is missing",
            ),
            (
                cost,
                "ValidationException: no amount of money such as [1 USD]",
            ),
        ],
    );
}

#[test]
fn names_definitions_and_parents_that_do_not_fit_are_refused() {
    let mut bed = Bed::new();
    bed.call("CreateHyperParameterTuningJob", tuning("taken"))
        .unwrap();
    let parent = |name: &str| {
        let mut request = tuning("t");
        request["WarmStartConfig"] = json!({
            "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": name}],
            "WarmStartType": "IdenticalDataAndAlgorithm",
        });
        request
    };
    let mut neither = tuning("t");
    let members = neither.as_object_mut().unwrap();
    members.remove("TrainingJobDefinition");
    let metric = "/TrainingJobDefinition/AlgorithmSpecification/MetricDefinitions/0";
    let defined =
        |member: &str, text: &str| with(tuning("t"), &format!("{metric}/{member}"), text.into());
    check_refusals(
        &mut bed,
        &[
            (
                tuning("taken"),
                "ResourceInUse: a hyperparameter tuning job with this name already exists",
            ),
            (
                defined("Name", "x"),
                "ValidationException: The objective metric [loss] is not in MetricDefinitions",
            ),
            (defined("Regex", "("), "ValidationException: unclosed group"),
            (
                neither,
                "ValidationException: either TrainingJobDefinition or TrainingJobDefinitions",
            ),
            (
                parent("none"),
                "ValidationException: Could not find the parent hyperparameter tuning job with name [none]",
            ),
            (
                parent("taken"),
                "ValidationException: [taken] is in status InProgress",
            ),
        ],
    );
}

#[test]
fn long_names_and_names_that_are_not_there_are_refused() {
    let mut bed = Bed::new();
    let service = aws_api::service("sagemaker").unwrap();
    let create = service.operation("CreateHyperParameterTuningJob").unwrap();
    let long = aws_api::validate(service, create, &tuning(&"n".repeat(33))).unwrap_err();
    for words in [
        "hyperParameterTuningJobName",
        "length less than or equal to 32",
    ] {
        assert!(long.message.contains(words), "{}", long.message);
    }
    let missing = json!({"HyperParameterTuningJobName": "none"});
    for operation in [
        "DescribeHyperParameterTuningJob",
        "StopHyperParameterTuningJob",
        "ListTrainingJobsForHyperParameterTuningJob",
    ] {
        let (code, _) = bed.refusal(operation, &missing);
        assert_eq!(code, "ResourceNotFound", "{operation}");
    }
}
