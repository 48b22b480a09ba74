//! Tests of the built binary: its verbs, unmodified clients, crashes, bad input.

mod bad_data;
mod bad_state;
mod bad_workload;
mod boto3;
mod crash;
mod interrupted;
mod run;
mod synth;
