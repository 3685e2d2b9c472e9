//! Threads that execute: with large stacks, and a bounded queue before them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The stack of a thread that executes. The machine nests to a fixed depth; this leaves ample room
/// for its frames.
pub const STACK_BYTES: usize = 64 << 20;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads and a queue of jobs. Cheap to clone; the threads end when the last
/// clone is gone and the queue is empty.
#[derive(Clone)]
pub struct Pool {
    jobs: SyncSender<Job>,
}

/// There is no room in a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

impl Pool {
    /// Some threads, and room for so many jobs that none of them has begun.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(name: &str, threads: usize, room: usize) -> std::io::Result<Pool> {
        let (sender, receiver) = sync_channel::<Job>(room);
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..threads {
            let receiver = receiver.clone();
            spawn(&format!("{name}-{number}"), move || work(&receiver))?;
        }
        Ok(Pool { jobs: sender })
    }

    /// Runs a job on one of the threads, soon.
    ///
    /// # Errors
    /// [`Full`] when too many wait; the job is dropped then.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Full> {
        self.jobs.try_send(Box::new(job)).map_err(|error| match error {
            TrySendError::Full(_) | TrySendError::Disconnected(_) => Full,
        })
    }
}

/// A thread on which values can be executed.
///
/// # Errors
/// When the system gives none.
pub(crate) fn spawn(
    name: &str,
    run: impl FnOnce() + Send + 'static,
) -> std::io::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn(run)
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting: another thread waits for it instead of for the job.
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("a job ended in a defect of cvx; later jobs go on");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_full_queue_refuses_and_a_panic_ends_its_job_only() {
        let pool = Pool::new("test", 1, 1).expect("there are threads");
        let (release, gate) = channel::<()>();
        let (begun, has_begun) = channel();
        let held = pool.run(move || {
            begun.send(()).expect("the test waits");
            gate.recv().expect("the test opens the gate");
            panic!("a job that fails");
        });
        assert_eq!(held, Ok(()));
        has_begun.recv().expect("the job runs");
        let (done, is_done) = channel();
        assert_eq!(pool.run(move || done.send(7).expect("the test waits")), Ok(()));
        assert_eq!(pool.run(|| {}), Err(Full));
        release.send(()).expect("the job waits");
        assert_eq!(is_done.recv(), Ok(7));
    }
}
