//! Answers of the Query protocols, written and read back.

use serde_json::{Value, json};

use super::*;
use crate::table::{ErrorShape, Member, Operation, Protocol, Service, Shape};
use crate::{ApiError, service};

static TEXT: Shape = Shape::string("Text");
static MOMENT: Shape = Shape::timestamp("Moment");
static COUNT: Shape = Shape::integer("Count");
static FLAT: Shape = Shape::list("Flat", &TEXT).flat();
static ITEMS: Shape = Shape::list("Items", &TEXT).element("item");
static ENTRIES: Shape = Shape::map("Entries", &TEXT, &COUNT);
static ANSWER: Shape = Shape::structure(
    "Answer",
    &[
        Member::optional("Name", &TEXT).wired("name"),
        Member::optional("Launched", &MOMENT).wired("launchTime"),
        Member::optional("Flat", &FLAT),
        Member::optional("Items", &ITEMS).wired("itemSet"),
        Member::optional("Entries", &ENTRIES),
    ],
);
static OPERATION: Operation = Operation {
    name: "DescribeThings",
    method: "POST",
    uri: "/",
    input: None,
    output: Some(&ANSWER),
    result_wrapper: None,
    errors: &[],
    support: &[],
};
static GONE: ErrorShape = ErrorShape {
    name: "GoneException",
    code: "Gone",
    status: 410,
    shape: &ANSWER,
};
static EC2: Service = Service {
    name: "things",
    full_name: "Things",
    signing_name: "things",
    protocol: Protocol::Ec2,
    protocols: &[Protocol::Ec2],
    target_prefix: "",
    api_version: "2016-11-15",
    xml_namespace: "http://things/",
    query_compatible: false,
    validation_code: "InvalidParameterValue",
    operations: &[],
    errors: &[&GONE],
};

fn value() -> Value {
    json!({
        "Name": "a <b> & \"c\"\r\n\ttab", "Launched": 1_795_514_400, "Flat": ["x", "y"], "Items": ["i", ""],
        "Entries": {"k": 1},
    })
}

#[test]
fn ec2_answers_have_no_wrapper() {
    let text = ec2_answer(&EC2, &OPERATION, &value(), "r-1");
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
        <DescribeThingsResponse xmlns=\"http://things/\"><requestId>r-1</requestId>\
        <name>a &lt;b&gt; &amp; &quot;c&quot;&#xD;\n\ttab</name><launchTime>2026-11-24T10:00:00Z</launchTime>\
        <Flat>x</Flat><Flat>y</Flat><itemSet><item>i</item><item></item></itemSet>\
        <Entries><entry><key>k</key><value>1</value></entry></Entries></DescribeThingsResponse>";
    assert_eq!(text, expected);
    assert_eq!(read_answer(&OPERATION, &ANSWER, &text).unwrap(), value());
}

#[test]
fn ec2_errors_are_lists() {
    let error = ApiError::declared(&EC2, "GoneException", "no such thing");
    let text = ec2_error("Gone", &error, "r-1");
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>Gone</Code>\
        <Message>no such thing</Message></Error></Errors><RequestID>r-1</RequestID></Response>";
    assert_eq!(text, expected);
    let read = read_error(410, &text).unwrap();
    assert_eq!(
        (read.status, read.code.as_str(), read.message.as_str()),
        (410, "Gone", "no such thing")
    );
}

#[test]
fn query_answers_have_a_wrapper_and_metadata() {
    let iam = service("iam").unwrap();
    let operation = iam.operation("ListRolePolicies").unwrap();
    let value = json!({"PolicyNames": ["p", "q"], "IsTruncated": false});
    let text = query_answer(iam, operation, &value, "r-1");
    let expected = "<ListRolePoliciesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
        <ListRolePoliciesResult><PolicyNames><member>p</member><member>q</member></PolicyNames>\
        <IsTruncated>false</IsTruncated></ListRolePoliciesResult>\
        <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></ListRolePoliciesResponse>";
    assert_eq!(text, expected);
    assert_eq!(
        read_answer(operation, operation.output.unwrap(), &text).unwrap(),
        value
    );
}

#[test]
fn operations_without_output_answer_metadata_alone() {
    let iam = service("iam").unwrap();
    let text = query_answer(iam, iam.operation("DeleteRole").unwrap(), &json!({}), "r-1");
    let expected = "<DeleteRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
        <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DeleteRoleResponse>";
    assert_eq!(text, expected);
}

#[test]
fn query_errors_name_who_is_to_blame() {
    let error = ApiError::new(500, "ServiceFailure", "sorry");
    let text = query_error("ServiceFailure", &error, "n", "r-1");
    let expected = "<ErrorResponse xmlns=\"n\"><Error><Type>Receiver</Type><Code>ServiceFailure</Code>\
        <Message>sorry</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
    assert_eq!(text, expected);
}

#[test]
fn characters_that_xml_lacks_are_replaced() {
    let mut writer = Writer::new();
    writer.text("T", "a\u{1}b\u{fffe}");
    assert_eq!(writer.finish(), "<T>a\u{fffd}b\u{fffd}</T>");
}

#[test]
fn malformed_answers_are_refused() {
    let deep = format!("{}{}", "<a>".repeat(60), "</a>".repeat(60));
    for text in [
        "",
        "<a>",
        "<a></b>",
        "<!DOCTYPE x><a/>",
        "<a>&unheard;</a>",
        "no xml",
        deep.as_str(),
    ] {
        assert!(
            read_answer(&OPERATION, &ANSWER, text.as_bytes()).is_err(),
            "{text}"
        );
    }
    assert!(read_answer(&OPERATION, &ANSWER, b"\xff").is_err());
    let text = b"<R><Entries><entry><key>k</key></entry></Entries></R>";
    assert!(read_answer(&OPERATION, &ANSWER, text).is_err());
}
