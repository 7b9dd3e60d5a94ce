//! phantuyen-forecast
