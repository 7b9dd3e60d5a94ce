//! How counts are written: whole children without decimals, shares of children with one.

use phantuyen_words::{Lang, decimal, whole};

/// A count of pupils or seats: `1.234`, or `12,5` where it is no whole number.
pub(crate) fn count(lang: Lang, value: f64) -> String {
    if (value - value.round()).abs() < 1e-9 { whole(lang, value) } else { decimal(lang, value, 1) }
}
