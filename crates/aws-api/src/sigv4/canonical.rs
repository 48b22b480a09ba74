//! The canonical request, the text to sign and the signing key.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::codec::form::{percent_decode, percent_encode, percent_encode_bytes};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
pub(crate) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// The parts of a request that a signature covers.
pub(crate) struct Covered<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// Where no `Host` header is: the authority of the URI.
    pub(crate) authority: Option<&'a str>,
    /// The names in lower case, sorted.
    pub(crate) signed_headers: &'a [&'a str],
    pub(crate) payload_hash: &'a str,
}

/// Date, region and service of a signature.
pub(crate) struct Context<'a> {
    /// The moment as `YYYYMMDDTHHMMSSZ`.
    pub(crate) moment: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
}

impl Context<'_> {
    fn date(&self) -> &str {
        self.moment.get(..8).unwrap_or_default()
    }

    /// `date/region/service/aws4_request`.
    pub(crate) fn scope(&self) -> String {
        format!(
            "{}/{}/{}/aws4_request",
            self.date(),
            self.region,
            self.service
        )
    }

    /// The state of the code that authenticates the text to sign; finish it to sign, compare with it to verify.
    pub(crate) fn authenticator(&self, secret: &str, covered: &Covered<'_>) -> Hmac<Sha256> {
        let canonical = canonical_request(covered, self.service);
        let text = format!(
            "{ALGORITHM}\n{}\n{}\n{}",
            self.moment,
            self.scope(),
            hex(&Sha256::digest(canonical.as_bytes()))
        );
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [self.date(), self.region, self.service, "aws4_request"] {
            key = keyed(&key, part.as_bytes())
                .finalize()
                .into_bytes()
                .to_vec();
        }
        keyed(&key, text.as_bytes())
    }
}

fn keyed(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut state = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    state.update(message);
    state
}

/// The hash of a body in hexadecimal.
pub(crate) fn payload_hash(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Bytes of a hexadecimal text.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| Some(digit.to_digit(16)? as u8))
        .collect::<Option<_>>()?;
    Some(
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    )
}

/// `YYYYMMDDTHHMMSSZ`.
pub(crate) fn print_moment(now_ms: i64) -> String {
    let moment = Timestamp::from_millisecond(now_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The epoch milliseconds of `YYYYMMDDTHHMMSSZ`.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    let strict = text.len() == 16
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"TZ".contains(&byte));
    let moment = strict.then(|| text.parse::<Timestamp>().ok())?;
    moment.map(Timestamp::as_millisecond)
}

fn canonical_request(covered: &Covered<'_>, service: &str) -> String {
    let mut text = format!(
        "{}\n{}\n{}\n",
        covered.method,
        canonical_path(covered.path, service),
        canonical_query(covered.query)
    );
    for name in covered.signed_headers {
        let _ = writeln!(text, "{name}:{}", canonical_header(covered, name));
    }
    let _ = write!(
        text,
        "\n{}\n{}",
        covered.signed_headers.join(";"),
        covered.payload_hash
    );
    text
}

/// S3 takes the path as it is, encoded once; every other service takes it normalised and encoded twice.
pub(crate) fn canonical_path(path: &str, service: &str) -> String {
    if service == "s3" {
        let encoded = percent_encode_bytes(&percent_decode(path), true);
        return if encoded.is_empty() {
            "/".to_owned()
        } else {
            encoded
        };
    }
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    let mut normal = format!("/{}", kept.join("/"));
    if !kept.is_empty() && path.ends_with('/') {
        normal.push('/');
    }
    percent_encode(&normal, true)
}

/// The parameters encoded anew and sorted, without the signature itself.
fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(|(name, _)| *name != "X-Amz-Signature")
        .map(|(name, value)| (encode_anew(name), encode_anew(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn encode_anew(text: &str) -> String {
    percent_encode_bytes(&percent_decode(&text.replace('+', " ")), false)
}

/// The values of a header, each trimmed and with single spaces, joined by commas.
fn canonical_header(covered: &Covered<'_>, name: &str) -> String {
    let values: Vec<String> = covered
        .headers
        .get_all(name)
        .iter()
        .map(|value| {
            let text = String::from_utf8_lossy(value.as_bytes());
            text.split(' ')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    if values.is_empty() && name == "host" {
        return covered.authority.unwrap_or_default().to_owned();
    }
    values.join(",")
}
