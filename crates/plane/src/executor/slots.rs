//! Admission of jobs: at most one open job a CPU of the machine, and their memory must fit.
//!
//! Within a run the order is first come first served; runs take turns. A job gets the CPUs of its instance type, at
//! most the machine's, those that the fewest other jobs use: alone it has them for itself. Seconds that were measured
//! while others ran are marked.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Jobs that may wait.
const QUEUE_LIMIT: usize = 10_000;

/// What a job asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    /// CPUs; more than the machine has counts as all of them.
    pub(crate) cpus: usize,
    /// Bytes; more than the machine has counts as all of it.
    pub(crate) memory: u64,
}

/// More jobs wait than may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{QUEUE_LIMIT} jobs are waiting already")]
pub(crate) struct QueueFull;

/// The places of the machine.
#[derive(Debug)]
pub(crate) struct Slots {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// CPU and the number of open jobs on it.
    cpus: Vec<(usize, usize)>,
    memory: u64,
    free_memory: u64,
    open: Vec<Arc<AtomicBool>>,
    /// Runs in the order of their turns, each with its jobs in the order in which they came.
    runs: VecDeque<(String, VecDeque<Waiting>)>,
    waiting: usize,
}

#[derive(Debug)]
struct Waiting {
    need: Need,
    answer: oneshot::Sender<Place>,
}

/// A place; dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Place {
    /// The CPUs to run on.
    pub(crate) cpus: Vec<usize>,
    memory: u64,
    shared: Arc<AtomicBool>,
    slots: Arc<Slots>,
}

impl Place {
    /// Whether other jobs were open at any time since this one was let in.
    pub(crate) fn was_shared(&self) -> bool {
        self.shared.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let slots = Arc::clone(&self.slots);
        slots.lock().release(self);
        slots.admit();
    }
}

