//! Closed forms of queueing theory, which the simulation is checked against and which answer at once where they apply.

/// Probability that a request waits, with `servers` slots and an offered load in slots (rate times mean service time): Erlang's
/// C formula. 1 where the load is not below the servers.
///
/// ```
/// // Two servers, load 1: 1/3.
/// assert!((simulate::queueing::erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
/// ```
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let count = f64::from(servers);
    if load.is_nan() || load >= count {
        return 1.0;
    }
    // Erlang's B by its recursion, which does not overflow.
    let mut blocked = 1.0;
    for server in 1..=servers {
        blocked = load * blocked / (f64::from(server) + load * blocked);
    }
    count * blocked / (count - load * (1.0 - blocked))
}

/// Mean wait in the queue M/M/c, in the unit of the mean service time; infinite where the load is not below the servers.
///
/// ```
/// // One server, load 1/2: rho / (1 - rho) = 1.
/// assert!((simulate::queueing::mmc_wait(1, 0.5, 2.0) - 2.0).abs() < 1e-12);
/// ```
pub fn mmc_wait(servers: u32, load: f64, service: f64) -> f64 {
    let spare = f64::from(servers) - load;
    if spare > 0.0 {
        erlang_c(servers, load) * service / spare
    } else {
        f64::INFINITY
    }
}

/// Wait within which a share of the requests finds its place in M/M/c.
///
/// ```
/// let p99 = simulate::queueing::mmc_wait_quantile(1, 0.5, 1.0, 0.99);
/// assert!((p99 - 2.0 * 50f64.ln()).abs() < 1e-9);
/// ```
pub fn mmc_wait_quantile(servers: u32, load: f64, service: f64, share: f64) -> f64 {
    let spare = f64::from(servers) - load;
    if spare <= 0.0 {
        return f64::INFINITY;
    }
    let waits = erlang_c(servers, load);
    let beyond = 1.0 - share;
    if beyond >= waits {
        return 0.0;
    }
    (waits / beyond).ln() * service / spare
}

/// Mean wait in the queue M/G/1 (Pollaczek and Khinchine): `variation` is the standard deviation of the service time over its
/// mean, 0 for M/D/1 and 1 for M/M/1.
///
/// ```
/// assert!((simulate::queueing::mg1_wait(0.5, 1.0, 0.0) - 0.5).abs() < 1e-12);
/// ```
pub fn mg1_wait(load: f64, service: f64, variation: f64) -> f64 {
    if load >= 1.0 {
        return f64::INFINITY;
    }
    load * service * (1.0 + variation * variation) / (2.0 * (1.0 - load))
}

/// Fewest slots with which a share of the requests waits at most `limit`; `None` above `most`.
///
/// ```
/// // Load 10, service 1 s, 99 % within half a second.
/// let slots = simulate::queueing::slots_for(10.0, 1.0, (0.99, 0.5), 1_000).unwrap();
/// assert!(simulate::queueing::mmc_wait_quantile(slots, 10.0, 1.0, 0.99) <= 0.5);
/// assert!(simulate::queueing::mmc_wait_quantile(slots - 1, 10.0, 1.0, 0.99) > 0.5);
/// ```
pub fn slots_for(load: f64, service: f64, (share, limit): (f64, f64), most: u32) -> Option<u32> {
    if !load.is_finite() || load < 0.0 {
        return None;
    }
    let first = (load.floor() as u32).saturating_add(1);
    (first..=most).find(|&slots| mmc_wait_quantile(slots, load, service, share) <= limit)
}
