use super::{Penalty, Territory};
use crate::search::dice::Dice;
use crate::search::rings::Rings;
use crate::terms::{Budget, Goal, Terms, grid};

fn terms(pieces: u32) -> Terms {
    let mut terms = grid(6, &[7, 10, 27]);
    terms.pieces_allowed = vec![1, pieces, 1];
    let pair = (0..108).map(|at| f64::from(u8::from(at % 5 == 0))).collect();
    terms.budgets.push(Budget { goal: Goal { pair, charges: Vec::new() }, limit: 4.0 });
    terms
}

fn penalty() -> Penalty {
    Penalty {
        excess: 3.0,
        budgets: vec![2.0],
        step: 1.5,
        price: vec![0.5, 0.0, 1.0],
        over: 1.0,
        tension: 0.0,
    }
}

/// The goal with what rule-breaking and seats cost, worked out from nothing.
fn merit(terms: &Terms, plan: &[usize], penalty: &Penalty) -> f64 {
    let catchments = terms.catchments(plan);
    let of = |(school, areas): (usize, &Vec<usize>)| {
        let account = terms.account(areas);
        let excess = terms.excess(school, &account);
        let broken = if excess > 0.0 { excess + penalty.step } else { 0.0 };
        penalty.price[school] * account.loads[0] + penalty.excess * broken
    };
    let over = terms.value(&terms.budgets[0].goal, plan) - terms.budgets[0].limit;
    terms.value(&terms.goal, plan)
        + catchments.iter().enumerate().map(of).sum::<f64>()
        + penalty.budgets[0] * over.max(0.0)
}

#[test]
fn walks_at_random_agree_with_counting_from_nothing() {
    for (seed, pieces) in [(1, 1), (2, 2), (3, 3)] {
        let terms = terms(pieces);
        let rings = Rings::new(&terms.borders, 36);
        let plan: Vec<usize> = (0..36).map(|area| usize::from(area % 6 > 2)).collect();
        let plan: Vec<usize> =
            plan.iter().enumerate().map(|(a, &s)| if a >= 24 { 2 } else { s }).collect();
        let mut territory = Territory::new(&terms, &rings, &plan);
        let mut dice = Dice::of(seed, 0, 0);
        let (mut made, mut refused) = (0, 0);
        for _ in 0..3_000 {
            let (area, to) = (dice.below(36), dice.below(3));
            let from = territory.school_of(area);
            if from == to {
                continue;
            }
            let before = territory.plan();
            let mut after = before.clone();
            after[area] = to;
            let pieces = |plan: &[usize], school: usize| {
                terms.pieces(school, &terms.catchments(plan)[school])
            };
            let fits = |school: usize| pieces(&after, school) <= terms.pieces_allowed[school];
            assert_eq!(territory.may_leave(area), fits(from), "{area} {from} {before:?}");
            let may = territory.may_enter(area, to) && territory.may_leave(area);
            assert_eq!(may, fits(from) && fits(to), "{area} {from} {to} {before:?}");
            refused += usize::from(!may);
            let change = territory.difference(&[(area as u32, to as u32)], &penalty());
            let counted = merit(&terms, &after, &penalty()) - merit(&terms, &before, &penalty());
            assert!((change - counted).abs() < 1e-6, "{change} {counted}");
            if may {
                made += 1;
                territory.shift(area, to);
                assert!((territory.value() - terms.value(&terms.goal, &after)).abs() < 1e-6);
                let near = |a: usize, b: usize| a == b || terms.borders.of(a).contains(&(b as u32));
                let door = |a: usize, s: usize| s != after[a] && near(a, terms.roots[s].unwrap());
                let elsewhere = |a: usize| {
                    terms.borders.of(a).iter().any(|&next| after[next as usize] != after[a])
                        || (0..3).any(|s| door(a, s))
                };
                let mut border = territory.border().to_vec();
                border.sort_unstable();
                let counted: Vec<u32> =
                    (0..36).filter(|&a| elsewhere(a)).map(|a| a as u32).collect();
                assert_eq!(border, counted);
                assert_eq!(territory.keeps_numbers(), {
                    let keeps = |s: usize| {
                        terms.excess(s, &terms.account(&terms.catchments(&after)[s])) <= 0.0
                    };
                    let budget = terms.value(&terms.budgets[0].goal, &after) <= 4.0;
                    (0..3).all(keeps) && budget
                });
            }
        }
        assert!(made > 300 && refused > 300, "{made} made, {refused} refused");
    }
}

#[test]
fn a_chain_weighs_what_its_moves_weigh_together() {
    let terms = terms(1);
    let rings = Rings::new(&terms.borders, 36);
    let plan: Vec<usize> = (0..36).map(|area| area / 12).collect();
    let territory = Territory::new(&terms, &rings, &plan);
    for chain in [&[(11, 1), (12, 0)][..], &[(11, 1), (23, 2), (24, 0)], &[(3, 1), (14, 2)]] {
        let mut after = plan.clone();
        chain.iter().for_each(|&(area, to)| after[area as usize] = to as usize);
        let counted = merit(&terms, &after, &penalty()) - merit(&terms, &plan, &penalty());
        assert!((territory.difference(chain, &penalty()) - counted).abs() < 1e-6, "{chain:?}");
    }
}
