//! Threads that cut pages: one for each core, so that requests which ask for no teaser are answered
//! meanwhile, with a queue that does not grow.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use futures_channel::oneshot;

/// Pages that may wait for a thread.
const WAITING: usize = 32;

type Task = Box<dyn FnOnce() + Send>;

/// Runs some work on a thread of its own kind; an error says why it was not done.
pub(super) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    static POOL: OnceLock<Pool> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Pool::new(cores, WAITING)
    });
    pool.run(work).await
}

struct Pool {
    tasks: SyncSender<Task>,
}

impl Pool {
    fn new(threads: usize, waiting: usize) -> Self {
        let (tasks, queue) = sync_channel::<Task>(waiting);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = queue.clone();
            let started = thread::Builder::new()
                .name("iteras-teaser".into())
                .spawn(move || work_off(&queue));
            // Without any thread the queue is closed, and each page is refused.
            if let Err(error) = started {
                tracing::error!(%error, "no thread to make teasers on");
            }
        }
        Self { tasks }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let (answer, answered) = oneshot::channel();
        let task = move || {
            // The visitor may have hung up while the page was waiting.
            if !answer.is_canceled() {
                let _ = answer.send(work());
            }
        };
        self.tasks
            .try_send(Box::new(task))
            .map_err(|error| match error {
                TrySendError::Full(_) => "too many pages are waiting for their teaser",
                TrySendError::Disconnected(_) => "there is no thread to make teasers on",
            })?;
        answered
            .await
            .map_err(|_| "making a teaser failed; see the panic".into())
    }
}

fn work_off(queue: &Mutex<Receiver<Task>>) {
    loop {
        let task = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = task else { return };
        // A panic ends one page, whose sender hears of it by the answer that does not come.
        let _ = catch_unwind(AssertUnwindSafe(task));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn work_is_done_elsewhere() {
        let here = thread::current().id();
        assert_ne!(run(|| thread::current().id()).await, Ok(here));
    }

    #[tokio::test]
    async fn a_full_queue_and_a_panic_are_errors() {
        let pool = Pool::new(1, 1);
        let (started, has_started) = channel();
        let (end, ended) = channel::<()>();
        let busy = pool.run(move || {
            started.send(()).unwrap();
            ended.recv().unwrap();
            1
        });
        let waiting = pool.run(|| 2);
        let (busy, waiting, full) = tokio::join!(
            busy,
            async {
                has_started.recv().unwrap();
                waiting.await
            },
            async {
                let full = pool.run(|| 3).await;
                end.send(()).unwrap();
                full
            }
        );
        let problem = "too many pages are waiting for their teaser";
        assert_eq!((busy, waiting, full), (Ok(1), Ok(2), Err(problem.into())));
        let panicked = pool.run(|| panic!("as it should")).await;
        assert_eq!(
            panicked,
            Err::<(), _>("making a teaser failed; see the panic".into())
        );
        assert_eq!(pool.run(|| 4).await, Ok(4));
    }
}
