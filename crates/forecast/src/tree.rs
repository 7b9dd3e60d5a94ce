//! The ward as a tree of units: areas below, the ward on top, units of the area tree between.

use phantuyen_model::{AreaCode, AreaTree};
use std::collections::BTreeMap;
use std::ops::Range;

/// Units by number: areas first (in the order of their codes), then the ward, then the units
/// between, parents before children. Units that hold one area or all areas are left out, since
/// they tell nothing that their neighbours in the tree do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Units {
    areas: usize,
    /// The unit above each unit; the ward is above itself.
    parent: Vec<usize>,
    /// Units below the ward that stand equally deep, upper ones first; areas last, however deep.
    tiers: Vec<Range<usize>>,
}

impl Units {
    /// Numbers the units above the areas.
    pub(crate) fn new(areas: &[AreaCode], tree: &AreaTree) -> Self {
        let chains: Vec<Vec<&str>> = areas.iter().map(|area| tree.ancestors(area)).collect();
        let mut held: BTreeMap<&str, usize> = BTreeMap::new();
        for code in chains.iter().flatten() {
            *held.entry(code).or_insert(0) += 1;
        }
        let telling = |code: &&str| held.get(code).is_some_and(|n| (2..areas.len()).contains(n));
        let chains: Vec<Vec<&str>> =
            chains.into_iter().map(|chain| chain.into_iter().filter(telling).collect()).collect();

        // The first chain that names a unit says what is above it, so that no loop can arise.
        let mut above: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for chain in &chains {
            for (place, code) in chain.iter().enumerate() {
                above.entry(code).or_insert(chain.get(place + 1).copied());
            }
        }
        let depth = |code: &str| {
            std::iter::successors(Some(code), |c| above.get(c).copied().flatten()).count()
        };
        let mut between: Vec<&str> = above.keys().copied().collect();
        between.sort_by_key(|code| (depth(code), *code));

        let ward = areas.len();
        let number: BTreeMap<&str, usize> =
            between.iter().enumerate().map(|(i, code)| (*code, ward + 1 + i)).collect();
        let number_of =
            |code: Option<&str>| code.and_then(|code| number.get(code)).copied().unwrap_or(ward);
        let mut parent: Vec<usize> =
            chains.iter().map(|chain| number_of(chain.first().copied())).collect();
        parent.push(ward);
        parent.extend(between.iter().map(|code| number_of(above.get(code).copied().flatten())));

        let mut tiers = Vec::new();
        let mut first = ward + 1;
        for alike in between.chunk_by(|a, b| depth(a) == depth(b)) {
            tiers.push(first..first + alike.len());
            first += alike.len();
        }
        tiers.push(0..areas.len());
        Self { areas: areas.len(), parent, tiers }
    }

    /// How many units, areas and ward included.
    pub(crate) fn len(&self) -> usize {
        self.parent.len()
    }

    /// The number of the ward.
    pub(crate) fn ward(&self) -> usize {
        self.areas
    }

    /// The unit above.
    pub(crate) fn parent(&self, unit: usize) -> usize {
        self.parent[unit]
    }

    /// The tiers below the ward, parents always before their children; areas last.
    pub(crate) fn tiers(&self) -> &[Range<usize>] {
        &self.tiers
    }

    /// Adds what areas hold to every unit above them. `values` has one place for each unit.
    pub(crate) fn add_up(&self, values: &mut [f64]) {
        for area in 0..self.areas {
            let value = values[area];
            let mut unit = area;
            while unit != self.ward() {
                unit = self.parent[unit];
                values[unit] += value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{Area, TreeUnit};

    fn area(code: &str, parent: &str) -> Area {
        Area {
            area_code: AreaCode::new(code),
            name: code.into(),
            parent_code: Some(parent.into()),
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        }
    }

    fn unit(code: &str, parent: &str) -> TreeUnit {
        TreeUnit { code: code.into(), name: code.into(), parent_code: Some(parent.into()) }
    }

    #[test]
    fn areas_add_up_to_units_and_ward() {
        let areas = [area("a", "X"), area("b", "X"), area("c", "W")];
        let tree = AreaTree::new(&areas, &[unit("X", "W")]);
        let codes: Vec<AreaCode> = areas.iter().map(|a| a.area_code.clone()).collect();
        let units = Units::new(&codes, &tree);
        // Three areas, the ward and X; W holds every area and is the ward itself.
        assert_eq!(units.len(), 5);
        assert_eq!([0, 1, 2, 4].map(|u| units.parent(u)), [4, 4, 3, 3]);
        let mut values = vec![1.0, 2.0, 4.0, 0.0, 0.0];
        units.add_up(&mut values);
        assert_eq!(values, [1.0, 2.0, 4.0, 7.0, 3.0]);
    }

    #[test]
    fn deep_trees_have_a_tier_for_each_depth() {
        // Two districts of two quarters of two areas each, and one area right under a district.
        let mut areas: Vec<Area> =
            (0..8).map(|i| area(&format!("a{i}"), &format!("Q{}", i / 2))).collect();
        areas.push(area("b", "D1"));
        let between =
            ["Q0", "Q1", "Q2", "Q3"].map(|code| unit(code, if code < "Q2" { "D0" } else { "D1" }));
        let tree =
            AreaTree::new(&areas, &[&between[..], &[unit("D0", "W"), unit("D1", "W")]].concat());
        let codes: Vec<AreaCode> = areas.iter().map(|a| a.area_code.clone()).collect();
        let units = Units::new(&codes, &tree);
        let sizes: Vec<usize> = units.tiers().iter().map(ExactSizeIterator::len).collect();
        assert_eq!(sizes, [2, 4, 9]);
        for tier in units.tiers() {
            let above = |unit: usize| units.parent(unit);
            assert!(
                tier.clone()
                    .all(|unit| above(unit) == units.ward() || !tier.contains(&above(unit)))
            );
        }
        assert_eq!(units.parent(units.parent(units.parent(0))), units.ward());
    }

    #[test]
    fn a_loop_in_the_tree_does_no_harm() {
        let areas = [area("a", "X"), area("b", "X"), area("c", "Y"), area("d", "Z")];
        let tree = AreaTree::new(&areas, &[unit("X", "Y"), unit("Y", "X")]);
        let codes: Vec<AreaCode> = areas.iter().map(|a| a.area_code.clone()).collect();
        let units = Units::new(&codes, &tree);
        let mut values = vec![1.0; units.len()];
        units.add_up(&mut values);
        assert!(values[units.ward()] >= 4.0);
    }
}
