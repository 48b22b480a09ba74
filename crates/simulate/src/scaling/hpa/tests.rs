//! The examples of Kubernetes' documentation.

use super::*;

fn seconds(seconds: u64) -> Span {
    Span::from_seconds(seconds).unwrap()
}

fn seen(now: u64, replicas: u32, ready: u32, requests: u64) -> Observation {
    Observation {
        now: seconds(now),
        interval: seconds(15),
        replicas,
        ready,
        slots: 1,
        arrivals: 0,
        answers: 0,
        busy: 0.0,
        waiting: 0.0,
        serving: f64::from(ready),
        busy_now: requests,
        waiting_now: 0,
    }
}

#[test]
fn the_ratio_of_metric_and_target_sets_the_number() {
    let hpa = HorizontalPodAutoscaler::new(100.0, 1, 100);
    // A metric of 200 at a target of 100 doubles the pods, 50 halves them.
    assert_eq!(hpa.recommend(4, 4, 800.0), 8);
    assert_eq!(hpa.recommend(4, 4, 200.0), 2);
    assert_eq!(hpa.recommend(3, 3, 150.0), 2);
    // Within a tenth nothing happens; beyond it the number is rounded up.
    assert_eq!(hpa.recommend(10, 10, 1_100.0), 10);
    assert_eq!(hpa.recommend(10, 10, 900.0), 10);
    assert_eq!(hpa.recommend(10, 10, 1_110.0), 12);
    assert_eq!(hpa.recommend(10, 10, 890.0), 9);
    assert_eq!(hpa.recommend(10, 0, 0.0), 10);
}

#[test]
fn pods_that_start_dampen_and_never_turn_the_direction() {
    let hpa = HorizontalPodAutoscaler::new(100.0, 1, 100);
    // Two ready at 300 each ask for three times; with two idle ones more the ratio is 1.5.
    assert_eq!(hpa.recommend(4, 2, 600.0), 6);
    // With four idle ones more it is 1: no change.
    assert_eq!(hpa.recommend(6, 2, 600.0), 6);
    // With eight more it would turn round: no change.
    assert_eq!(hpa.recommend(10, 2, 600.0), 10);
    // Down: two ready at 10, two starting counted as 100 each: 220 over 4 is 0.55.
    assert_eq!(hpa.recommend(4, 2, 20.0), 3);
    // One ready at 80, nine starting: 0.98 is within the tolerance.
    assert_eq!(hpa.recommend(10, 1, 80.0), 10);
}

#[test]
fn the_documented_rules_of_scaling_down() {
    // 4 pods a minute and 10 percent a minute, the larger counts: from 80, 10 percent are 8, then 10 percent of 72 are 8.
    let mut hpa = HorizontalPodAutoscaler::new(1.0, 1, 100);
    let period = seconds(60);
    hpa.down = Behavior {
        stabilization: Span::ZERO,
        policies: vec![
            RateLimit::Pods { value: 4, period },
            RateLimit::Percent { value: 10, period },
        ],
        select: Select::Max,
    };
    let mut pods = 80;
    let mut found = vec![pods];
    for minute in 1..=12 {
        pods = hpa.desired(&seen(minute * 60, pods, pods, 1));
        found.push(pods);
    }
    assert_eq!(found, [80, 72, 64, 57, 51, 45, 40, 36, 32, 28, 24, 20, 16]);
    // Within the minute nothing more goes.
    assert_eq!(hpa.desired(&seen(12 * 60 + 15, pods, pods, 1)), 16);

    hpa.down.select = Select::Min;
    assert_eq!(hpa.desired(&seen(3_000, 80, 80, 1)), 76);
    hpa.down.select = Select::Disabled;
    assert_eq!(hpa.desired(&seen(4_000, 80, 80, 1)), 80);
}

#[test]
fn by_default_up_is_at_once_and_limited_and_down_waits_five_minutes() {
    let mut hpa = HorizontalPodAutoscaler::new(1.0, 1, 100);
    // Up: the larger of 4 pods and 100 percent in 15 s.
    let mut pods = 1;
    let mut found = Vec::new();
    for step in 1..=5 {
        pods = hpa.desired(&seen(step * 15, pods, pods, 60));
        found.push(pods);
    }
    assert_eq!(found, [5, 10, 20, 40, 60]);
    // Down: the highest recommendation of the last 300 s counts, then all may go.
    let mut moments = Vec::new();
    for step in 6..=30 {
        let next = hpa.desired(&seen(step * 15, pods, pods, 2));
        if next != pods {
            moments.push((step * 15, next));
        }
        pods = next;
    }
    assert_eq!(moments, [(375, 2)]);
}

#[test]
fn a_window_for_scaling_up_waits_too() {
    let mut hpa = HorizontalPodAutoscaler::new(1.0, 1, 100);
    hpa.up.stabilization = seconds(60);
    assert_eq!(hpa.desired(&seen(15, 2, 2, 2)), 2);
    assert_eq!(hpa.desired(&seen(30, 2, 2, 6)), 2);
    assert_eq!(hpa.desired(&seen(60, 2, 2, 6)), 2);
    assert_eq!(hpa.desired(&seen(75, 2, 2, 6)), 6);
    hpa.up.select = Select::Disabled;
    assert_eq!(hpa.desired(&seen(90, 6, 6, 60)), 6);
}

#[test]
fn limits_hold_whatever_the_metric_says() {
    let mut hpa = HorizontalPodAutoscaler::new(1.0, 2, 8);
    assert_eq!((hpa.initial(), hpa.interval()), (2, seconds(15)));
    assert_eq!(hpa.desired(&seen(15, 6, 6, 1_000)), 8);
    assert_eq!(hpa.desired(&seen(1_000, 8, 8, 0)), 2);
    assert_eq!(hpa.name(), "horizontal pod autoscaler");
}
