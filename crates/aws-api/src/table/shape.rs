//! Shapes: structures with their members, lists, maps and scalars with their constraints.

use super::pattern::Pattern;

/// One shape of a service model.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The model's name of the shape.
    pub name: &'static str,
    /// Whether values must not appear in messages or logs.
    pub sensitive: bool,
    /// What the shape is.
    pub kind: Kind,
}

/// What a shape is, with its constraints.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Named members; of a union exactly one is set.
    Structure {
        /// The members in the model's order.
        members: &'static [Member],
        /// Whether exactly one member must be set.
        union: bool,
    },
    /// A sequence of one shape.
    List {
        /// The shape of each element.
        member: &'static Shape,
        /// The element's name on the wire where it is not `member`.
        member_name: Option<&'static str>,
        /// Whether the elements stand directly in the parent, without a wrapper.
        flattened: bool,
        /// Least number of elements.
        min: Option<u64>,
        /// Greatest number of elements.
        max: Option<u64>,
    },
    /// Text keys and values of one shape.
    Map {
        /// The shape of the keys.
        key: &'static Shape,
        /// The shape of the values.
        value: &'static Shape,
        /// Least number of entries.
        min: Option<u64>,
        /// Greatest number of entries.
        max: Option<u64>,
    },
    /// Text.
    String(Text),
    /// A whole number of 64 bits.
    Integer {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// A floating-point number.
    Float {
        /// Least value.
        min: Option<f64>,
        /// Greatest value.
        max: Option<f64>,
    },
    /// True or false.
    Boolean,
    /// Bytes; base64 text in our values.
    Blob {
        /// Least number of bytes.
        min: Option<u64>,
        /// Greatest number of bytes.
        max: Option<u64>,
    },
    /// A moment; epoch seconds with a millisecond fraction in our values.
    Timestamp(Option<TimestampFormat>),
}

/// The constraints of a text.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// The permitted values; empty when any is.
    pub values: &'static [&'static str],
    /// The pattern that the whole value matches.
    pub pattern: Option<&'static Pattern>,
    /// Least number of characters.
    pub min: Option<u64>,
    /// Greatest number of characters.
    pub max: Option<u64>,
}

/// How a moment is written on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `2026-11-24T10:00:00Z`.
    Iso8601,
    /// Seconds since 1970.
    Unix,
    /// `Tue, 24 Nov 2026 10:00:00 GMT`.
    Rfc822,
}

/// Where a member stands in an HTTP message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the body with the other members.
    Body,
    /// The body itself.
    Payload,
    /// A label of the path.
    Uri,
    /// A header.
    Header,
    /// A parameter of the query string.
    Query,
    /// The status code.
    Status,
}

/// A member of a structure.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The model's name, which is the one of our values.
    pub name: &'static str,
    /// The name on the wire where it differs.
    pub wire_name: Option<&'static str>,
    /// The name in EC2's dialect of Query where the model gives one.
    pub query_name: Option<&'static str>,
    /// The member's shape.
    pub shape: &'static Shape,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Where it stands.
    pub location: Location,
}

impl Member {
    /// The name on the wire.
    pub fn wire(&self) -> &'static str {
        self.wire_name.unwrap_or(self.name)
    }
}

impl Shape {
    /// The members, when this is a structure.
    pub fn members(&self) -> &'static [Member] {
        match self.kind {
            Kind::Structure { members, .. } => members,
            _ => &[],
        }
    }

    /// A member by the model's name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members().iter().find(|member| member.name == name)
    }
}

/// Builders of the generated tables.
impl Shape {
    pub(crate) const fn structure(name: &'static str, members: &'static [Member]) -> Shape {
        Shape::of(
            name,
            Kind::Structure {
                members,
                union: false,
            },
        )
    }

    pub(crate) const fn union(name: &'static str, members: &'static [Member]) -> Shape {
        Shape::of(
            name,
            Kind::Structure {
                members,
                union: true,
            },
        )
    }

    pub(crate) const fn list(name: &'static str, member: &'static Shape) -> Shape {
        let kind = Kind::List {
            member,
            member_name: None,
            flattened: false,
            min: None,
            max: None,
        };
        Shape::of(name, kind)
    }

    pub(crate) const fn map(
        name: &'static str,
        key: &'static Shape,
        value: &'static Shape,
    ) -> Shape {
        Shape::of(
            name,
            Kind::Map {
                key,
                value,
                min: None,
                max: None,
            },
        )
    }

