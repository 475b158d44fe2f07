//! Mutexes that a panic of one handler does not close for the others.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The content of a mutex, even where a handler panicked while it held it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
