//! Which column a name of the header means: its own name, or what offices write in Vietnamese.
//!
//! The synonyms are data: `headers.toml` beside this crate.

use crate::schema::Table;
use crate::text::syllable::bare;
use std::collections::BTreeMap;
use std::sync::LazyLock;

type Synonyms = BTreeMap<String, BTreeMap<String, Vec<String>>>;

static SYNONYMS: LazyLock<Synonyms> =
    LazyLock::new(|| toml::from_str(include_str!("../headers.toml")).unwrap_or_default());

/// For each name of the header the column of the table that it means by its own name or by a
/// synonym; `None` for a name that means none, or one whose column another name means better.
pub(crate) fn columns_meant(table: &Table, header: &[String]) -> Vec<Option<&'static str>> {
    let exact = |name: &String| table.columns.iter().find(|column| column.name == *name);
    let mut meant: Vec<Option<&'static str>> =
        header.iter().map(|name| exact(name).map(|column| column.name)).collect();
    for section in [table.name, "any"] {
        let Some(synonyms) = SYNONYMS.get(section) else { continue };
        for (place, name) in header.iter().enumerate() {
            if meant[place].is_some() || name.is_empty() {
                continue;
            }
            let written = bare(name);
            let free = |column: &&crate::schema::Column| !meant.contains(&Some(column.name));
            let found = table.columns.iter().filter(free).find(|column| {
                let known = synonyms.get(column.name).into_iter().flatten();
                known.into_iter().any(|synonym| bare(synonym) == written)
            });
            meant[place] = found.map(|column| column.name);
        }
    }
    meant
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{self, READ};

    fn meant(table: &Table, header: &[&str]) -> Vec<Option<&'static str>> {
        let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        columns_meant(table, &header)
    }

    #[test]
    fn every_synonym_belongs_to_a_column() {
        assert!(SYNONYMS.len() > 2, "headers.toml is read");
        for (section, columns) in SYNONYMS.iter() {
            for column in columns.keys() {
                let has = |table: &&&Table| {
                    (section == "any" || table.name == section)
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
