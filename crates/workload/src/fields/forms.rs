//! Forms of scalars.

use std::fmt::Display;
use std::str::FromStr;

use units::{Money, MonthlyMoney, Rate, Share, Span};

use super::field::{Form, Plain};
use crate::Code;
use crate::domain::{
    Cut, EarlyStopping, EndpointName, InstanceType, MaxDepth, MaxFeatures, Metric, Placement,
    ScoreName, Threshold, WholeHours, WorkloadName, is_design_name,
};

const fn form(expected: &'static str, accepts: fn(&str) -> Result<(), String>) -> Form {
    Form {
        expected,
        pattern: None,
        plain: Plain::Text,
        accepts,
        words: &[],
        code: Code::InvalidValue,
    }
}

const fn quantity(
    expected: &'static str,
    pattern: &'static str,
    accepts: fn(&str) -> Result<(), String>,
) -> Form {
    Form {
        pattern: Some(pattern),
        plain: Plain::Quantity,
        ..form(expected, accepts)
    }
}

pub(super) const TEXT: Form = form("text", not_empty);
pub(super) const PATH: Form = form("a path such as `data/rows.csv`", not_empty);
pub(super) const ENTRY_POINT: Form = form("a program such as `train.py`", entry_point);
pub(super) const HYPERPARAMETER: Form = Form {
    plain: Plain::Any,
    ..form("the name of a hyperparameter", hyperparameter)
};
pub(super) const LABEL: Form = Form {
    plain: Plain::Any,
    ..form("a label or a number", |_| Ok(()))
};
pub(super) const CANDIDATE: Form = form("the name of a candidate", not_empty);
pub(super) const BOUND: Form = Form {
    plain: Plain::Any,
    ..form("a number", |text| match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(()),
        _ => Err(format!("`{text}` is not a finite number")),
    })
};
pub(super) const COLUMN: Form = Form {
    plain: Plain::Any,
    ..form("the name of a column", not_empty)
};
pub(super) const COLUMN_OR_ALL: Form = Form {
    plain: Plain::Any,
    ..form("the name of a column, or `*` for all", not_empty)
};
pub(super) const DELIMITER: Form = form("a single character such as `,`", |text| {
    match text.as_bytes() {
        [b'"' | b'\n' | b'\r'] => Err("the delimiter cannot be a quote or a line break".to_owned()),
        [byte] if byte.is_ascii() => Ok(()),
        _ => Err(format!("`{text}` is not a single ASCII character")),
    }
});
pub(super) const WORKLOAD_NAME: Form = Form {
    pattern: Some("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,38}[a-zA-Z0-9])?$"),
    plain: Plain::Any,
    ..form(WorkloadName::EXPECTED, parses::<WorkloadName>)
};
pub(super) const ENDPOINT_NAME: Form = Form {
    pattern: Some("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$"),
    plain: Plain::Any,
    ..form(EndpointName::EXPECTED, parses::<EndpointName>)
};
pub(super) const INSTANCE_TYPE: Form = Form {
    pattern: Some(r"^ml\.[a-z0-9-]+\.[a-z0-9]+$"),
    ..form(InstanceType::EXPECTED, parses::<InstanceType>)
};
pub(super) const PLACEMENT: Form = Form {
    pattern: Some(
        r"^(ec2|sagemaker|eks|gcp|azure|own)/[A-Za-z0-9._-]+( +spot)?( +x[1-9][0-9]{0,3})?$",
    ),
    ..form(Placement::EXPECTED, parses::<Placement>)
};
pub(super) const DESIGN_NAME: Form = Form {
    plain: Plain::Any,
    ..form("a name such as `mine`", is_design_name)
};
pub(super) const THRESHOLD: Form = Form {
    pattern: Some("^ *(<|<=|>|>=|==|!=) *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *$"),
    ..form(Threshold::EXPECTED, parses::<Threshold>)
};
pub(super) const SCORE: Form = Form {
    words: Metric::NAMES,
    code: Code::UnknownMetric,
    ..form(
        "the name of a metric, or of one at a horizon such as `rmse_6h`",
        parses::<ScoreName>,
    )
};
pub(super) const MAX_DEPTH: Form = Form {
    plain: Plain::Any,
    ..form(MaxDepth::EXPECTED, parses::<MaxDepth>)
};
pub(super) const EARLY_STOPPING: Form = Form {
    plain: Plain::Any,
    ..form(EarlyStopping::EXPECTED, parses::<EarlyStopping>)
};
pub(super) const MAX_FEATURES: Form = Form {
    plain: Plain::Any,
    ..form(MaxFeatures::EXPECTED, parses::<MaxFeatures>)
};

/// A number and one of the units of a duration, for editors.
const SPAN_PATTERN: &str = r"^[0-9]+(\.[0-9]+)? *(ns|us|ms|s|min|h|d)$";
/// A number and one of the periods of a rate, for editors.
const RATE_PATTERN: &str = r"^[0-9]+(\.[0-9]+)? */(s|min|h)$";
/// A number of percents, for editors.
const SHARE_PATTERN: &str = r"^[0-9]+(\.[0-9]+)? *%$";

