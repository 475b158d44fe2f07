//! The connected clients, of whom one is hung up on when there are too many.
//!
//! The longest-waiting one goes first: one that is between two requests or has not sent a whole head yet. The new
//! one is turned away where none waits.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures_util::task::AtomicWaker;
use tokio::sync::Notify;

/// The most connections there may be at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    pub(super) all: usize,
    pub(super) of_a_peer: usize,
}

/// All connections of one listener.
#[derive(Debug, Default)]
pub(super) struct Connections(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    next: u64,
    clients: HashMap<u64, Arc<Client>>,
    by_peer: HashMap<IpAddr, usize>,
}

impl Connections {
    /// A place for a new connection; `None` where there is none. `is_trusted` peers speak for many clients, so that
    /// only the limit of all connections holds for them.
    pub(super) fn admit(
        self: &Arc<Self>,
        peer: IpAddr,
        is_trusted: bool,
        most: Most,
    ) -> Option<Place> {
        let peer = network(peer);
        let mut open = self.open();
        let of_peer = open.by_peer.get(&peer).copied().unwrap_or(0);
        if !is_trusted && of_peer >= most.of_a_peer {
            open.close_longest_waiting(|client| client.peer == peer)?;
        }
        if open.clients.len() >= most.all {
            open.close_longest_waiting(|_| true)?;
        }
        let id = open.next;
        open.next += 1;
        let client = Arc::new(Client::new(peer));
        open.clients.insert(id, client.clone());
        *open.by_peer.entry(peer).or_default() += 1;
        Some(Place {
            id,
            client,
            connections: self.clone(),
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn close_longest_waiting(&mut self, which: impl Fn(&Client) -> bool) -> Option<()> {
        let waiting = self.clients.iter().filter(|(_, client)| which(client));
        let waiting = waiting.filter_map(|(id, client)| Some((*id, client.waiting_since()?)));
        let (id, _) = waiting.min_by_key(|(_, since)| *since)?;
        self.remove(id)?.close.notify_one();
        Some(())
    }

    fn remove(&mut self, id: u64) -> Option<Arc<Client>> {
        let client = self.clients.remove(&id)?;
        if let Some(count) = self.by_peer.get_mut(&client.peer) {
            *count -= 1;
            if *count == 0 {
                self.by_peer.remove(&client.peer);
            }
        }
        Some(client)
    }
}

/// A connection's place, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    pub(super) client: Arc<Client>,
    connections: Arc<Connections>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(self.id);
    }
}

/// One connection, as far as it is known.
#[derive(Debug)]
pub(super) struct Client {
    peer: IpAddr,
    phase: Mutex<Phase>,
    /// The reading side, which looks at the phase only when it is asked to read.
    pub(super) reader: AtomicWaker,
    /// Told once when the connection is to close.
    pub(super) close: Notify,
}

/// The point of a connection between two requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Since the connection began, or the first byte of another request came: the head is not complete.
    Head(Instant),
    /// Since the last answer ended.
    Idle(Instant),
    /// A request is being answered.
    Busy,
}

impl Client {
    pub(super) fn new(peer: IpAddr) -> Self {
        Self {
            peer,
            phase: Mutex::new(Phase::Head(Instant::now())),
            reader: AtomicWaker::new(),
            close: Notify::new(),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn received_bytes(&self) {
        if let Phase::Idle(_) = self.phase() {
            self.enter(Phase::Head(Instant::now()));
        }
    }

    pub(super) fn begins_request(&self) {
        self.enter(Phase::Busy);
    }

    pub(super) fn ends_answer(&self) {
        self.enter(Phase::Idle(Instant::now()));
        self.reader.wake();
    }

    fn enter(&self, phase: Phase) {
        *self.phase.lock().unwrap_or_else(PoisonError::into_inner) = phase;
    }

    fn waiting_since(&self) -> Option<Instant> {
        match self.phase() {
            Phase::Head(since) | Phase::Idle(since) => Some(since),
            Phase::Busy => None,
        }
    }
}

/// One who has an IPv6 address has all of its /64.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Most = Most {
        all: 3,
        of_a_peer: 2,
    };

    fn is_told_to_close(place: &Place) -> bool {
        use futures_util::FutureExt;
        place.client.close.notified().now_or_never().is_some()
    }

    #[test]
    fn f42_the_longest_waiting_connection_makes_room() {
        let connections = Arc::new(Connections::default());
        let admit =
            |peer: &str, is_trusted| connections.admit(peer.parse().unwrap(), is_trusted, MOST);
        let first = admit("192.0.2.1", false).unwrap();
        let second = admit("192.0.2.1", false).unwrap();
        first.client.begins_request();
        let third = admit("192.0.2.1", false).unwrap();
        assert!(is_told_to_close(&second) && !is_told_to_close(&first));
        third.client.begins_request();
        assert!(
            admit("192.0.2.1", false).is_none(),
            "two that are being answered"
        );
        let trusted = admit("192.0.2.1", true).unwrap();
        trusted.client.begins_request();
        assert!(admit("192.0.2.2", false).is_none(), "three in all");
        first.client.ends_answer();
        let other = admit("192.0.2.2", false).unwrap();
        assert!(is_told_to_close(&first));
        other.client.begins_request();
        drop((first, second, third));
        assert!(
            admit("192.0.2.3", false).is_some(),
            "the place of the third"
        );
    }

    #[test]
    fn addresses_of_one_network_are_one_peer() {
        let connections = Arc::new(Connections::default());
        let admit = |peer: &str| {
            let place = connections.admit(peer.parse().unwrap(), false, MOST)?;
            place.client.begins_request();
            Some(place)
        };
        let _kept = (admit("2001:db8::1"), admit("2001:db8::2"));
        assert!(admit("2001:db8::3").is_none());
        assert!(admit("2001:db8:0:1::1").is_some());
    }
}
