//! Form parameters: the body, or the query string, of the Query protocols.

use std::borrow::Cow;
use std::fmt::Write as _;

use http::request::Parts;

use crate::protocol::header;

/// The content type of a form.
pub(crate) const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// What a Query request asks for.
pub(crate) struct Action {
    pub(crate) name: String,
    pub(crate) version: Option<String>,
}

/// The parameters of a request: those of the query string, then those of the body when it is a form.
pub(crate) fn parameters(head: &Parts, body: &[u8]) -> Vec<(String, String)> {
    let mut found = parse(head.uri.query().unwrap_or_default());
    if is_form(head) {
        found.extend(parse(&String::from_utf8_lossy(body)));
    }
    found
}

/// The action that a request names, if it is one of the Query protocols.
pub(crate) fn action(head: &Parts, body: &[u8]) -> Option<Action> {
    let in_query = head
        .uri
        .query()
        .is_some_and(|query| query.contains("Action="));
    if !is_form(head) && !in_query {
        return None;
    }
    let mut found = Action {
        name: String::new(),
        version: None,
    };
    for (name, value) in parameters(head, body) {
        match name.as_str() {
            "Action" => found.name = value,
            "Version" => found.version = Some(value),
            _ => {}
        }
    }
    (!found.name.is_empty()).then_some(found)
}

/// Parameters in the order of a text; a parameter without `=` has an empty value.
pub(crate) fn parse(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_plus(name), decode_plus(value))
        })
        .collect()
}

/// The text of parameters.
pub(crate) fn print(parameters: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&percent_encode(name, false));
        text.push('=');
        text.push_str(&percent_encode(value, false));
    }
    text
}

fn is_form(head: &Parts) -> bool {
    header(head, "content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn decode_plus(text: &str) -> String {
    String::from_utf8_lossy(&percent_decode(&text.replace('+', " "))).into_owned()
}

/// Percent-encodes everything but RFC 3986's unreserved characters and, on demand, slashes.
pub(crate) fn percent_encode(text: &str, keep_slash: bool) -> String {
    percent_encode_bytes(text.as_bytes(), keep_slash)
}

/// [`percent_encode`] of bytes.
pub(crate) fn percent_encode_bytes(bytes: &[u8], keep_slash: bool) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if unreserved || (keep_slash && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Decodes `%XX`; a percent sign without two hexadecimal digits stands for itself.
pub(crate) fn percent_decode(text: &str) -> Cow<'_, [u8]> {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'%') {
        return Cow::Borrowed(bytes);
    }
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1).zip(bytes.get(at + 2));
        let value = digits.and_then(|(&high, &low)| Some(hex(high)? << 4 | hex(low)?));
        if let Some(value) = value.filter(|_| bytes[at] == b'%') {
            decoded.push(value);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    Cow::Owned(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;
    use proptest::prelude::*;

    fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
        found
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    #[test]
    fn parameters_are_decoded() {
        let found = parse("A=1&B=a+b%20c&C&&D=%E2%82%AC&E=5%");
        let expected = [
            ("A", "1"),
            ("B", "a b c"),
            ("C", ""),
            ("D", "\u{20ac}"),
            ("E", "5%"),
        ];
        assert_eq!(pairs(&found), expected);
    }

    #[test]
    fn actions_stand_in_the_body_or_in_the_query_string() {
        let build = |uri: &str, kind: &str| {
            let request = Request::builder().uri(uri).header("content-type", kind);
            request.body(()).unwrap().into_parts().0
        };
        let form = build("/", "application/x-www-form-urlencoded");
        let found = action(&form, b"Action=GetRole&Version=2010-05-08").unwrap();
        assert_eq!(
            (found.name.as_str(), found.version.as_deref()),
            ("GetRole", Some("2010-05-08"))
        );
        let query = build("/?Action=GetCallerIdentity", "text/plain");
        assert_eq!(action(&query, b"").unwrap().name, "GetCallerIdentity");
        assert!(action(&build("/", "application/json"), b"Action=GetRole").is_none());
        assert!(action(&form, b"Version=1").is_none());
    }

    proptest! {
        #[test]
        fn printed_parameters_are_read_back(name in "\\PC{1,12}", value in "\\PC{0,40}") {
            let parameters = vec![(name, value)];
            prop_assert_eq!(parse(&print(&parameters)), parameters);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,60}") {
            parse(&text);
        }

        #[test]
        fn percent_encoding_is_undone(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let encoded = percent_encode_bytes(&bytes, true);
            prop_assert_eq!(&*percent_decode(&encoded), &bytes[..]);
        }
    }
}
