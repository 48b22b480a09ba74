//! `SimulatePrincipalPolicy`: what the policies of a role allow, which the SageMaker SDK asks before it uses a role.
//!
//! Inline policies are read, actions with their wildcards. Texts of AWS's managed policies are not here: an attached one
//! counts as allowing everything that no inline policy denies. Resources and conditions are not looked at.

use serde_json::{Value, json};

use super::record::Role;
use super::role::{page, require};
use crate::services::request::text;
use crate::store::Snapshot;
use crate::{Ctx, Fault};

/// Simulates the actions of a request, each by itself.
pub(super) fn simulate(snapshot: &Snapshot<'_>, _: &Ctx, request: &Value) -> Result<Value, Fault> {
    let arn = text(request, "PolicySourceArn");
    let Some((_, path)) = arn.split_once(":role/") else {
        return Err(Fault::client(
            "InvalidInput",
            format!("{arn} is not the ARN of a role; there are no users and no groups"),
        ));
    };
    let role = require(snapshot, path.rsplit('/').next().unwrap_or(path))?;
    let actions = request["ActionNames"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let results: Vec<Value> = actions
        .iter()
        .filter_map(Value::as_str)
        .map(|action| {
            json!({
                "EvalActionName": action,
                "EvalResourceName": "*",
                "EvalDecision": decision(&role, action),
                "MatchedStatements": [],
                "MissingContextValues": [],
            })
        })
        .collect();
    page("EvaluationResults", &results, request)
}

fn decision(role: &Role, action: &str) -> &'static str {
    let documents = role
        .inline
        .values()
        .filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let mut allowed = !role.attached.is_empty();
    for document in documents {
        for statement in one_or_many(&document["Statement"]) {
            if !covers(statement, action) {
                continue;
            }
            match statement["Effect"].as_str() {
                Some("Deny") => return "explicitDeny",
                Some("Allow") => allowed = true,
                _ => {}
            }
        }
    }
    if allowed { "allowed" } else { "implicitDeny" }
}

fn covers(statement: &Value, action: &str) -> bool {
    let named = |member: &str| {
        one_or_many(&statement[member])
            .iter()
            .filter_map(Value::as_str)
            .any(|pattern| matches(&pattern.to_ascii_lowercase(), &action.to_ascii_lowercase()))
    };
    if statement.get("NotAction").is_some() {
        !named("NotAction")
    } else {
        named("Action")
    }
}

fn one_or_many(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

/// Whether a text fits a pattern in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(policies: &[Value], attached: &[&str]) -> Role {
        Role {
            name: "r".to_owned(),
            path: "/".to_owned(),
            id: "AROA".to_owned(),
            arn: "arn:aws:iam::000000000000:role/r".to_owned(),
            trust: "{}".to_owned(),
            description: None,
            max_session: 3600,
            tags: [].into(),
            inline: policies
                .iter()
                .enumerate()
                .map(|(index, policy)| {
                    (index.to_string(), json!({"Statement": policy}).to_string())
                })
                .collect(),
            attached: attached.iter().map(|&arn| arn.to_owned()).collect(),
            created: 0,
        }
    }

    #[test]
    fn a_denial_wins_over_what_is_allowed() {
        let grant = |action: Value| json!({"Effect": "Allow", "Action": action, "Resource": "*"});
        let deny = json!([{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}]);
        let full = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess";
        for (role, action, expected) in [
            (role(&[], &[]), "s3:GetObject", "implicitDeny"),
            (role(&[], &[full]), "s3:GetObject", "allowed"),
            (
                role(std::slice::from_ref(&deny), &[full]),
                "s3:DeleteObject",
                "explicitDeny",
            ),
            (
                role(&[grant(json!("*")), deny], &[]),
                "s3:DeleteObject",
                "explicitDeny",
            ),
            (
                role(&[grant(json!(["logs:*", "S3:get*"]))], &[]),
                "s3:GetObject",
                "allowed",
            ),
            (
                role(&[grant(json!(["logs:*", "s3:get*"]))], &[]),
                "s3:PutObject",
                "implicitDeny",
            ),
            (
                role(&[json!({"Effect": "Allow", "NotAction": "iam:*"})], &[]),
                "s3:PutObject",
                "allowed",
            ),
            (
                role(&[json!({"Effect": "Allow", "NotAction": "iam:*"})], &[]),
                "iam:PassRole",
                "implicitDeny",
            ),
        ] {
            assert_eq!(
                decision(&role, action),
                expected,
                "{action} {:?}",
                role.inline
            );
        }
    }

    #[test]
    fn a_star_is_any_text() {
        for (pattern, text, expected) in [
            ("*", "s3:getobject", true),
            ("s3:*object", "s3:getobject", true),
            ("s3:*", "s3:", true),
            ("s3:g*t*", "s3:getx", true),
            ("s3:get", "s3:getobject", false),
            ("a*a", "a", false),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
