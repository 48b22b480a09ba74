//! Policy documents: JSON text, percent-encoded in answers as AWS does.

use serde_json::Value;

use crate::Fault;

/// Refuses what is no policy document.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let document: Value =
        serde_json::from_str(text).map_err(|_| malformed("Syntax errors in policy."))?;
    if document.get("Statement").is_some() {
        return Ok(());
    }
    Err(malformed("The policy has no Statement."))
}

fn malformed(message: &str) -> Fault {
    Fault::client("MalformedPolicyDocument", message)
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_json_with_a_statement() {
        assert_eq!(check(r#"{"Statement": []}"#), Ok(()));
        for text in ["", "{", "{}", "[]", "1"] {
            assert_eq!(
                check(text).unwrap_err().code,
                "MalformedPolicyDocument",
                "{text}"
            );
        }
    }

    #[test]
    fn answers_are_percent_encoded() {
        assert_eq!(
            encode("{\"a\": \"s3:*\"}-_.~"),
            "%7B%22a%22%3A%20%22s3%3A%2A%22%7D-_.~"
        );
        assert_eq!(encode("\u{e9}"), "%C3%A9");
    }
}
