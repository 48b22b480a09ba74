//! A language model that nobody published, from its nearest published siblings and a few runs here.
//!
//! Between two published sizes the speed is taken on the straight line of logarithms; what local runs of the model and of its siblings
//! differ from that line is taken over to every type. One run of the model and one of each sibling suffice: three runs.

use crate::class_model::ClassPredictor;
use crate::columns::{Class, LANGUAGE_MODELS, LanguageModel};
use crate::error::Unpredicted;
use crate::hardware::Hardware;
use crate::prediction::{Method, Prediction};

/// Half width of the interval in logarithms for models of 2,000 million parameters and more, as the evaluation measured it.
const LARGE: f64 = 0.361;
/// The same for smaller ones.
const SMALL: f64 = 0.708;
/// Where "large" begins.
pub(crate) const LARGE_FROM: u32 = 2_000;

/// The published siblings of a model: one on each side where there are two, else the nearest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Siblings {
    /// The first and its weight.
    pub near: (LanguageModel, f64),
    /// The second, where the model lies between two.
    pub far: Option<(LanguageModel, f64)>,
}

impl Siblings {
    /// Siblings of a model of so many million parameters, reading a prompt of so many tokens (0: generating). The model itself, where
    /// it is published, is none of them.
    ///
    /// ```
    /// let siblings = predict::Siblings::of(8_000, 0).unwrap();
    /// assert_eq!(siblings.near.0.file, "llama-7b.Q4_K_M.gguf");
    /// assert_eq!(siblings.far.unwrap().0.file, "phi-4-q4.gguf");
    /// assert!(siblings.near.1 > 0.7);
    /// ```
    pub fn of(millions: u32, prompt: u32) -> Option<Self> {
        let others = LANGUAGE_MODELS
            .iter()
            .filter(|model| model.prompt == prompt && model.millions != millions);
        let (smaller, larger): (Vec<&LanguageModel>, Vec<&LanguageModel>) =
            others.partition(|model| model.millions < millions);
        let log = |model: &LanguageModel| f64::from(model.millions.max(1)).ln();
        let below = smaller.into_iter().max_by_key(|model| model.millions);
        let above = larger.into_iter().min_by_key(|model| model.millions);
        match (below, above) {
            (Some(below), Some(above)) => {
                let own = f64::from(millions.max(1)).ln();
                let share = (own - log(below)) / (log(above) - log(below));
                let pair = ((*below, 1.0 - share), (*above, share));
                let (near, far) = if share <= 0.5 { pair } else { (pair.1, pair.0) };
                Some(Self {
                    near,
                    far: Some(far),
                })
            }
            (one, other) => one.or(other).map(|model| Self {
                near: (*model, 1.0),
                far: None,
            }),
        }
    }

    /// The siblings with their weights.
    pub fn each(&self) -> impl Iterator<Item = (LanguageModel, f64)> {
        [Some(self.near), self.far].into_iter().flatten()
    }
}

/// Local speeds of a model and of its siblings, in tokens a second on the same machine under the same limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SiblingRun {
    /// The model.
    pub own: f64,
    /// The nearest sibling.
    pub near: f64,
    /// The other one; only where there are two.
    pub far: Option<f64>,
}

/// Predicts a model through its siblings.
#[derive(Debug, Clone)]
pub struct SiblingPredictor {
    siblings: Siblings,
    classes: Vec<(ClassPredictor, f64)>,
    /// How much faster than the line the model is, as a logarithm.
    lead: f64,
    half: f64,
}

impl SiblingPredictor {
    /// From runs here, at most [`crate::MOST_RUNS`].
    pub fn new(millions: u32, prompt: u32, runs: &[SiblingRun]) -> Result<Self, Unpredicted> {
        let siblings = Siblings::of(millions, prompt).ok_or(Unpredicted::NoRuns)?;
        let lead = lead(&siblings, runs)?;
        let classes = siblings.each().filter_map(|(model, weight)| {
            Some((
                ClassPredictor::new(Class::of_language_model(model)?),
                weight,
            ))
        });
        Ok(Self {
            classes: classes.collect(),
            siblings,
            lead,
            half: if millions >= LARGE_FROM { LARGE } else { SMALL },
        })
    }

    /// Its siblings.
    pub const fn siblings(&self) -> &Siblings {
        &self.siblings
    }

