//! Forms of scalars.

use std::fmt::Display;
use std::str::FromStr;

use units::{MonthlyMoney, Rate, Share, Span};

use super::field::{Form, Plain};
use crate::Code;
use crate::domain::{
    EarlyStopping, EndpointName, InstanceType, MaxDepth, MaxFeatures, Metric, Threshold,
    WorkloadName,
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
pub(super) const THRESHOLD: Form = Form {
    pattern: Some("^ *(<|<=|>|>=|==|!=) *[-+]?[0-9.]+([eE][-+]?[0-9]+)? *$"),
    ..form(Threshold::EXPECTED, parses::<Threshold>)
};
pub(super) const METRIC: Form = Form {
    words: Metric::NAMES,
    code: Code::UnknownMetric,
    ..form("the name of a metric", parses::<Metric>)
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
pub(super) const PART: Form = quantity(
    "a share above 0 % and below 100 %, such as `20 %`",
    SHARE_PATTERN,
    |text| {
        let share: Share = parse(text)?;
        if share == Share::NONE || share == Share::WHOLE {
            return Err(format!("`{text}` is not above 0 % and below 100 %"));
        }
        Ok(())
    },
);
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
