//! The threads that answer, one for each core. Each has a runtime of its own and keeps the connections that it is given:
//! to wake another thread costs more than to check a pass.

use std::sync::Arc;
use std::{io, thread};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// The threads, which end when this is dropped.
pub(super) struct Workers(Vec<Worker>);

struct Worker {
    runtime: Handle,
    /// Counts this thread's connections: each has a clone.
    connections: Arc<()>,
    _ending: oneshot::Sender<()>,
}

/// A connection's share of a thread, which is free again when this is dropped.
pub(super) struct Share {
    pub(super) runtime: Handle,
    _connection: Arc<()>,
}

impl Workers {
    pub(super) fn start() -> io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers: io::Result<_> = (0..cores).map(|_| Worker::start()).collect();
        Ok(Self(workers?))
    }

    /// A share of the thread that has the fewest connections.
    pub(super) fn share(&self) -> Option<Share> {
        let connections = |worker: &&Worker| Arc::strong_count(&worker.connections);
        let worker = self.0.iter().min_by_key(connections)?;
        Some(Share {
            runtime: worker.runtime.clone(),
            _connection: worker.connections.clone(),
        })
    }
}

impl Worker {
    fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (ending, ended) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("iteras-answers".into());
        // Nothing is ever sent: its sender goes away.
        thread.spawn(move || runtime.block_on(ended).unwrap_or_default())?;
        Ok(Self {
            runtime: handle,
            connections: Arc::default(),
            _ending: ending,
        })
    }
}
