//! phantuyen-allocation
