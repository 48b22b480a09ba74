//! Measured speeds of servers: Spare Cores, CC BY-SA 4.0. Whatever shows one of these figures names the source.

use std::sync::OnceLock;

use crate::Cloud;
use crate::columns::{Error, Pack, Texts, Wholes};

const DATA: &[u8] = include_bytes!("../data/spare-cores/speeds.pack");

/// What must stand beside a figure of this module.
pub const ATTRIBUTION: &str = "Spare Cores (sparecores.com), CC BY-SA 4.0";

struct Data {
    pack: Pack,
    /// Names of the servers by cloud, sorted, with their rows.
    names: Vec<(Cloud, String, usize)>,
}

fn data() -> &'static Data {
    static DATA_READ: OnceLock<Data> = OnceLock::new();
    DATA_READ.get_or_init(|| read().expect("a test reads the pack"))
}

fn read() -> Result<Data, Error> {
    let pack = Pack::decode(DATA)?;
    let servers = pack.table("servers")?;
    let (cloud, name) = (servers.texts("provider")?, servers.texts("instance_type")?);
    let mut names = (0..servers.rows())
        .map(|row| Ok((cloud.get(row).parse()?, name.get(row).to_owned(), row)))
        .collect::<Result<Vec<(Cloud, String, usize)>, Error>>()?;
    names.sort();
    Ok(Data { pack, names })
}

/// A server that was measured, or at least described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server {
    row: usize,
}

impl Server {
    /// The server behind a type.
    ///
    /// ```
    /// use catalog::{Cloud, Server};
    /// let server = Server::find(Cloud::Aws, "c5.large").unwrap();
    /// assert_eq!(server.score("gb6_single_score"), Some(1202.0));
    /// assert_eq!(server.score("horsepower"), None);
    /// ```
    pub fn find(cloud: Cloud, name: &str) -> Option<Self> {
        let names = &data().names;
        let key =
            |(known, text, _): &(Cloud, String, usize)| (*known, text.as_str()).cmp(&(cloud, name));
        let found = names.binary_search_by(key).ok()?;
        Some(Self {
            row: names[found].2,
        })
    }

    /// Every server.
    pub fn all() -> impl Iterator<Item = Self> {
        let rows = data()
            .pack
            .table("servers")
            .map_or(0, crate::columns::Table::rows);
        (0..rows).map(|row| Self { row })
    }

    /// A description such as `cpu_model`; empty where it is unknown.
    pub fn text(self, column: &str) -> &'static str {
        let found = data()
            .pack
            .table("servers")
            .and_then(|servers| servers.texts(column));
        found.map_or("", |texts: &Texts| texts.get(self.row))
    }

    /// A measured figure such as `gb6_multi_score`, where there is one.
    pub fn score(self, column: &str) -> Option<f64> {
        let found = data()
            .pack
            .table("servers")
            .and_then(|servers| servers.wholes(column));
        let hundredths = found
            .ok()
            .and_then(|wholes: &Wholes| wholes.get(self.row))?;
        Some(hundredths as f64 / 100.0)
    }

    /// Cloud.
    pub fn cloud(self) -> Option<Cloud> {
        self.text("provider").parse().ok()
    }

    /// Type.
    pub fn name(self) -> &'static str {
        self.text("instance_type")
    }

    /// Physical cores.
    pub fn cores(self) -> Option<u32> {
        self.score("cores")
            .filter(|&cores| cores >= 1.0)
            .map(|cores| cores as u32)
    }
}

/// Physical cores of a type, where they were counted.
pub(crate) fn cores(cloud: Cloud, name: &str) -> Option<u32> {
    Server::find(cloud, name)?.cores()
}

/// Whether a type runs on credits.
pub fn is_burstable(cloud: Cloud, name: &str) -> bool {
    Server::find(cloud, name).is_some_and(|server| server.text("cpu_allocation") == "BURSTABLE")
}

/// CPU throughput (stress-ng operations a second) with a number of cores busy, ascending.
pub fn scaling(cloud: Cloud, name: &str) -> Vec<(u32, f64)> {
    rows_of("scaling", cloud, name)
        .filter_map(|(row, table)| {
            let busy = table.wholes("busy_cores").ok()?.count(row)?;
            let speed = table.wholes("ops").ok()?.get(row)? as f64 / 100.0;
            Some((busy, speed))
        })
        .collect()
}

/// Tokens a second of a language model.
#[derive(Debug, Clone, PartialEq)]
pub struct LanguageModelSpeed {
    /// File of the model.
    pub model: &'static str,
    /// `CPU` or `CUDA`.
    pub backend: &'static str,
    /// Tokens of the prompt that were read; 0 where tokens were generated.
    pub prompt_tokens: u32,
    /// Tokens that were generated; 0 where a prompt was read.
    pub generated_tokens: u32,
    /// Tokens a second.
    pub tokens_a_second: f64,
}

