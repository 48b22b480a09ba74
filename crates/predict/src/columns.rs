//! Which published figures of a server are used, what they measure, and which of them are workloads.
//!
//! `zstd7_best_mbps` is left out: its figures come of two kinds of runs, of which one stops at 1.4 times the speed of a thread whatever
//! the machine (`n2d-standard-16` at 7.2 times, `n2d-highmem-16` at 1.3). Geekbench's two totals are left out as sums of others.

use std::fmt;

/// Who publishes a figure's program. A workload is never predicted from figures of its own suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suite {
    /// Geekbench 6.
    Geekbench,
    /// PassMark.
    PassMark,
    /// stress-ng, method `div16`.
    StressNg,
    /// lmbench: bandwidth of memory.
    Lmbench,
    /// Pages of 1 KiB from a web server.
    Web,
    /// zstd at level 7.
    Zstd,
    /// llama.cpp on the CPU.
    LanguageModel,
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Geekbench => "Geekbench 6",
            Self::PassMark => "PassMark",
            Self::StressNg => "stress-ng",
            Self::Lmbench => "lmbench",
            Self::Web => "static web",
            Self::Zstd => "zstd",
            Self::LanguageModel => "language models",
        })
    }
}

/// Whether a figure is of one thread or of the whole machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One thread.
    Serial,
    /// All threads.
    Parallel,
}

/// A published figure of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// As the catalog calls it.
    pub name: &'static str,
    /// Who publishes the program.
    pub suite: Suite,
    /// One thread or all.
    pub kind: Kind,
    /// Whether it is a workload, and not a property such as a latency.
    pub is_workload: bool,
}

const fn column(name: &'static str, suite: Suite, kind: Kind, is_workload: bool) -> Column {
    Column {
        name,
        suite,
        kind,
        is_workload,
    }
}

/// Micro-benchmarks: the inputs of every prediction, and workloads in the evaluation. Latency is turned into a speed.
pub const MICRO: [Column; 23] = {
    use Kind::{Parallel, Serial};
    use Suite::{Geekbench, Lmbench, PassMark, StressNg, Web, Zstd};
    [
        column("gb6_single_object_detection", Geekbench, Serial, true),
        column("gb6_single_clang", Geekbench, Serial, true),
        column("gb6_single_file_compression", Geekbench, Serial, true),
        column("gb6_single_structure_from_motion", Geekbench, Serial, true),
        column("gb6_single_ray_tracer", Geekbench, Serial, true),
        column("gb6_multi_object_detection", Geekbench, Parallel, true),
        column("gb6_multi_clang", Geekbench, Parallel, true),
        column("gb6_multi_file_compression", Geekbench, Parallel, true),
        column("gb6_multi_structure_from_motion", Geekbench, Parallel, true),
        column("gb6_multi_ray_tracer", Geekbench, Parallel, true),
        column("pm_single", PassMark, Serial, true),
        column("pm_float_all", PassMark, Parallel, true),
        column("pm_int_all", PassMark, Parallel, true),
        column("pm_matmul_all", PassMark, Parallel, true),
        column("pm_compress_all", PassMark, Parallel, true),
        column("pm_mem_read_mbps", PassMark, Serial, false),
        column("pm_mem_threaded_mbps", PassMark, Parallel, false),
        column("pm_mem_latency_ns", PassMark, Serial, false),
        column("bw_mem_rd_mbps", Lmbench, Parallel, false),
        column("stressng_1", StressNg, Serial, true),
        column("stressng_all", StressNg, Parallel, true),
        column("static_web_1k_max_rps", Web, Parallel, true),
        column("zstd7_t1_mbps", Zstd, Serial, true),
    ]
};

/// A language model on the CPU and what it did: a published class of workloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageModel {
    /// File of the model.
    pub file: &'static str,
    /// Parameters in millions.
    pub millions: u32,
    /// Tokens of the prompt that were read; 0 where 128 tokens were generated.
    pub prompt: u32,
}

const fn model(file: &'static str, millions: u32, prompt: u32) -> LanguageModel {
    LanguageModel {
        file,
        millions,
        prompt,
    }
}

