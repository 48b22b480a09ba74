//! Tags of objects and buckets: few, short, and unique by key.

use std::collections::BTreeMap;

use crate::Fault;

/// Most tags of an object.
const MOST: usize = 10;
/// Most tags of a bucket.
const MOST_OF_BUCKET: usize = 50;
/// Characters of a key and of a value.
const LONGEST: (usize, usize) = (128, 256);

/// Checks tags of an object and orders them by key.
pub fn check(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<BTreeMap<String, String>, Fault> {
    let tags = unique(pairs)?;
    if tags.len() > MOST {
        return Err(Fault::client(
            "BadRequest",
            "Object tags cannot be greater than 10",
        ));
    }
    Ok(tags)
}

/// Checks tags of a bucket.
pub fn check_bucket(pairs: impl IntoIterator<Item = (String, String)>) -> Result<(), Fault> {
    if unique(pairs)?.len() > MOST_OF_BUCKET {
        return Err(Fault::client(
            "BadRequest",
            "Bucket tag count cannot be greater than 50",
        ));
    }
    Ok(())
}

fn unique(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<BTreeMap<String, String>, Fault> {
    let mut tags = BTreeMap::new();
    for (key, value) in pairs {
        let fits = (1..=LONGEST.0).contains(&key.chars().count())
            && value.chars().count() <= LONGEST.1
            && !key.starts_with("aws:");
        if !fits {
            return Err(invalid(
                "The TagKey or TagValue you have provided is invalid",
            ));
        }
        if tags.insert(key, value).is_some() {
            return Err(invalid("Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(tags)
}

/// Tags as the document that S3 answers with.
pub fn document(tags: &BTreeMap<String, String>) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let pairs: String = tags
        .iter()
        .map(|(key, value)| {
            format!(
                "<Tag><Key>{}</Key><Value>{}</Value></Tag>",
                escape(key),
                escape(value)
            )
        })
        .collect();
    format!("<Tagging><TagSet>{pairs}</TagSet></Tagging>")
}

/// Reads the form of the header `x-amz-tagging`: a query string.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, Fault> {
    let decode = |part: &str| {
        percent_decode(part).ok_or_else(|| invalid("The header 'x-amz-tagging' is not UTF-8"))
    };
    let mut pairs = Vec::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((decode(key)?, decode(value)?));
    }
    check(pairs)
}

/// Undoes the escapes of a query string.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = (first == b'%').then(|| tail.get(..2)).flatten();
        let escaped = digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = if escaped.is_some() { &tail[2..] } else { tail };
        bytes.push(escaped.unwrap_or(if first == b'+' { b' ' } else { first }));
    }
    String::from_utf8(bytes).ok()
}

fn invalid(message: &str) -> Fault {
    Fault::client("InvalidTag", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_a_query_string() {
        let tags = parse("a=1&b%20c=d%2Fe+f&g").unwrap();
        let pairs: Vec<(&str, &str)> = tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(pairs, [("a", "1"), ("b c", "d/e f"), ("g", "")]);
        assert_eq!(parse("").unwrap().len(), 0);
    }

    #[test]
    fn tags_beyond_the_rules_are_refused() {
        let code = |text: &str| parse(text).unwrap_err().code;
        assert_eq!(code("a=1&a=2"), "InvalidTag");
        assert_eq!(code("=1"), "InvalidTag");
        assert_eq!(code("aws:x=1"), "InvalidTag");
        assert_eq!(code("a=%ff"), "InvalidTag");
        assert_eq!(code(&format!("{}=1", "k".repeat(129))), "InvalidTag");
        assert_eq!(code(&format!("k={}", "v".repeat(257))), "InvalidTag");
        let eleven: Vec<String> = (0..11).map(|n| format!("k{n}=v")).collect();
        assert_eq!(code(&eleven.join("&")), "BadRequest");
        assert_eq!(parse(&eleven[..10].join("&")).unwrap().len(), 10);
    }

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(percent_decode("%2").as_deref(), Some("%2"));
        assert_eq!(percent_decode("%zz").as_deref(), Some("%zz"));
        assert_eq!(percent_decode("%C3%A9").as_deref(), Some("\u{e9}"));
    }
}
