//! Roles and their policies.

use serde_json::{Value, json};

use crate::services::request::{items, text};
use crate::simulation::bed::{Bed, EPOCH};

const DOCUMENT: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;

fn create(bed: &mut Bed, name: &str) -> Value {
    bed.ok(
        "iam",
        "CreateRole",
        &json!({"RoleName": name, "AssumeRolePolicyDocument": DOCUMENT}),
    )
}

#[test]
fn a_role_is_created_once_and_read_back() {
    let mut bed = Bed::new();
    let request = json!({
        "RoleName": "jobs", "Path": "/team/", "AssumeRolePolicyDocument": DOCUMENT, "Description": "for jobs",
        "Tags": [{"Key": "k", "Value": "v"}],
    });
    let role = bed.ok("iam", "CreateRole", &request);
    let id = text(&role["Role"], "RoleId").to_owned();
    assert!(id.starts_with("AROA") && id.len() == 21, "{id}");
    assert_eq!(
        role["Role"]["Arn"],
        "arn:aws:iam::000000000000:role/team/jobs"
    );
    assert_eq!(role["Role"]["CreateDate"], EPOCH / 1000);
    assert_eq!(role["Role"]["Tags"], json!([{"Key": "k", "Value": "v"}]));
    assert_eq!(bed.ok("iam", "GetRole", &json!({"RoleName": "jobs"})), role);
    assert_eq!(
        bed.refused("iam", "CreateRole", &request),
        (
            "EntityAlreadyExists".into(),
            "Role with name jobs already exists.".into()
        )
    );
    let bad = json!({"RoleName": "x", "AssumeRolePolicyDocument": "{"});
    assert_eq!(
        bed.refused("iam", "CreateRole", &bad).0,
        "MalformedPolicyDocument"
    );
    assert_eq!(
        bed.refused("iam", "GetRole", &json!({"RoleName": "none"})),
        (
            "NoSuchEntity".into(),
            "The role with name none cannot be found.".into()
        )
    );
}

#[test]
fn roles_are_listed_by_path_and_page() {
    let mut bed = Bed::new();
    for name in ["c", "a", "b"] {
        create(&mut bed, name);
    }
    bed.ok(
        "iam",
        "CreateRole",
        &json!({"RoleName": "d", "Path": "/p/", "AssumeRolePolicyDocument": DOCUMENT}),
    );
    let names = |page: &Value| {
        items(page, "Roles")
            .iter()
            .map(|role| text(role, "RoleName").to_owned())
            .collect::<Vec<_>>()
    };
    let first = bed.ok("iam", "ListRoles", &json!({"MaxItems": 3}));
    assert_eq!(
        (names(&first), &first["IsTruncated"]),
        (vec!["a".into(), "b".into(), "c".into()], &json!(true))
    );
    let rest = bed.ok("iam", "ListRoles", &json!({"Marker": first["Marker"]}));
    assert_eq!(
        (names(&rest), &rest["IsTruncated"]),
        (vec!["d".into()], &json!(false))
    );
    let below = bed.ok("iam", "ListRoles", &json!({"PathPrefix": "/p/"}));
    assert_eq!(names(&below), ["d"]);
}

#[test]
fn policies_hold_their_role_until_they_are_gone() {
    let mut bed = Bed::new();
    create(&mut bed, "r");
    let role = json!({"RoleName": "r"});
    let inline = json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": DOCUMENT});
    bed.ok("iam", "PutRolePolicy", &inline);
    let got = bed.ok(
        "iam",
        "GetRolePolicy",
        &json!({"RoleName": "r", "PolicyName": "p"}),
    );
    assert!(
        text(&got, "PolicyDocument").starts_with("%7B%22Version%22"),
        "{got}"
    );
    assert_eq!(
        bed.ok("iam", "ListRolePolicies", &role)["PolicyNames"],
        json!(["p"])
    );
    let (code, message) = bed.refused("iam", "DeleteRole", &role);
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "DeleteConflict",
            "Cannot delete entity, must delete policies first."
        )
    );
    bed.ok(
        "iam",
        "DeleteRolePolicy",
        &json!({"RoleName": "r", "PolicyName": "p"}),
    );
    assert_eq!(
        bed.refused(
            "iam",
            "DeleteRolePolicy",
            &json!({"RoleName": "r", "PolicyName": "p"})
        )
        .0,
        "NoSuchEntity"
    );
    let managed =
        json!({"RoleName": "r", "PolicyArn": "arn:aws:iam::aws:policy/service-role/Full"});
    bed.ok("iam", "AttachRolePolicy", &managed);
    bed.ok("iam", "AttachRolePolicy", &managed);
    assert_eq!(
        bed.ok("iam", "ListAttachedRolePolicies", &role)["AttachedPolicies"],
        json!([{"PolicyName": "Full", "PolicyArn": "arn:aws:iam::aws:policy/service-role/Full"}])
    );
    assert_eq!(bed.refused("iam", "DeleteRole", &role).0, "DeleteConflict");
    bed.ok("iam", "DetachRolePolicy", &managed);
    assert_eq!(
        bed.refused("iam", "DetachRolePolicy", &managed).0,
        "NoSuchEntity"
    );
    bed.ok("iam", "DeleteRole", &role);
    assert_eq!(bed.refused("iam", "DeleteRole", &role).0, "NoSuchEntity");
}

#[test]
fn policies_have_limits() {
    let mut bed = Bed::new();
    create(&mut bed, "r");
    let long = json!({"Statement": [{"Sid": "x".repeat(10_240)}]}).to_string();
    let (code, _) = bed.refused(
        "iam",
        "PutRolePolicy",
        &json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": long}),
    );
    assert_eq!(code, "LimitExceeded");
    assert_eq!(
        bed.ok("iam", "ListRolePolicies", &json!({"RoleName": "r"}))["PolicyNames"],
        json!([])
    );
    for place in 0..11 {
        let attach =
            json!({"RoleName": "r", "PolicyArn": format!("arn:aws:iam::aws:policy/P{place}")});
        let code = bed
            .call("iam", "AttachRolePolicy", &attach)
            .err()
            .map(|fault| fault.code);
        assert_eq!(code.as_deref(), (place == 10).then_some("LimitExceeded"));
    }
    let own = json!({"RoleName": "r", "PolicyArn": "arn:aws:iam::000000000000:policy/mine"});
    assert_eq!(
        bed.refused("iam", "AttachRolePolicy", &own).0,
        "NoSuchEntity"
    );
}
