//! Figures for people: few digits, a unit always.

/// Seconds with the unit that reads best.
pub(crate) fn seconds(seconds: f64) -> String {
    let magnitude = seconds.abs();
    if magnitude >= 3_600.0 {
        format!("{:.1} h", seconds / 3_600.0)
    } else if magnitude >= 120.0 {
        format!("{:.1} min", seconds / 60.0)
    } else if magnitude >= 10.0 {
        format!("{seconds:.1} s")
    } else if magnitude >= 0.1 || magnitude == 0.0 {
        format!("{seconds:.2} s")
    } else if magnitude >= 0.001 {
        format!("{:.0} ms", seconds * 1e3)
    } else {
        format!("{:.0} \u{b5}s", seconds * 1e6)
    }
}

/// Microseconds.
pub(crate) fn micros(us: u64) -> String {
    if us < 1_000 {
        format!("{us} \u{b5}s")
    } else if us < 100_000 {
        format!("{:.2} ms", us as f64 / 1e3)
    } else {
        seconds(us as f64 / 1e6)
    }
}

/// Bytes in binary units.
pub(crate) fn bytes(bytes: f64) -> String {
    const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
    let mut value = bytes;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

/// A comparison with the signs of mathematics.
pub(crate) fn rule(text: &str) -> String {
    text.replace(">=", "\u{2265}")
        .replace("<=", "\u{2264}")
        .replace("!=", "\u{2260}")
}

/// A signed number with a true minus.
pub(crate) fn signed(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let nothing = text.chars().all(|digit| matches!(digit, '0' | '.'));
    if value < 0.0 && !nothing {
        format!("\u{2212}{text}")
    } else {
        text
    }
}

/// A score.
pub(crate) fn score(value: f64) -> String {
    steps::score_text(value)
}

/// A score that may be negative, with a true minus.
pub(crate) fn signed_score(value: f64) -> String {
    score(value).replace('-', "\u{2212}")
}

/// Dollars with the digits that small amounts need.
pub(crate) fn dollars(amount: units::Money) -> String {
    let dollars = amount.nanos() as f64 / 1e9;
    if dollars.abs() >= 1.0 {
        format!("{dollars:.2} USD")
    } else if dollars == 0.0 {
        "0 USD".to_owned()
    } else {
        // Three digits that say something; a nano-dollar is the smallest amount.
        let digits = (2.0 - dollars.abs().log10().floor()).clamp(2.0, 9.0) as usize;
        format!("{dollars:.digits$} USD")
    }
}

/// Joules as a range.
pub(crate) fn joules(low: f64, high: f64) -> String {
    let digits = match high {
        ..1.0 => 2,
        ..10.0 => 1,
        _ => 0,
    };
    format!("{low:.digits$}\u{2013}{high:.digits$} J")
}

/// A whole number with thin spaces between thousands.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share of a whole for a coordinate, per cent.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.3}%", (share * 100.0).clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_few_digits_and_a_unit() {
        let cases = [
            (seconds(0.0), "0.00 s"),
            (seconds(0.000_12), "120 \u{b5}s"),
            (seconds(0.042), "42 ms"),
            (seconds(1.234), "1.23 s"),
            (seconds(45.67), "45.7 s"),
            (seconds(200.0), "3.3 min"),
            (seconds(7_300.0), "2.0 h"),
            (micros(312), "312 \u{b5}s"),
            (micros(1_500), "1.50 ms"),
            (micros(2_000_000), "2.00 s"),
            (bytes(512.0), "512 B"),
            (bytes(1_572_864.0), "1.5 MiB"),
            (bytes(209_715_200.0), "200 MiB"),
            (score(0.836_95), "0.837"),
            (joules(5.52, 7.945), "5.5\u{2013}7.9 J"),
            (joules(12.0, 19.6), "12\u{2013}20 J"),
            (joules(0.028, 0.04), "0.03\u{2013}0.04 J"),
            (rule(">= 0.7"), "\u{2265} 0.7"),
            (signed(-0.0027, 4), "\u{2212}0.0027"),
            (signed(-0.00001, 4), "0.0000"),
            (count(7), "7"),
            (count(1_234_567), "1\u{202f}234\u{202f}567"),
            (percent(0.5), "50.000%"),
            (percent(1.5), "100.000%"),
        ];
        for (found, expected) in cases {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn small_amounts_of_money_keep_three_digits() {
        assert_eq!(dollars(units::Money::from_nanos(0)), "0 USD");
        assert_eq!(dollars(units::Money::from_nanos(417)), "0.000000417 USD");
        assert_eq!(dollars(units::Money::from_nanos(101_388)), "0.000101 USD");
        assert_eq!(dollars(units::Money::from_nanos(2_100_400)), "0.00210 USD");
        assert_eq!(
            dollars(units::Money::from_nanos(12_345_000_000)),
            "12.35 USD"
        );
    }
}
