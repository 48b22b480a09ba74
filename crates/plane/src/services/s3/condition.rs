//! Conditional requests: what an object must be for a read or a write to go on.

use crate::Fault;

/// An entity tag of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// `*`: any object.
    Any,
    /// One tag, without quotes.
    Is(String),
}

impl Tag {
    fn matches(&self, etag: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Is(tag) => tag == etag,
        }
    }
}

/// The conditions of a request. Moments are in milliseconds since the epoch and count in whole seconds, as HTTP's do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// `If-Match`.
    pub matches: Option<Tag>,
    /// `If-None-Match`.
    pub none_match: Option<Tag>,
    /// `If-Modified-Since`.
    pub modified_since: Option<i64>,
    /// `If-Unmodified-Since`.
    pub unmodified_since: Option<i64>,
}

/// What the conditions say of a read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Answer it.
    Proceed,
    /// The client has it: 304.
    NotModified,
    /// It is not what the client wants: 412.
    Failed,
}

impl Conditions {
    /// Judges a read, in the order of RFC 9110: tags count more than moments.
    pub fn judge(&self, etag: &str, modified: i64) -> Verdict {
        let second = |millis: i64| millis.div_euclid(1000);
        match (&self.matches, self.unmodified_since) {
            (Some(tag), _) if !tag.matches(etag) => return Verdict::Failed,
            (None, Some(moment)) if second(modified) > second(moment) => return Verdict::Failed,
            _ => {}
        }
        match (&self.none_match, self.modified_since) {
            (Some(tag), _) if tag.matches(etag) => Verdict::NotModified,
            (None, Some(moment)) if second(modified) <= second(moment) => Verdict::NotModified,
            _ => Verdict::Proceed,
        }
    }

    /// Judges the source of a copy, where the client has nothing that could be unmodified.
    pub fn check_source(&self, etag: &str, modified: i64) -> Result<(), Fault> {
        match self.judge(etag, modified) {
            Verdict::Proceed => Ok(()),
            Verdict::NotModified | Verdict::Failed => Err(failed()),
        }
    }

    /// Judges a write on the object that is there, given by its tag.
    pub fn check_write(&self, etag: Option<&str>) -> Result<(), Fault> {
        if matches!(self.none_match, Some(Tag::Is(_))) {
            return Err(Fault::new(
                501,
                "NotImplemented",
                "If-None-Match of a write takes `*` alone",
            ));
        }
        if self.none_match.is_some() && etag.is_some() {
            return Err(failed());
        }
        match (&self.matches, etag) {
            (Some(_), None) => Err(Fault::not_found(
                "NoSuchKey",
                "The specified key does not exist.",
            )),
            (Some(tag), Some(etag)) if !tag.matches(etag) => Err(failed()),
            _ => Ok(()),
        }
    }
}

/// The fault of a condition that does not hold.
pub fn failed() -> Fault {
    Fault::new(
        412,
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> Tag {
        Tag::Is(text.to_owned())
    }

    #[test]
    fn reads_are_judged_by_tags_before_moments() {
        let cases = [
            (Some(tag("e")), None, None, None, Verdict::Proceed),
            (Some(tag("x")), None, None, None, Verdict::Failed),
            (Some(Tag::Any), None, None, None, Verdict::Proceed),
            (None, Some(tag("e")), None, None, Verdict::NotModified),
            (None, Some(tag("x")), None, None, Verdict::Proceed),
            (None, None, Some(5_999), None, Verdict::NotModified),
            (None, None, Some(4_999), None, Verdict::Proceed),
            (None, None, None, Some(4_000), Verdict::Failed),
            (None, None, None, Some(5_000), Verdict::Proceed),
            // A tag that matches outweighs the moment; one that differs too.
            (Some(tag("e")), None, None, Some(1_000), Verdict::Proceed),
            (None, Some(tag("x")), Some(9_000), None, Verdict::Proceed),
        ];
        for (matches, none_match, modified_since, unmodified_since, expected) in cases {
            let conditions = Conditions {
                matches,
                none_match,
                modified_since,
                unmodified_since,
            };
            assert_eq!(conditions.judge("e", 5_500), expected, "{conditions:?}");
        }
    }

    #[test]
    fn writes_are_judged_by_what_is_there() {
        let code = |conditions: Conditions, etag: Option<&str>| {
            conditions.check_write(etag).err().map(|fault| fault.code)
        };
        let create = Conditions {
            none_match: Some(Tag::Any),
            ..Conditions::default()
        };
        let replace = Conditions {
            matches: Some(tag("e")),
            ..Conditions::default()
        };
        let odd = Conditions {
            none_match: Some(tag("e")),
            ..Conditions::default()
        };
        assert_eq!(code(create.clone(), None), None);
        assert_eq!(
            code(create, Some("e")).as_deref(),
            Some("PreconditionFailed")
        );
        assert_eq!(code(replace.clone(), Some("e")), None);
        assert_eq!(
            code(replace.clone(), Some("x")).as_deref(),
            Some("PreconditionFailed")
        );
        assert_eq!(code(replace, None).as_deref(), Some("NoSuchKey"));
        assert_eq!(code(odd, None).as_deref(), Some("NotImplemented"));
    }

    #[test]
    fn a_source_that_is_not_modified_is_not_copied() {
        let conditions = Conditions {
            none_match: Some(tag("e")),
            ..Conditions::default()
        };
        assert_eq!(conditions.check_source("e", 1).unwrap_err().status, 412);
        assert_eq!(conditions.check_source("x", 1), Ok(()));
    }
}