    /// Tokens a second of the whole machine. Where a sibling is not published on the type, its own prediction stands in, and the
    /// interval is wider and uncalibrated.
    pub fn throughput(&self, hardware: &Hardware) -> Prediction {
        let (mut middle, mut wider, mut published) = (self.lead, 0.0_f64, true);
        for (class, weight) in &self.classes {
            let found = class.throughput(hardware);
            middle += weight * found.mid.ln();
            if found.method != Method::Published {
                published = false;
                wider += weight.abs() * (found.high / found.mid).ln();
            }
        }
        let half = self.half.hypot(wider);
        let calibrated = published && !hardware.is_burstable;
        Prediction::of_logarithm(middle, half, Method::Sibling, calibrated)
    }
}

fn lead(siblings: &Siblings, runs: &[SiblingRun]) -> Result<f64, Unpredicted> {
    if runs.is_empty() {
        return Err(Unpredicted::NoRuns);
    }
    let most = crate::MOST_RUNS;
    if runs.len() > most {
        let count = runs.len();
        return Err(Unpredicted::TooMany {
            what: "runs",
            count,
            most,
        });
    }
    let log = |what, value: f64| {
        let holds = value.is_finite() && value > 0.0;
        holds
            .then(|| value.ln())
            .ok_or(Unpredicted::Figure { what, value })
    };
    let mut sum = 0.0;
    for run in runs {
        sum += log("own", run.own)? - siblings.near.1 * log("near", run.near)?;
        if let Some((_, weight)) = siblings.far {
            sum -= weight * log("far", run.far.unwrap_or(f64::NAN))?;
        }
    }
    Ok(sum / runs.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_and_the_largest_have_one_sibling() {
        let (smallest, largest) = (Siblings::of(135, 0), Siblings::of(70_554, 512));
        assert_eq!(smallest.unwrap().near.0.millions, 620);
        assert_eq!(smallest.unwrap().far, None);
        assert_eq!(largest.unwrap().near.0.millions, 14_660);
        assert_eq!(Siblings::of(8_000, 17), None);
        let own = Siblings::of(6_738, 0).unwrap();
        assert_eq!(
            own.each().map(|(model, _)| model.millions).max(),
            Some(14_660)
        );
        assert!((own.each().map(|(_, weight)| weight).sum::<f64>() - 1.0).abs() < 1e-12);
    }

    fn of(known: &crate::table::Type, model: LanguageModel) -> f64 {
        known.speeds[Class::of_language_model(model).unwrap().place()]
    }

    #[test]
    fn a_published_model_is_found_again_through_its_siblings() {
        let siblings = Siblings::of(6_738, 0).unwrap();
        let (far, _) = siblings.far.unwrap();
        let models = [LANGUAGE_MODELS[9], siblings.near.0, far];
        let whole: Vec<_> = crate::table::Table::published()
            .types()
            .iter()
            .filter(|known| known.is_sound && known.hardware.vcpus == 16)
            .filter(|known| models.iter().all(|model| of(known, *model).is_finite()))
            .collect();
        let local = whole[0];
        let run = SiblingRun {
            own: of(local, models[0]).exp(),
            near: of(local, models[1]).exp(),
            far: Some(of(local, models[2]).exp()),
        };
        let predictor = SiblingPredictor::new(6_738, 0, &[run]).unwrap();
        let others = whole.iter().filter(|known| known.cluster != local.cluster);
        let held: Vec<bool> = others
            .map(|known| {
                let found = predictor.throughput(&known.hardware);
                assert!(found.calibrated && found.method == Method::Sibling);
                found.holds(of(known, models[0]).exp())
            })
            .collect();
        let share = held.iter().filter(|held| **held).count() as f64 / held.len() as f64;
        assert!(held.len() > 50 && share > 0.8, "{share} of {}", held.len());
    }

    #[test]
    fn runs_that_cannot_be_are_refused() {
        let bad = SiblingRun {
            own: 1.0,
            near: 0.0,
            far: None,
        };
        let error = SiblingPredictor::new(100, 0, &[bad]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`near` is 0, expected a number above zero"
        );
        assert_eq!(
            lead(&Siblings::of(100, 0).unwrap(), &[]),
            Err(Unpredicted::NoRuns)
        );
        let good = SiblingRun { near: 1.0, ..bad };
        assert!(lead(&Siblings::of(8_000, 0).unwrap(), &[good]).is_err());
    }
}
