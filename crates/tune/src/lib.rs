//! Tuning: which hyperparameters to try next, which trials to stop, when to end.
//!
//! Pure arithmetic: no clock, no I/O, no randomness but the seed's. Whoever runs the trials asks [`Search::ask`] with all
//! trials so far and gets the next one; the answer is a function of the seed and of the outcomes that
//! [the window](search) lets it see, so that one seed gives one result at any parallelism.

mod axis;
mod criteria;
mod hyperband;
mod median;
mod parzen;
mod random;
pub mod search;
mod space;
mod tpe;
mod trial;

pub use criteria::{Completion, Criteria, Progress};
pub use hyperband::{Hyperband, HyperbandError};
pub use median::{MEDIAN_PEERS, median_stop};
pub use search::{Ask, Search, Strategy, WINDOW, window};
pub use space::{
    AUTO_LOGARITHMIC, Domain, PARAMETERS, Parameter, Point, Scale, Space, SpaceError, Value,
};
pub use trial::{Goal, Kinship, Outcome, Parent, Trial};