const SMOL: &str = "SmolLM-135M.Q4_K_M.gguf";
const QWEN: &str = "qwen1_5-0_5b-chat-q4_k_m.gguf";
const GEMMA: &str = "gemma-2b.Q4_K_M.gguf";
const LLAMA: &str = "llama-7b.Q4_K_M.gguf";
const PHI: &str = "phi-4-q4.gguf";
const LLAMA_70B: &str = "Llama-3.3-70B-Instruct-Q4_K_M.gguf";

/// Every published class of more than a hundred types, smaller models first.
pub const LANGUAGE_MODELS: [LanguageModel; 15] = [
    model(SMOL, 135, 0),
    model(SMOL, 135, 512),
    model(SMOL, 135, 4096),
    model(QWEN, 620, 0),
    model(QWEN, 620, 512),
    model(QWEN, 620, 4096),
    model(GEMMA, 2_506, 0),
    model(GEMMA, 2_506, 512),
    model(GEMMA, 2_506, 4096),
    model(LLAMA, 6_738, 0),
    model(LLAMA, 6_738, 512),
    model(PHI, 14_660, 0),
    model(PHI, 14_660, 512),
    model(LLAMA_70B, 70_554, 0),
    model(LLAMA_70B, 70_554, 512),
];

impl fmt::Display for LanguageModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.prompt {
            0 => write!(f, "{}, 128 tokens generated", self.file),
            prompt => write!(f, "{}, prompt of {prompt}", self.file),
        }
    }
}

/// A published class of workloads: a place among micro-benchmarks and language models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(usize);

/// Number of classes.
pub(crate) const CLASSES: usize = MICRO.len() + LANGUAGE_MODELS.len();

impl Class {
    /// Every class, also those that are properties.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CLASSES).map(Self)
    }

    /// Those that are workloads.
    pub fn workloads() -> impl Iterator<Item = Self> {
        Self::all().filter(|class| match class.language_model() {
            Some(_) => true,
            None => MICRO[class.0].is_workload,
        })
    }

    /// The class of a language model.
    ///
    /// ```
    /// use predict::{Class, LANGUAGE_MODELS};
    /// let class = Class::of_language_model(LANGUAGE_MODELS[9]).unwrap();
    /// assert_eq!(class.to_string(), "llama-7b.Q4_K_M.gguf, 128 tokens generated");
    /// ```
    pub fn of_language_model(model: LanguageModel) -> Option<Self> {
        let place = LANGUAGE_MODELS.iter().position(|known| *known == model)?;
        Some(Self(MICRO.len() + place))
    }

    /// The class of a column of the catalog.
    pub fn of_column(name: &str) -> Option<Self> {
        MICRO
            .iter()
            .position(|column| column.name == name)
            .map(Self)
    }

    /// The language model, where it is one.
    pub fn language_model(self) -> Option<LanguageModel> {
        LANGUAGE_MODELS
            .get(self.0.checked_sub(MICRO.len())?)
            .copied()
    }

    /// Who publishes its program.
    pub fn suite(self) -> Suite {
        MICRO
            .get(self.0)
            .map_or(Suite::LanguageModel, |column| column.suite)
    }

    /// One thread or all.
    pub fn kind(self) -> Kind {
        MICRO
            .get(self.0)
            .map_or(Kind::Parallel, |column| column.kind)
    }

    pub(crate) const fn place(self) -> usize {
        self.0
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.language_model() {
            Some(model) => model.fmt(f),
            None => f.write_str(MICRO[self.0].name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_known_by_their_names() {
        assert_eq!(Class::all().count(), 38);
        assert_eq!(Class::workloads().count(), 34);
        let web = Class::of_column("static_web_1k_max_rps").unwrap();
        assert_eq!((web.suite(), web.kind()), (Suite::Web, Kind::Parallel));
        assert_eq!(Class::of_column("zstd7_best_mbps"), None);
        let last = Class::of_language_model(LANGUAGE_MODELS[14]).unwrap();
        assert_eq!(last.suite().to_string(), "language models");
        assert_eq!(last.place(), CLASSES - 1);
        let other = LanguageModel {
            prompt: 17,
            ..LANGUAGE_MODELS[0]
        };
        assert_eq!(Class::of_language_model(other), None);
    }

    #[test]
    fn the_catalog_has_every_column() {
        for column in MICRO {
            let found = catalog::Server::all().filter_map(|server| server.score(column.name));
            assert!(found.count() > 2_000, "{}", column.name);
        }
    }
}
