//! Pages of error codes: those of the crates below, and those of the binary itself.

/// Codes of the binary with their pages.
const PAGES: &[(&str, &str)] = &[
    ("P0301", include_str!("P0301.md")),
    ("P0302", include_str!("P0302.md")),
    ("P0303", include_str!("P0303.md")),
    ("P0304", include_str!("P0304.md")),
    ("P0305", include_str!("P0305.md")),
    ("P0306", include_str!("P0306.md")),
    ("P0401", include_str!("P0401.md")),
    ("P0402", include_str!("P0402.md")),
    ("P0403", include_str!("P0403.md")),
    ("P0404", include_str!("P0404.md")),
    ("P0405", include_str!("P0405.md")),
    ("P0501", include_str!("P0501.md")),
    ("P0502", include_str!("P0502.md")),
    ("P0503", include_str!("P0503.md")),
    ("P0610", include_str!("P0610.md")),
    ("P0611", include_str!("P0611.md")),
    ("P0612", include_str!("P0612.md")),
    ("P0613", include_str!("P0613.md")),
    ("P0614", include_str!("P0614.md")),
    ("P0615", include_str!("P0615.md")),
    ("P0620", include_str!("P0620.md")),
    ("P0621", include_str!("P0621.md")),
    ("P0622", include_str!("P0622.md")),
    ("P0623", include_str!("P0623.md")),
    ("P0625", include_str!("P0625.md")),
    ("P0626", include_str!("P0626.md")),
    ("P0655", include_str!("P0655.md")),
    ("P0656", include_str!("P0656.md")),
    ("P0690", include_str!("P0690.md")),
    ("P0710", include_str!("P0710.md")),
    ("P0711", include_str!("P0711.md")),
    ("P0720", include_str!("P0720.md")),
    ("P0721", include_str!("P0721.md")),
    ("P0722", include_str!("P0722.md")),
    ("P0723", include_str!("P0723.md")),
    ("P0724", include_str!("P0724.md")),
    ("P0725", include_str!("P0725.md")),
    ("P0750", include_str!("P0750.md")),
    ("P0751", include_str!("P0751.md")),
    ("P0752", include_str!("P0752.md")),
    ("P0753", include_str!("P0753.md")),
    ("P0754", include_str!("P0754.md")),
    ("P0755", include_str!("P0755.md")),
    ("P0760", include_str!("P0760.md")),
    ("P0761", include_str!("P0761.md")),
    ("P0762", include_str!("P0762.md")),
    ("P0763", include_str!("P0763.md")),
    ("P0764", include_str!("P0764.md")),
    ("P0765", include_str!("P0765.md")),
    ("P0766", include_str!("P0766.md")),
    ("P0767", include_str!("P0767.md")),
    ("P0768", include_str!("P0768.md")),
    ("P0769", include_str!("P0769.md")),
];

/// The page of a code, or the explanation of a key.
pub(crate) fn explain(subject: &str) -> Option<String> {
    let wanted = subject.trim_matches('`');
    workload::explain(wanted).or_else(|| {
        let code = wanted.to_uppercase();
        let own = PAGES.iter().map(|(known, page)| (*known, *page));
        let data = learn::PAGES.iter().map(|page| (page.code, page.text));
        own.chain(data)
            .find(|(known, _)| *known == code)
            .map(|(_, page)| page.to_owned())
    })
}

/// The key or code that was probably meant.
pub(crate) fn nearest(subject: &str) -> Option<String> {
    let keys = workload::keys();
    let codes = workload::pages().iter().map(|page| page.code);
    let codes = codes
        .chain(learn::PAGES.iter().map(|page| page.code))
        .chain(PAGES.iter().map(|(code, _)| *code));
    let subjects: Vec<&str> = keys.iter().map(String::as_str).chain(codes).collect();
    workload::nearest(subject, subjects).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_begins_with_its_code_and_says_what_to_do() {
        for (code, page) in PAGES {
            assert!(page.starts_with(&format!("# {code}: ")), "{code}");
            assert!(page.contains("What to do"), "{code}");
            assert_eq!(explain(code).as_deref(), Some(*page));
        }
        assert!(explain("P9999").is_none());
    }

    #[test]
    fn a_slip_finds_what_was_meant() {
        assert_eq!(nearest("split.stratfy").as_deref(), Some("split.stratify"));
        assert_eq!(nearest("p301").as_deref(), Some("P0301"));
        assert_eq!(nearest("nothing like it"), None);
    }
}
