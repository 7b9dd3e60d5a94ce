//! People and what is known of their number.

use super::{Kind, Table, dated, may, must, undated};

pub(crate) const RESIDENTS: Table = Table {
    one_of: &[&["person_id", "full_name", "given_name"]],
    ..dated(
        "residents",
        "as_of",
        &[],
        &[
            may("person_id", Kind::Person),
            may("full_name", Kind::Name),
            may("family_name", Kind::Name),
            may("given_name", Kind::Name),
            may("household", Kind::Name),
            may("birth_date", Kind::BirthDate),
            may("birth_year", Kind::BirthYear),
            may("birth_day", Kind::BirthPart),
            may("birth_month", Kind::BirthPart),
            must("area_code", Kind::Area),
            may("sex", Kind::Sex),
            may("female", Kind::Mark),
            may("residence", Kind::Residence),
            may("status", Kind::Status),
            may("event", Kind::Status),
            may("as_of", Kind::Date),
            may("arrived", Kind::Date),
            may("left", Kind::Date),
            may("recorded", Kind::Date),
        ],
    )
};

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
