//! The tables, column by column: what each must hold. Most checks follow from these lines.
//!
//! The names are those of `docs/data`; a table's key is what may stand only once.

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
    /// Known, but nothing in this version depends on it.
    NotUsed,
}

impl Kind {
    /// A cell that would be right, for the sentence of a finding; the same in both languages.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Code | Self::Area | Self::Person => "KP05",
            Self::School => "TH01",
            Self::Text | Self::NotUsed => "abc",
            Self::Count | Self::ClassSize => "35",
            Self::ClassesPerRoom => "1",
            Self::Number => "12.5",
            Self::Share => "0.25",
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
        matches!(self, Self::Person | Self::BirthDate | Self::BirthYear)
    }

    /// Whether its cells are words, among which a code and a name cannot be told apart.
    pub(crate) fn is_words(self) -> bool {
        matches!(self, Self::Text | Self::Sex | Self::Residence)
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
    Table { name, columns, key, dated_by: None }
}

const fn dated(
    name: &'static str,
    dated_by: &'static str,
    key: &'static [&'static str],
    columns: &'static [Column],
) -> Table {
    Table { name, columns, key, dated_by: Some(dated_by) }
}

pub(crate) const AREAS: Table = undated(
    "areas",
    &["area_code", "valid_from"],
    &[
        must("area_code", Kind::Code),
        must("name", Kind::Text),
        may("parent_code", Kind::Code),
        may("lon", Kind::Degrees),
        may("lat", Kind::Degrees),
        may("valid_from", Kind::Date),
        may("valid_to", Kind::Date),
        may("old_unit", Kind::Text),
        may("aliases", Kind::Text),
    ],
);

pub(crate) const AREA_TREE: Table = undated(
    "area_tree",
    &["code"],
    &[must("code", Kind::Code), must("name", Kind::Text), may("parent_code", Kind::Code)],
);

pub(crate) const AREA_CHANGES: Table = undated(
    "area_changes",
    &["old_code", "new_code", "effective"],
    &[
        must("old_code", Kind::Code),
        must("new_code", Kind::Code),
        must("share", Kind::Share),
        must("effective", Kind::Date),
    ],
);

pub(crate) const SCHOOLS: Table = undated(
    "schools",
    &["school_code"],
    &[
        must("school_code", Kind::Code),
        must("name", Kind::Text),
        must("level", Kind::Levels),
        may("lon", Kind::Degrees),
        may("lat", Kind::Degrees),
        may("area_code", Kind::Area),
        may("rooms", Kind::Count),
        may("classes_per_room", Kind::ClassesPerRoom),
        may("class_size", Kind::ClassSize),
        may("capacity", Kind::Number),
        may("land_m2", Kind::NotUsed),
        may("open_from", Kind::SchoolYear),
        may("open_to", Kind::SchoolYear),
        may("catchment", Kind::YesNo),
    ],
);

pub(crate) const SEATS: Table = undated(
    "seats",
    &["school_code", "grade"],
    &[
        must("school_code", Kind::School),
        must("grade", Kind::Grade),
        may("rooms", Kind::Count),
        may("classes", Kind::Count),
        may("class_size", Kind::ClassSize),
        may("capacity", Kind::Number),
    ],
);

pub(crate) const CLASSES: Table = dated(
    "classes",
    "school_year",
    &["school_year", "school_code", "grade"],
    &[
        must("school_year", Kind::SchoolYear),
        must("school_code", Kind::School),
        must("grade", Kind::Grade),
        must("classes", Kind::Count),
        must("pupils", Kind::Count),
    ],
);

pub(crate) const ENROLLMENT: Table = dated(
    "enrollment",
    "school_year",
    &["school_year", "grade", "school_code", "area_code"],
    &[
        must("school_year", Kind::SchoolYear),
        must("grade", Kind::Grade),
        must("pupils", Kind::Count),
        may("school_code", Kind::School),
        may("area_code", Kind::Area),
        may("from_outside", Kind::Count),
        may("repeaters", Kind::Count),
        may("to_outside", Kind::Count),
        may("private", Kind::Count),
    ],
);

pub(crate) const ACTUALS: Table = dated(
    "actuals",
    "school_year",
    &["school_year", "grade", "school_code", "area_code"],
    &[
        must("school_year", Kind::SchoolYear),
        must("grade", Kind::Grade),
        must("pupils", Kind::Count),
        may("school_code", Kind::School),
        may("area_code", Kind::Area),
    ],
);

pub(crate) const COHORTS: Table = dated(
    "cohorts",
    "as_of",
    &["area_code", "as_of", "birth_year", "residence", "sex"],
    &[
        must("area_code", Kind::Area),
        must("as_of", Kind::Date),
        must("birth_year", Kind::Year),
        must("headcount", Kind::Count),
        may("residence", Kind::Residence),
        may("sex", Kind::Sex),
    ],
);

