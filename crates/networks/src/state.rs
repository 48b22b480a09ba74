//! A training that stands still: everything that its next step depends on, beside data and recipe.
//!
//! Random numbers need no place here: those of an epoch depend on seed and epoch alone. So a training that is resumed from
//! its state does exactly what it would have done without the stop.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::random::splitmix64;

/// What a finished epoch left behind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Mean loss over the epoch's batches.
    pub training_loss: f64,
    /// Loss on the validation examples, where there are any.
    pub validation_loss: Option<f64>,
}

/// Weights and running statistics of a network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// The weights that are learned.
    pub weights: Vec<f32>,
    /// What is counted and not learned: running means and variances.
    pub statistics: Vec<f32>,
}

/// A training between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What identifies recipe and data; a state is resumed under the same alone.
    pub key: String,
    /// The network now.
    pub current: Parameters,
    /// The network after its best epoch, where early stopping looks for one.
    pub best: Option<Parameters>,
    /// The optimiser's mean of each slope.
    pub means: Vec<f32>,
    /// The optimiser's mean square of each slope.
    pub squares: Vec<f32>,
    /// Where it stands.
    pub progress: Progress,
}

/// Where a training stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Steps of the current epoch that are done.
    pub step: u32,
    /// Sum of the losses of these steps.
    pub loss: f64,
    /// Epochs that are done.
    pub epochs: Vec<EpochRecord>,
    /// The best epoch, counted from 0, and its validation loss.
    pub best: Option<(u32, f64)>,
    /// Whether early stopping has ended the training.
    pub stopped: bool,
}

#[derive(Serialize, Deserialize)]
struct Header {
    key: String,
    progress: Progress,
    lengths: Vec<usize>,
}

const MAGIC: &[u8; 8] = b"plimnet1";

/// A header at most: keys and losses of epochs are short.
const HEADER_LIMIT: usize = 16 << 20;

impl State {
    /// The bytes of the state.
    pub fn to_bytes(&self) -> Vec<u8> {
        let arrays = self.arrays();
        let header = Header {
            key: self.key.clone(),
            progress: self.progress.clone(),
            lengths: arrays.iter().map(|array| array.len()).collect(),
        };
        let header = serde_json::to_vec(&header).expect("numbers and texts have a JSON form");
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&header);
        for value in arrays.into_iter().flatten() {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads a state back; what was cut off or changed is refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let wrong = |problem: &str| Error::State {
            problem: problem.to_owned(),
        };
        let cut = || wrong("it is cut off");
        let (content, sum) = bytes.split_last_chunk::<8>().ok_or_else(cut)?;
        if !bytes.starts_with(MAGIC) {
            return Err(wrong("it is not a saved training"));
        }
        if checksum(content) != u64::from_le_bytes(*sum) {
            return Err(wrong("its checksum does not agree with its content"));
        }
        let (length, rest) = content[MAGIC.len()..]
            .split_first_chunk::<8>()
            .ok_or_else(cut)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| cut())?;
        if length > HEADER_LIMIT || length > rest.len() {
            return Err(cut());
        }
        let (header, mut rest) = rest.split_at(length);
        let header: Header =
            serde_json::from_slice(header).map_err(|error| wrong(&error.to_string()))?;
        let mut arrays = Vec::new();
        for &length in &header.lengths {
            let size = length.checked_mul(4).filter(|&size| size <= rest.len());
            let (array, after) = rest.split_at(size.ok_or_else(cut)?);
            let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
            arrays.push(array.chunks_exact(4).map(number).collect::<Vec<f32>>());
            rest = after;
        }
        let mut arrays = arrays.into_iter();
        let (Some(weights), Some(statistics), Some(means), Some(squares)) =
            (arrays.next(), arrays.next(), arrays.next(), arrays.next())
        else {
            return Err(wrong("an array is missing"));
        };
        let best = arrays.next().zip(arrays.next());
        Ok(Self {
            key: header.key,
            progress: header.progress,
            current: Parameters {
                weights,
                statistics,
            },
            best: best.map(|(weights, statistics)| Parameters {
                weights,
                statistics,
            }),
            means,
            squares,
        })
    }

    fn arrays(&self) -> Vec<&[f32]> {
        let Parameters {
            weights,
            statistics,
        } = &self.current;
        let mut arrays: Vec<&[f32]> = vec![weights, statistics, &self.means, &self.squares];
        if let Some(best) = &self.best {
            arrays.extend([&best.weights[..], &best.statistics]);
        }
        arrays
    }
}

/// A sum that any changed, missing or exchanged byte changes; no protection against intent.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(bytes.len() as u64, |sum, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        splitmix64(sum ^ u64::from_le_bytes(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(best: bool) -> State {
        let parameters = |shift: f32| Parameters {
            weights: vec![1.5 + shift, f32::MIN_POSITIVE, -0.0],
            statistics: vec![shift],
        };
        State {
            key: "recipe and data".to_owned(),
            current: parameters(0.25),
            best: best.then(|| parameters(7.0)),
            means: vec![0.1, 0.2, 0.3],
            squares: vec![1e-30, 2.0, 3.0],
            progress: Progress {
                step: 4,
                loss: 0.1 + 0.2,
                epochs: vec![EpochRecord {
                    training_loss: 1.0 / 3.0,
                    validation_loss: best.then_some(0.7),
                }],
                best: best.then_some((0, 0.7)),
                stopped: false,
            },
        }
    }

    #[test]
    fn a_state_comes_back_bit_by_bit() {
        for state in [state(false), state(true)] {
            let bytes = state.to_bytes();
            let again = State::from_bytes(&bytes).unwrap();
            assert_eq!(again, state);
            assert_eq!(again.to_bytes(), bytes);
        }
    }

    #[test]
    fn cut_and_changed_bytes_are_refused() {
        let bytes = state(true).to_bytes();
        for length in 0..bytes.len() {
            assert!(State::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 0x10;
            assert!(State::from_bytes(&changed).is_err(), "{place}");
        }
        let message = State::from_bytes(b"something else")
            .unwrap_err()
            .to_string();
        assert_eq!(
            message,
            "the saved training is not usable: it is not a saved training"
        );
    }
}
