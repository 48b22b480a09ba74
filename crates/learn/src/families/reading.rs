//! Reading hyperparameters within their ranges, with errors that name them.

use steps::{Hyperparameters, HyperparametersError};

use super::choice::invalid;

/// A whole number from `least` on.
pub(super) fn at_least(
    given: &Hyperparameters,
    name: &str,
    default: u32,
    least: u32,
) -> Result<u32, HyperparametersError> {
    let expected = format!("a whole number from {least}");
    let value = given.parsed(name, default, &expected)?;
    if value < least {
        return Err(invalid(name, &value.to_string(), &expected));
    }
    Ok(value)
}

/// A whole number from `least` on, or `none`.
pub(super) fn at_least_or_none(
    given: &Hyperparameters,
    name: &str,
    default: Option<u32>,
    least: u32,
) -> Result<Option<u32>, HyperparametersError> {
    match given.text(name) {
        None => Ok(default),
        Some("none") => Ok(None),
        Some(_) => at_least(given, name, least, least).map(Some),
    }
}

/// A finite number above 0.
pub(super) fn positive(
    given: &Hyperparameters,
    name: &str,
    default: f64,
) -> Result<f64, HyperparametersError> {
    checked(given, name, default, "a number above 0", |value| {
        value > 0.0
    })
}

/// A finite number from 0 on.
pub(super) fn not_negative(
    given: &Hyperparameters,
    name: &str,
    default: f64,
) -> Result<f64, HyperparametersError> {
    checked(given, name, default, "a number from 0", |value| {
        value >= 0.0
    })
}

/// A share above 0 and at most 1.
pub(super) fn share(
    given: &Hyperparameters,
    name: &str,
    default: f64,
) -> Result<f64, HyperparametersError> {
    let expected = "a share above 0 and at most 1";
    checked(given, name, default, expected, |value| {
        value > 0.0 && value <= 1.0
    })
}

/// A number within a range.
pub(crate) fn number<T>(
    given: &Hyperparameters,
    name: &str,
    default: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, HyperparametersError>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    let Some(text) = given.text(name) else {
        return Ok(default);
    };
    let value = text.parse().ok().filter(|value| range.contains(value));
    value.ok_or_else(|| {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        invalid(name, text, &expected)
    })
}

fn checked(
    given: &Hyperparameters,
    name: &str,
    default: f64,
    expected: &str,
    holds: impl Fn(f64) -> bool,
) -> Result<f64, HyperparametersError> {
    let value: f64 = given.parsed(name, default, expected)?;
    if value.is_finite() && holds(value) {
        return Ok(value);
    }
    Err(invalid(name, &value.to_string(), expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(value: &str) -> Hyperparameters {
        Hyperparameters([("x".to_owned(), value.to_owned())].into())
    }

    #[test]
    fn numbers_are_read_within_their_ranges() {
        assert_eq!(positive(&given("0.5"), "x", 1.0), Ok(0.5));
        assert_eq!(positive(&given("0.5"), "y", 1.0), Ok(1.0));
        assert_eq!(not_negative(&given("0"), "x", 1.0), Ok(0.0));
        assert_eq!(share(&given("1"), "x", 0.5), Ok(1.0));
        assert_eq!(at_least_or_none(&given("none"), "x", Some(3), 1), Ok(None));
        assert_eq!(at_least_or_none(&given("7"), "x", None, 1), Ok(Some(7)));
        assert_eq!(at_least_or_none(&given("7"), "y", Some(3), 1), Ok(Some(3)));
    }

    #[test]
    fn numbers_outside_are_refused_by_name() {
        let message = |result: Result<f64, HyperparametersError>| result.unwrap_err().to_string();
        let of = |value: &str, expected: &str| {
            format!("hyperparameter `x` has the value `{value}`, expected {expected}")
        };
        let above = "a number above 0";
        assert_eq!(message(positive(&given("0"), "x", 1.0)), of("0", above));
        assert_eq!(message(positive(&given("inf"), "x", 1.0)), of("inf", above));
        assert_eq!(
            message(not_negative(&given("-1"), "x", 1.0)),
            of("-1", "a number from 0")
        );
        assert_eq!(
            message(share(&given("1.5"), "x", 1.0)),
            of("1.5", "a share above 0 and at most 1")
        );
        assert!(at_least_or_none(&given("0"), "x", None, 1).is_err());
        assert!(at_least_or_none(&given("None"), "x", None, 1).is_err());
    }
}
