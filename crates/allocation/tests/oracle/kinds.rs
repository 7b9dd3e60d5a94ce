//! One kind of rule after another, each thrown onto small wards by dice.

use crate::ward::{Dice, Ward};
use phantuyen_allocation::{Contiguity, OwnArea, SplitUnits, Strictness};
use phantuyen_model::LockRule;

/// A kind of rule: its name, and how a ward comes by it.
pub type Kind = (&'static str, fn(&mut Dice, &mut Ward));

/// Every kind of rule that a ward can set.
pub const KINDS: [Kind; 21] = [
    ("seats", |_, _| {}),
    ("forbidden overload", |_, ward| ward.settings.overload = Strictness::Forbid),
    ("weights", |dice, ward| {
        present(dice, ward);
        ward.settings.overload_weight_m = Some(700.0);
        ward.settings.moved_weight_m = dice.one_in(2).then_some(150.0);
    }),
    ("alarm", |_, ward| ward.settings.alarm_m = Some(1000.0)),
    ("forbidden alarm", |_, ward| {
        ward.settings.alarm_m = Some(1100.0);
        ward.settings.beyond_alarm = Strictness::Forbid;
    }),
    ("locks", |dice, ward| {
        for _ in 0..2 {
            let rule = if dice.one_in(2) { LockRule::Must } else { LockRule::Never };
            ward.locks.push((dice.place(ward.areas), dice.place(ward.schools), rule));
        }
    }),
    ("no contiguity", |_, ward| ward.settings.contiguity = Contiguity::NotRequired),
    ("no new pieces", |dice, ward| {
        present(dice, ward);
        ward.settings.contiguity = Contiguity::NoNewPieces;
    }),
    ("own area", |_, ward| ward.settings.own_area = OwnArea::Must),
    ("islands", |dice, ward| {
        let island = dice.place(ward.areas);
        ward.cut.push(island);
        match dice.below(3) {
            0 => ward.locks.push((island, dice.place(ward.schools), LockRule::Must)),
            1 => {
                let other = (island + 1 + dice.place(ward.areas - 1)) % ward.areas;
                ward.links.push((island.min(other), island.max(other)));
            }
            _ => ward.settings.contiguity = Contiguity::NoNewPieces,
        }
    }),
    ("moved budget", |dice, ward| {
        present(dice, ward);
        let all: f64 = ward.pupils[0].iter().sum();
        ward.settings.contiguity = Contiguity::NoNewPieces;
        match dice.below(2) {
            0 => ward.settings.max_moved_pupils = Some((all / 4.0).floor()),
            _ => ward.settings.max_moved_share = Some(0.35),
        }
    }),
    ("walkers", |dice, ward| {
        if dice.one_in(2) {
            present(dice, ward);
        }
        ward.settings.walk_zone_m = Some(650.0);
        ward.settings.keep_walkers = true;
    }),
    ("siblings", |dice, ward| {
        siblings(dice, ward);
        match dice.below(2) {
            0 => weigh(ward, |settings| settings.sibling_weight_m = Some(900.0)),
            _ => tolerate(ward),
        }
    }),
    ("feeders", |dice, ward| {
        primaries(dice, ward);
        if dice.one_in(2) {
            let schools = ward.schools;
            ward.feeders = Some((0..3).map(|p| (p, dice.place(schools))).collect());
        }
        match dice.below(2) {
            0 => weigh(ward, |settings| settings.feeder_weight_m = Some(400.0)),
            _ => tolerate(ward),
        }
    }),
    ("balance", |dice, ward| match dice.below(2) {
        0 => weigh(ward, |settings| settings.balance_weight = Some(120.0)),
        _ => tolerate(ward),
    }),
    ("whole units", |dice, ward| {
        units(dice, ward);
        match dice.below(3) {
            0 => weigh(ward, |settings| settings.split_weight_m = Some(2500.0)),
            1 => ward.settings.split_units = SplitUnits::OnlyWhereItPays,
            _ => tolerate(ward),
        }
    }),
    ("class costs", |dice, ward| {
        weigh(ward, |settings| settings.class_weight_m = Some(3000.0));
        if dice.one_in(2) {
            ward.settings.min_class = Some(4.0);
            ward.settings.mixed_class = dice.one_in(2).then_some(2.0);
        }
    }),
    ("least class", |dice, ward| {
        ward.settings.min_class = Some(16.0 + dice.below(8) as f64);
        ward.settings.mixed_class = dice.one_in(2).then_some(6.0);
    }),
    ("chance", |dice, ward| {
        ward.draws = vec![futures(dice, &ward.pupils[0], 8)];
        let bound = [0.125, 0.25, 0.5][dice.place(3)];
        ward.settings.max_overload_probability = Some(bound);
        ward.seats[0].iter_mut().for_each(|seats| *seats += 3.0);
    }),
    ("chance over many futures", |dice, ward| {
        ward.draws = vec![futures(dice, &ward.pupils[0], 40)];
        ward.settings.max_overload_probability = Some([0.05, 0.1, 0.3][dice.place(3)]);
        ward.seats[0].iter_mut().for_each(|seats| *seats += 3.0);
    }),
    ("several years", |dice, ward| {
        for _ in 0..2 {
            let grow = |pupils: &f64| (pupils + dice.below(5) as f64 - 2.0).max(0.0);
            let next: Vec<f64> = ward.pupils[0].iter().map(grow).collect();
            ward.pupils.push(next);
            let seats = ward.seats[0].iter().map(|seats| seats + dice.below(4) as f64).collect();
            ward.seats.push(seats);
        }
        if dice.one_in(2) {
            ward.draws = ward.pupils.iter().map(|pupils| futures(dice, pupils, 4)).collect();
            ward.settings.max_overload_probability = Some(0.5);
        }
    }),
];

/// Last year's plan: mostly the nearest school, some areas elsewhere.
pub fn present(dice: &mut Dice, ward: &mut Ward) {
    let schools = ward.schools;
    let now = |ways: &Vec<Option<f64>>| {
        let far = |s: &usize| ways[*s].unwrap_or(f64::INFINITY);
        let nearest = (0..schools).min_by(|a, b| far(a).total_cmp(&far(b)));
        let known = !dice.one_in(9);
        known.then(|| if dice.one_in(4) { dice.place(schools) } else { nearest.unwrap_or(0) })
    };
    ward.present = Some(ward.distance.iter().map(now).collect());
}

pub fn siblings(dice: &mut Dice, ward: &mut Ward) {
    for a in 0..ward.areas {
        let pupils = (ward.pupils[0][a] / 3.0).floor();
        if pupils > 0.0 && dice.one_in(2) {
            ward.siblings.push((a, dice.place(ward.schools), pupils));
        }
    }
}

pub fn primaries(dice: &mut Dice, ward: &mut Ward) {
    for a in 0..ward.areas {
        ward.primaries[a] = (!dice.one_in(8)).then(|| dice.place(3));
    }
}

pub fn units(dice: &mut Dice, ward: &mut Ward) {
    for a in 0..ward.areas {
        ward.units[a] = (!dice.one_in(8)).then_some(a / 2 % 3);
    }
}

/// Futures around the pupils planned for, errors shared and own.
pub fn futures(dice: &mut Dice, pupils: &[f64], count: usize) -> Vec<Vec<f64>> {
    let future = |_| {
        let shared = dice.below(5) as f64 / 20.0 - 0.1;
        pupils.iter().map(|p| (p * (1.0 + shared) + dice.below(5) as f64 - 2.0).max(0.0)).collect()
    };
    (0..count).map(future).collect()
}

fn weigh(ward: &mut Ward, set: fn(&mut phantuyen_allocation::AllocationSettings)) {
    ward.settings.overload_weight_m = Some(800.0);
    set(&mut ward.settings);
}

/// Ways may be longer, and seats missing, so that the goals below have a say.
fn tolerate(ward: &mut Ward) {
    ward.settings.tolerance =
        [("travel".to_owned(), 0.1), ("overload".to_owned(), 0.5)].into_iter().collect();
}