pub(crate) const WOMEN: Table = dated(
    "women",
    "as_of",
    &["area_code", "as_of"],
    &[
        must("area_code", Kind::Area),
        must("as_of", Kind::Date),
        must("headcount", Kind::Count),
        may("ages", Kind::Ages),
    ],
);

pub(crate) const BIRTHS: Table = dated(
    "births",
    "year",
    &["area_code", "year"],
    &[
        may("area_code", Kind::Area),
        may("ward", Kind::Code),
        must("year", Kind::Year),
        must("births", Kind::Count),
    ],
);

pub(crate) const RESIDENTS: Table = dated(
    "residents",
    "as_of",
    &[],
    &[
        must("person_id", Kind::Person),
        may("birth_date", Kind::BirthDate),
        may("birth_year", Kind::BirthYear),
        must("area_code", Kind::Area),
        may("sex", Kind::Sex),
        may("residence", Kind::Residence),
        may("as_of", Kind::Date),
        may("arrived", Kind::Date),
        may("left", Kind::Date),
    ],
);

pub(crate) const HOUSING: Table = undated(
    "housing",
    &["project", "area_code", "handover"],
    &[
        must("project", Kind::Text),
        may("area_code", Kind::Area),
        must("dwellings", Kind::Count),
        must("handover", Kind::Date),
        may("yield_per_dwelling", Kind::Number),
        may("announced", Kind::Date),
    ],
);

pub(crate) const TARGETS: Table = undated(
    "targets",
    &["indicator", "level", "year", "decided"],
    &[
        must("indicator", Kind::Text),
        must("level", Kind::Text),
        must("year", Kind::SchoolYear),
        must("target_pct", Kind::Number),
        may("decided", Kind::Date),
    ],
);

pub(crate) const ADJUSTMENTS: Table = undated(
    "adjustments",
    &[],
    &[
        must("grade", Kind::Grade),
        may("area_code", Kind::Area),
        may("school_year", Kind::SchoolYear),
        may("factor", Kind::Number),
        may("pupils", Kind::Number),
        must("who", Kind::Text),
        must("decided", Kind::Date),
        must("reason", Kind::Text),
    ],
);

pub(crate) const CONTROL_TOTALS: Table = undated(
    "control_totals",
    &["grade", "school_year"],
    &[
        must("grade", Kind::Grade),
        must("school_year", Kind::SchoolYear),
        must("pupils", Kind::Number),
        may("source", Kind::Text),
        may("decided", Kind::Date),
    ],
);

pub(crate) const DEMAND: Table = undated(
    "demand",
    &["area_code", "grade"],
    &[
        must("area_code", Kind::Area),
        must("pupils", Kind::Number),
        may("lower", Kind::Number),
        may("upper", Kind::Number),
        may("grade", Kind::Grade),
    ],
);

pub(crate) const DISTANCES: Table = undated(
    "distances",
    &["area_code", "school_code"],
    &[
        must("area_code", Kind::Area),
        must("school_code", Kind::School),
        must("distance_m", Kind::Number),
        may("minutes", Kind::NotUsed),
    ],
);

pub(crate) const ADJACENCY: Table = undated(
    "adjacency",
    &["area_code", "neighbour_code"],
    &[
        must("area_code", Kind::Area),
        must("neighbour_code", Kind::Area),
        may("shared_border_m", Kind::NotUsed),
    ],
);

pub(crate) const LINKS: Table = undated(
    "links",
    &["area_code", "area_code_2"],
    &[must("area_code", Kind::Area), must("area_code_2", Kind::Area)],
);

pub(crate) const CURRENT_PLAN: Table = undated(
    "current_plan",
    &["grade", "area_code", "school_code"],
    &[
        must("grade", Kind::Grade),
        must("area_code", Kind::Area),
        must("school_code", Kind::School),
        may("share", Kind::Share),
    ],
);

pub(crate) const LOCKS: Table = undated(
    "locks",
    &["grade", "area_code", "school_code", "rule"],
    &[
        must("grade", Kind::Grade),
        must("area_code", Kind::Area),
        must("school_code", Kind::School),
        must("rule", Kind::LockRule),
        may("reason", Kind::Text),
    ],
);

pub(crate) const SIBLINGS: Table = undated(
    "siblings",
    &["grade", "area_code", "school_code"],
    &[
        must("grade", Kind::Grade),
        must("area_code", Kind::Area),
        must("school_code", Kind::School),
        must("pupils", Kind::Number),
    ],
);

pub(crate) const FEEDERS: Table = undated(
    "feeders",
    &["from_school", "to_school"],
    &[
        must("from_school", Kind::School),
        must("to_school", Kind::School),
        must("share", Kind::Share),
    ],
);

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
