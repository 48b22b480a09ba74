//! The checksums that S3 speaks, over a content or over the checksums of its parts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use sha2::Sha256;

/// A checksum algorithm of S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// CRC-32 of ISO 3309.
    Crc32,
    /// CRC-32 of Castagnoli.
    Crc32c,
    /// CRC-64 of NVM Express: what S3 computes when nobody asks for another.
    Crc64Nvme,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    /// S3's word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    /// The algorithm of a word.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.name() == name)
    }

    /// The header that carries it.
    pub fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// Bytes of a checksum.
    pub fn size(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Whether a checksum of a whole content can stand for one that came in parts.
    pub fn covers_parts(self) -> bool {
        matches!(self, Self::Crc32 | Self::Crc32c | Self::Crc64Nvme)
    }

    /// The bytes of a checksum in base 64, if it has the right size.
    pub fn decode(self, text: &str) -> Option<Vec<u8>> {
        STANDARD
            .decode(text)
            .ok()
            .filter(|bytes| bytes.len() == self.size())
    }
}

/// Computes one checksum.
#[derive(Debug)]
pub struct Hasher {
    algorithm: Algorithm,
    state: State,
}

#[derive(Debug)]
enum State {
    Crc(crc_fast::Digest),
    Sha1(Sha1),
    Sha256(Sha256),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Self {
        let crc = |variant| State::Crc(crc_fast::Digest::new(variant));
        let state = match algorithm {
            Algorithm::Crc32 => crc(crc_fast::CrcAlgorithm::Crc32IsoHdlc),
            Algorithm::Crc32c => crc(crc_fast::CrcAlgorithm::Crc32Iscsi),
            Algorithm::Crc64Nvme => crc(crc_fast::CrcAlgorithm::Crc64Nvme),
            Algorithm::Sha1 => State::Sha1(Sha1::new()),
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
        };
        Self { algorithm, state }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Takes more of the content.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Crc(digest) => digest.update(bytes),
            State::Sha1(hash) => hash.update(bytes),
            State::Sha256(hash) => hash.update(bytes),
        }
    }

    /// The checksum in base 64.
    pub fn finish(self) -> String {
        match self.state {
            State::Crc(digest) => {
                let bytes = digest.finalize().to_be_bytes();
                STANDARD.encode(&bytes[bytes.len() - self.algorithm.size()..])
            }
            State::Sha1(hash) => STANDARD.encode(hash.finalize()),
            State::Sha256(hash) => STANDARD.encode(hash.finalize()),
        }
    }
}

/// The checksum of the checksums of parts, in S3's form with their number.
///
/// Checksums that are not of the algorithm's form are left out; the store holds none such.
pub fn composite<'a>(algorithm: Algorithm, parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Hasher::new(algorithm);
    let mut count = 0;
    for part in parts {
        hasher.update(&algorithm.decode(part).unwrap_or_default());
        count += 1;
    }
    format!("{}-{count}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(algorithm: Algorithm, content: &[u8]) -> String {
        let mut hasher = Hasher::new(algorithm);
        let (start, end) = content.split_at(content.len() / 2);
        hasher.update(start);
        hasher.update(end);
        hasher.finish()
    }

    #[test]
    fn checksums_are_the_published_ones() {
        // The check values of the catalogues of CRCs and of FIPS 180, over "123456789" and "abc".
        let hex = |text: &str| -> String {
            let byte = |i: usize| u8::from_str_radix(&text[i..i + 2], 16).unwrap();
            STANDARD.encode((0..text.len()).step_by(2).map(byte).collect::<Vec<u8>>())
        };
        assert_eq!(of(Algorithm::Crc32, b"123456789"), hex("cbf43926"));
        assert_eq!(of(Algorithm::Crc32c, b"123456789"), hex("e3069283"));
        assert_eq!(
            of(Algorithm::Crc64Nvme, b"123456789"),
            hex("ae8b14860a799888")
        );
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
        assert_eq!(of(Algorithm::Sha1, b"abc"), hex(sha1));
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(of(Algorithm::Sha256, b"abc"), hex(sha256));
    }

    #[test]
    fn a_composite_is_over_the_bytes_of_the_parts() {
        let parts = [of(Algorithm::Sha256, b"a"), of(Algorithm::Sha256, b"b")];
        let mut bytes = Sha256::digest(b"a").to_vec();
        bytes.extend(Sha256::digest(b"b"));
        let expected = format!("{}-2", STANDARD.encode(Sha256::digest(&bytes)));
        assert_eq!(
            composite(Algorithm::Sha256, parts.iter().map(String::as_str)),
            expected
        );
    }

    #[test]
    fn names_headers_and_sizes_belong_together() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
            assert!(
                algorithm
                    .header()
                    .ends_with(&algorithm.name().to_lowercase())
            );
            let checksum = of(algorithm, b"x");
            assert_eq!(
                algorithm.decode(&checksum).map(|bytes| bytes.len()),
                Some(algorithm.size())
            );
            assert_eq!(algorithm.decode("AAA="), None);
        }
        assert_eq!(Algorithm::parse("MD5"), None);
    }
}
