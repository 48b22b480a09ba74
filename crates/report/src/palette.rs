//! The colours, in both schemes: blue and vermillion, which people who see few colours tell apart, and greys.

/// A colour's name and its values in the light and in the dark scheme.
pub(crate) const COLORS: [(&str, &str, &str); 13] = [
    ("paper", "#ffffff", "#14171b"),
    ("panel", "#f4f6f8", "#1d2127"),
    ("ink", "#1b1f24", "#e8eaed"),
    ("soft", "#56606b", "#a9b2bc"),
    ("line", "#d3d9df", "#383f48"),
    ("mark", "#6b7682", "#8d97a3"),
    ("blue", "#0b5cad", "#6cb2f0"),
    ("pale", "#c3dbf2", "#27445f"),
    ("orange", "#b3470e", "#f0a06a"),
    ("green", "#0b6b4f", "#5cc9a4"),
    ("red", "#a52a1d", "#f58d7c"),
    ("purple", "#7a3d91", "#cf9fe0"),
    ("grey", "#5b6570", "#a2acb7"),
];

/// Colours of series, told apart by their dashes as well.
pub(crate) const SERIES: [(&str, &str); 6] = [
    ("blue", ""),
    ("orange", "7 3"),
    ("green", "2 3"),
    ("purple", "9 3 2 3"),
    ("red", "4 2"),
    ("grey", "1 2"),
];

/// The variables of both schemes; paper is always light.
pub(crate) fn variables() -> String {
    let block =
        |of: fn(&(&str, &str, &str)) -> String| -> String { COLORS.iter().map(of).collect() };
    let light = block(|(name, light, _)| format!("--{name}:{light};"));
    let dark = block(|(name, _, dark)| format!("--{name}:{dark};"));
    format!(
        ":root{{color-scheme:light dark;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(hex: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()))
    }

    fn luminance(channels: [f64; 3]) -> f64 {
        let [r, g, b] = channels.map(|value| {
            let share = value / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(left: [f64; 3], right: [f64; 3]) -> f64 {
        let (a, b) = (luminance(left), luminance(right));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// A colour's channels by its name.
    type Scheme = Box<dyn Fn(&str) -> [f64; 3]>;

    fn schemes() -> [Scheme; 2] {
        let of = |scheme: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
            move |name: &str| channels(scheme(COLORS.iter().find(|color| color.0 == name).unwrap()))
        };
        [Box::new(of(|color| color.1)), Box::new(of(|color| color.2))]
    }

    #[test]
    fn known_contrasts_come_out() {
        assert!((contrast(channels("#000000"), channels("#ffffff")) - 21.0).abs() < 1e-9);
        assert!((contrast(channels("#777777"), channels("#ffffff")) - 4.48).abs() < 0.01);
    }

    #[test]
    fn text_has_the_contrast_of_wcag_aa_on_both_grounds_in_both_schemes() {
        for scheme in schemes() {
            for ground in ["paper", "panel"] {
                for text in [
                    "ink", "soft", "blue", "orange", "green", "red", "purple", "grey",
                ] {
                    let found = contrast(scheme(text), scheme(ground));
                    assert!(found >= 4.5, "{text} on {ground}: {found:.2}");
                }
            }
            // Bars and marks need 3.
            let found = contrast(scheme("mark"), scheme("paper"));
            assert!(found >= 3.0, "marks: {found:.2}");
            let found = contrast(scheme("ink"), scheme("pale"));
            assert!(found >= 4.5, "text on bars: {found:.2}");
        }
    }

    #[test]
    fn text_in_the_darkest_cell_of_a_matrix_is_readable() {
        // The style mixes at most 45 % of blue into the paper.
        for scheme in schemes() {
            let (blue, paper) = (scheme("blue"), scheme("paper"));
            let cell = [0, 1, 2].map(|at| 0.45 * blue[at] + 0.55 * paper[at]);
            let found = contrast(scheme("ink"), cell);
            assert!(found >= 4.5, "{found:.2}");
        }
    }

    #[test]
    fn no_two_series_share_colour_or_dashes() {
        for (place, (color, dashes)) in SERIES.iter().enumerate() {
            assert!(COLORS.iter().any(|(name, ..)| name == color));
            let others = &SERIES[place + 1..];
            assert!(
                others
                    .iter()
                    .all(|other| other.0 != *color && other.1 != *dashes)
            );
        }
    }
}
