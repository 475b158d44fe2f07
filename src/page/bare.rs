//! The smallest way in and out: three exports, an arena, and a panic that traps.
//!
//! Nothing outlives a question, so memory is never freed one by one: the next question starts over at
//! the bottom. The script catches a trap at the border (rules, "A trap or panic"), so a
//! panic's message would reach nobody and is not built.
//!
//! This is the one file of the crate with `unsafe` in it. Bytes are the reason, see the commit that
//! introduced it for the figures.
#![expect(unsafe_code, reason = "memory is handed over by address")]

use alloc::string::String;
use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const PAGE: usize = 65_536;

/// The arena's beginning, and how far it is used. One thread: atomics serve as plain cells here.
static BOTTOM: AtomicUsize = AtomicUsize::new(0);
static TOP: AtomicUsize = AtomicUsize::new(0);
/// Address and length of the last answer.
static ANSWER: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];

struct Arena;

#[global_allocator]
static ARENA: Arena = Arena;

// SAFETY: every block lies between the initial end of memory and its present end, at or above `TOP` as
// it was, so that no two blocks in use overlap; the start is aligned as asked.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = TOP.load(Relaxed).next_multiple_of(layout.align());
        let end = start + layout.size();
        let has = wasm32::memory_size(0) * PAGE;
        if end > has && wasm32::memory_grow(0, (end - has).div_ceil(PAGE)) == usize::MAX {
            return ptr::null_mut();
        }
        TOP.store(end, Relaxed);
        ptr::with_exposed_provenance_mut(start)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

/// Begins a question of so many bytes: the address to write its UTF-8 to.
#[unsafe(no_mangle)]
extern "C" fn begin(bytes: usize) -> *mut u8 {
    if BOTTOM.load(Relaxed) == 0 {
        BOTTOM.store(wasm32::memory_size(0) * PAGE, Relaxed);
    }
    TOP.store(BOTTOM.load(Relaxed), Relaxed);
    // SAFETY: a byte array's layout; its size comes from the script, zero is no harm to this allocator.
    unsafe { ARENA.alloc(Layout::array::<u8>(bytes).unwrap_or(Layout::new::<()>())) }
}

/// Answers the question that was written to that address, and returns the place where address and length of the
/// answer's UTF-8 stand until the next question begins.
#[unsafe(no_mangle)]
extern "C" fn ask(question: *const u8, bytes: usize, number: f64) -> *const AtomicUsize {
    // SAFETY: `begin` gave the address for so many bytes, and the script wrote what `TextEncoder` gave.
    let question = unsafe { core::slice::from_raw_parts(question, bytes) };
    // SAFETY: what `TextEncoder` gives is UTF-8.
    let question = unsafe { core::str::from_utf8_unchecked(question) };
    #[cfg(feature = "meter")]
    let answer: String = super::meter::answer(question, number);
    #[cfg(not(feature = "meter"))]
    let answer: String = super::answer(question, number);
    ANSWER[0].store(answer.as_ptr().expose_provenance(), Relaxed);
    ANSWER[1].store(answer.len(), Relaxed);
    ANSWER.as_ptr()
}

#[panic_handler]
fn trap(_: &PanicInfo<'_>) -> ! {
    wasm32::unreachable()
}
