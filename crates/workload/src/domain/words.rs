//! Enumerations that are one word in the file.

/// Declares an enumeration whose variants are words: its type, `NAMES`, `name`, `Display` and `FromStr`.
///
/// `words! { /// What. pub enum Scale { /// By deviation. Standard = "standard", /// Not. None = "none" } }` gives
/// `Scale::Standard.name() == "standard"` and `"none".parse() == Ok(Scale::None)`.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $type { $($(#[$variant_doc])* $variant,)+ }

        impl $type {
            /// Every word, in the order of the variants.
            pub const NAMES: &'static [&'static str] = &[$($word),+];

            /// The word in the file.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::InvalidText;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::InvalidText::new(
                        text,
                        format!("one of `{}`", Self::NAMES.join("`, `")),
                    )),
                }
            }
        }
    };
}

pub(crate) use words;

/// A text that is not a value of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct InvalidText {
    /// What was given.
    pub text: String,
    /// What is expected.
    pub expected: String,
}

impl InvalidText {
    /// An error that names the text and what is expected in its place.
    pub(crate) fn new(text: &str, expected: impl Into<String>) -> Self {
        Self {
            text: text.to_owned(),
            expected: expected.into(),
        }
    }
}
