//! What each job used while it ran.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::scrolling;
use crate::figures::{bytes, percent, seconds};
use crate::origin::Origin;
use crate::run::{Job, Run, Sample};
use crate::scale::Scale;
use crate::track::track;

pub(super) fn body(run: &Run) -> Option<Markup> {
    let jobs: Vec<&Job> = run.steps.iter().flat_map(|step| &step.jobs).collect();
    if jobs.is_empty() {
        return None;
    }
    let busiest = jobs
        .iter()
        .flat_map(|job| &job.samples)
        .map(|sample| sample.cpus)
        .fold(1.0, f64::max);
    let largest = jobs
        .iter()
        .map(|job| job.peak_bytes as f64)
        .fold(1.0, f64::max);
    let cpus = Scale::exact(0.0, busiest * 1.05, 2);
    let memory = Scale::exact(0.0, largest / MIB * 1.05, 2);
    let table = html! {
        table.resources {
            caption {
                "CPUs busy and resident memory over each job's own time " (Origin::Measured.tag())
                ". All rows share their heights. Samples are drawn up to the last one. A job that is soon over \
                 has few; a dashed line is then its mean or its peak over the whole of it " (Origin::Computed.tag()) "."
            }
            thead {
                tr {
                    th scope="col" { "Job" }
                    th.num scope="col" { "Wall" }
                    th.spark scope="col" { "CPUs busy, 0 to " (cpus.label(cpus.high)) }
                    th.num scope="col" { "CPU time" }
                    th.spark scope="col" { "Memory, 0 to " (bytes(memory.high * MIB)) }
                    th.num scope="col" { "Peak" }
                    th.num scope="col" { "Read" }
                    th.num scope="col" { "Written" }
                }
            }
            tbody { @for job in &jobs { (row(run, job, &cpus, &memory)) } }
        }
    };
    let shared = jobs.iter().filter(|job| job.shared).count();
    Some(html! {
        (scrolling("Resources of jobs", &table))
        @if shared > 0 {
            p.note {
                (shared) " of " (jobs.len()) " jobs had others beside them (marked \u{2225}): their seconds may be longer than those \
                 of a machine of their own."
            }
        }
    })
}

const MIB: f64 = 1_048_576.0;
const INFALLIBLE: &str = "writing to a string never fails";

fn row(run: &Run, job: &Job, cpus: &Scale, memory: &Scale) -> Markup {
    let mean = job.cpu_seconds / job.seconds.max(1e-9);
    html! {
        tr {
            th scope="row" {
                (job.name)
                @if job.shared { " " span title="other jobs ran beside it" { "\u{2225}" } }
                @if job.run != run.run { br; small { "measured in run " (job.run) } }
            }
            td.num { (seconds(job.seconds)) }
            td.spark { (spark(job, cpus, |sample| sample.cpus, mean, "CPUs busy")) }
            td.num { (seconds(job.cpu_seconds)) }
            td.spark {
                (spark(job, memory, |sample| sample.memory_bytes / MIB, job.peak_bytes as f64 / MIB, "MiB of memory"))
            }
            td.num { (bytes(job.peak_bytes as f64)) }
            td.num { (bytes(job.read_bytes as f64)) }
            td.num { (bytes(job.written_bytes as f64)) }
        }
    }
}

/// Samples as steps, each from the one before it; too few are a dashed line at a figure of the whole job.
fn spark(job: &Job, scale: &Scale, of: impl Fn(&Sample) -> f64, whole: f64, what: &str) -> Markup {
    let empty = Scale {
        low: 0.0,
        high: 1.0,
        ticks: Vec::new(),
        digits: 0,
    };
    let height = |value: f64| 100.0 - 100.0 * scale.place(value);
    if job.samples.len() < 2 {
        let y = percent(1.0 - scale.place(whole));
        let title = format!("{what}: {whole:.2} over the whole job");
        return track(
            &empty,
            &title,
            &html! { line.whole x1="0" x2="100%" y1=(y) y2=(y) {} },
        );
    }
    let mut path = String::from("M0 100");
    let mut last = 0.0;
    let mut most: f64 = 0.0;
    for sample in &job.samples {
        let x = (sample.at / job.seconds.max(1e-9)).clamp(0.0, 1.0) * 100.0;
        let y = height(of(sample));
        write!(path, "L{last:.2} {y:.2}L{x:.2} {y:.2}").expect(INFALLIBLE);
        last = x;
        most = most.max(of(sample));
    }
    write!(path, "L{last:.2} 100Z").expect(INFALLIBLE);
    let title = format!("{what}: {} samples, at most {most:.2}", job.samples.len());
    track(
        &empty,
        &title,
        &html! {
            svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%" { path.area d=(path) {} }
        },
    )
}
