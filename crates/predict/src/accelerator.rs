//! Language models on accelerators: what is published for the type, else for others with the same accelerators. Never calibrated.

use catalog::{Server, all_language_models};

use crate::columns::LanguageModel;
use crate::error::Unpredicted;
use crate::hardware::Hardware;
use crate::prediction::{Method, Prediction};

/// What a figure of the very type may be off.
const SAME_TYPE: f64 = 1.15;
/// What a figure of another type with as many of the same accelerators may be off.
const SAME_ACCELERATORS: f64 = 1.5;

/// Tokens a second of a published language model on a type's accelerators.
///
/// ```
/// use predict::{Hardware, LANGUAGE_MODELS, Method, accelerated};
/// let machine = Hardware::published(catalog::Cloud::Aws, "g5.2xlarge").unwrap();
/// let found = accelerated(LANGUAGE_MODELS[10], &machine)?;
/// assert_eq!((found.method, found.calibrated), (Method::Published, false));
/// assert!((3_690.0..3_705.0).contains(&found.mid));
/// # Ok::<(), predict::Unpredicted>(())
/// ```
pub fn accelerated(model: LanguageModel, machine: &Hardware) -> Result<Prediction, Unpredicted> {
    let nothing = Unpredicted::Accelerator;
    let server = machine.server.ok_or(nothing.clone())?;
    let kind = server.text("gpu_model");
    if kind.is_empty() || machine.accelerators == 0 {
        return Err(nothing);
    }
    let count = |server: Server| server.score("gpu_count").map(|count| count as u32);
    let mut others: Vec<f64> = Vec::new();
    let mut own: Option<f64> = None;
    let speeds = all_language_models().filter(|(_, speed)| {
        speed.backend != "CPU" && speed.model == model.file && speed.prompt_tokens == model.prompt
    });
    for (other, speed) in speeds {
        if other == server {
            own = Some(speed.tokens_a_second.max(own.unwrap_or(0.0)));
        } else if other.text("gpu_model") == kind && count(other) == Some(machine.accelerators) {
            others.push(speed.tokens_a_second);
        }
    }
    if let Some(own) = own {
        let figure = Prediction::of_logarithm(own.ln(), 0.0, Method::Published, false);
        return Ok(figure.widened(SAME_TYPE));
    }
    others.sort_by(f64::total_cmp);
    let middle = others.get(others.len() / 2).ok_or(nothing)?;
    let figure = Prediction::of_logarithm(middle.ln(), 0.0, Method::Accelerator, false);
    Ok(figure.widened(SAME_ACCELERATORS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::LANGUAGE_MODELS;

    #[test]
    fn a_type_that_was_not_measured_takes_the_figure_of_its_accelerators() {
        let model = LANGUAGE_MODELS[9];
        let measured: Vec<Server> = all_language_models()
            .filter(|(_, speed)| speed.backend != "CPU" && speed.model == model.file)
            .map(|(server, _)| server)
            .collect();
        let with = |server: &Server| server.score("gpu_count").is_some_and(|count| count >= 1.0);
        let unmeasured = Server::all()
            .filter(with)
            .filter(|server| !measured.contains(server));
        let machines = unmeasured.filter_map(Hardware::of_server);
        let found: Vec<Prediction> = machines
            .filter_map(|machine| accelerated(model, &machine).ok())
            .collect();
        assert!(!found.is_empty());
        assert!(
            found
                .iter()
                .all(|one| one.method == Method::Accelerator && !one.calibrated)
        );
        let plain = Hardware::published(catalog::Cloud::Aws, "c5.large").unwrap();
        assert_eq!(accelerated(model, &plain), Err(Unpredicted::Accelerator));
    }
}
