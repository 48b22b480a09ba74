//! Quantities with a unit: each a type, each an exact integer.
//!
//! A quantity is parsed from text with its unit and printed the same way; `parse(print(x)) = x` for every value.
//! Nothing is rounded unless the name of the function says so, arithmetic is checked, and a number without a unit is
//! never a quantity. Only operators that mean something exist.
//!
//! | type | quantity | integer of | text |
//! |---|---|---|---|
//! | [`Money`] | an amount, possibly negative | nano-dollars | `0.115 USD` |
//! | [`HourlyPrice`] | money an hour; times [`Span`] is [`Money`] | nano-dollars an hour | `0.115 USD/h` |
//! | [`MonthlyMoney`] | money a month of 730 hours | nano-dollars a month | `20 USD/month` |
//! | [`Bytes`] | data | bytes | `20 GB`, `64 MiB` |
//! | [`Span`] | duration | nanoseconds | `50 ms`, `7 d` |
//! | [`Rate`] | events in time | micro-events an hour | `200 /s` |
//! | [`Share`] | part of a whole, 0 to 100 % | parts per million | `99.9 %` |
//! | [`Watts`] | power; times [`Span`] is [`Joules`] | microwatts | `4.5 W` |
//! | [`Joules`] | energy | microjoules | `14 J` |
//! | [`GramsCo2`] | greenhouse gas as carbon dioxide | micrograms | `1.2 gCO2e` |

mod bytes;
mod error;
mod form;
mod grams_co2;
mod hourly_price;
mod joules;
mod money;
mod monthly_money;
mod rate;
mod round;
mod share;
mod span;
mod text;
mod watts;

pub use bytes::Bytes;
pub use error::{Overflow, ParseError};
pub use grams_co2::GramsCo2;
pub use hourly_price::HourlyPrice;
pub use joules::Joules;
pub use money::Money;
pub use monthly_money::MonthlyMoney;
pub use rate::Rate;
pub use share::Share;
pub use span::Span;
pub use watts::Watts;
