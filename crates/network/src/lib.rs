//! phantuyen-network
