//! (b): a language model that nobody published, from published siblings and three runs here.
//!
//! The model's figures are taken away everywhere but on one local machine of at most 32 virtual CPUs (96 for the largest model), drawn
//! for each type among the machines of other CPU models. There, the model and its one or two siblings run once. The siblings stay
//! published. At most [`A_CLASS`] types a class are judged.

use crate::columns::{Class, LANGUAGE_MODELS, LanguageModel};
use crate::evaluation::Case;
use crate::random::Random;
use crate::sibling::Siblings;
use crate::table::{Table, Type};

const A_CLASS: usize = 400;
const LOCAL_VCPUS: u32 = 32;
const LOCAL_VCPUS_LARGEST: u32 = 96;

/// All models, reading a prompt of 512 tokens and generating.
pub fn sibling_cases(seed: u64) -> Vec<Case> {
    let mut random = Random::new(seed);
    let judged = LANGUAGE_MODELS.iter().filter(|model| model.prompt <= 512);
    judged
        .flat_map(|model| of_model(*model, &mut random))
        .collect()
}

fn of_model(model: LanguageModel, random: &mut Random) -> Vec<Case> {
    let table = Table::published();
    let (Some(class), Some(siblings)) = (
        Class::of_language_model(model),
        Siblings::of(model.millions, model.prompt),
    ) else {
        return Vec::new();
    };
    let line = |known: &Type| -> f64 {
        let of = |(sibling, weight)| {
            let place = Class::of_language_model(sibling).map_or(0, Class::place);
            weight * known.speeds[place]
        };
        siblings.each().map(of).sum()
    };
    let whole: Vec<usize> = table
        .sound(class)
        .into_iter()
        .filter(|place| line(&table.types()[*place]).is_finite())
        .collect();
    let small = |most: u32| -> Vec<usize> {
        let fits = |place: &&usize| table.types()[**place].hardware.vcpus <= most;
        whole.iter().filter(fits).copied().collect()
    };
    let mut locals = small(LOCAL_VCPUS);
    if locals.len() < 10 {
        locals = small(LOCAL_VCPUS_LARGEST);
    }
    let mut cases = Vec::new();
    for place in random.sample(&whole, A_CLASS) {
        let known = &table.types()[place];
        let others: Vec<usize> = locals
            .iter()
            .filter(|local| table.types()[**local].cluster != known.cluster)
            .copied()
            .collect();
        let Some(local) = random.pick(&others) else {
            continue;
        };
        let local = &table.types()[local];
        let speed = |known: &Type| known.speeds[class.place()];
        let scale = f64::from(known.hardware.vcpus) / f64::from(local.hardware.vcpus);
        cases.push(Case {
            class,
            cluster: known.cluster,
            predicted: line(known) + speed(local) - line(local),
            deviation: 1.0,
            actual: speed(known),
            by_vcpus: speed(local) + scale.ln(),
        });
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::summary;
    use crate::sibling::LARGE_FROM;

    #[test]
    fn large_models_are_near_their_siblings() {
        let cases = sibling_cases(1);
        assert_eq!(cases, sibling_cases(1));
        let is_large = |case: &&Case| {
            case.class
                .language_model()
                .is_some_and(|model| model.millions >= LARGE_FROM)
        };
        let (large, small): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(is_large);
        let of =
            |cases: Vec<&Case>| summary(&cases.into_iter().copied().collect::<Vec<_>>()).unwrap();
        let (large, small) = (of(large), of(small));
        assert!(large.median <= 0.10 && large.mean <= 0.15, "{large:?}");
        assert!(
            small.median > large.median && small.median < 0.30,
            "{small:?}"
        );
        assert!(
            large.reach < 0.4 && small.reach < 1.3,
            "{} {}",
            large.reach,
            small.reach
        );
    }
}
