//! Ctrl-C and being told to end, for commands that have to put something right first: a terminal without
//! echo, a file that is half written. Both functions need the runtime, and begin to listen at once.

/// The error of a program that was told to end.
pub(crate) const INTERRUPTED: &str = "interrupted";

/// Ctrl-C no longer ends the program; the future is over when it came.
#[cfg(unix)]
pub(crate) fn ctrl_c() -> Result<impl Future<Output = ()>, String> {
    let mut interrupt = signal(tokio::signal::unix::SignalKind::interrupt())?;
    Ok(async move {
        interrupt.recv().await;
    })
}

/// Ctrl-C no longer ends the program; the future is over when it came.
#[cfg(windows)]
pub(crate) fn ctrl_c() -> Result<impl Future<Output = ()>, String> {
    let mut told = tokio::signal::windows::ctrl_c().map_err(|error| format!("signals: {error}"))?;
    Ok(async move {
        told.recv().await;
    })
}

/// As [`ctrl_c`], and the same for every other way in which the program is told to end.
#[cfg(unix)]
pub(crate) fn any() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::SignalKind;
    let ctrl_c = ctrl_c()?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            () = ctrl_c => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

#[cfg(windows)]
pub(crate) use ctrl_c as any;

#[cfg(unix)]
fn signal(kind: tokio::signal::unix::SignalKind) -> Result<tokio::signal::unix::Signal, String> {
    tokio::signal::unix::signal(kind).map_err(|error| format!("signals: {error}"))
}

/// The result of `work`, unless the program is told to end first.
pub(crate) async fn unless<T>(
    told: impl Future<Output = ()>,
    work: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    tokio::select! {
        () = told => Err(INTERRUPTED.into()),
        came = work => came,
    }
}
