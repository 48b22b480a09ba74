//! Tests of the built binary: its verbs, unmodified clients, crashes, bad input.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_data;
mod bad_state;
mod bad_workload;
mod boto3;
mod cache;
mod converged;
mod crash;
mod document;
mod forecast;
mod gc;
mod images;
mod init;
mod interrupted;
mod json;
mod lake;
mod mobile_price;
mod onnx;
mod owners;
mod plans;
mod regression;
mod report;
mod run;
mod sagemaker_sdk;
mod script;
mod several;
mod synth;
