//! Catchments and what binds them.

use super::{Kind, Table, may, must, undated};

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
