//! What a member of a request does here.

/// The effect of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It does what AWS documents.
    Honoured,
    /// It is taken, kept and answered, and has no local effect; the note says why.
    Accepted,
    /// A request that sets it is refused by name; the note says why.
    Refused,
}

/// The classification of one member and, where they differ, of the members below it.
#[derive(Debug, Clone, Copy)]
pub struct Support {
    /// The member's name.
    pub member: &'static str,
    /// Its effect, and that of everything below which is not named in `nested`.
    pub level: Level,
    /// Why it is accepted or refused; empty when honoured.
    pub note: &'static str,
    /// Members below that differ; elements of lists and values of maps are transparent.
    pub nested: &'static [Support],
}

/// Builders of the generated tables.
impl Support {
    pub(crate) const fn honoured(member: &'static str) -> Support {
        Support {
            member,
            level: Level::Honoured,
            note: "",
            nested: &[],
        }
    }

    pub(crate) const fn accepted(member: &'static str, note: &'static str) -> Support {
        Support {
            member,
            level: Level::Accepted,
            note,
            nested: &[],
        }
    }

    pub(crate) const fn refused(member: &'static str, note: &'static str) -> Support {
        Support {
            member,
            level: Level::Refused,
            note,
            nested: &[],
        }
    }

    pub(crate) const fn but(mut self, nested: &'static [Support]) -> Support {
        self.nested = nested;
        self
    }

    /// The entry of a member in a list of entries.
    pub(crate) fn of(entries: &'static [Support], member: &str) -> Option<&'static Support> {
        entries.iter().find(|entry| entry.member == member)
    }
}
