//! Which column a name of the header means: its own name, or what offices write in Vietnamese.
//!
//! The synonyms are data: `headers.toml` beside this crate, and those that a project adds.

use crate::schema::Table;
use crate::text::syllable::bare;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Table (or `any`) → column → what is written over it.
pub(crate) type Synonyms = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// What follows the name of a table in the sections of words that serve only where nothing better
/// is there: an address tells the area where no column is the area's own.
const OTHERWISE: &str = "_otherwise";

static SHIPPED: LazyLock<Synonyms> =
    LazyLock::new(|| toml::from_str(include_str!("../headers.toml")).unwrap_or_default());

static SHIPPED_KEYS: LazyLock<Keys> = LazyLock::new(|| keys(&SHIPPED));

/// Section → what is written, as it is compared → columns.
type Keys = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn keys(synonyms: &Synonyms) -> Keys {
    let mut keys = Keys::new();
    for (section, columns) in synonyms {
        let of_section = keys.entry(section.clone()).or_default();
        for (column, words) in columns {
            for word in words {
                of_section.entry(bare(word)).or_default().push(column.clone());
            }
        }
    }
    keys
}

/// What offices write over the columns of tables.
#[derive(Default)]
pub(crate) struct Headers {
    /// The words that the project adds; they come before those that are shipped.
    added: Keys,
}

impl Headers {
    /// The shipped words and those of a project.
    pub(crate) fn with(added: &Synonyms) -> Self {
        Self { added: keys(added) }
    }

    /// For each name of the header the column of the table that it means by its own name or by a
    /// synonym; `None` for a name that means none, or one whose column another name means better.
    pub(crate) fn columns_meant(
        &self,
        table: &Table,
        header: &[String],
    ) -> Vec<Option<&'static str>> {
        let exact = |name: &String| table.columns.iter().find(|column| column.name == *name);
        let mut meant: Vec<Option<&'static str>> =
            header.iter().map(|name| exact(name).map(|column| column.name)).collect();
        let written: Vec<String> = header.iter().map(|name| bare(name)).collect();
        let last = format!("{}{OTHERWISE}", table.name);
        for section in [table.name, "any", last.as_str()] {
            for keys in [&self.added, &*SHIPPED_KEYS] {
                let Some(keys) = keys.get(section) else { continue };
                for (place, written) in written.iter().enumerate() {
                    if meant[place].is_some() || written.is_empty() {
                        continue;
                    }
                    let Some(columns) = keys.get(written) else { continue };
                    let free = |column: &&crate::schema::Column| {
                        !meant.contains(&Some(column.name))
                            && columns.iter().any(|c| c == column.name)
                    };
                    meant[place] = table.columns.iter().find(free).map(|column| column.name);
                }
            }
        }
        meant
    }

    /// Whether a header names all that the table must have, and at least two columns of it.
    pub(crate) fn complete(&self, table: &Table, header: &[String]) -> bool {
        let meant = self.columns_meant(table, header);
        let has = |name: &str| meant.contains(&Some(name));
        let named = meant.iter().flatten().count();
        let required = table.columns.iter().filter(|column| column.required);
        named >= table.columns.len().min(2)
            && required.into_iter().all(|column| has(column.name))
            && table.one_of.iter().all(|columns| columns.iter().any(|name| has(name)))
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{self, READ};

    fn meant(table: &Table, header: &[&str]) -> Vec<Option<&'static str>> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        Headers::default().columns_meant(table, &header)
    }

    #[test]
    fn every_synonym_belongs_to_a_column() {
        assert!(SHIPPED.len() > 2, "headers.toml is read");
        for (section, columns) in SHIPPED.iter() {
            for column in columns.keys() {
                let has = |table: &&&Table| {
                    (section == "any" || table.name == section.trim_end_matches(OTHERWISE))
                        && table.columns.iter().any(|known| known.name == column)
                };
                assert!(READ.iter().any(|table| has(&table)), "{section}.{column}");
            }
        }
    }

    #[test]
    fn office_headers_are_understood() {
        let schools = meant(&schema::SCHOOLS, &["mã trường", "tên trường", "cấp học", "so phong"]);
        assert_eq!(schools, [Some("school_code"), Some("name"), Some("level"), Some("rooms")]);
        let areas = meant(&schema::AREAS, &["mã", "khu phố", "ghi chú"]);
        assert_eq!(areas, [Some("area_code"), Some("name"), None]);
    }

    #[test]
    fn a_columns_own_name_comes_first() {
        let rows = meant(&schema::DEMAND, &["khu phố", "area_code", "số học sinh"]);
        assert_eq!(rows, [None, Some("area_code"), Some("pupils")]);
    }
}
