//! From text to path.

use serde_json::Value;

use super::filter::{Comparison, Filter, Operand};
use super::query::{Path, Root, Selector, Step};
use super::{Cursor, SyntaxError};
use crate::limits;

/// Reads a whole text as a path.
pub(super) fn path(text: &str) -> Result<Path, SyntaxError> {
    let mut cursor = Cursor::new(text);
    let path = path_at(&mut cursor)?;
    if cursor.at_end() {
        Ok(path)
    } else {
        Err(cursor.error("a path cannot go on like this"))
    }
}

/// Reads the path that stands at the cursor and stops behind it.
pub(crate) fn path_at(cursor: &mut Cursor<'_>) -> Result<Path, SyntaxError> {
    let start = cursor.position();
    if !cursor.eat("$") {
        return Err(cursor.error("a path begins with `$`"));
    }
    let root = if cursor.eat("$") {
        Root::Context
    } else {
        Root::Input
    };
    let name = cursor.take_while(|c| c.is_alphanumeric() || c == '_');
    if !name.is_empty() {
        return Err(match root {
            Root::Input => SyntaxError::Variable(name.to_owned()),
            Root::Context => cursor.error("`$$` is followed by `.` or `[`"),
        });
    }
    let steps = steps(cursor, 0)?;
    Ok(Path {
        text: cursor.since(start).to_owned(),
        root,
        steps,
    })
}

