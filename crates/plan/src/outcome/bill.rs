//! What a month of a design's pipeline costs, and how busy what is paid is.

use units::Overflow;
use workload::Host;

use super::pipeline::{PipelineRun, Use};
use crate::cost::{CostLine, instances, monthly};

/// Busy and paid seconds of virtual CPUs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Busy {
    /// Seconds of work.
    pub busy: f64,
    /// Seconds that are paid.
    pub paid: f64,
}

impl Busy {
    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            busy: self.busy + other.busy,
            paid: self.paid + other.paid,
        }
    }

    /// So many times.
    pub fn times(self, count: f64) -> Self {
        Self {
            busy: self.busy * count,
            paid: self.paid * count,
        }
    }

    /// Busy over paid; none where nothing is paid.
    pub fn share(self) -> Option<f64> {
        (self.paid > 0.0).then(|| (self.busy / self.paid).min(1.0))
    }
}

/// Who is paid for the machines of a host.
pub(super) fn service(host: Host) -> &'static str {
    match host {
        Host::Ec2 => "EC2",
        Host::Eks => "EKS nodes",
        Host::SageMaker => "SageMaker",
        Host::Gcp => "Compute Engine",
        Host::Azure => "Azure VMs",
        Host::Own => "own machines",
    }
}

/// Lines of a month of the pipeline. Machines that the endpoint's floor pays for anyway are left out by `is_paid`.
pub fn bill(
    run: &PipelineRun<'_>,
    runs_a_year: u32,
    region: &str,
    is_paid: impl Fn(&Use<'_>) -> bool,
) -> Result<Vec<CostLine>, Overflow> {
    let mut lines: Vec<CostLine> = Vec::new();
    for used in run.uses.iter().filter(|used| !is_paid(used)) {
        let bill = instances(&used.rented, used.count, used.paid, region)?;
        let line = CostLine {
            service: service(used.rented.host).to_owned(),
            item: format!("{} on {}", used.item, used.rented.type_name()),
            amount: monthly(bill.total()?, runs_a_year)?,
        };
        // Jobs of a stage that ran beside one another are one line.
        match lines.last_mut() {
            Some(last) if last.service == line.service && last.item == line.item => {
                last.amount = last.amount.plus(line.amount)?;
            }
            _ => lines.push(line),
        }
    }
    Ok(lines)
}

/// Busy and paid seconds of one run.
pub fn busy(run: &PipelineRun<'_>, is_paid: impl Fn(&Use<'_>) -> bool) -> Busy {
    run.uses.iter().fold(Busy::default(), |sum, used| {
        let cpus = f64::from(used.rented.machine.vcpus.unwrap_or(1)) * f64::from(used.count);
        let paid = if is_paid(used) {
            0.0
        } else {
            used.paid.mid.as_seconds() * cpus
        };
        sum.plus(Busy {
            busy: used.busy,
            paid,
        })
    })
}
