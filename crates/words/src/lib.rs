//! The one catalogue of Vietnamese and English sentences, and the rules for numbers, dates and
//! sorting in both languages.
//!
//! Crates below give codes and numbers; only here do they become words. Each sentence stands in
//! `catalogue/*.toml` in both languages side by side, so that neither is forgotten:
//!
//! ```toml
//! ["finding.empty_table.message"]
//! vi = "Bảng {table} không có dòng nào."
//! en = "The table {table} has no rows."
//! ```

mod catalogue;
mod numbers;
mod sorting;

pub use catalogue::{Catalogue, CatalogueError, Facts};
pub use numbers::{date, decimal, per_cent, signed, whole};
pub use sorting::{natural_order, without_accents};

use std::{fmt, str::FromStr};

/// The language of sentences. Vietnamese unless asked otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

impl Lang {
    /// `vi` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A text that names neither language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLang(pub String);

impl fmt::Display for UnknownLang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: vi | en", self.0)
    }
}

impl std::error::Error for UnknownLang {}

impl FromStr for Lang {
    type Err = UnknownLang;

    fn from_str(text: &str) -> Result<Self, UnknownLang> {
        match text {
            "vi" => Ok(Self::Vi),
            "en" => Ok(Self::En),
            other => Err(UnknownLang(other.to_owned())),
        }
    }
}
