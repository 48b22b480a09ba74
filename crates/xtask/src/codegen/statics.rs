//! Writes the shapes of a service as statics, one a line.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::literal::{bounds, literal};
use super::models::Service;
use super::shapes::Reachable;

pub(crate) fn write_shape(
    text: &mut String,
    service: &Service,
    name: &str,
    reachable: &Reachable,
) -> Result<()> {
    let shape = service.shape(name)?;
    let constant = &reachable.names[name];
    let quoted = literal(name);
    let target = |part: &str| match shape[part]["shape"].as_str() {
        Some(shape) => Ok(format!("&{}", reachable.names[shape])),
        None => bail!("`{name}` has no {part}"),
    };
    let mut built = match shape["type"].as_str().unwrap_or_default() {
        "structure" => structure(shape, &quoted, reachable)?,
        "list" => {
            let mut built = format!("Shape::list({quoted}, {})", target("member")?);
            if shape["flattened"].as_bool() == Some(true) {
                built.push_str(".flat()");
            }
            if let Some(element) = shape["member"]["locationName"].as_str() {
                let _ = write!(built, ".element({})", literal(element));
            }
            built
        }
        "map" => format!(
            "Shape::map({quoted}, {}, {})",
            target("key")?,
            target("value")?
        ),
        "string" | "character" => string(shape, &quoted, constant, text),
        "integer" | "long" => format!("Shape::integer({quoted})"),
        "float" | "double" => format!("Shape::float({quoted})"),
        "boolean" => format!("Shape::boolean({quoted})"),
        "blob" => format!("Shape::blob({quoted})"),
        "timestamp" => timestamp(shape, &quoted)?,
        other => bail!("`{name}` has the type `{other}`"),
    };
    built.push_str(&bounds(shape));
    if shape["sensitive"].as_bool() == Some(true) {
        built.push_str(".sensitive()");
    }
    let _ = writeln!(text, "static {constant}: Shape = {built};");
    Ok(())
}

fn structure(shape: &Value, quoted: &str, reachable: &Reachable) -> Result<String> {
    let required: Vec<&str> = shape["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let constructor = if shape["union"].as_bool() == Some(true) {
        "union"
    } else {
        "structure"
    };
    let members = shape["members"]
        .as_object()
        .context("a structure has members")?;
    if members.is_empty() {
        return Ok(format!("Shape::{constructor}({quoted}, &[])"));
    }
    let mut text = format!("Shape::{constructor}({quoted}, &[\n");
    for (name, member) in members {
        let target = member["shape"].as_str().context("a member has a shape")?;
        let kind = if required.contains(&name.as_str()) {
            "required"
        } else {
            "optional"
        };
        let _ = write!(
            text,
            "    Member::{kind}({}, &{})",
            literal(name),
            reachable.names[target]
        );
        if shape["payload"].as_str() == Some(name) {
            text.push_str(".at(Location::Payload)");
        } else if let Some(location) = member["location"].as_str() {
            let _ = write!(text, ".at({})", location_name(location)?);
        }
        if let Some(wire) = member["locationName"].as_str().filter(|wire| wire != name) {
            let _ = write!(text, ".wired({})", literal(wire));
        }
        if let Some(query) = member["queryName"].as_str() {
            let _ = write!(text, ".queried({})", literal(query));
        }
        text.push_str(",\n");
    }
    text.push_str("])");
    Ok(text)
}

fn location_name(location: &str) -> Result<&'static str> {
    Ok(match location {
        "uri" => "Location::Uri",
        "header" => "Location::Header",
        "querystring" => "Location::Query",
        "statusCode" => "Location::Status",
        other => bail!("unknown location `{other}`"),
    })
}

/// A text; its pattern becomes a static of its own, since it is compiled once.
fn string(shape: &Value, quoted: &str, constant: &str, text: &mut String) -> String {
    let mut built = format!("Shape::string({quoted})");
    if let Some(values) = shape["enum"].as_array() {
        let values: Vec<String> = values
            .iter()
            .filter_map(Value::as_str)
            .map(literal)
            .collect();
        let _ = write!(built, ".values(&[{}])", values.join(", "));
    }
    if let Some(pattern) = shape["pattern"].as_str() {
        let _ = writeln!(
            text,
            "static P_{constant}: Pattern = Pattern::new({});",
            literal(pattern)
        );
        let _ = write!(built, ".pattern(&P_{constant})");
    }
    built
}

fn timestamp(shape: &Value, quoted: &str) -> Result<String> {
    let format = match shape["timestampFormat"].as_str() {
        None => return Ok(format!("Shape::timestamp({quoted})")),
        Some("iso8601") => "Iso8601",
        Some("unixTimestamp") => "Unix",
        Some("rfc822") => "Rfc822",
        Some(other) => bail!("unknown timestamp format `{other}`"),
    };
    Ok(format!(
        "Shape::timestamp({quoted}).written(TimestampFormat::{format})"
    ))
}
