//! `States.Base64Encode` and `States.Base64Decode`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::dispatch::{Arguments, FunctionError, FunctionResult};
use crate::limits;

pub(super) fn encode(arguments: &Arguments) -> FunctionResult {
    Ok(STANDARD.encode(short_text(arguments)?).into())
}

pub(super) fn decode(arguments: &Arguments) -> FunctionResult {
    let bytes = STANDARD.decode(short_text(arguments)?);
    let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.map(Into::into)
        .ok_or_else(|| arguments.misfit(0, "the Base64 of a UTF-8 text"))
}

fn short_text(arguments: &Arguments) -> Result<&str, FunctionError> {
    let text = arguments.text(0)?;
    if text.chars().nth(limits::ENCODED_CHARACTERS).is_some() {
        return Err(FunctionError::Outside(
            "the text has more than 10000 characters",
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::dispatch::test_support::call;

    #[test]
    fn encodes_and_decodes() {
        assert_eq!(
            call("Base64Encode", json!(["Gr\u{fc}\u{df}e"])),
            Ok(json!("R3LDvMOfZQ=="))
        );
        assert_eq!(
            call("Base64Decode", json!(["R3LDvMOfZQ=="])),
            Ok(json!("Gr\u{fc}\u{df}e"))
        );
        assert!(call("Base64Decode", json!(["%%"])).is_err());
        assert!(call("Base64Decode", json!(["/w=="])).is_err());
        assert!(call("Base64Encode", json!([1])).is_err());
    }

    #[test]
    fn a_long_text_is_refused() {
        assert!(call("Base64Encode", json!(["\u{e9}".repeat(10_000)])).is_ok());
        assert!(call("Base64Encode", json!(["x".repeat(10_001)])).is_err());
    }
}