fn steps(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<Step>, SyntaxError> {
    let mut steps = Vec::new();
    loop {
        let deep = cursor.eat("..");
        let dotted = deep || cursor.eat(".");
        let selector = if cursor.eat("[") {
            bracket(cursor, depth)?
        } else if dotted {
            dotted_name(cursor)?
        } else {
            return Ok(steps);
        };
        steps.push(Step { deep, selector });
        if steps.len() > limits::DATA_DEPTH {
            return Err(cursor.error("a path has too many steps"));
        }
    }
}

fn dotted_name(cursor: &mut Cursor<'_>) -> Result<Selector, SyntaxError> {
    if cursor.eat("*") {
        return Ok(Selector::Wildcard);
    }
    let name = cursor.take_while(is_name_character);
    if name.is_empty() {
        return Err(cursor.error("expected a name"));
    }
    if cursor.peek() == Some('(') {
        return Err(cursor.error("a path has no functions"));
    }
    Ok(Selector::Names(vec![name.to_owned()]))
}

/// What a name may hold without quotes: anything that ends neither the name nor an argument nor a comparison.
fn is_name_character(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !".[]()'\",=<>!&|*?".contains(c)
}

fn bracket(cursor: &mut Cursor<'_>, depth: usize) -> Result<Selector, SyntaxError> {
    cursor.skip_space();
    let selector = match cursor.peek() {
        Some('*') => {
            cursor.next();
            Selector::Wildcard
        }
        Some('?') => {
            cursor.next();
            cursor.skip_space();
            cursor.expect("(")?;
            let filter = disjunction(cursor, depth)?;
            cursor.expect(")")?;
            Selector::Filter(filter)
        }
        Some('\'' | '"') => names(cursor)?,
        Some('(') => return Err(cursor.error("a path has no script expressions")),
        _ => numbers(cursor)?,
    };
    cursor.skip_space();
    cursor.expect("]")?;
    Ok(selector)
}

fn names(cursor: &mut Cursor<'_>) -> Result<Selector, SyntaxError> {
    let mut names = Vec::new();
    loop {
        cursor.skip_space();
        if !matches!(cursor.peek(), Some('\'' | '"')) {
            return Err(cursor.error("expected a quoted name"));
        }
        names.push(cursor.quoted()?);
        cursor.skip_space();
        if !cursor.eat(",") {
            return Ok(Selector::Names(names));
        }
    }
}

/// An index, a list of indexes or a slice.
fn numbers(cursor: &mut Cursor<'_>) -> Result<Selector, SyntaxError> {
    let first = cursor.integer()?;
    cursor.skip_space();
    if cursor.peek() == Some(':') {
        return slice(cursor, first);
    }
    let mut indexes =
        vec![first.ok_or_else(|| cursor.error("expected an index, a quoted name, `*` or `?`"))?];
    while cursor.eat(",") {
        cursor.skip_space();
        indexes.push(
            cursor
                .integer()?
                .ok_or_else(|| cursor.error("expected an index"))?,
        );
        cursor.skip_space();
    }
    Ok(Selector::Indexes(indexes))
}

fn slice(cursor: &mut Cursor<'_>, start: Option<i64>) -> Result<Selector, SyntaxError> {
    cursor.expect(":")?;
    cursor.skip_space();
    let end = cursor.integer()?;
    cursor.skip_space();
    let mut step = 1;
    if cursor.eat(":") {
        cursor.skip_space();
        step = cursor.integer()?.unwrap_or(1);
    }
    if step < 1 {
        return Err(cursor.error("the step of a slice is positive"));
    }
    Ok(Selector::Slice { start, end, step })
}

fn disjunction(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, SyntaxError> {
    let mut filters = vec![conjunction(cursor, depth)?];
    while cursor.eat("||") {
        filters.push(conjunction(cursor, depth)?);
    }
    Ok(if filters.len() == 1 {
        filters.remove(0)
    } else {
        Filter::Or(filters)
    })
}

fn conjunction(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, SyntaxError> {
    let mut filters = vec![test(cursor, depth)?];
    while cursor.eat("&&") {
        filters.push(test(cursor, depth)?);
    }
    Ok(if filters.len() == 1 {
        filters.remove(0)
    } else {
        Filter::And(filters)
    })
}

/// A comparison, a test for presence, or either of them negated or in parentheses; with the space around it.
fn test(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, SyntaxError> {
    if depth >= limits::NESTING {
        return Err(cursor.error("a filter is nested too deep"));
    }
    cursor.skip_space();
    let filter = if cursor.eat("(") {
        let inner = disjunction(cursor, depth + 1)?;
        cursor.expect(")")?;
        inner
    } else if cursor.rest().starts_with('!') && !cursor.rest().starts_with("!=") {
        cursor.eat("!");
        Filter::Not(Box::new(test(cursor, depth + 1)?))
    } else {
        comparison(cursor, depth)?
    };
    cursor.skip_space();
    Ok(filter)
}

fn comparison(cursor: &mut Cursor<'_>, depth: usize) -> Result<Filter, SyntaxError> {
    let left = operand(cursor, depth)?;
    cursor.skip_space();
    let Some(comparison) = Comparison::at(cursor) else {
        return match left {
            Operand::Path { .. } => Ok(Filter::Exists(left)),
            Operand::Literal(_) => Err(cursor.error("expected a comparison")),
        };
    };
    cursor.skip_space();
    let right = operand(cursor, depth)?;
    Ok(Filter::Compare {
        left,
        comparison,
        right,
    })
}

fn operand(cursor: &mut Cursor<'_>, depth: usize) -> Result<Operand, SyntaxError> {
    match cursor.peek() {
        Some('@') => {
            cursor.next();
            Ok(Operand::Path {
                from_item: true,
                steps: steps(cursor, depth + 1)?,
            })
        }
        Some('$') => {
            cursor.next();
            Ok(Operand::Path {
                from_item: false,
                steps: steps(cursor, depth + 1)?,
            })
        }
        Some('\'' | '"') => Ok(Operand::Literal(Value::String(cursor.quoted()?))),
        _ => {
            for (word, value) in [
                ("true", Value::Bool(true)),
                ("false", Value::Bool(false)),
                ("null", Value::Null),
            ] {
                if cursor.eat(word) {
                    return Ok(Operand::Literal(value));
                }
            }
            let number = cursor
                .number()?
                .ok_or_else(|| cursor.error("expected `@`, `$` or a literal"))?;
            Ok(Operand::Literal(Value::Number(number)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_the_dialect_does_not_have() {
        for text in [
            "",
            "a.b",
            "$.",
            "$..",
            "$.a b",
            "$.a[",
            "$.a[]",
            "$.a['b]",
            "$.a[(@.length-1)]",
            "$.a.length()",
            "$.a[?(@.b =~ /x/)]",
            "$.a[?(@.b in ['x'])]",
            "$.a[?(1)]",
            "$.a[?(@.b == )]",
            "$.a[?(@.b == 1]",
            "$.a[0:2:0]",
            "$.a[99999999999999999999]",
            "$$a",
            "$.a]",
            "$ ",
        ] {
            assert!(
                matches!(path(text), Err(SyntaxError::Malformed(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn names_a_variable_as_such() {
        assert_eq!(
            path("$x.y").unwrap_err(),
            SyntaxError::Variable("x".to_owned())
        );
    }

    #[test]
    fn a_filter_nests_to_a_limit() {
        let nested = |depth: usize| format!("$[?({}@.a{})]", "(".repeat(depth), ")".repeat(depth));
        assert!(path(&nested(60)).is_ok());
        assert!(path(&nested(10_000)).is_err());
        let chained = format!("$[?({}@.a{})]", "@[?(".repeat(10_000), ")]".repeat(10_000));
        assert!(path(&chained).is_err());
    }

    #[test]
    fn a_path_is_as_long_as_data_is_deep() {
        assert!(path(&format!("${}", ".a".repeat(100))).is_ok());
        assert!(path(&format!("${}", ".a".repeat(101))).is_err());
        assert!(path(&format!("${}", ".a".repeat(400_000))).is_err());
    }

    #[test]
    fn knows_definite_paths() {
        for (text, definite) in [
            ("$", true),
            ("$$.State.Name", true),
            ("$.a[0]['b'].['c d']", true),
            ("$.a[-1]", true),
            ("$.a[*]", false),
            ("$.*", false),
            ("$..a", false),
            ("$.a[0,1]", false),
            ("$.a['x','y']", false),
            ("$.a[1:]", false),
            ("$.a[?(@.b)]", false),
        ] {
            assert_eq!(path(text).unwrap().is_definite(), definite, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[$@.\\[\\]()'\"a*?0-9:,<=>!&| \\\\-]{0,40}") {
            let _ = path(&format!("${text}"));
        }

        #[test]
        fn keeps_the_text(name in "[a-z]{1,8}", index in 0_u8..9) {
            let text = format!("$.{name}[{index}]['{name}']");
            proptest::prop_assert_eq!(path(&text).unwrap().to_string(), text);
        }
    }
}
