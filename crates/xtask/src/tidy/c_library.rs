//! What is learned and predicted has the same bits whatever the C library: exponentials, logarithms and their like come from
//! `networks::functions`. Operators of foreign graphs are left out: they are held to onnxruntime by tolerance, not to bits.

use super::finding::Finding;
use super::rust::places_of_word;
use super::tree::Tree;

/// Methods of `f32` and `f64` that the standard library takes from the C library.
const METHODS: &[&str] = &[
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "sin", "cos", "tan",
    "sin_cos", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    "cbrt", "hypot", "gamma",
];
const CRATES: &[&str] = &["crates/learn/src/", "crates/networks/src/"];
const FOREIGN: &str = "crates/learn/src/onnx/operators/";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for (file, source) in tree.rust() {
        let path = &file.path;
        let ours = CRATES.iter().any(|start| path.starts_with(start));
        if !ours || path.starts_with(FOREIGN) || path.ends_with("/tests.rs") {
            continue;
        }
        let code = source.production();
        for method in METHODS {
            for place in
                places_of_word(code, method).filter(|&place| is_method(code, place, method.len()))
            {
                let message =
                    format!("`{method}` differs between C libraries: use `networks::functions`");
                findings.push(file.finding(source.line_of(place), "c-library", message));
            }
        }
    }
}

/// Whether the name at a place is called as `x.name(` or named as `f64::name`.
fn is_method(code: &str, place: usize, length: usize) -> bool {
    let before = &code[..place];
    let called = before.ends_with('.') && code[place + length..].starts_with('(');
    called || before.ends_with("f64::") || before.ends_with("f32::")
}

#[cfg(test)]
mod tests {
    use super::super::finding::places;
    use super::*;

    #[test]
    fn methods_of_the_c_library_are_found_where_bits_matter() {
        let text = "use networks::functions::exp;\nfn f(x: f64) -> f64 { exp(x) }\nfn g(x: f64) -> f64 { x.exp() }\n\
                    fn h() { [1.0].map(f64::ln); x.log2().ceil(); x.sqrt(); x.exponent(); places.gamma.clone() }\n\
                    #[cfg(test)]\nmod tests {\n    fn t() { 1.0_f64.exp(); }\n}\n";
        let files = [
            ("crates/learn/src/loss.rs", text),
            ("crates/learn/src/onnx/operators/erf.rs", text),
            ("crates/learn/src/loss/tests.rs", text),
            ("crates/tune/src/lib.rs", text),
        ];
        let found = places(check, &files);
        assert_eq!(
            found,
            [
                "crates/learn/src/loss.rs:3",
                "crates/learn/src/loss.rs:4",
                "crates/learn/src/loss.rs:4"
            ]
        );
    }
}
