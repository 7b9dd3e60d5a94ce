//! Areas, where they lie, which touch, and how far each is from each school.

use crate::{AreaCode, Metres, SchoolCode};
use chrono::NaiveDate;
use geo_types::MultiPolygon;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A place on the globe in degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Longitude, degrees east.
    pub lon: f64,
    /// Latitude, degrees north.
    pub lat: f64,
}

/// One line of the table `areas`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// The code, unique in the ward.
    pub area_code: AreaCode,
    /// The name as people write it.
    pub name: String,
    /// The unit above: the ward, or a unit of the table `area_tree`.
    pub parent_code: Option<String>,
    /// A point inside, where the table gives one.
    pub place: Option<LonLat>,
    /// The old commune or ward that the area belonged to before the merger.
    pub old_unit: Option<String>,
    /// Other names under which the area is known.
    pub aliases: Vec<String>,
    /// First day on which the area exists, open if absent.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which the area exists, open if absent.
    pub valid_to: Option<NaiveDate>,
}

/// The outline of an area, longitude and latitude in degrees.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaShape {
    /// Whose outline.
    pub area_code: AreaCode,
    /// One or more polygons; islands have several.
    pub outline: MultiPolygon<f64>,
}

/// A unit above the areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeUnit {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The unit above it.
    pub parent_code: Option<String>,
}

/// The units above the areas: each area has at most one parent, each unit at most one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaTree {
    parent_of_area: BTreeMap<AreaCode, String>,
    units: BTreeMap<String, TreeUnit>,
}

impl AreaTree {
    /// Builds the tree from the parents of areas and the units above them.
    pub fn new(areas: &[Area], units: &[TreeUnit]) -> Self {
        let parent_of_area = areas
            .iter()
            .filter_map(|area| Some((area.area_code.clone(), area.parent_code.clone()?)));
        Self {
            parent_of_area: parent_of_area.collect(),
            units: units.iter().map(|unit| (unit.code.clone(), unit.clone())).collect(),
        }
    }

    /// The codes above an area, nearest first. A loop in the table ends the walk.
    pub fn ancestors(&self, area: &AreaCode) -> Vec<&str> {
        let mut chain: Vec<&str> = Vec::new();
        let mut next = self.parent_of_area.get(area).map(String::as_str);
        while let Some(code) = next {
            if chain.contains(&code) {
                break;
            }
            chain.push(code);
            next = self.units.get(code).and_then(|unit| unit.parent_code.as_deref());
        }
        chain
    }
}

/// Which areas touch: an undirected graph. Declared links (bridge, ferry) are part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adjacency {
    neighbours: BTreeMap<AreaCode, BTreeSet<AreaCode>>,
}

impl Adjacency {
    /// Gathers pairs; each counts in both directions, an area never touches itself.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (AreaCode, AreaCode)>) -> Self {
        let mut graph = Self::default();
        for (a, b) in pairs {
            graph.join(a, b);
        }
        graph
    }

    /// Adds one pair.
    pub fn join(&mut self, a: AreaCode, b: AreaCode) {
        if a != b {
            self.neighbours.entry(a.clone()).or_default().insert(b.clone());
            self.neighbours.entry(b).or_default().insert(a);
        }
    }

    /// The neighbours of an area, in the order of their codes.
    pub fn neighbours(&self, area: &AreaCode) -> impl Iterator<Item = &AreaCode> {
        self.neighbours.get(area).into_iter().flatten()
    }

    /// Whether two areas touch.
    pub fn touch(&self, a: &AreaCode, b: &AreaCode) -> bool {
        self.neighbours.get(a).is_some_and(|set| set.contains(b))
    }
}

/// Distances from areas to schools, in the unit of the project. A missing pair is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distances {
    pairs: BTreeMap<(AreaCode, SchoolCode), Metres>,
}

impl Distances {
    /// Gathers pairs; of pairs given twice the last one counts.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (AreaCode, SchoolCode, Metres)>) -> Self {
        Self { pairs: pairs.into_iter().map(|(a, s, d)| ((a, s), d)).collect() }
    }

    /// The distance of a pair, or `None` when it is unknown.
    pub fn get(&self, area: &AreaCode, school: &SchoolCode) -> Option<Metres> {
        self.pairs.get(&(area.clone(), school.clone())).copied()
    }

    /// Sets a distance that was unknown; a known one stays.
    pub fn fill(&mut self, area: AreaCode, school: SchoolCode, distance: Metres) {
        self.pairs.entry((area, school)).or_insert(distance);
    }

    /// Whether no pair is known.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_in_the_tree_ends() {
        let unit = |code: &str, parent: &str| TreeUnit {
            code: code.into(),
            name: code.into(),
            parent_code: Some(parent.into()),
        };
        let area = Area {
            area_code: AreaCode::new("A"),
            name: "A".into(),
            parent_code: Some("W".into()),
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        };
        let tree = AreaTree::new(&[area], &[unit("W", "P"), unit("P", "W")]);
        assert_eq!(tree.ancestors(&AreaCode::new("A")), ["W", "P"]);
    }

    #[test]
    fn touching_goes_both_ways_and_never_to_oneself() {
        let code = AreaCode::new;
        let graph = Adjacency::from_pairs([(code("A"), code("B")), (code("A"), code("A"))]);
        assert!(graph.touch(&code("B"), &code("A")));
        assert!(!graph.touch(&code("A"), &code("A")));
    }
}
