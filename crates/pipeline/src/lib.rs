//! phantuyen-pipeline
