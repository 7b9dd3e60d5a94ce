//! phantuyen-report
