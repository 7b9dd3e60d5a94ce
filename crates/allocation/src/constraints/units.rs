//! Units above the areas that should stay whole: a khu phố over its tổ, a primary school over the
//! areas that go to it.
//!
//! ```text
//! splits = Σ_units (schools that the unit's areas go to − 1)
//! ```

use crate::ProblemParts;
use phantuyen_model::AreaCode;
use std::collections::BTreeMap;

/// Areas that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Grouping {
    /// The place of each area's unit in `names`; `None` for areas that belong to none.
    pub(crate) of_area: Vec<Option<usize>>,
    /// The units' codes, in order.
    pub(crate) names: Vec<String>,
}

impl Grouping {
    /// Groups areas by the unit each belongs to. Units of one area cannot be split and are none.
    pub(crate) fn by<'a>(
        areas: impl Iterator<Item = &'a AreaCode>,
        unit_of: impl Fn(&AreaCode) -> Option<&'a str>,
    ) -> Self {
        let units: Vec<Option<&str>> = areas.map(unit_of).collect();
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for unit in units.iter().flatten() {
            *sizes.entry(unit).or_insert(0) += 1;
        }
        sizes.retain(|_, areas| *areas > 1);
        let names: Vec<String> = sizes.keys().map(|name| (*name).to_owned()).collect();
        let places: BTreeMap<&str, usize> =
            sizes.keys().enumerate().map(|(place, name)| (*name, place)).collect();
        let of_area = units.iter().map(|unit| places.get((*unit)?).copied());
        Self { of_area: of_area.collect(), names }
    }

    /// The part of its unit that each area is: 1 over the unit's areas, 0 without a unit.
    pub(crate) fn part_of_unit(&self) -> Vec<f64> {
        let mut areas = vec![0_u32; self.names.len()];
        self.of_area.iter().flatten().for_each(|&unit| areas[unit] += 1);
        let part = |unit: &Option<usize>| unit.map_or(0.0, |unit| f64::from(areas[unit]).recip());
        self.of_area.iter().map(part).collect()
    }

    /// Whether there is nothing to keep together.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// The units above the areas of a problem.
pub(crate) fn units(parts: &ProblemParts) -> Grouping {
    let unit_of = |area: &AreaCode| parts.units.get(area).map(String::as_str);
    Grouping::by(parts.demand.iter().map(|demand| &demand.area_code), unit_of)
}
