//! Ctrl+C: the first asks the search to stop with its best plan, the second leaves at once.

use crate::exit::Exit;
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Listens for Ctrl+C from now on. Where the system refuses, Ctrl+C ends the program as usual.
pub fn listen() -> &'static AtomicBool {
    let heard = || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    };
    // A second call in one process finds the handler in place; that is what is wanted.
    let _ = ctrlc::set_handler(heard);
    &INTERRUPTED
}

/// Whether Ctrl+C was pressed.
pub fn heard() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}
