//! Offers: what one can rent, at a price, at a date, with its source. Data in, no network.
//!
//! A price, a size or a coefficient is a row of `data/`, never code. Unknown is `None`, never zero. What is shipped is made by
//! `cargo xtask catalog` from published lists; [`Catalog::with`] puts a newer list of the user in the place of one.

pub mod carbon;

mod accelerator;
mod book;
mod cloud;
mod columns;
mod decimal;
mod difference;
mod energy;
mod filter;
mod machine;
mod offer;
mod own;
mod price_rule;
mod role;
mod sagemaker;
mod sanity;
mod services;
mod skypilot;
mod snapshot;
mod source;
mod speeds;

pub use accelerator::accelerator_memory;
pub use book::{Catalog, NotOffered};
pub use cloud::Cloud;
pub use columns::{Error, Pack, Table, Texts, Wholes};
pub use decimal::Decimal;
pub use difference::{Change, Difference, Place, difference};
pub use energy::{WATTS_PER_BUSY_VCPU, WattsRange};
pub use filter::{Filter, Wanted};
/// Patterns of names, as file names have them.
pub use glob::Pattern;
pub use machine::{Accelerators, Machine};
pub use offer::{Interruptions, Offer, Prices, Purchase, SpotSource};
pub use own::{OWN_SCHEMA, OwnError, OwnMachine};
pub use price_rule::sagemaker_price_rule;
pub use role::{NotForRole, for_role, offers_for_role, priced_regions, sagemaker_types};
pub use sagemaker::{
    Component, SageMakerOffer, Status, is_legal, legal_types, machine_size, sagemaker,
    sagemaker_offers,
};
pub use sanity::{Draft, OUTLIER_TIMES, Reason, Refusal, screen};
pub use services::{Figure, UnitPrice, figures, unit_price, unit_prices};
pub use skypilot::{Fault, ImportError, Imported, import_skypilot};
pub use snapshot::{Contradiction, Snapshot};
pub use source::{STALE_AFTER_DAYS, Source, Stale};
pub use speeds::{
    ATTRIBUTION, LanguageModelSpeed, Server, all_language_models, is_burstable, language_models,
    scaling, starts,
};
