//! Where results come from.

use serde::{Deserialize, Serialize};

/// A file that was read, so that a result can be traced to its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InputFile {
    /// Path relative to the project folder, with `/`.
    pub path: String,
    /// SHA-256 of the bytes, hexadecimal, lower case.
    pub sha256: String,
}
