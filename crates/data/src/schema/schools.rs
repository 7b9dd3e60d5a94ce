//! Schools, their rooms and their rolls.

use super::{Kind, Table, dated, may, must, undated};

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
