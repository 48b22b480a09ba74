//! Where a figure comes from: shown as a word beside it, never as a colour alone.

use maud::{Markup, html};

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Measured on this machine.
    Measured,
    /// Computed from what was measured or predicted here.
    Computed,
    /// Published by somebody else.
    Published,
    /// Estimated from published coefficients.
    Estimated,
    /// Given in the workload file or in the data.
    Given,
}

impl Origin {
    const ALL: [Self; 5] = [
        Self::Measured,
        Self::Computed,
        Self::Published,
        Self::Estimated,
        Self::Given,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Computed => "computed",
            Self::Published => "published",
            Self::Estimated => "estimated",
            Self::Given => "given",
        }
    }

    const fn meaning(self) -> &'static str {
        match self {
            Self::Measured => "read from a clock or a counter on the machine that did the work",
            Self::Computed => {
                "calculated from rows, predictions, or measured figures and prices of a date"
            }
            Self::Published => "stated by somebody else, under the source beside it",
            Self::Estimated => {
                "measured CPU seconds times published coefficients; a range, since nothing here can measure it"
            }
            Self::Given => "written in the workload file or the data",
        }
    }

    /// The tag.
    pub(crate) fn tag(self) -> Markup {
        html! { span class={ "tag " (self.word()) } { (self.word()) } }
    }
}

/// What each tag means.
pub(crate) fn legend() -> Markup {
    html! {
        dl.legend {
            @for origin in Origin::ALL {
                div { dt { (origin.tag()) } dd { (origin.meaning()) } }
            }
        }
    }
}
