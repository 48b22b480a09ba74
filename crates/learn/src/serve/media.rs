//! The types that bodies have, and the choice between them.

use super::error::Error;

/// A type of body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Lines of cells.
    Csv,
    /// One JSON document.
    Json,
    /// A JSON document a line.
    JsonLines,
    /// A NumPy array.
    Npy,
}

impl Media {
    /// The names, for errors.
    pub(super) const LIST: &'static str =
        "`text/csv`, `application/json`, `application/jsonlines`, `application/x-npy`";

    const ALL: [Self; 4] = [Self::Csv, Self::Json, Self::JsonLines, Self::Npy];

    /// The name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Json => "application/json",
            Self::JsonLines => "application/jsonlines",
            Self::Npy => "application/x-npy",
        }
    }

    /// The type that a name without parameters stands for.
    fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "application/x-jsonlines" | "application/jsonl" | "application/x-ndjson" => {
                Some(Self::JsonLines)
            }
            known => Self::ALL.into_iter().find(|media| media.name() == known),
        }
    }
}

/// A content type with its parameters read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ContentType {
    pub media: Media,
    /// Whether the first line of CSV names columns.
    pub header: bool,
}

impl ContentType {
    pub(super) fn parse(given: &str) -> Result<Self, Error> {
        let refused = || Error::ContentType {
            given: given.to_owned(),
            images: false,
        };
        let mut parts = given.split(';').map(str::trim);
        let media = Media::named(parts.next().unwrap_or_default()).ok_or_else(refused)?;
        let mut header = false;
        for parameter in parts.map(str::to_ascii_lowercase) {
            match parameter.as_str() {
                "header=present" if media == Media::Csv => header = true,
                "header=absent" if media == Media::Csv => header = false,
                "" | "charset=utf-8" | "charset=\"utf-8\"" => {}
                _ => return Err(refused()),
            }
        }
        Ok(Self { media, header })
    }
}

/// The type of the answer: the most wanted one of Accept that is written here; of equally wanted ones the first. Without
/// Accept, or where any will do, it is the type of the request.
pub fn negotiate(accept: Option<&str>, request: Media) -> Result<Media, Error> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return Ok(request);
    };
    let mut best: Option<(Media, f32)> = None;
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Some(1.0), |q| q.parse().ok());
        let Some(weight) = weight.filter(|&weight: &f32| weight > 0.0) else {
            continue;
        };
        let prefix = name.strip_suffix("/*").filter(|prefix| *prefix != "*");
        let media = match prefix {
            _ if name == "*/*" => Some(request),
            Some(prefix) => [request].into_iter().chain(Media::ALL).find(|media| {
                media
                    .name()
                    .split_once('/')
                    .is_some_and(|(kind, _)| kind == prefix)
            }),
            None => Media::named(name),
        };
        if let Some(media) = media
            && best.is_none_or(|(_, most)| weight > most)
        {
            best = Some((media, weight));
        }
    }
    best.map(|(media, _)| media).ok_or_else(|| Error::Accept {
        given: accept.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_are_read_with_their_parameters() {
        let cases = [
            ("text/csv", Some((Media::Csv, false))),
            ("Text/CSV; charset=utf-8", Some((Media::Csv, false))),
            ("text/csv; header=present", Some((Media::Csv, true))),
            ("application/x-ndjson", Some((Media::JsonLines, false))),
            ("application/json; header=present", None),
            ("text/csv; charset=latin-1", None),
            ("image/png", None),
            ("", None),
        ];
        for (given, expected) in cases {
            let found = ContentType::parse(given)
                .ok()
                .map(|found| (found.media, found.header));
            assert_eq!(found, expected, "{given}");
        }
    }

    #[test]
    fn the_most_wanted_type_is_answered() {
        let cases = [
            (None, Some(Media::Csv)),
            (Some(""), Some(Media::Csv)),
            (Some("*/*"), Some(Media::Csv)),
            (Some("application/json"), Some(Media::Json)),
            (Some("application/*"), Some(Media::Json)),
            (Some("text/*"), Some(Media::Csv)),
            (
                Some("text/csv;q=0.2, application/x-npy;q=0.9"),
                Some(Media::Npy),
            ),
            (
                Some("image/png, application/jsonlines"),
                Some(Media::JsonLines),
            ),
            (Some("application/json;q=0, text/csv"), Some(Media::Csv)),
            (Some("image/png"), None),
            (Some("application/json;q=0"), None),
        ];
        for (accept, expected) in cases {
            assert_eq!(negotiate(accept, Media::Csv).ok(), expected, "{accept:?}");
        }
    }
}
