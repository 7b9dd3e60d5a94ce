//! What must not change, or only to one side, when a ward is told otherwise.

use crate::kinds::KINDS;
use crate::ward::{Dice, Ward, area, school};
use crate::{solve, ward};
use phantuyen_allocation::{AllocationSettings, Contiguity, Problem, Strictness};
use phantuyen_model::{Adjacency, AreaCode, Distances, Metres, Plan, PlanStatus};
use std::collections::BTreeMap;

/// Some wards of every kind of rule.
fn wards(seed: u64, each: usize) -> Vec<Ward> {
    let mut dice = Dice(seed);
    let mut wards = Vec::new();
    for (_, make) in KINDS {
        for round in 0..each {
            let mut one = ward(&mut dice, round + 1);
            make(&mut dice, &mut one);
            wards.push(one);
        }
    }
    wards
}

/// The values of the tiers, most important first.
fn values(plan: &Plan) -> Vec<f64> {
    plan.tiers.iter().map(|tier| tier.value).collect()
}

/// Whether values are no worse than others: the first that differs decides.
fn is_no_worse(values: &[f64], others: &[f64]) -> bool {
    let differs = values.iter().zip(others).find(|(a, b)| (*a - *b).abs() > 1e-4);
    differs.is_none_or(|(a, b)| a < b)
}

fn has_plan(plan: &Plan) -> bool {
    matches!(plan.status, PlanStatus::Optimal | PlanStatus::Feasible)
}

#[test]
fn the_order_of_rows_plays_no_part_and_the_same_problem_gives_the_same_plan() {
    for ward in wards(21, 1) {
        let Some(problem) = ward.problem() else { continue };
        let first = solve(&problem);
        assert_eq!(first, solve(&problem));
        let mut parts = ward.parts();
        parts.demand.reverse();
        parts.schools.reverse();
        parts.present.reverse();
        parts.locks.reverse();
        parts.siblings.reverse();
        parts.later_years.iter_mut().for_each(|year| year.demand.reverse());
        let (turned, _) = Problem::new(parts).expect("well posed");
        assert_eq!(first, solve(&turned), "{ward:?}");
    }
}

#[test]
fn other_names_give_plans_of_the_same_worth() {
    for ward in wards(22, 1) {
        let Some(problem) = ward.problem() else { continue };
        let before = solve(&problem).plan;
        // Area k becomes area n − 1 − k: another order, the same ward.
        let name = |a: usize| AreaCode::new(format!("B{}", ward.areas - 1 - a));
        let names: BTreeMap<AreaCode, AreaCode> =
            (0..ward.areas).map(|a| (area(a), name(a))).collect();
        let new = |code: &AreaCode| names[code].clone();
        let mut parts = ward.parts();
        let mut distances = Vec::new();
        for (a, ways) in ward.distance.iter().enumerate() {
            for (s, way) in ways.iter().enumerate() {
                distances.extend(way.map(|way| (name(a), school(s), Metres(way))));
            }
        }
        let borders = (0..ward.areas).flat_map(|a| (0..a).map(move |b| (a, b)));
        let borders = borders.filter(|&(a, b)| ward.touching(a, b));
        parts.adjacency = Adjacency::from_pairs(borders.map(|(a, b)| (name(a), name(b))));
        parts.distances = Distances::from_pairs(distances);
        parts.demand.iter_mut().for_each(|row| row.area_code = new(&row.area_code));
        for year in &mut parts.later_years {
            year.demand.iter_mut().for_each(|row| row.area_code = new(&row.area_code));
            for school in &mut year.schools {
                school.area_code = school.area_code.as_ref().map(new);
            }
        }
        parts.schools.iter_mut().for_each(|s| s.area_code = s.area_code.as_ref().map(new));
        parts.present.iter_mut().for_each(|row| row.area_code = new(&row.area_code));
        parts.locks.iter_mut().for_each(|row| row.area_code = new(&row.area_code));
        parts.siblings.iter_mut().for_each(|row| row.area_code = new(&row.area_code));
        for draws in &mut parts.draws {
            draws.areas.iter_mut().for_each(|area| *area = new(area));
        }
        parts.units = parts.units.iter().map(|(a, unit)| (new(a), unit.clone())).collect();
        let of_area = &mut parts.primaries.of_area;
        *of_area = of_area.iter().map(|(a, school)| (new(a), school.clone())).collect();
        let (renamed, _) = Problem::new(parts).expect("well posed");
        let after = solve(&renamed).plan;
        assert_eq!(before.status, after.status, "{ward:?}");
        if has_plan(&before) && !ward.settings.has_tolerance() {
            let pairs = values(&before).into_iter().zip(values(&after));
            pairs.for_each(|(a, b)| assert!((a - b).abs() < 1e-4, "{a} {b} {ward:?}"));
        }
    }
}

