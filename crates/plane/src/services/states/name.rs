//! Names and ARNs as Step Functions wants them.

use crate::{ACCOUNT, Ctx, Fault};

/// AWS's limit of names in characters.
const LONGEST: usize = 80;

/// Refuses a name that AWS refuses.
pub(super) fn check(name: &str) -> Result<(), Fault> {
    let length = name.chars().count();
    if (1..=LONGEST).contains(&length) && name.chars().all(is_allowed) {
        return Ok(());
    }
    Err(Fault::client(
        "InvalidName",
        format!("Invalid Name: '{name}'"),
    ))
}

fn is_allowed(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !"<>{}[]?*\"#%\\^|~`$&,;:/".contains(c)
        && !matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{10FFFF}')
}

/// The resource of an ARN of this plane's Step Functions, such as a machine's name; its type must be the given one.
pub(super) fn resource<'a>(ctx: &Ctx, arn: &'a str, kind: &str) -> Result<&'a str, Fault> {
    let prefix = format!("arn:aws:states:{}:{ACCOUNT}:", ctx.region);
    let Some((found, resource)) = arn
        .strip_prefix(&prefix)
        .and_then(|rest| rest.split_once(':'))
    else {
        return Err(invalid(&format!("Invalid ARN prefix: {arn}")));
    };
    if found == kind {
        return Ok(resource);
    }
    Err(invalid(&format!(
        "Resource type not valid in this context: {found}"
    )))
}

/// Refuses a role that is no ARN.
pub(super) fn check_role(arn: &str) -> Result<(), Fault> {
    if arn.starts_with("arn:") && arn.contains(":role/") {
        return Ok(());
    }
    Err(invalid(&format!("Invalid ARN prefix: {arn}")))
}

fn invalid(reason: &str) -> Fault {
    Fault::client("InvalidArn", format!("Invalid Arn: '{reason}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_aws_allows() {
        for name in ["a", "pipeline_1.2-x", "\u{e9}t\u{e9}", &"n".repeat(80)] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for name in [
            "",
            "a b",
            "a*",
            "a/b",
            "a:b",
            "x\u{7f}",
            "y\u{9f}",
            "\u{FFFF}",
            &"n".repeat(81),
        ] {
            assert_eq!(check(name).unwrap_err().code, "InvalidName", "{name}");
        }
    }

    #[test]
    fn arns_are_read_by_their_type() {
        let ctx = Ctx {
            now: 0,
            region: "us-east-1".into(),
            principal: String::new(),
        };
        let arn = "arn:aws:states:us-east-1:000000000000:execution:m:run";
        assert_eq!(resource(&ctx, arn, "execution"), Ok("m:run"));
        for (arn, reason) in [
            (arn, "Resource type not valid in this context: execution"),
            ("m", "Invalid ARN prefix: m"),
            (
                "arn:aws:states:eu-west-1:000000000000:stateMachine:m",
                "Invalid ARN prefix: arn:aws:states:eu-west-1:000000000000:stateMachine:m",
            ),
        ] {
            let fault = resource(&ctx, arn, "stateMachine").unwrap_err();
            assert_eq!(
                (fault.code.as_str(), fault.message),
                ("InvalidArn", format!("Invalid Arn: '{reason}'"))
            );
        }
        assert!(check_role("arn:aws:iam::000000000000:role/machine").is_ok());
        assert!(check_role("machine").is_err());
    }
}
