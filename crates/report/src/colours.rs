//! Which colour and hatch each school has on every map.
//!
//! A colour belongs to the school: the same on the maps of all grades. Catchments that touch
//! differ in colour; where there are more schools than colours, the hatch tells them apart, also
//! in black and white.

use phantuyen_model::{Adjacency, AreaCode, PlanFigures, School, SchoolCode};
use phantuyen_words::natural_order;
use std::collections::BTreeMap;

/// Seven colours that stay apart under the three kinds of colour blindness (ΔE00 ≥ 15.8) and
/// carry dark text (contrast ≥ 5.8).
const PALETTE: [&str; 7] =
    ["#FAD458", "#69E8FE", "#A682F2", "#9BAC85", "#CE8620", "#5FA1A1", "#CBEECC"];

/// Paper for areas that no school has.
pub(crate) const UNASSIGNED: &str = "#D9D9D9";

/// A pattern of lines or dots over a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hatch {
    /// `/`
    Rising,
    /// `\`
    Falling,
    /// `|`
    Upright,
    /// `–`
    Level,
    /// `×`
    Crossed,
    /// Dots.
    Dotted,
    /// None.
    Plain,
}

const HATCHES: [Hatch; 7] = [
    Hatch::Rising,
    Hatch::Falling,
    Hatch::Upright,
    Hatch::Level,
    Hatch::Crossed,
    Hatch::Dotted,
    Hatch::Plain,
];

/// The look of a school's catchment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swatch {
    /// `#rrggbb`.
    pub colour: &'static str,
    /// The pattern over it.
    pub hatch: Hatch,
}

/// The look of every school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolColours {
    swatches: BTreeMap<SchoolCode, Swatch>,
}

/// Catchments that share a border, and catchments with one area between them.
const TOUCHING: u32 = 2;
const NEAR: u32 = 1;

impl SchoolColours {
    /// Chooses by DSATUR (Brélaz 1979, doi:10.1145/359094.359101): the next school is the one
    /// whose neighbours already show the most colours, then the one with most neighbours, then
    /// the first by name; it takes the colour with the least conflict, then the least used one.
    ///
    /// Two schools are neighbours when in one of the plans their areas touch (weight 2) or are
    /// both touched by a third area (weight 1).
    pub fn choose(schools: &[School], plans: &[&PlanFigures], adjacency: &Adjacency) -> Self {
        let mut order: Vec<&School> = schools.iter().collect();
        order.sort_by(|a, b| {
            natural_order(&a.name, &b.name).then_with(|| a.school_code.cmp(&b.school_code))
        });
        order.dedup_by(|a, b| a.school_code == b.school_code);
        let place: BTreeMap<&SchoolCode, usize> =
            order.iter().enumerate().map(|(i, school)| (&school.school_code, i)).collect();

        let mut conflicts = vec![BTreeMap::new(); order.len()];
        for plan in plans {
            join_neighbours(&mut conflicts, &place, plan, adjacency);
        }

        let mut chosen: Vec<Option<usize>> = vec![None; order.len()];
        let mut used = [0_usize; PALETTE.len()];
        let mut swatches = BTreeMap::new();
        while let Some(next) = most_constrained(&conflicts, &chosen) {
            let colour = least_conflict(&conflicts[next], &chosen, &used);
            let hatch = HATCHES[(colour + used[colour]) % HATCHES.len()];
            chosen[next] = Some(colour);
            used[colour] += 1;
            swatches
                .insert(order[next].school_code.clone(), Swatch { colour: PALETTE[colour], hatch });
        }
        Self { swatches }
    }

    /// The look of a school; plain grey for one that was not among the schools.
    pub fn of(&self, school: &SchoolCode) -> Swatch {
        let unassigned = Swatch { colour: UNASSIGNED, hatch: Hatch::Plain };
        self.swatches.get(school).copied().unwrap_or(unassigned)
    }
}

type Conflicts = Vec<BTreeMap<usize, u32>>;

fn join_neighbours(
    conflicts: &mut Conflicts,
    place: &BTreeMap<&SchoolCode, usize>,
    plan: &PlanFigures,
    adjacency: &Adjacency,
) {
    let mut schools_of: BTreeMap<&AreaCode, Vec<usize>> = BTreeMap::new();
    for line in &plan.assignment {
        if let Some(&school) = place.get(&line.school_code) {
            schools_of.entry(&line.area_code).or_default().push(school);
        }
    }
    let mut join = |a: usize, b: usize, weight: u32| {
        if a != b {
            for (one, other) in [(a, b), (b, a)] {
                let known = conflicts[one].entry(other).or_insert(weight);
                *known = (*known).max(weight);
            }
        }
    };
    for (area, own) in &schools_of {
        let around: Vec<usize> = adjacency
            .neighbours(area)
            .filter_map(|neighbour| schools_of.get(neighbour))
            .flatten()
            .copied()
            .collect();
        for (i, &a) in around.iter().enumerate() {
            for &school in own {
                join(a, school, TOUCHING);
            }
            for &b in &around[i + 1..] {
                join(a, b, NEAR);
            }
        }
        for (i, &a) in own.iter().enumerate() {
            for &b in &own[i + 1..] {
                join(a, b, TOUCHING);
            }
        }
    }
}