pub(super) const SPAN: Form = quantity("a duration such as `50 ms`", SPAN_PATTERN, |text| {
    let span: Span = parse(text)?;
    if span == Span::ZERO {
        return Err("a duration here must be longer than nothing".to_owned());
    }
    Ok(())
});
pub(super) const LOAD_SPAN: Form = quantity(
    "a duration of at most an hour such as `2 s`",
    SPAN_PATTERN,
    |text| {
        let span: Span = parse(text)?;
        if span == Span::ZERO || span.whole_seconds() > 3_600 {
            return Err(format!("`{text}` is not more than nothing and at most 1 h"));
        }
        Ok(())
    },
);
pub(super) const TUNE_SPAN: Form = quantity(
    "a duration of 2 min to 4380 h such as `10 min`",
    SPAN_PATTERN,
    |text| {
        let span: Span = parse(text)?;
        if !(120..=15_768_000).contains(&span.whole_seconds()) {
            return Err(format!("`{text}` is not 2 min to 4380 h, which AWS takes"));
        }
        Ok(())
    },
);
pub(super) const COST: Form = quantity(
    "an amount of money such as `1 USD`",
    r"^[0-9]+(\.[0-9]+)? *USD$",
    |text| {
        let cost: Money = parse(text)?;
        if cost.nanos() <= 0 {
            return Err("a limit must be more than nothing".to_owned());
        }
        Ok(())
    },
);
pub(super) const RATE: Form = quantity("a rate such as `200 /s`", RATE_PATTERN, parses::<Rate>);
pub(super) const LOAD_RATE: Form = quantity(
    "a rate above 0 and up to `100000 /s`, such as `200 /s`",
    RATE_PATTERN,
    |text| {
        let rate: Rate = parse(text)?;
        if rate.is_zero() || rate.per_second() > 100_000.0 {
            return Err(format!("`{text}` is not above 0 and at most 100000 /s"));
        }
        Ok(())
    },
);
pub(super) const SHARE: Form = quantity("a share such as `99.9 %`", SHARE_PATTERN, parses::<Share>);
pub(super) const CUT: Form = Form {
    pattern: Some(r"^([0-9]+(\.[0-9]+)? *%|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:00(:00)?)?)$"),
    ..quantity(
        "a share above 0 % and below 100 %, such as `20 %`, or a date such as `2004-12-01`",
        SHARE_PATTERN,
        |text| match text.parse::<Cut>() {
            Ok(Cut::Share(share)) if share == Share::NONE || share == Share::WHOLE => {
                Err(format!("`{text}` is not above 0 % and below 100 %"))
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        },
    )
};
pub(super) const HORIZON: Form = quantity(
    "a whole number of hours up to a week, such as `6 h`",
    SPAN_PATTERN,
    |text| hours_within(text, 168),
);
pub(super) const LAG: Form = quantity(
    "a whole number of hours up to 8 weeks, such as `23 h`",
    SPAN_PATTERN,
    |text| hours_within(text, 1_344),
);
pub(super) const TIME_FORMAT: Form =
    form("a form of moments such as `%d/%m/%Y %H:%M`", time_format);
pub(super) const BUDGET: Form = quantity(
    "money a month such as `20 USD/month`",
    r"^[0-9]+(\.[0-9]+)? *USD/month$",
    |text| {
        let budget: MonthlyMoney = parse(text)?;
        if budget.a_month().nanos() < 0 {
            return Err("a budget cannot be negative".to_owned());
        }
        Ok(())
    },
);

/// A program lies in the source, under a name that needs no quoting anywhere.
fn entry_point(text: &str) -> Result<(), String> {
    let program = text
        .strip_suffix(".py")
        .or_else(|| text.strip_suffix(".sh"));
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['-', '.'])
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c))
    };
    match program {
        None => Err(format!("`{text}` is neither a `.py` nor a `.sh`")),
        Some(program) if program.split('/').all(plain) => Ok(()),
        Some(_) => Err(format!(
            "`{text}` is no plain path: letters, digits and `._+-`, in folders below the source"
        )),
    }
}

/// AWS's limit of a name; those of script mode itself are set by it.
fn hyperparameter(text: &str) -> Result<(), String> {
    if text.is_empty() || text.len() > 256 || text.contains(char::is_whitespace) {
        return Err(format!(
            "`{text}` is not a name of 1 to 256 characters without spaces"
        ));
    }
    if text.starts_with("sagemaker_") {
        return Err(format!("`{text}` is set by script mode itself"));
    }
    Ok(())
}

fn hours_within(text: &str, most: u32) -> Result<(), String> {
    let WholeHours(hours) = parse(text)?;
    if hours > most {
        return Err(format!("`{text}` is more than {most} h"));
    }
    Ok(())
}

/// Year, month and day must be in it, nothing twice, and nothing that is not known.
fn time_format(text: &str) -> Result<(), String> {
    let mut seen = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            continue;
        }
        match characters.next() {
            Some(field) if seen.contains(field) => return Err(format!("`%{field}` comes twice")),
            Some(field) if "YmdHMS".contains(field) => seen.push(field),
            Some(field) => return Err(format!("`%{field}` is none of `%Y %m %d %H %M %S`")),
            None => return Err("it ends with `%`".to_owned()),
        }
    }
    match ['Y', 'm', 'd'].iter().find(|&&field| !seen.contains(field)) {
        Some(field) => Err(format!("it has no `%{field}`")),
        None => Ok(()),
    }
}

fn not_empty(text: &str) -> Result<(), String> {
    if text.is_empty() {
        Err("the text is empty".to_owned())
    } else {
        Ok(())
    }
}

fn parse<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse::<T>().map_err(|error| error.to_string())
}

fn parses<T: FromStr<Err: Display>>(text: &str) -> Result<(), String> {
    parse::<T>(text).map(drop)
}
