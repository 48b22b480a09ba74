//! Which replica answers: a variant by weight, in it the least loaded replica.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::replica::Replica;

/// The replicas of one deployment.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) variants: Vec<LiveVariant>,
    /// Calls that each variant has got.
    served: Mutex<Vec<f64>>,
}

/// The replicas of one variant.
#[derive(Debug)]
pub(super) struct LiveVariant {
    pub(super) name: String,
    pub(super) weight: f64,
    pub(super) replicas: RwLock<Vec<Arc<Replica>>>,
    turn: AtomicUsize,
}

impl LiveVariant {
    pub(super) fn new(name: &str, weight: f64, replicas: Vec<Arc<Replica>>) -> Self {
        Self {
            name: name.to_owned(),
            weight,
            replicas: RwLock::new(replicas),
            turn: AtomicUsize::new(0),
        }
    }

    /// The least loaded replica; equals take turns.
    pub(super) fn replica(&self) -> Option<Arc<Replica>> {
        let replicas = self.replicas.read().unwrap_or_else(PoisonError::into_inner);
        let count = replicas.len();
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        (0..count)
            .map(|offset| &replicas[(first.wrapping_add(offset)) % count])
            .filter(|replica| !replica.is_suspect())
            .min_by_key(|replica| replica.load())
            .cloned()
    }

    pub(super) fn remove(&self, id: &str) {
        let mut replicas = self
            .replicas
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        replicas.retain(|replica| replica.id != id);
    }

    pub(super) fn add(&self, replica: Arc<Replica>) {
        self.replicas
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(replica);
    }
}

impl Live {
    pub(super) fn new(variants: Vec<LiveVariant>) -> Self {
        let served = Mutex::new(vec![0.0; variants.len()]);
        Self { variants, served }
    }

    /// The named variant, or the one that is furthest behind its share of the calls.
    pub(super) fn variant(&self, target: Option<&str>) -> Option<&LiveVariant> {
        if let Some(name) = target {
            return self.variants.iter().find(|variant| variant.name == name);
        }
        if let [only] = self.variants.as_slice() {
            return Some(only);
        }
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let behind = self
            .variants
            .iter()
            .enumerate()
            .filter(|(_, variant)| variant.weight > 0.0)
            .min_by(|(i, a), (j, b)| {
                let share = |index: usize, weight: f64| (served[index] + 1.0) / weight;
                share(*i, a.weight).total_cmp(&share(*j, b.weight))
            })?
            .0;
        served[behind] += 1.0;
        Some(&self.variants[behind])
    }

    /// Every replica, for those who end them.
    pub(super) fn replicas(&self) -> Vec<Arc<Replica>> {
        let of = |variant: &LiveVariant| {
            variant
                .replicas
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        };
        self.variants.iter().flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(weights: &[(&str, f64)]) -> Live {
        let variant = |(name, weight): &(&str, f64)| LiveVariant::new(name, *weight, Vec::new());
        Live::new(weights.iter().map(variant).collect())
    }

    #[test]
    fn variants_get_their_share_of_the_calls() {
        let live = live(&[("a", 3.0), ("b", 1.0), ("off", 0.0)]);
        let names: String = (0..8)
            .map(|_| live.variant(None).unwrap().name.as_str().to_owned())
            .collect();
        assert_eq!(names, "aaabaaab");
        assert_eq!(live.variant(Some("off")).unwrap().name, "off");
        assert!(live.variant(Some("none")).is_none());
    }

    #[test]
    fn the_least_loaded_replica_answers_and_equals_take_turns() {
        let replicas = ["r0", "r1", "r2"].map(|id| Arc::new(Replica::fake(id)));
        let variant = LiveVariant::new("v", 1.0, replicas.to_vec());
        let next = || variant.replica().unwrap().id.clone();
        assert_eq!([next(), next(), next(), next()], ["r0", "r1", "r2", "r0"]);
        let busy = [replicas[0].enter(), replicas[1].enter()];
        assert_eq!([next(), next(), next()], ["r2", "r2", "r2"]);
        drop(busy);
        variant.remove("r2");
        variant.remove("r1");
        assert_eq!([next(), next()], ["r0", "r0"]);
        variant.remove("r0");
        assert!(variant.replica().is_none());
    }
}