/// Measured speeds of language models on a type.
pub fn language_models(cloud: Cloud, name: &str) -> Vec<LanguageModelSpeed> {
    rows_of("language_models", cloud, name)
        .filter_map(|(row, table)| language_model(table, row))
        .collect()
}

/// Measured speeds of language models on every type, in the order of the types.
pub fn all_language_models() -> impl Iterator<Item = (Server, LanguageModelSpeed)> {
    let table = data().pack.table("language_models").ok();
    let rows = table.map_or(0, crate::columns::Table::rows);
    (0..rows).filter_map(move |row| {
        let table = table?;
        let server = table.wholes("server").ok()?.count(row)? as usize;
        Some((Server { row: server }, language_model(table, row)?))
    })
}

fn language_model(table: &'static crate::columns::Table, row: usize) -> Option<LanguageModelSpeed> {
    Some(LanguageModelSpeed {
        model: table.texts("model").ok()?.get(row),
        backend: table.texts("backend").ok()?.get(row),
        prompt_tokens: table.wholes("prompt_tokens").ok()?.count(row)?,
        generated_tokens: table.wholes("generated_tokens").ok()?.count(row)?,
        tokens_a_second: table.wholes("speed").ok()?.get(row)? as f64 / 1000.0,
    })
}

/// Seconds from the call that creates a server to its first container, of every measured start of a cloud, ascending.
pub fn starts(cloud: Cloud) -> Vec<u32> {
    let Ok(table) = data().pack.table("starts") else {
        return Vec::new();
    };
    let (Ok(provider), Ok(seconds)) = (table.texts("provider"), table.wholes("seconds")) else {
        return Vec::new();
    };
    let of = (0..table.rows()).filter(|&row| provider.get(row) == cloud.name());
    let mut all: Vec<u32> = of.filter_map(|row| seconds.count(row)).collect();
    all.sort_unstable();
    all
}

fn rows_of(
    table: &str,
    cloud: Cloud,
    name: &str,
) -> impl Iterator<Item = (usize, &'static crate::columns::Table)> {
    let found = data().pack.table(table).ok();
    let server = Server::find(cloud, name).map(|server| server.row as u32);
    let rows = found.map_or(0, crate::columns::Table::rows);
    let place = found.and_then(|table| table.wholes("server").ok());
    (0..rows)
        .filter(move |&row| server.is_some() && place.and_then(|place| place.count(row)) == server)
        .filter_map(move |row| Some((row, found?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The anchors of the designs.
    #[test]
    fn the_figures_of_the_tiers_are_found() {
        let cases = [
            ("t2.medium", 2, 852.0, 1519.0, true),
            ("t3.medium", 1, 706.0, 929.0, true),
            ("c5.large", 1, 1202.0, 1435.0, false),
            ("c5.2xlarge", 4, 1175.0, 4531.0, false),
            ("g5.2xlarge", 4, 1341.0, 5187.0, false),
        ];
        for (name, cores, single, multi, burstable) in cases {
            let server = Server::find(Cloud::Aws, name).unwrap();
            assert_eq!(server.cores(), Some(cores), "{name}");
            assert_eq!(server.score("gb6_single_score"), Some(single), "{name}");
            assert_eq!(server.score("gb6_multi_score"), Some(multi), "{name}");
            assert_eq!(is_burstable(Cloud::Aws, name), burstable, "{name}");
        }
        assert_eq!(Server::all().count(), 3_062);
        assert_eq!(cores(Cloud::Aws, "c5.enormous"), None);
        assert!(!is_burstable(Cloud::Own, "c5.large"));
    }

    #[test]
    fn scaling_curves_rise_to_all_cores() {
        let curve = scaling(Cloud::Aws, "a1.2xlarge");
        assert_eq!(curve.first(), Some(&(1, 1491.99)));
        assert_eq!(curve.last().map(|(busy, _)| *busy), Some(8));
        assert!(curve.is_sorted_by(|left, right| left.0 < right.0));
        assert!(scaling(Cloud::Aws, "c5.enormous").is_empty());
    }

    #[test]
    fn language_models_and_starts_are_read() {
        let speeds = language_models(Cloud::Aws, "g5.2xlarge");
        let prompt = speeds.iter().find(|speed| {
            speed.model.starts_with("llama-7b")
                && speed.prompt_tokens == 512
                && speed.backend == "CUDA"
        });
        assert!(
            (3_690.0..3_705.0).contains(&prompt.unwrap().tokens_a_second),
            "{prompt:?}"
        );
        let here: Vec<LanguageModelSpeed> = all_language_models()
            .filter(|(server, _)| server.name() == "g5.2xlarge")
            .map(|(_, speed)| speed)
            .collect();
        assert_eq!(here, speeds);
        assert_eq!(all_language_models().count(), 25_148);
        assert_eq!(starts(Cloud::Aws).len(), 14);
        assert!(starts(Cloud::Gcp).len() > 300 && starts(Cloud::Own).is_empty());
    }
}
