//! The tables, column by column: what each must hold. Most checks follow from these lines.
//!
//! The names are those of `docs/data`; a table's key is what may stand only once.

mod people;
mod places;
mod plans;
mod schools;

pub(crate) use people::{
    ADJUSTMENTS, BIRTHS, COHORTS, CONTROL_TOTALS, DEMAND, HOUSING, RESIDENTS, TARGETS, WOMEN,
};
pub(crate) use places::{ADJACENCY, AREA_CHANGES, AREA_TREE, AREAS, DISTANCES, LINKS};
pub(crate) use plans::{CURRENT_PLAN, FEEDERS, LOCKS, SIBLINGS};
pub(crate) use schools::{ACTUALS, CLASSES, ENROLLMENT, SCHOOLS, SEATS};

/// Columns that the titles of a sheet may tell.
pub(crate) const AS_OF: &str = "as_of";
pub(crate) const SCHOOL_YEAR: &str = "school_year";
pub(crate) const GRADE: &str = "grade";

/// What a column holds, and so how its cells are read and which faults they can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A code that this very table introduces, or of a unit above the areas.
    Code,
    /// An area that must exist (after old codes are carried to their successors).
    Area,
    /// A school that must exist.
    School,
    /// Words for people.
    Text,
    /// A whole number, not below zero.
    Count,
    /// Pupils of one class: a whole number from 1 to 1000.
    ClassSize,
    /// Classes of one room: a number from 0.1 to 10.
    ClassesPerRoom,
    /// A number, not below zero.
    Number,
    /// A number from 0 to 1.
    Share,
    /// A share, or `còn lại`: what other rows leave.
    ShareOrRest,
    /// A longitude or latitude in degrees.
    Degrees,
    /// A calendar year.
    Year,
    /// A school year: `2027` or `2027-2028`.
    SchoolYear,
    /// A day, `2026-12-31`.
    Date,
    /// `yes` or `no`.
    YesNo,
    /// A grade.
    Grade,
    /// Levels of school, separated by `;`.
    Levels,
    /// Current, temporary or permanent.
    Residence,
    /// Female or male.
    Sex,
    /// The ages that are counted as women: `20-39`.
    Ages,
    /// Must or never.
    LockRule,
    /// Who a row is about; personal.
    Person,
    /// A date of birth; personal.
    BirthDate,
    /// A year of birth of one person; personal.
    BirthYear,
    /// The day or the month of a birth in a column of its own; personal.
    BirthPart,
    /// A name, or the number of a household; personal.
    Name,
    /// An `x` in the column of women.
    Mark,
    /// Moved away, dead, elsewhere; words that may be personal.
    Status,
    /// Known, but nothing in this version depends on it.
    NotUsed,
}

impl Kind {
    /// A cell that would be right, for the sentence of a finding; the same in both languages.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Code | Self::Area | Self::Person => "KP05",
            Self::BirthPart => "12",
            Self::Mark => "x",
            Self::School => "TH01",
            Self::Text | Self::NotUsed | Self::Name | Self::Status => "abc",
            Self::Count | Self::ClassSize => "35",
            Self::ClassesPerRoom => "1",
            Self::Number => "12.5",
            Self::Share | Self::ShareOrRest => "0.25",
            Self::Degrees => "106.96",
            Self::Year | Self::BirthYear => "2021",
            Self::SchoolYear => "2027 / 2027-2028",
            Self::Date | Self::BirthDate => "2026-12-31",
            Self::YesNo => "yes / no",
            Self::Grade => "nursery / preschool-3 … preschool-5 / 1 … 9",
            Self::Levels => "preschool / primary / lower_secondary / primary;lower_secondary",
            Self::Residence => "current / temporary / permanent",
            Self::Sex => "female / male",
            Self::Ages => "20-39",
            Self::LockRule => "must / never",
        }
    }

    /// Whether a value of it must never appear in a finding.
    pub(crate) fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Person
                | Self::BirthDate
                | Self::BirthYear
                | Self::BirthPart
                | Self::Name
                | Self::Status
        )
    }

    /// Whether its cells are words, among which a code and a name cannot be told apart.
    pub(crate) fn is_words(self) -> bool {
        matches!(self, Self::Text | Self::Sex | Self::Residence | Self::Mark)
    }
}

/// One column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Whether the column and each of its cells must be there.
    pub(crate) required: bool,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// Columns that together may stand only once; empty where rows may repeat.
    pub(crate) key: &'static [&'static str],
    /// The column that says when a row was true; decides which area changes came after it.
    pub(crate) dated_by: Option<&'static str>,
    /// Sets of columns of each of which one at least must be there.
    pub(crate) one_of: &'static [&'static [&'static str]],
}

impl Table {
    /// Whether its rows are about single persons, so that what stands in the file, the header
    /// included, may be a name, an id or a date of birth.
    pub(crate) fn is_personal(&self) -> bool {
        self.name == RESIDENTS.name
    }
}

const fn must(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: true }
}

const fn may(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, required: false }
}

const fn undated(
    name: &'static str,
    key: &'static [&'static str],
    columns: &'static [Column],
) -> Table {
    Table { name, columns, key, dated_by: None, one_of: &[] }
}

const fn dated(
    name: &'static str,
    dated_by: &'static str,
    key: &'static [&'static str],
    columns: &'static [Column],
) -> Table {
    Table { name, columns, key, dated_by: Some(dated_by), one_of: &[] }
}

/// The tables that are read, by name.
pub(crate) const READ: [&Table; 24] = [
    &ACTUALS,
    &ADJUSTMENTS,
    &ADJACENCY,
    &AREA_CHANGES,
    &AREA_TREE,
    &AREAS,
    &BIRTHS,
    &CLASSES,
    &COHORTS,
    &CONTROL_TOTALS,
    &CURRENT_PLAN,
    &DEMAND,
    &DISTANCES,
    &ENROLLMENT,
    &FEEDERS,
    &HOUSING,
    &LINKS,
    &LOCKS,
    &RESIDENTS,
    &SCHOOLS,
    &SEATS,
    &SIBLINGS,
    &TARGETS,
    &WOMEN,
];

/// The name of the table of outlines, which is a GeoJSON file and has no columns.
pub(crate) const POLYGONS: &str = "areas.geojson";

/// Tables of the contract that this version does not use; one that is there is reported.
pub(crate) const NOT_USED: [&str; 1] = ["roads"];

/// The names that `[inputs]` of the settings may use, in order.
pub fn table_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = READ.iter().map(|table| table.name).collect();
    names.push(POLYGONS);
    names.extend(NOT_USED);
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_dates_are_columns_of_their_table() {
        for table in READ {
            let has = |name: &str| table.columns.iter().any(|column| column.name == name);
            assert!(table.key.iter().all(|name| has(name)), "key of {}", table.name);
            assert!(table.dated_by.is_none_or(has), "date of {}", table.name);
        }
    }
}
