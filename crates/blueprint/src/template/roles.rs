//! The two roles: one for the machine, one for its jobs, each with what it does and nothing wider.

use serde_json::{Value, json};

fn role(name: &str, service: &str, policy: &str, statements: &Value) -> Value {
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
            },
            "Policies": [{
                "PolicyName": policy,
                "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
            }],
        },
    })
}

fn bucket() -> Value {
    json!({"Fn::GetAtt": ["Bucket", "Arn"]})
}

fn objects() -> Value {
    json!({"Fn::Sub": "${Bucket.Arn}/*"})
}

fn sagemaker(resources: &[&str]) -> Value {
    resources
        .iter()
        .map(|resource| {
            json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:sagemaker:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")})
        })
        .collect()
}

/// The role of the jobs: objects of the bucket, logs, metrics, the image, the endpoint that is load-tested.
pub(super) fn jobs(stack: &str, endpoint: Option<&str>, source: Option<&str>) -> Value {
    let mut statements = vec![
        json!({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"], "Resource": objects()}),
        json!({"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation"], "Resource": bucket()}),
        json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/sagemaker/*"},
        }),
        json!({
            "Effect": "Allow",
            "Action": "cloudwatch:PutMetricData",
            "Resource": "*",
            "Condition": {"StringLike": {"cloudwatch:namespace": ["/aws/sagemaker/*"]}},
        }),
        json!({"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"}),
        json!({
            "Effect": "Allow",
            "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/plimsoll"},
        }),
    ];
    if let Some(source) = source {
        let arn =
            |rest: &str| json!({"Fn::Sub": format!("arn:${{AWS::Partition}}:s3:::{source}{rest}")});
        statements
            .push(json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": arn("/*")}));
        statements.push(json!({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": arn("")}));
    }
    if let Some(endpoint) = endpoint {
        let name = format!("endpoint/{}", endpoint.to_lowercase());
        statements.push(json!({"Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": sagemaker(&[&name])}));
    }
    role(
        &format!("{stack}-jobs"),
        "sagemaker.amazonaws.com",
        "jobs",
        &Value::from(statements),
    )
}

/// The role of the machine: its jobs and models, the bucket, the rules by which `.sync` learns of an end, its log.
pub(super) fn machine(stack: &str, tunes: bool) -> Value {
    let jobs = ["processing-job/*", "training-job/*", "transform-job/*"];
    let models = [
        "model/*",
        "endpoint-config/*",
        "endpoint/*",
        "model-package-group/*",
        "model-package/*",
    ];
    let mut statements = json!([
        {
            "Effect": "Allow",
            "Action": [
                "sagemaker:CreateProcessingJob", "sagemaker:DescribeProcessingJob", "sagemaker:StopProcessingJob",
                "sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob",
                "sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob",
                "sagemaker:AddTags",
            ],
            "Resource": sagemaker(&jobs),
        },
        {
            "Effect": "Allow",
            "Action": [
                "sagemaker:CreateModel", "sagemaker:DescribeModel",
                "sagemaker:CreateEndpointConfig", "sagemaker:DescribeEndpointConfig",
                "sagemaker:CreateEndpoint", "sagemaker:DescribeEndpoint", "sagemaker:UpdateEndpoint",
                "sagemaker:DeleteEndpoint", "sagemaker:CreateModelPackage", "sagemaker:AddTags",
            ],
            "Resource": sagemaker(&models),
        },
        {"Effect": "Allow", "Action": "sagemaker:ListEndpoints", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": {"Fn::GetAtt": ["JobRole", "Arn"]},
            "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        },
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": objects()},
        // Without it a missing object is answered with 403 and not with NoSuchKey, which the machine waits for.
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": bucket()},
        {
            "Effect": "Allow",
            "Action": ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
            "Resource": {"Fn::Sub": "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForSageMaker*"},
        },
        {
            "Effect": "Allow",
            "Action": [
                "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery",
                "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies",
                "logs:DescribeLogGroups",
            ],
            "Resource": "*",
        },
    ]);
    if let (true, Some(statements)) = (tunes, statements.as_array_mut()) {
        statements.push(json!({
            "Effect": "Allow",
            "Action": [
                "sagemaker:CreateHyperParameterTuningJob", "sagemaker:DescribeHyperParameterTuningJob",
                "sagemaker:StopHyperParameterTuningJob", "sagemaker:AddTags",
            ],
            "Resource": sagemaker(&["hyper-parameter-tuning-job/*"]),
        }));
    }
    role(
        &format!("{stack}-machine"),
        "states.amazonaws.com",
        "machine",
        &statements,
    )
}
