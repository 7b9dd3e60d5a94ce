//! Areas, how they changed, and where they lie.

use super::{Kind, Table, may, must, undated};

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
        may("share", Kind::ShareOrRest),
        must("effective", Kind::Date),
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
