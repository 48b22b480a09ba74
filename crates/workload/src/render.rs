//! Problems as text for people, in the style of compilers.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use crate::{Diagnostic, SourceRange};

/// Renders problems one after the other, each with its line, its caret and its hints.
///
/// `source` is the text that was parsed, `name` what the user calls it.
///
/// ```
/// let text = "plimsoll: 1\nname: heart\ndata: { source: a.csv }\ntask: { target: a }\nspilt:\n";
/// let problems = workload::parse(text).unwrap_err();
/// let rendered = workload::render(&problems, "heart/workload.yaml", text, workload::Color::Never);
/// assert_eq!(rendered, "\
/// error[P0104]: unknown key `spilt`
///   --> heart/workload.yaml:5:1
///    |
///  5 | spilt:
///    | ^^^^^ did you mean `split`?
///    = hint: `plimsoll explain P0104`
/// ");
/// ```
pub fn render(problems: &[Diagnostic], name: &str, source: &str, color: Color) -> String {
    let renderer = match color {
        Color::Always => Renderer::styled(),
        Color::Never => Renderer::plain(),
    }
    .decor_style(DecorStyle::Ascii);
    let one = |problem| render_one(&renderer, problem, name, source);
    problems.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// Whether text has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// With escape sequences.
    Always,
    /// Without.
    Never,
}

fn render_one(renderer: &Renderer, problem: &Diagnostic, name: &str, source: &str) -> String {
    let title = Level::ERROR
        .primary_title(problem.message.as_str())
        .id(problem.code.as_str());
    let group = match problem.range {
        None => title.elements(Vec::<Snippet<'_, Annotation<'_>>>::new()),
        Some(range) => {
            let primary = AnnotationKind::Primary
                .span(visible(range, source))
                .label(problem.label.as_str());
            let related = problem.related.iter().map(|(range, label)| {
                AnnotationKind::Context
                    .span(visible(*range, source))
                    .label(label.as_str())
            });
            let snippet = Snippet::source(source)
                .path(name)
                .annotation(primary)
                .annotations(related);
            title.element(snippet)
        }
    };
    let mut lines = renderer.render(&[group]);
    // One column of margin, so that hints and lines of any width stand under each other.
    lines = lines.replace('\n', "\n ");
    lines.push('\n');
    let margin = " ".repeat(margin(problem, source));
    let explain = format!("`plimsoll explain {}`", problem.code);
    let hints = problem.hints.iter().chain([&explain]);
    lines.extend(hints.map(|hint| format!("{margin} = hint: {hint}\n")));
    lines
}

/// Columns before the bar: the width of the greatest line number that is shown, and one of margin on either side.
fn margin(problem: &Diagnostic, source: &str) -> usize {
    let ranges = problem
        .range
        .iter()
        .chain(problem.related.iter().map(|(range, _)| range));
    let line = |range: &SourceRange| 1 + source[..range.end].matches('\n').count();
    let last = ranges.map(line).max();
    last.map_or(1, |last| last.to_string().len() + 1)
}

/// A range of which something can be underlined: the first line of what spans several, one column of what is empty.
fn visible(range: SourceRange, source: &str) -> std::ops::Range<usize> {
    let text = &source[range.start..range.end];
    let first_line = text.lines().next().unwrap_or_default();
    range.start..range.start + first_line.len()
}
