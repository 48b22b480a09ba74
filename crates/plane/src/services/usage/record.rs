//! The measured record of a job.

use std::collections::BTreeMap;
use std::time::Duration;

use jobs::Exit;
use ledger::Charge;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::services::sagemaker::Job;
use crate::store::Record;

/// What one job took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// Kind of the job's record, such as `sagemaker.training-job`.
    pub job_kind: String,
    /// Name of the job.
    pub job_name: String,
    /// The run it belonged to: the tag `plimsoll:run`, else who asked for it.
    pub run: String,
    /// The job's tags.
    pub tags: BTreeMap<String, String>,
    /// Instance type that the request named.
    pub instance_type: String,
    /// Number of instances.
    pub instances: u32,
    /// CPUs of this machine that it could use.
    pub cpus: usize,
    /// Bytes of memory that it could use; 0 in records of earlier versions.
    #[serde(default)]
    pub memory: u64,
    /// Milliseconds since the epoch: when it got its place.
    pub started: i64,
    /// Milliseconds since the epoch: when its program had ended.
    pub ended: i64,
    /// Wall time of the program.
    pub wall_ms: u64,
    /// CPU time in user mode.
    pub cpu_user_ms: u64,
    /// CPU time in the kernel.
    pub cpu_system_ms: u64,
    /// Largest resident memory.
    pub peak_bytes: u64,
    /// Bytes read by any means.
    pub read_bytes: u64,
    /// Bytes written by any means.
    pub written_bytes: u64,
    /// Whether other jobs were open at the same time: its seconds are then not those of a machine of its own.
    pub shared: bool,
    /// What the wall time cost at the price of its moment; absent where no price is known.
    pub charge: Option<Charge>,
    /// How the program ended, in words.
    pub exit: String,
    /// Architecture and CPUs of this machine.
    pub host: String,
}

impl Usage {
    /// The record of a job whose program has ended; what only the executor knows is left empty.
    pub(crate) fn of_exit<K>(
        job_kind: &str,
        job: &Job<K>,
        instance_type: &str,
        exit: &Exit,
    ) -> Self {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let started = job.started.unwrap_or(job.created);
        let wall_ms = millis(exit.usage.wall);
        Self {
            job_kind: job_kind.to_owned(),
            job_name: job.name.clone(),
            run: job.run.clone(),
            tags: tags(&job.request),
            instance_type: instance_type.to_owned(),
            instances: 1,
            cpus: 0,
            memory: 0,
            started,
            ended: started.saturating_add(i64::try_from(wall_ms).unwrap_or(i64::MAX)),
            wall_ms,
            cpu_user_ms: millis(exit.usage.cpu_user),
            cpu_system_ms: millis(exit.usage.cpu_system),
            peak_bytes: exit.usage.peak.get(),
            read_bytes: exit.usage.read.get(),
            written_bytes: exit.usage.written.get(),
            shared: false,
            charge: None,
            exit: exit.reason.to_string(),
            host: String::new(),
        }
    }

    /// The key of a job's record.
    pub(super) fn key_of(kind: &str, name: &str) -> String {
        format!("{kind}/{name}")
    }
}

impl Record for Usage {
    const KIND: &'static str = "usage";
    fn key(&self) -> String {
        Self::key_of(&self.job_kind, &self.job_name)
    }
    fn created(&self) -> i64 {
        self.started
    }
    fn modified(&self) -> i64 {
        self.ended
    }
    fn parent(&self) -> &str {
        &self.run
    }
}

fn tags(request: &Value) -> BTreeMap<String, String> {
    let list = request.get("Tags").and_then(Value::as_array);
    let text = |tag: &Value, member: &str| tag[member].as_str().unwrap_or_default().to_owned();
    list.into_iter()
        .flatten()
        .map(|tag| (text(tag, "Key"), text(tag, "Value")))
        .collect()
}