fn most_constrained(conflicts: &Conflicts, chosen: &[Option<usize>]) -> Option<usize> {
    let saturation = |school: usize| {
        let mut seen = [false; PALETTE.len()];
        for neighbour in conflicts[school].keys() {
            if let Some(colour) = chosen[*neighbour] {
                seen[colour] = true;
            }
        }
        seen.iter().filter(|seen| **seen).count()
    };
    (0..chosen.len())
        .filter(|school| chosen[*school].is_none())
        .max_by_key(|&school| (saturation(school), conflicts[school].len(), usize::MAX - school))
}

fn least_conflict(
    neighbours: &BTreeMap<usize, u32>,
    chosen: &[Option<usize>],
    used: &[usize; PALETTE.len()],
) -> usize {
    let mut weight = [(0_u32, 0_u32); PALETTE.len()];
    for (&neighbour, &strength) in neighbours {
        if let Some(colour) = chosen[neighbour] {
            let (touching, near) = &mut weight[colour];
            *(if strength == TOUCHING { touching } else { near }) += 1;
        }
    }
    (0..PALETTE.len()).min_by_key(|&colour| (weight[colour], used[colour], colour)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{Assignment, Level, Reason};
    use proptest::prelude::*;

    fn school(number: usize) -> School {
        School {
            school_code: SchoolCode::new(format!("S{number:02}")),
            name: format!("Trường {number}"),
            levels: vec![Level::Primary],
            place: None,
            area_code: None,
            rooms: None,
            classes_per_room: None,
            class_size: None,
            capacity: None,
            open_from: None,
            open_to: None,
            catchment: true,
        }
    }

    /// A square grid of areas, the school of each given; areas touch left, right, up and down.
    fn grid(side: usize, school_of: &[usize]) -> (PlanFigures, Adjacency) {
        let code = |i: usize| AreaCode::new(format!("A{i:03}"));
        let assignment = school_of
            .iter()
            .enumerate()
            .map(|(i, school)| Assignment {
                area_code: code(i),
                school_code: SchoolCode::new(format!("S{school:02}")),
                pupils: 1.0,
                distance_m: None,
                nearest_school: None,
                reason: Reason::Nearest,
            })
            .collect();
        let mut pairs = Vec::new();
        for i in 0..school_of.len() {
            if i % side + 1 < side && i + 1 < school_of.len() {
                pairs.push((code(i), code(i + 1)));
            }
            if i + side < school_of.len() {
                pairs.push((code(i), code(i + side)));
            }
        }
        let figures = PlanFigures {
            pupils: 0.0,
            pupil_m: 0.0,
            mean_m: 0.0,
            farthest_m: 0.0,
            beyond_target: None,
            beyond_alarm: None,
            overload_pupils: 0.0,
            goals: phantuyen_model::GoalFigures::default(),
            overloaded_schools: 0,
            moved_pupils: None,
            moved_areas: None,
            pieces: 0,
            schools: vec![],
            assignment,
        };
        (figures, Adjacency::from_pairs(pairs))
    }

    proptest! {
        /// Catchments made of 2 × 2 blocks on a grid: whatever schools they belong to, as long as
        /// each school has one block, those that touch differ in colour.
        #[test]
        fn bordering_catchments_never_share_a_colour(order in Just((0..36_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let school_of: Vec<usize> =
                (0..144).map(|i| order[(i / 24) * 6 + (i % 12) / 2]).collect();
            let (figures, adjacency) = grid(12, &school_of);
            let schools: Vec<School> = (0..36).map(school).collect();
            let colours = SchoolColours::choose(&schools, &[&figures], &adjacency);
            for a in &figures.assignment {
                for b in &figures.assignment {
                    if a.school_code != b.school_code && adjacency.touch(&a.area_code, &b.area_code) {
                        prop_assert_ne!(colours.of(&a.school_code).colour, colours.of(&b.school_code).colour);
                    }
                }
            }
        }
    }

    #[test]
    fn forty_schools_all_look_different() {
        let schools: Vec<School> = (0..40).map(school).collect();
        let colours = SchoolColours::choose(&schools, &[], &Adjacency::default());
        let mut looks: Vec<(&str, Hatch)> = schools
            .iter()
            .map(|school| colours.of(&school.school_code))
            .map(|swatch| (swatch.colour, swatch.hatch))
            .collect();
        looks.sort_unstable();
        looks.dedup();
        assert_eq!(looks.len(), 40);
    }

    #[test]
    fn the_order_of_the_schools_changes_nothing() {
        let (figures, adjacency) = grid(3, &[0, 0, 1, 2, 2, 1, 2, 3, 3]);
        let mut schools: Vec<School> = (0..4).map(school).collect();
        let first = SchoolColours::choose(&schools, &[&figures], &adjacency);
        schools.reverse();
        assert_eq!(first, SchoolColours::choose(&schools, &[&figures], &adjacency));
    }
}
