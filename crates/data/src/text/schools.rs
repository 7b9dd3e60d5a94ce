//! Names of schools as people write them. A name means a school when its words are those of the
//! school's name, the kind of school written out or short; nothing less.

use super::normal::normal;
use super::syllable::key;
use phantuyen_model::{School, SchoolCode};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of school, each written out and short.
const KINDS: [(&str, &str); 6] = [
    ("trung học cơ sở", "thcs"),
    ("tiểu học", "th"),
    ("mầm non", "mn"),
    ("mẫu giáo", "mg"),
    ("trung học", "th"),
    ("trường", ""),
];

/// The schools by what they are called.
#[derive(Clone, Debug, Default)]
pub(crate) struct SchoolNames {
    by_name: BTreeMap<String, BTreeSet<SchoolCode>>,
    confirmed: BTreeMap<String, SchoolCode>,
}

impl SchoolNames {
    /// The names of schools, and what the user said that a name means.
    pub(crate) fn of(schools: &[School], confirmed: &BTreeMap<String, String>) -> Self {
        let mut names = Self::default();
        for school in schools {
            let codes = names.by_name.entry(words(&school.name)).or_default();
            codes.insert(school.school_code.clone());
        }
        for (written, code) in confirmed {
            names.confirmed.insert(words(written), SchoolCode::new(code));
        }
        names
    }

    /// The school that a name means; `None` where it means none or several.
    pub(crate) fn get(&self, written: &str) -> Option<SchoolCode> {
        let words = words(written);
        if let Some(code) = self.confirmed.get(&words) {
            return Some(code.clone());
        }
        let codes = self.by_name.get(&words)?;
        codes.first().filter(|_| codes.len() == 1).cloned()
    }
}

fn words(written: &str) -> String {
    let text = normal(written).to_lowercase();
    let mut text = format!(
        " {} ",
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    );
    for (kind, short) in KINDS {
        let short = if short.is_empty() { " ".to_owned() } else { format!(" {short} ") };
        text = text.replace(&format!(" {kind} "), &short);
    }
    text.split_whitespace().map(key).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_school_may_be_short() {
        for written in ["TH Hòa Bình", "Trường tiểu học Hoà Bình", "Tiểu học  HÒA BÌNH"]
        {
            assert_eq!(words(written), words("Trường TH Hòa Bình"), "{written}");
        }
        assert_ne!(words("THCS Hòa Bình"), words("TH Hòa Bình"));
    }
}
