//! What every page says about itself: whose it is, for when, and from which data.

use phantuyen_model::SchoolYear;
use phantuyen_words::{Catalogue, Lang};

/// What every page says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The name of the ward, with or without its kind: "Mẫu" or "Phường Mẫu".
    pub ward_name: String,
    /// `ward`, `commune`, `special_zone` or `province`.
    pub ward_kind: String,
    /// The school year that the page is about.
    pub school_year: SchoolYear,
    /// Whether the data are invented for demonstration.
    pub made_up: bool,
    /// The last day that the data know, as `dd/mm/yyyy`.
    pub data_until: String,
    /// Program version, hash of the inputs, seed and rules, in one line.
    pub line: String,
}

impl Provenance {
    /// The ward with its kind, said once: "Phường Mẫu".
    pub(crate) fn ward(&self, lang: Lang, words: &Catalogue) -> String {
        ward_title(&self.ward_name, &self.ward_kind, lang, words)
    }
}

/// A ward's name with its kind, said once: "Phường Mẫu".
pub fn ward_title(name: &str, kind: &str, lang: Lang, words: &Catalogue) -> String {
    let key = format!("term.ward_kind.{kind}");
    if !words.has(&key) {
        return name.to_owned();
    }
    let kind = words.term(lang, &key);
    if name.to_lowercase().starts_with(&kind.to_lowercase()) {
        return name.to_owned();
    }
    match lang {
        Lang::Vi => format!("{kind} {name}"),
        Lang::En => format!("{name} {kind}"),
    }
}