impl Slots {
    /// The places of a machine with these CPUs and this memory.
    pub(crate) fn new(cpus: &[usize], memory: u64) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                cpus: cpus.iter().map(|&cpu| (cpu, 0)).collect(),
                memory,
                free_memory: memory,
                open: Vec::new(),
                runs: VecDeque::new(),
                waiting: 0,
            }),
        })
    }

    /// Waits for a place. Dropping the future gives up the wait.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        run: &str,
        need: Need,
    ) -> Result<Place, QueueFull> {
        let (answer, place) = oneshot::channel();
        self.lock().enqueue(run, Waiting { need, answer })?;
        self.admit();
        // The sender is dropped only with the slots, which this call holds.
        place.await.map_err(|_| QueueFull)
    }

    /// A place without anything, for a job that was stopped before its turn: it is only written down as stopped.
    pub(crate) fn nowhere(self: &Arc<Self>) -> Place {
        Place {
            cpus: Vec::new(),
            memory: 0,
            shared: Arc::new(AtomicBool::new(false)),
            slots: Arc::clone(self),
        }
    }

    fn admit(self: &Arc<Self>) {
        loop {
            let Some((waiting, cpus, memory, shared)) = self.lock().next() else {
                return;
            };
            let place = Place {
                cpus,
                memory,
                shared,
                slots: Arc::clone(self),
            };
            // One that gave up meanwhile frees its place by dropping it, and the loop goes on.
            drop(waiting.answer.send(place));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn enqueue(&mut self, run: &str, waiting: Waiting) -> Result<(), QueueFull> {
        if self.waiting >= QUEUE_LIMIT {
            self.forget_the_gone();
        }
        if self.waiting >= QUEUE_LIMIT {
            return Err(QueueFull);
        }
        self.waiting += 1;
        match self.runs.iter_mut().find(|(name, _)| name == run) {
            Some((_, jobs)) => jobs.push_back(waiting),
            None => self
                .runs
                .push_back((run.to_owned(), VecDeque::from([waiting]))),
        }
        Ok(())
    }

    /// The next job to let in, if it fits. The one whose turn it is waits for room; nobody overtakes it.
    fn next(&mut self) -> Option<(Waiting, Vec<usize>, u64, Arc<AtomicBool>)> {
        self.forget_the_gone_at_the_front();
        let need = self.runs.front()?.1.front()?.need;
        let memory = need.memory.min(self.memory);
        if self.open.len() >= self.cpus.len() || memory > self.free_memory {
            return None;
        }
        let (run, mut jobs) = self.runs.pop_front()?;
        let waiting = jobs.pop_front()?;
        self.waiting -= 1;
        if !jobs.is_empty() {
            self.runs.push_back((run, jobs));
        }
        let cpus = self.take_cpus(need.cpus);
        self.free_memory -= memory;
        let shared = Arc::new(AtomicBool::new(!self.open.is_empty()));
        for other in &self.open {
            other.store(true, Ordering::Relaxed);
        }
        self.open.push(Arc::clone(&shared));
        Some((waiting, cpus, memory, shared))
    }

    fn take_cpus(&mut self, wanted: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.cpus.len()).collect();
        order.sort_by_key(|&index| (self.cpus[index].1, index));
        order.truncate(wanted.clamp(1, self.cpus.len()));
        order.sort_unstable();
        for &index in &order {
            self.cpus[index].1 += 1;
        }
        order.iter().map(|&index| self.cpus[index].0).collect()
    }

    fn release(&mut self, place: &Place) {
        for (cpu, users) in &mut self.cpus {
            if place.cpus.contains(cpu) {
                *users -= 1;
            }
        }
        self.free_memory += place.memory;
        self.open
            .retain(|shared| !Arc::ptr_eq(shared, &place.shared));
    }

    fn forget_the_gone_at_the_front(&mut self) {
        while let Some((_, jobs)) = self.runs.front_mut() {
            match jobs.front() {
                Some(waiting) if !waiting.answer.is_closed() => return,
                Some(_) => {
                    jobs.pop_front();
                    self.waiting -= 1;
                }
                None => {
                    self.runs.pop_front();
                }
            }
        }
    }

    fn forget_the_gone(&mut self) {
        for (_, jobs) in &mut self.runs {
            jobs.retain(|waiting| !waiting.answer.is_closed());
        }
        self.runs.retain(|(_, jobs)| !jobs.is_empty());
        self.waiting = self.runs.iter().map(|(_, jobs)| jobs.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a wait is over, without waiting.
    async fn poll<F: Future + Unpin>(wait: &mut F) -> std::task::Poll<F::Output> {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(std::pin::Pin::new(&mut *wait).poll(context))
        })
        .await
    }

    fn need(cpus: usize, memory: u64) -> Need {
        Need { cpus, memory }
    }

    #[tokio::test]
    async fn two_jobs_run_side_by_side_on_two_cpus_and_a_third_waits() {
        let slots = Slots::new(&[4, 7], 100);
        let first = slots.acquire("a", need(2, 10)).await.unwrap();
        assert_eq!(first.cpus, [4, 7]);
        assert!(!first.was_shared());
        let second = slots.acquire("a", need(1, 10)).await.unwrap();
        assert_eq!(second.cpus, [4]);
        assert!(first.was_shared() && second.was_shared());
        let mut waiting = Box::pin(slots.acquire("a", need(8, 10)));
        assert!(poll(&mut waiting).await.is_pending());
        drop(first);
        assert_eq!(waiting.await.unwrap().cpus, [4, 7]);
    }

    #[tokio::test]
    async fn a_small_job_has_a_cpu_for_itself_where_one_is_free() {
        let slots = Slots::new(&[0, 1], 100);
        let first = slots.acquire("a", need(1, 1)).await.unwrap();
        let second = slots.acquire("a", need(1, 1)).await.unwrap();
        assert_eq!(
            (first.cpus.as_slice(), second.cpus.as_slice()),
            (&[0][..], &[1][..])
        );
    }

    #[tokio::test]
    async fn runs_take_turns_and_within_a_run_the_first_comes_first() {
        let slots = Slots::new(&[0], 100);
        let mut held = slots.acquire("x", need(1, 1)).await.unwrap();
        let names = ["a1", "a2", "a3", "b1"];
        let mut waits: Vec<_> = names
            .iter()
            .map(|name| (*name, Box::pin(slots.acquire(&name[..1], need(1, 1)))))
            .collect();
        for (_, wait) in &mut waits {
            assert!(poll(wait).await.is_pending());
        }
        let mut order = Vec::new();
        while !waits.is_empty() {
            drop(held);
            let mut next = None;
            for (index, (name, wait)) in waits.iter_mut().enumerate() {
                if let std::task::Poll::Ready(place) = poll(wait).await {
                    order.push(*name);
                    next = Some((index, place.unwrap()));
                }
            }
            let (index, place) = next.unwrap();
            drop(waits.remove(index));
            held = place;
        }
        assert_eq!(order, ["a1", "b1", "a2", "a3"]);
    }

    #[tokio::test]
    async fn memory_must_fit_and_too_much_counts_as_all_of_it() {
        let slots = Slots::new(&[0, 1], 100);
        let first = slots.acquire("a", need(1, 60)).await.unwrap();
        let mut waiting = Box::pin(slots.acquire("a", need(1, 50)));
        assert!(poll(&mut waiting).await.is_pending());
        drop(first);
        drop(waiting.await.unwrap());
        assert!(slots.acquire("a", need(1, 1_000)).await.is_ok());
    }

    #[tokio::test]
    async fn the_queue_has_a_limit_and_those_who_gave_up_do_not_count() {
        let slots = Slots::new(&[0], 1);
        let held = slots.acquire("a", need(1, 1)).await.unwrap();
        let mut waits: Vec<_> = (0..QUEUE_LIMIT)
            .map(|_| Box::pin(slots.acquire("a", need(1, 1))))
            .collect();
        for wait in &mut waits {
            assert!(poll(wait).await.is_pending());
        }
        assert_eq!(slots.acquire("b", need(1, 1)).await.unwrap_err(), QueueFull);
        drop(waits);
        let mut last = Box::pin(slots.acquire("b", need(1, 1)));
        assert!(poll(&mut last).await.is_pending());
        drop(held);
        assert_eq!(last.await.unwrap().cpus, [0]);
    }
}