    pub(crate) const fn string(name: &'static str) -> Shape {
        Shape::of(
            name,
            Kind::String(Text {
                values: &[],
                pattern: None,
                min: None,
                max: None,
            }),
        )
    }

    pub(crate) const fn integer(name: &'static str) -> Shape {
        Shape::of(
            name,
            Kind::Integer {
                min: None,
                max: None,
            },
        )
    }

    pub(crate) const fn float(name: &'static str) -> Shape {
        Shape::of(
            name,
            Kind::Float {
                min: None,
                max: None,
            },
        )
    }

    pub(crate) const fn boolean(name: &'static str) -> Shape {
        Shape::of(name, Kind::Boolean)
    }

    pub(crate) const fn blob(name: &'static str) -> Shape {
        Shape::of(
            name,
            Kind::Blob {
                min: None,
                max: None,
            },
        )
    }

    pub(crate) const fn timestamp(name: &'static str) -> Shape {
        Shape::of(name, Kind::Timestamp(None))
    }

    const fn of(name: &'static str, kind: Kind) -> Shape {
        Shape {
            name,
            sensitive: false,
            kind,
        }
    }

    pub(crate) const fn sensitive(mut self) -> Shape {
        self.sensitive = true;
        self
    }

    /// Bounds of a length: characters, bytes, elements or entries.
    pub(crate) const fn length(mut self, least: Option<u64>, most: Option<u64>) -> Shape {
        match &mut self.kind {
            Kind::String(Text { min, max, .. })
            | Kind::List { min, max, .. }
            | Kind::Map { min, max, .. }
            | Kind::Blob { min, max } => {
                *min = least;
                *max = most;
            }
            _ => panic!("only texts, blobs, lists and maps have a length"),
        }
        self
    }

    /// Bounds of a whole number.
    pub(crate) const fn range(mut self, min: Option<i64>, max: Option<i64>) -> Shape {
        self.kind = Kind::Integer { min, max };
        self
    }

    /// Bounds of a floating-point number.
    pub(crate) const fn float_range(mut self, min: Option<f64>, max: Option<f64>) -> Shape {
        self.kind = Kind::Float { min, max };
        self
    }

    pub(crate) const fn pattern(mut self, expression: &'static Pattern) -> Shape {
        match &mut self.kind {
            Kind::String(text) => text.pattern = Some(expression),
            _ => panic!("only texts have a pattern"),
        }
        self
    }

    pub(crate) const fn values(mut self, permitted: &'static [&'static str]) -> Shape {
        match &mut self.kind {
            Kind::String(text) => text.values = permitted,
            _ => panic!("only texts have permitted values"),
        }
        self
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "no model in use needs it yet"))]
    pub(crate) const fn flat(mut self) -> Shape {
        match &mut self.kind {
            Kind::List { flattened, .. } => *flattened = true,
            _ => panic!("only lists are flattened"),
        }
        self
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "no model in use needs it yet"))]
    pub(crate) const fn element(mut self, name: &'static str) -> Shape {
        match &mut self.kind {
            Kind::List { member_name, .. } => *member_name = Some(name),
            _ => panic!("only lists name their elements"),
        }
        self
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "no model in use needs it yet"))]
    pub(crate) const fn written(mut self, format: TimestampFormat) -> Shape {
        self.kind = Kind::Timestamp(Some(format));
        self
    }
}

/// Builders of the generated tables.
impl Member {
    pub(crate) const fn optional(name: &'static str, shape: &'static Shape) -> Member {
        Member {
            name,
            wire_name: None,
            query_name: None,
            shape,
            required: false,
            location: Location::Body,
        }
    }

    pub(crate) const fn required(name: &'static str, shape: &'static Shape) -> Member {
        let mut member = Member::optional(name, shape);
        member.required = true;
        member
    }

    pub(crate) const fn at(mut self, location: Location) -> Member {
        self.location = location;
        self
    }

    pub(crate) const fn wired(mut self, name: &'static str) -> Member {
        self.wire_name = Some(name);
        self
    }

    #[cfg_attr(not(test), expect(dead_code, reason = "no model in use needs it yet"))]
    pub(crate) const fn queried(mut self, name: &'static str) -> Member {
        self.query_name = Some(name);
        self
    }
}
