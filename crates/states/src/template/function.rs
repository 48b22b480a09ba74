//! The intrinsic functions by name, with the number of arguments that each takes.

use std::ops::RangeInclusive;

/// An intrinsic function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

/// Name, function, least and greatest number of arguments.
const FUNCTIONS: [(&str, Function, RangeInclusive<usize>); 18] = [
    ("Array", Function::Array, 0..=usize::MAX),
    ("ArrayContains", Function::ArrayContains, 2..=2),
    ("ArrayGetItem", Function::ArrayGetItem, 2..=2),
    ("ArrayLength", Function::ArrayLength, 1..=1),
    ("ArrayPartition", Function::ArrayPartition, 2..=2),
    ("ArrayRange", Function::ArrayRange, 3..=3),
    ("ArrayUnique", Function::ArrayUnique, 1..=1),
    ("Base64Decode", Function::Base64Decode, 1..=1),
    ("Base64Encode", Function::Base64Encode, 1..=1),
    ("Format", Function::Format, 1..=usize::MAX),
    ("Hash", Function::Hash, 2..=2),
    ("JsonMerge", Function::JsonMerge, 3..=3),
    ("JsonToString", Function::JsonToString, 1..=1),
    ("MathAdd", Function::MathAdd, 2..=2),
    ("MathRandom", Function::MathRandom, 2..=3),
    ("StringSplit", Function::StringSplit, 2..=2),
    ("StringToJson", Function::StringToJson, 1..=1),
    ("UUID", Function::Uuid, 0..=0),
];

impl Function {
    pub(super) fn by_name(name: &str) -> Option<Function> {
        FUNCTIONS
            .iter()
            .find(|(known, ..)| *known == name)
            .map(|(_, function, _)| *function)
    }

    pub(super) fn takes(self, arguments: usize) -> bool {
        FUNCTIONS
            .iter()
            .any(|(_, function, range)| *function == self && range.contains(&arguments))
    }
}
