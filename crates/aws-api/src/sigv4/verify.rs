//! Verification of a signed request.

use hmac::Mac as _;
use http::request::Parts;

use super::canonical::{
    Context, Covered, UNSIGNED, parse_moment, payload_hash, print_moment, unhex,
};
use super::credentials::Credentials;
use super::refusal::Refusal;
use super::scope::{Claim, claim};
use crate::error::ApiError;
use crate::protocol::header;

/// How far the clocks of client and server may be apart.
const SKEW_MS: i64 = 15 * 60 * 1000;

/// Longest life of a presigned request: seven days.
const LONGEST_LIFE_S: i64 = 7 * 24 * 3600;

/// A header that some clients add after signing.
const AFTER_SIGNING: &str = "x-amz-user-agent";

/// Verifies that the holder of `credentials` signed exactly this request near `now_ms` (epoch milliseconds). The caller
/// finds the credentials by [`super::scope`] and refuses a key that it does not know by [`unknown_key`].
pub fn verify(
    head: &Parts,
    body: &[u8],
    credentials: &Credentials,
    now_ms: i64,
) -> Result<(), ApiError> {
    let claim = match claim(head) {
        Ok(claim) => claim,
        Err(refusal) => return Err(refusal.error(head, "")),
    };
    let checked = check(head, body, &claim, credentials, now_ms);
    checked.map_err(|refusal| refusal.error(head, &claim.scope.service))
}

/// Checks what a signature says of itself and its request, all but the signature: the moment is near `now_ms` (epoch
/// milliseconds), what must be signed is named as signed, and what is named is there. For a caller whose verifier looks
/// at the signature alone.
pub fn check_head(head: &Parts, now_ms: i64) -> Result<(), ApiError> {
    let claim = match claim(head) {
        Ok(claim) => claim,
        Err(refusal) => return Err(refusal.error(head, "s3")),
    };
    let checked = check_moment(&claim, now_ms).and_then(|()| check_headers(head, &claim));
    checked.map_err(|refusal| refusal.error(head, &claim.scope.service))
}

/// The error for a request whose access key is not known.
pub fn unknown_key(head: &Parts) -> ApiError {
    match claim(head) {
        Ok(claim) => Refusal::UnknownKey.error(head, &claim.scope.service),
        Err(refusal) => refusal.error(head, ""),
    }
}

fn check(
    head: &Parts,
    body: &[u8],
    claim: &Claim,
    credentials: &Credentials,
    now_ms: i64,
) -> Result<(), Refusal> {
    if claim.scope.access_key != credentials.access_key
        || claim.scope.session_token != credentials.session_token
    {
        return Err(Refusal::UnknownKey);
    }
    check_moment(claim, now_ms)?;
    check_headers(head, claim)?;
    let hash = check_payload(head, body, claim)?;
    let names: Vec<&str> = claim.signed_headers.iter().map(String::as_str).collect();
    let covered = Covered {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &head.headers,
        authority: head.uri.authority().map(http::uri::Authority::as_str),
        signed_headers: &names,
        payload_hash: &hash,
    };
    let context = Context {
        moment: &claim.moment,
        region: &claim.scope.region,
        service: &claim.scope.service,
    };
    let given = unhex(&claim.signature).ok_or(Refusal::Mismatch)?;
    // Compares in constant time.
    let authenticator = context.authenticator(&credentials.secret, &covered);
    authenticator
        .verify_slice(&given)
        .map_err(|_| Refusal::Mismatch)
}

fn check_moment(claim: &Claim, now_ms: i64) -> Result<(), Refusal> {
    let moment = parse_moment(&claim.moment);
    let signed_ms =
        moment.ok_or_else(|| Refusal::Incomplete("the date is not YYYYMMDDTHHMMSSZ".to_owned()))?;
    if !claim.moment.starts_with(&claim.scope.date) || claim.scope.date.len() != 8 {
        let message = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP";
        return Err(Refusal::Skewed(message.to_owned()));
    }
    if signed_ms > now_ms + SKEW_MS {
        return Err(Refusal::Skewed(format!(
            "Signature not yet current: {} is still later than {} ({} + 15 min.)",
            claim.moment,
            print_moment(now_ms + SKEW_MS),
            print_moment(now_ms),
        )));
    }
    if let Some(expires) = &claim.expires {
        let seconds = expires
            .parse::<i64>()
            .ok()
            .filter(|life| (1..=LONGEST_LIFE_S).contains(life));
        let message = format!("X-Amz-Expires must be from 1 to {LONGEST_LIFE_S} seconds");
        let seconds = seconds.ok_or(Refusal::Incomplete(message))?;
        return if now_ms > signed_ms + seconds * 1000 {
            Err(Refusal::Expired)
        } else {
            Ok(())
        };
    }
    if signed_ms < now_ms - SKEW_MS {
        return Err(Refusal::Skewed(format!(
            "Signature expired: {} is now earlier than {} ({} - 15 min.)",
            claim.moment,
            print_moment(now_ms - SKEW_MS),
            print_moment(now_ms),
        )));
    }
    Ok(())
}

/// The host and every `x-amz-` header must be signed, and every signed header must be there.
fn check_headers(head: &Parts, claim: &Claim) -> Result<(), Refusal> {
    let signed = |name: &str| claim.signed_headers.iter().any(|signed| signed == name);
    let present = head.headers.keys().map(http::HeaderName::as_str);
    let mut needed = present
        .filter(|name| name.starts_with("x-amz-") && *name != AFTER_SIGNING)
        .chain(["host"]);
    if let Some(name) = needed.find(|name| !signed(name)) {
        return Err(Refusal::Incomplete(format!(
            "`{name}` must be a signed header"
        )));
    }
    let missing = claim.signed_headers.iter().find(|name| {
        let host = name.as_str() == "host" && head.uri.authority().is_some();
        !host && !head.headers.contains_key(name.as_str())
    });
    match missing {
        Some(name) => Err(Refusal::Incomplete(format!(
            "the signed header `{name}` is missing"
        ))),
        None => Ok(()),
    }
}

/// The body's hash as the signature has it: the real one, or S3's word for a body that is not covered.
fn check_payload(head: &Parts, body: &[u8], claim: &Claim) -> Result<String, Refusal> {
    let is_s3 = claim.scope.service == "s3";
    let declared = header(head, "x-amz-content-sha256");
    if is_s3 && (declared == Some(UNSIGNED) || (declared.is_none() && claim.scope.presigned)) {
        return Ok(UNSIGNED.to_owned());
    }
    let hash = payload_hash(body);
    match declared {
        Some(declared) if declared != hash => Err(Refusal::Mismatch),
        _ => Ok(hash),
    }
}
