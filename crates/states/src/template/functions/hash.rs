//! `States.Hash`.

use std::fmt::Write as _;

use md5::Md5;
use serde_json::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::dispatch::{Arguments, FunctionError, FunctionResult};
use crate::limits;

/// The digest in hexadecimal digits of a text as it is, of any other value as JSON.
pub(super) fn hash(arguments: &Arguments) -> FunctionResult {
    let data = match arguments.value(0) {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    if data.chars().nth(limits::ENCODED_CHARACTERS).is_some() {
        return Err(FunctionError::Outside(
            "the data has more than 10000 characters",
        ));
    }
    let digest = match arguments.text(1)? {
        "MD5" => Md5::digest(data).to_vec(),
        "SHA-1" => Sha1::digest(data).to_vec(),
        "SHA-256" => Sha256::digest(data).to_vec(),
        "SHA-384" => Sha384::digest(data).to_vec(),
        "SHA-512" => Sha512::digest(data).to_vec(),
        _ => return Err(arguments.misfit(1, "MD5, SHA-1, SHA-256, SHA-384 or SHA-512")),
    };
    let mut text = String::with_capacity(digest.len() * 2);
    for byte in digest {
        write!(text, "{byte:02x}").expect("writing to a text does not fail");
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dispatch::test_support::call;

    #[test]
    fn digests_of_abc() {
        for (algorithm, start, length) in [
            ("MD5", "900150983cd24fb0", 32),
            ("SHA-1", "a9993e364706816a", 40),
            ("SHA-256", "ba7816bf8f01cfea", 64),
            ("SHA-384", "cb00753f45a35e8b", 96),
            ("SHA-512", "ddaf35a193617aba", 128),
        ] {
            let digest = call("Hash", json!(["abc", algorithm])).unwrap();
            let digest = digest.as_str().unwrap();
            assert!(
                digest.starts_with(start) && digest.len() == length,
                "{algorithm} {digest}"
            );
        }
    }

    #[test]
    fn misuse() {
        assert!(call("Hash", json!(["abc", "CRC32"])).is_err());
        assert!(call("Hash", json!(["abc", 1])).is_err());
        assert!(call("Hash", json!(["x".repeat(10_001), "MD5"])).is_err());
    }
}
