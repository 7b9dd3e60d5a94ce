//! Vietnamese text as offices write it: encodings, old fonts, spellings of one name.
//!
//! - `encoding`: bytes of a text file become Unicode
//! - `legacy`: text typed in a TCVN3 or VNI font becomes Unicode
//! - `normal`: one way of writing each letter
//! - `schools`: names of schools
//! - `tidy`: a table of cells goes through both
//! - `syllable`: whether letters make a Vietnamese syllable, and how two spellings are compared
//! - `names`: which area a name means

pub(crate) mod encoding;
pub(crate) mod legacy;
pub(crate) mod names;
pub(crate) mod normal;
pub(crate) mod schools;
pub(crate) mod syllable;
pub(crate) mod tidy;
