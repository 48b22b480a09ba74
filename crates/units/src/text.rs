//! The text side of a quantity, the same for all: `FromStr`, `Display`, serde as a string with the unit.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Error, Visitor};

use crate::ParseError;

/// Reads a quantity from a string; a bare number gets the error that names the expected unit.
pub(crate) struct QuantityVisitor<T> {
    pub(crate) expected: &'static str,
    pub(crate) quantity: PhantomData<T>,
}

impl<T: FromStr<Err = ParseError>> Visitor<'_> for QuantityVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.visit_str(&number.to_string())
    }
}

/// Gives a newtype over an integer its text forms. Traits of other crates cannot be implemented for all quantities at
/// once by a function or a trait of ours, hence a macro.
///
/// `text_form!(Span, u64, FORM)` implements `FromStr`, `Display`, `Serialize` and `Deserialize` for `Span(u64)` by
/// the table `FORM`.
macro_rules! text_form {
    ($type:ident, $integer:ty, $form:expr) => {
        impl $type {
            /// What is expected where this quantity is read, with an example and all units.
            pub fn expectation() -> String {
                $form.expectation()
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let value = $form.parse(text)?;
                Ok(Self(
                    <$integer>::try_from(value).expect("a form's range is within its integer"),
                ))
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$form.print(i128::from(self.0)))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any($crate::text::QuantityVisitor {
                    expected: $form.expected,
                    quantity: std::marker::PhantomData,
                })
            }
        }
    };
}

pub(crate) use text_form;
