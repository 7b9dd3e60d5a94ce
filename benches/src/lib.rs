//! phantuyen-benches
