//! What a signature says of itself, in the header or in the query string, before anything is verified.

use http::request::Parts;

use super::canonical::ALGORITHM;
use super::refusal::Refusal;
use crate::codec::form;
use crate::protocol::header;

/// The credential scope of a request, unverified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The access key that the request claims.
    pub access_key: String,
    /// The date as `YYYYMMDD`.
    pub date: String,
    /// The region.
    pub region: String,
    /// The signing name of the service.
    pub service: String,
    /// Whether the signature stands in the query string.
    pub presigned: bool,
    /// The session token that the request carries.
    pub session_token: Option<String>,
}

/// A signature taken apart.
pub(crate) struct Claim {
    pub(crate) scope: Scope,
    pub(crate) signed_headers: Vec<String>,
    pub(crate) signature: String,
    pub(crate) moment: String,
    /// Seconds that a presigned request is good for.
    pub(crate) expires: Option<String>,
}

/// The scope that a request claims, unverified; nothing when it has no readable signature of Version 4.
pub fn scope(head: &Parts) -> Option<Scope> {
    claim(head).ok().map(|claim| claim.scope)
}

/// Takes the signature of a request apart.
pub(crate) fn claim(head: &Parts) -> Result<Claim, Refusal> {
    let query = head.uri.query().unwrap_or_default();
    let presigned = query.contains("X-Amz-Algorithm=");
    match (head.headers.contains_key("authorization"), presigned) {
        (true, true) => Err(incomplete(
            "the request is signed twice, by header and by query string",
        )),
        (true, false) => from_header(head),
        (false, true) => from_query(query),
        (false, false) => Err(Refusal::Missing),
    }
}

fn incomplete(what: &str) -> Refusal {
    Refusal::Incomplete(what.to_owned())
}

fn from_header(head: &Parts) -> Result<Claim, Refusal> {
    if head.headers.get_all("authorization").iter().count() > 1 {
        return Err(incomplete("the request has two Authorization headers"));
    }
    let text = header(head, "authorization").unwrap_or_default();
    let Some(fields) = text.strip_prefix(ALGORITHM) else {
        return Err(incomplete(
            "the Authorization header is not of AWS4-HMAC-SHA256",
        ));
    };
    let field = |name: &str| {
        let mut parts = fields
            .split(',')
            .filter_map(|part| part.trim().split_once('='));
        let found = parts
            .find(|(field, _)| *field == name)
            .map(|(_, value)| value);
        found.ok_or_else(|| incomplete(&format!("the Authorization header requires `{name}`")))
    };
    let moment = header(head, "x-amz-date")
        .ok_or_else(|| incomplete("the Authorization header requires `X-Amz-Date`"))?;
    let token = header(head, "x-amz-security-token").map(str::to_owned);
    Ok(Claim {
        scope: parse_scope(field("Credential")?, false, token)?,
        signed_headers: split_headers(field("SignedHeaders")?),
        signature: field("Signature")?.to_owned(),
        moment: moment.to_owned(),
        expires: None,
    })
}

fn from_query(query: &str) -> Result<Claim, Refusal> {
    let mut parameters = form::parse(query);
    let mut take = |name: &str| {
        let at = parameters
            .iter()
            .position(|(parameter, _)| parameter == name)?;
        Some(parameters.swap_remove(at).1)
    };
    let mut need = |name: &str| {
        take(name).ok_or_else(|| incomplete(&format!("the query string requires `{name}`")))
    };
    if need("X-Amz-Algorithm")? != ALGORITHM {
        return Err(incomplete("the signature is not of AWS4-HMAC-SHA256"));
    }
    let credential = need("X-Amz-Credential")?;
    let signed_headers = split_headers(&need("X-Amz-SignedHeaders")?);
    let signature = need("X-Amz-Signature")?;
    let moment = need("X-Amz-Date")?;
    let expires = Some(need("X-Amz-Expires")?);
    let scope = parse_scope(&credential, true, take("X-Amz-Security-Token"))?;
    Ok(Claim {
        scope,
        signed_headers,
        signature,
        moment,
        expires,
    })
}

fn parse_scope(credential: &str, presigned: bool, token: Option<String>) -> Result<Scope, Refusal> {
    // The key itself may hold slashes, the rest may not.
    let mut parts = credential.rsplitn(5, '/');
    let mut part = || parts.next().unwrap_or_default().to_owned();
    let (end, service, region, date, access_key) = (part(), part(), part(), part(), part());
    if end != "aws4_request" || access_key.is_empty() || region.is_empty() || service.is_empty() {
        return Err(incomplete(
            "the credential is not of the form KEY/DATE/REGION/SERVICE/aws4_request",
        ));
    }
    Ok(Scope {
        access_key,
        date,
        region,
        service,
        presigned,
        session_token: token,
    })
}

fn split_headers(text: &str) -> Vec<String> {
    text.split(';')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
