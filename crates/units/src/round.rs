//! The one rounding rule: half to even, on integers.

/// The quotient of two integers, a tie going to the even neighbour; `divisor` is positive.
pub(crate) fn divide_half_even(dividend: i128, divisor: i128) -> i128 {
    let floor = dividend.div_euclid(divisor);
    let rest = dividend.rem_euclid(divisor);
    // Comparing the rest with what is missing to the next integer cannot overflow, doubling it could.
    let up = match rest.cmp(&(divisor - rest)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => floor % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    floor + i128::from(up)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::divide_half_even;

    #[test]
    fn ties_go_to_the_even_neighbour_on_both_sides_of_zero() {
        let cases = [
            (25, 10, 2),
            (35, 10, 4),
            (-25, 10, -2),
            (-35, 10, -4),
            (24, 10, 2),
            (26, 10, 3),
            (-26, 10, -3),
            (0, 10, 0),
            (7, 1, 7),
        ];
        for (dividend, divisor, expected) in cases {
            assert_eq!(
                divide_half_even(dividend, divisor),
                expected,
                "{dividend} / {divisor}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_result_is_never_further_than_half_a_step(dividend in any::<i64>(), divisor in 1_i64..i64::MAX) {
            let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
            let distance = (divide_half_even(dividend, divisor) * divisor - dividend).abs();
            prop_assert!(distance * 2 <= divisor);
        }

        #[test]
        fn rounding_is_symmetric(dividend in any::<i64>(), divisor in 1_i64..i64::MAX) {
            let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
            prop_assert_eq!(divide_half_even(-dividend, divisor), -divide_half_even(dividend, divisor));
        }
    }
}
