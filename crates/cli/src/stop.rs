//! Ctrl-C and being told to end, for commands that have to put something right first: a terminal without
//! echo, a file that is half written.

/// Begins to listen, after which the program no longer ends by itself when it is told to.
/// The future is over when it was told. Needs the runtime.
#[cfg(unix)]
pub(crate) fn listen() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| format!("signals: {error}"));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// Begins to listen, after which the program no longer ends by itself when it is told to.
/// The future is over when it was told. Needs the runtime.
#[cfg(windows)]
pub(crate) fn listen() -> Result<impl Future<Output = ()>, String> {
    let mut told = tokio::signal::windows::ctrl_c().map_err(|error| format!("signals: {error}"))?;
    Ok(async move {
        told.recv().await;
    })
}

/// What comes of `work`, unless the program is told to end first.
pub(crate) async fn unless<T>(
    told: impl Future<Output = ()>,
    work: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    tokio::select! {
        () = told => Err(INTERRUPTED.into()),
        came = work => came,
    }
}

/// Said when the program was told to end.
pub(crate) const INTERRUPTED: &str = "interrupted";
