//! The stand-in as a browser, a publisher's server and a test harness meet it: real HTTP, free ports.

// clippy.toml allows it in tests, but does not see helpers as such.
#![allow(clippy::unwrap_used)]

mod api;
mod binary;
mod canned;
mod client;
mod control;
mod customers;
mod double;
mod frames;
mod killed;
mod known_readers;
mod ordering;
mod own_site;
mod program;
mod renewal;
mod rooms;
mod scripts;
mod selfservice;
mod site;
mod systems;
mod systems_faults;
mod updates;
mod webhook;
mod xss;
