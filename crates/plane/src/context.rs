//! What an operation may know besides its request and the store: the moment, the place, the caller.

/// The one account of a plane.
pub const ACCOUNT: &str = "000000000000";

/// The circumstances of one command. Services read no clock and no environment but this.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Milliseconds since the epoch.
    pub now: i64,
    /// Region of the plane.
    pub region: String,
    /// Who asks: an access key id, or the ARN of a role for calls that a state machine makes.
    pub principal: String,
}

impl Ctx {
    /// An ARN of this plane.
    ///
    /// ```
    /// let ctx = plane::Ctx { now: 0, region: "us-east-1".into(), principal: "test".into() };
    /// assert_eq!(ctx.arn("sagemaker", "model/m"), "arn:aws:sagemaker:us-east-1:000000000000:model/m");
    /// ```
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{ACCOUNT}:{resource}", self.region)
    }

    /// The moment in AWS's JSON form: epoch seconds with a fraction.
    pub fn now_seconds(&self) -> f64 {
        self.now as f64 / 1000.0
    }
}
