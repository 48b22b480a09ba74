//! Test images that the final model takes for another class.

use maud::{Markup, html};
use steps::{Mistake, Mistakes};

use super::found;
use crate::figures::count;
use crate::origin::Origin;
use crate::run::Run;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let mistakes = run.mistakes.as_ref()?;
    Some(html! {
        (found(run, "Test"))
        @if mistakes.count == 0 {
            p { "None of " (count(mistakes.rows)) " test images is taken for another class." }
        } @else {
            figure {
                figcaption { (says(mistakes)) " " (Origin::Computed.tag()) }
                ul.images { @for one in &mistakes.shown { li { (image(one)) } } }
            }
        }
    })
}

fn says(mistakes: &Mistakes) -> String {
    let shown = mistakes.shown.len() as u64;
    let which = if shown < mistakes.count {
        format!("The surest {shown} are shown")
    } else {
        "The surest comes first".to_owned()
    };
    format!(
        "{} of {} test images are taken for another class. {which}, as the model sees them: small and grey.",
        count(mistakes.count),
        count(mistakes.rows)
    )
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn image(one: &Mistake) -> Markup {
    let words = format!("{}, taken for {}", one.class, one.predicted);
    // What is no base64 is no image, and does not become an address.
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let whole = !one.png.is_empty() && one.png.bytes().all(is_base64);
    html! {
        @if whole {
            img src={ "data:image/png;base64," (one.png) } alt=(words) width="96" height="96" {}
        }
        strong { (one.class) }
        " is taken for " strong { (one.predicted) } " "
        small { (percent(one.probability)) ", its own class " (percent(one.own_probability)) }
        code { (one.path) }
    }
}
