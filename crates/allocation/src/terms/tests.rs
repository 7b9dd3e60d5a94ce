use super::convert::borders;
use super::{Budget, CatchmentRule, Change, Charge, Goal, Grouping, Scenarios, Terms};
use crate::constraints::classes::ClassRule;

/// Areas 0–1–2–3 in a row, schools in 0 and 3, ten pupils each, 20 seats; the cost is the way in
/// steps; areas 0 and 2 are one group, 1 and 3 another.
pub(crate) fn row() -> Terms {
    let way = |area: usize, school: usize| area.abs_diff(3 * school) as f64;
    Terms {
        borders: borders(&[vec![1], vec![0, 2], vec![1, 3], vec![2]]),
        roots: vec![Some(0), Some(3)],
        pieces_allowed: vec![1, 1],
        scenarios: Scenarios {
            chance: vec![0.5, 0.5],
            pupils: vec![10.0, 12.0, 10.0, 12.0, 10.0, 12.0, 10.0, 12.0],
            seats: vec![20.0, 20.0, 20.0, 20.0],
        },
        groupings: vec![Grouping { group_of: vec![Some(0), Some(1), Some(0), Some(1)], groups: 2 }],
        rules: Vec::new(),
        goal: Goal {
            pair: (0..4).flat_map(|area| (0..2).map(move |school| way(area, school))).collect(),
            charges: vec![Charge::Overload { weight: 3.0 }],
        },
        budgets: Vec::new(),
        allowed: vec![true; 8],
    }
}

#[test]
fn a_plan_costs_its_ways_and_its_expected_overload() {
    // Ways 0 + 1 + 1 + 0; in the second scenario both schools are 4 above: 3 · ½ · (4 + 4) = 12.
    let terms = row();
    assert_eq!(terms.value(&terms.goal, &[0, 0, 1, 1]), 2.0 + 12.0);
    assert_eq!(terms.catchment_value(&terms.goal, 0, &[0]), 0.0);
}

#[test]
fn classes_balance_and_groups_are_counted_by_hand() {
    let terms = row();
    let charge = |charge: Charge, areas: &[usize]| {
        let goal = Goal { pair: vec![0.0; 8], charges: vec![charge] };
        terms.charge(&goal, 0, &terms.account(areas))
    };
    // 20 pupils are two classes of 10, 24 are three.
    let class = ClassRule { size: Some(10.0), least: 0.0, mixed: 0.0 };
    let classes = Charge::Classes { weight: 2.0, rules: vec![class; 2] };
    assert_eq!(charge(classes, &[0, 1]), 2.0 * 2.5);
    // Wanted 15 and 20: 5 and 4 above, each half the time.
    let balance = Charge::Balance { weight: 1.0, fill: vec![Some(0.75), Some(1.0)] };
    assert_eq!(charge(balance, &[0, 1]), 4.5);
    let groups = Charge::Groups { weight: 1.0, grouping: 0 };
    assert_eq!(charge(groups.clone(), &[0, 2]), 1.0);
    assert_eq!(charge(groups, &[0, 1, 2]), 2.0);
}

#[test]
fn chance_looks_at_the_worst_scenario_but_so_many() {
    let mut terms = row();
    let account = terms.account(&[0, 1]);
    terms.rules = vec![CatchmentRule::Seats];
    assert_eq!(terms.excess(0, &account), 4.0);
    terms.rules = vec![CatchmentRule::Chance { from: 0, to: 2, times: 1 }];
    assert_eq!(terms.excess(0, &account), 0.0);
    terms.rules = vec![CatchmentRule::Chance { from: 0, to: 2, times: 0 }];
    assert_eq!(terms.excess(0, &account), 4.0);
}

#[test]
fn a_change_weighed_is_the_change_made() {
    let mut terms = row();
    terms.rules = vec![CatchmentRule::Seats];
    terms.goal.charges.push(Charge::Groups { weight: 1.0, grouping: 0 });
    let account = terms.account(&[0, 1, 2]);
    for (enters, leaves) in
        [(Some(3), None), (None, Some(1)), (Some(3), Some(1)), (Some(3), Some(2))]
    {
        let change = Change { enters, leaves };
        let mut made = account.clone();
        leaves.iter().for_each(|&area| terms.leave(&mut made, area as usize));
        enters.iter().for_each(|&area| terms.enter(&mut made, area as usize));
        let weighed = terms.charge_after(&terms.goal, 0, &account, change);
        assert_eq!(weighed, terms.charge(&terms.goal, 0, &made), "{change:?}");
        assert_eq!(terms.excess_after(0, &account, change), terms.excess(0, &made));
    }
}

#[test]
fn pieces_are_counted_with_the_area_of_the_school() {
    let terms = row();
    assert_eq!(terms.pieces(0, &[1, 2]), 1);
    assert_eq!(terms.pieces(0, &[2]), 2);
    assert_eq!(terms.pieces(0, &[]), 1);
    assert!(terms.keeps_rules(&[0, 1, 1, 1]) && !terms.keeps_rules(&[1, 0, 1, 0]));
}

#[test]
fn a_budget_binds() {
    let mut terms = row();
    let moved = Goal { pair: vec![0.0, 5.0, 0.0, 5.0, 5.0, 0.0, 5.0, 0.0], charges: Vec::new() };
    terms.budgets.push(Budget { goal: moved, limit: 5.0 });
    assert!(terms.keeps_rules(&[0, 1, 1, 1]) && !terms.keeps_rules(&[0, 0, 0, 0]));
}

/// `side × side` areas on a grid with schools in some of them; pupils from 5 to 25, seats for all
/// with a tenth to spare, the way in steps times pupils as the cost.
pub(crate) fn grid(side: usize, roots: &[usize]) -> Terms {
    let areas = side * side;
    let near = |area: usize| -> Vec<usize> {
        let (x, y) = (area % side, area / side);
        let beside = |other: &usize| x.abs_diff(other % side) + y.abs_diff(other / side) == 1;
        (0..areas).filter(beside).collect()
    };
    let neighbours: Vec<Vec<usize>> = (0..areas).map(near).collect();
    let pupils: Vec<f64> = (0..areas).map(|area| f64::from((area * 7 % 21) as u32 + 5)).collect();
    let seats = (1.1 * pupils.iter().sum::<f64>() / roots.len() as f64).ceil();
    let way = |area: usize, school: usize| {
        let root = roots[school];
        let steps = (area % side).abs_diff(root % side) + (area / side).abs_diff(root / side);
        pupils[area] * (steps as f64 + 0.01 * (area * 13 % 7) as f64)
    };
    let pairs = (0..areas).flat_map(|area| (0..roots.len()).map(move |school| (area, school)));
    Terms {
        borders: borders(&neighbours),
        roots: roots.iter().map(|&root| Some(root)).collect(),
        pieces_allowed: vec![1; roots.len()],
        scenarios: Scenarios {
            chance: vec![1.0],
            seats: vec![seats; roots.len()],
            pupils: pupils.clone(),
        },
        groupings: Vec::new(),
        rules: vec![CatchmentRule::Seats],
        goal: Goal {
            pair: pairs.map(|(area, school)| way(area, school)).collect(),
            charges: Vec::new(),
        },
        budgets: Vec::new(),
        allowed: vec![true; areas * roots.len()],
    }
}
