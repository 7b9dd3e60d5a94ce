//! phantuyen-data