#[test]
fn one_more_seat_never_makes_the_plan_worse() {
    let mut dice = Dice(23);
    for mut ward in wards(23, 1) {
        // An even filling is measured against the seats: with more of them it is another goal.
        ward.settings.balance_weight = None;
        let Some(problem) = ward.problem() else { continue };
        let before = solve(&problem).plan;
        let school = dice.place(ward.schools);
        ward.seats.iter_mut().for_each(|seats| seats[school] += 1.0);
        let after = solve(&ward.problem().expect("well posed")).plan;
        assert!(!has_plan(&before) || has_plan(&after), "{ward:?}");
        if has_plan(&before) && !ward.settings.has_tolerance() {
            let worth = |plan: &Plan| -> Vec<f64> {
                let named = plan.tiers.iter().filter(|tier| tier.name != "balance");
                named.map(|tier| tier.value).collect()
            };
            assert!(is_no_worse(&worth(&after), &worth(&before)), "{ward:?}");
        }
    }
}

#[test]
fn a_looser_rule_never_makes_the_plan_worse() {
    let looser: [fn(&mut AllocationSettings); 6] = [
        |settings| settings.contiguity = Contiguity::NotRequired,
        |settings| settings.beyond_alarm = Strictness::Penalise,
        |settings| settings.max_moved_pupils = settings.max_moved_pupils.map(|most| most + 9.0),
        |settings| settings.keep_walkers = false,
        |settings| settings.min_class = None,
        |settings| settings.max_overload_probability = None,
    ];
    for ward in wards(24, 1) {
        let Some(problem) = ward.problem() else { continue };
        let before = solve(&problem).plan;
        for loosen in looser {
            let mut loose = ward.clone();
            loosen(&mut loose.settings);
            if loose.settings == ward.settings {
                continue;
            }
            let Some(problem) = loose.problem() else { continue };
            let after = solve(&problem).plan;
            assert!(!has_plan(&before) || has_plan(&after), "{ward:?}");
            let same = before.tiers.len() == after.tiers.len();
            if has_plan(&before) && same && !ward.settings.has_tolerance() {
                assert!(is_no_worse(&values(&after), &values(&before)), "{ward:?}");
            }
        }
    }
}

#[test]
fn twice_the_pupils_with_twice_the_seats_double_every_goal() {
    for ward in wards(25, 1) {
        let counts_pupils = ward.settings.class_weight_m.is_none()
            && ward.settings.split_weight_m.is_none()
            && (ward.settings.feeder_weight_m.is_none() || ward.feeders.is_some());
        let Some(problem) = ward.problem().filter(|_| counts_pupils) else { continue };
        let before = solve(&problem).plan;
        let mut double = ward.clone();
        let twice = |rows: &mut Vec<Vec<f64>>| {
            rows.iter_mut().flatten().for_each(|number| *number *= 2.0);
        };
        twice(&mut double.pupils);
        twice(&mut double.seats);
        double.draws.iter_mut().for_each(twice);
        double.siblings.iter_mut().for_each(|row| row.2 *= 2.0);
        double.class_size *= 2;
        let settings = &mut double.settings;
        for number in
            [&mut settings.max_moved_pupils, &mut settings.min_class, &mut settings.mixed_class]
        {
            *number = number.map(|pupils| pupils * 2.0);
        }
        let after = solve(&double.problem().expect("well posed")).plan;
        assert_eq!(has_plan(&before), has_plan(&after), "{ward:?}");
        if has_plan(&before) && !ward.settings.has_tolerance() {
            for (a, b) in before.tiers.iter().zip(&after.tiers) {
                let factor = if a.name == "splits" { 1.0 } else { 2.0 };
                let fits = (factor * a.value - b.value).abs() < 1e-3;
                assert!(fits, "{a:?} {b:?} {ward:?}");
            }
        }
    }
}
