//! A reader of HTML that is stricter than any browser: every tag closed in order, every attribute quoted.

/// Elements without content.
const VOID: [&str; 3] = ["meta", "br", "wbr"];

/// A page whose tags are in order.
pub(crate) struct Page<'a> {
    text: &'a str,
    tags: Vec<Tag<'a>>,
}

/// An opening tag.
struct Tag<'a> {
    name: &'a str,
    attributes: Attributes<'a>,
    start: usize,
    end: usize,
}

impl<'a> Page<'a> {
    /// Reads a page, or says where it is not well-formed.
    pub(crate) fn parse(text: &'a str) -> Result<Self, String> {
        let rest = text.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
        let mut at = text.len() - rest.len();
        let mut tags: Vec<Tag<'a>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        while let Some(found) = text[at..].find('<') {
            let plain = &text[at..at + found];
            if plain.contains('>') && open.last().is_none_or(|&tag| tags[tag].name != "style") {
                return Err(format!("a stray `>` in `{plain:.80}`"));
            }
            let start = at + found;
            let end = start + text[start..].find('>').ok_or("a tag without end")?;
            let inside = &text[start + 1..end];
            at = end + 1;
            if let Some(name) = inside.strip_prefix('/') {
                let tag = open
                    .pop()
                    .ok_or_else(|| format!("`</{name}>` closes nothing"))?;
                if tags[tag].name != name {
                    return Err(format!("`</{name}>` closes `<{}>`", tags[tag].name));
                }
                tags[tag].end = at;
                continue;
            }
            let (name, attributes) = tag(inside)?;
            if !VOID.contains(&name) {
                open.push(tags.len());
            }
            tags.push(Tag {
                name,
                attributes,
                start,
                end: at,
            });
        }
        match open.last() {
            Some(&tag) => Err(format!("`<{}>` is never closed", tags[tag].name)),
            None => Ok(Self { text, tags }),
        }
    }

    /// How often an element stands.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.elements(name).count()
    }

    /// The text of each element of a name, tags included.
    pub(crate) fn elements<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a str> + 'b {
        let named = self.tags.iter().filter(move |tag| tag.name == name);
        named.map(|tag| &self.text[tag.start..tag.end])
    }

    /// The values of an attribute of each element of a name.
    pub(crate) fn attribute(&self, name: &str, attribute: &str) -> Vec<String> {
        let named = self.tags.iter().filter(|tag| tag.name == name);
        let values = named.flat_map(|tag| {
            tag.attributes
                .iter()
                .filter(|(known, _)| *known == attribute)
        });
        values.map(|(_, value)| (*value).to_owned()).collect()
    }

    /// Every id once, and every reference to one.
    pub(crate) fn check_ids(&self) -> Result<(), String> {
        let all = || self.tags.iter().flat_map(|tag| &tag.attributes);
        let mut ids: Vec<&str> = all()
            .filter(|(name, _)| *name == "id")
            .map(|(_, id)| *id)
            .collect();
        ids.sort_unstable();
        if let Some([id, _]) = ids.array_windows().find(|[a, b]| a == b) {
            return Err(format!("two elements have the id `{id}`"));
        }
        for (name, value) in all() {
            let wanted = match *name {
                "href" => value
                    .strip_prefix('#')
                    .ok_or_else(|| format!("a link to `{value}`"))?,
                "aria-labelledby" => value,
                _ => continue,
            };
            if !ids.contains(&wanted) {
                return Err(format!("no element has the id `{wanted}`"));
            }
        }
        Ok(())
    }

    /// Nothing that a browser would fetch or run.
    pub(crate) fn check_self_contained(&self) -> Result<(), String> {
        for tag in &self.tags {
            let embedded = |(name, value): &(&str, &str)| {
                *name == "src"
                    && value
                        .strip_prefix("data:image/png;base64,")
                        .is_some_and(is_base64)
            };
            if tag.name == "img" && tag.attributes.iter().any(embedded) {
                continue;
            }
            if [
                "script", "link", "img", "iframe", "object", "base", "use", "image",
            ]
            .contains(&tag.name)
            {
                return Err(format!("there is a `<{}>`", tag.name));
            }
            for (name, value) in &tag.attributes {
                let runs = name.starts_with("on") || value.contains("javascript:");
                if runs || *name == "src" || (value.contains("url(") && *name == "style") {
                    return Err(format!("`{name}=\"{value}\"`"));
                }
            }
        }
        let style = self.elements("style").collect::<String>();
        if style.contains("url(") || style.contains("@import") {
            return Err("the style fetches something".to_owned());
        }
        Ok(())
    }
}

/// Whether a text is digits of base64 and nothing else.
fn is_base64(text: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    text.bytes().all(digit)
}

/// Names and values.
type Attributes<'a> = Vec<(&'a str, &'a str)>;

/// Name and attributes of an opening tag.
fn tag(inside: &str) -> Result<(&str, Attributes<'_>), String> {
    let end = inside.find(' ').unwrap_or(inside.len());
    let (name, mut rest) = (&inside[..end], inside[end..].trim_start());
    if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric()) {
        return Err(format!("`<{inside:.40}>` is no tag"));
    }
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (name, value) = rest
            .split_once("=\"")
            .ok_or_else(|| format!("`{rest:.60}` is no attribute"))?;
        let (value, more) = value
            .split_once('"')
            .ok_or_else(|| format!("`{name}` is not closed"))?;
        if name.contains(' ') || value.contains('<') {
            return Err(format!("`{name}=\"{value:.60}\"` is no attribute"));
        }
        if attributes.iter().any(|(known, _)| *known == name) {
            return Err(format!("`{name}` stands twice"));
        }
        attributes.push((name, value));
        rest = more.trim_start();
    }
    Ok((name, attributes))
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn the_reader_refuses_what_is_not_well_formed() {
        let good = "<!DOCTYPE html><html><p class=\"a\">x &lt; y<br>z</p></html>";
        assert!(Page::parse(good).is_ok());
        for bad in [
            "<html></html>",
            "<!DOCTYPE html><p><b></p></b>",
            "<!DOCTYPE html><p>",
            "<!DOCTYPE html></p>",
            "<!DOCTYPE html><p class=a></p>",
            "<!DOCTYPE html><p>a > b</p>",
            "<!DOCTYPE html><p id=\"a\" id=\"b\"></p>",
            "<!DOCTYPE html><p title=\"<\"></p>",
        ] {
            assert!(Page::parse(bad).is_err(), "{bad}");
        }
        let twice = Page::parse("<!DOCTYPE html><p id=\"a\"></p><p id=\"a\"></p>").unwrap();
        assert!(twice.check_ids().is_err());
        let astray = Page::parse("<!DOCTYPE html><a href=\"#b\"></a>").unwrap();
        assert!(astray.check_ids().is_err());
        for fetching in [
            "<script></script>",
            "<p onclick=\"x\"></p>",
            "<style>a{b:url(c)}</style>",
        ] {
            let text = format!("<!DOCTYPE html>{fetching}");
            assert!(
                Page::parse(&text).unwrap().check_self_contained().is_err(),
                "{fetching}"
            );
        }
    }
}
