//! Pricing beside all catchments of small graphs, and proofs beside all plans.

use super::ask::{Ask, Ground, Triple, Wanted};
use super::persuade::Persuasion;
use super::pricing::price;
use super::prove;
use crate::constraints::classes::ClassRule;
use crate::pool::Pool;
use crate::search::Effort;
use crate::terms::{CatchmentRule, Charge, Goal, Grouping, Scenarios, Terms, row};

const SIDE: usize = 3;
const AREAS: usize = SIDE * SIDE;

/// A grid of 3 × 3 areas with schools in two corners.
fn grid(pupils: &[f64], cost: Vec<f64>, seats: f64) -> Terms {
    let near = |area: usize| {
        let (x, y) = (area % SIDE, area / SIDE);
        let others = 0..AREAS;
        others
            .filter(move |&other| (other % SIDE).abs_diff(x) + (other / SIDE).abs_diff(y) == 1)
            .collect::<Vec<usize>>()
    };
    let mut terms = row().on(&(0..AREAS).map(near).collect::<Vec<_>>());
    terms.roots = vec![Some(0), Some(AREAS - 1)];
    terms.scenarios =
        Scenarios { chance: vec![1.0], pupils: pupils.to_vec(), seats: vec![seats, seats] };
    terms.groupings = Vec::new();
    terms.goal = Goal { pair: cost, charges: Vec::new() };
    terms
}

fn effort() -> Effort {
    Effort::new(None, None, std::sync::Arc::default())
}

/// All catchments of the first school that hang together and keep the rules, with their profits.
fn all(ask: &Ask<'_>) -> Vec<(f64, Vec<u32>)> {
    let mut found = Vec::new();
    for set in 0..1_u32 << AREAS {
        let areas: Vec<usize> = (0..AREAS).filter(|area| set >> area & 1 == 1).collect();
        let account = ask.terms.account(&areas);
        let has_all = (0..AREAS).all(|a| !ask.required[a] || areas.contains(&a));
        if !has_all || ask.terms.pieces(0, &areas) > 1 || areas.iter().any(|&a| !ask.usable[a]) {
            continue;
        }
        let Some(pays) = ask.pays(&account) else { continue };
        let met = ask.triples.iter().filter(|triple| {
            triple.areas.iter().filter(|&&area| areas.contains(&(area as usize))).count() >= 2
        });
        let brings: f64 = areas.iter().map(|&area| ask.profit[area]).sum();
        let profit = brings - pays - met.map(|triple| triple.pays).sum::<f64>();
        found.push((profit, areas.iter().map(|&area| area as u32).collect()));
    }
    found
}

/// Whole numbers, so that sums are exact; the same ones every time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, from: i32, to: i32) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let span = u64::from(to.abs_diff(from));
        f64::from(from) + ((self.0 >> 33) % span) as f64
    }

    fn list(&mut self, count: usize, from: i32, to: i32) -> Vec<f64> {
        (0..count).map(|_| self.next(from, to)).collect()
    }
}

/// One of the ways in which catchments pay or are forbidden.
fn with_kind(mut terms: Terms, kind: usize, seats: f64) -> Terms {
    match kind {
        0 => terms.rules.push(CatchmentRule::Seats),
        1 => terms.goal.charges.push(Charge::Overload { weight: 0.5 }),
        2 => terms.goal.charges.push(Charge::Balance { weight: 0.5, fill: vec![Some(0.5)] }),
        3 => {
            let rules = vec![ClassRule { size: Some(7.0), least: 4.0, mixed: 0.0 }; 2];
            terms.goal.charges.push(Charge::Classes { weight: 1.5, rules: rules.clone() });
            terms.rules.push(CatchmentRule::LeastClass { rules });
        }
        4 => {
            let group_of = (0..AREAS).map(|area| u32::try_from(area % SIDE).ok()).collect();
            terms.groupings = vec![Grouping { group_of, groups: SIDE }];
            terms.goal.charges.push(Charge::Groups { weight: 2.0, grouping: 0 });
        }
        _ => {
            // A future that counts in no goal and may not be passed.
            let future = terms.scenarios.pupils.iter().flat_map(|&pupils| [pupils, pupils + 1.0]);
            let pupils = future.collect();
            terms.scenarios = Scenarios { chance: vec![1.0, 0.0], pupils, seats: vec![seats; 4] };
            terms.rules.push(CatchmentRule::Chance { from: 1, to: 2, times: 0 });
        }
    }
    terms
}

#[test]
fn the_best_catchment_is_that_of_all_and_the_list_misses_none() {
    let mut numbers = Numbers(1);
    for round in 0..600 {
        let seats = numbers.next(5, 60);
        let pupils = numbers.list(AREAS, 0, 12);
        let terms = with_kind(grid(&pupils, vec![0.0; 2 * AREAS], seats), round % 6, seats);
        let profit = numbers.list(AREAS, -9, 10);
        let mut usable = vec![true; AREAS];
        let mut required = vec![false; AREAS];
        usable[numbers.next(1, 9) as usize] = round % 4 == 0;
        let needed = numbers.next(0, 9) as usize;
        required[needed] = round % 3 == 0 && usable[needed];
        let triples = [
            Triple { areas: [0, 1, 3], pays: numbers.next(0, 8) },
            Triple { areas: [1, 2, 4], pays: numbers.next(0, 4) },
        ];
        let (ground, effort) = (Ground::new(&terms, 0), effort());
        let ask = Ask {
            terms: &terms,
            ground: &ground,
            profit: &profit,
            usable: &usable,
            required: &required,
            goals: &[(1.0, &terms.goal)],
            triples: &triples,
            above: f64::NEG_INFINITY,
            nodes: 1_000_000,
            rounds: 30,
            wanted: Wanted::Best,
            effort: &effort,
        };
        let all = all(&ask);
        let best = all.iter().map(|(profit, _)| *profit).fold(f64::NEG_INFINITY, f64::max);
        let mut known = Persuasion::default();
        let priced = price(&ask, &mut known);
        assert!(priced.is_complete, "round {round}");
        assert!(
            (priced.ceiling - best).abs() <= 1e-6 || best.is_infinite(),
            "round {round}: {} {best}",
            priced.ceiling
        );
        for (profit, areas) in &priced.catchments {
            let same = all.iter().find(|(_, other)| other == areas);
            assert!(same.is_some_and(|(other, _)| (other - profit).abs() < 1e-6), "round {round}");
        }
        // In a hurry, the ceiling is still one.
        let hurried = price(&Ask { nodes: 3, rounds: 2, ..ask.clone() }, &mut known);
        assert!(hurried.ceiling >= best - 1e-6, "round {round}: {} {best}", hurried.ceiling);
        // Half a unit off, so that rounding decides nothing.
        let above = best - 5.25;
        let listed = price(&Ask { above, wanted: Wanted::All(10_000), ..ask.clone() }, &mut known);
        let mut listed: Vec<&Vec<u32>> = listed.catchments.iter().map(|(_, areas)| areas).collect();
        let mut expected: Vec<&Vec<u32>> =
            all.iter().filter(|(profit, _)| *profit > above).map(|(_, areas)| areas).collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected, "round {round}");
    }
}

#[test]
fn the_proof_is_the_best_of_all_plans() {
    let mut numbers = Numbers(2);
    for round in 0..120 {
        let (seats, pupils) = (numbers.next(20, 60), numbers.list(AREAS, 1, 12));
        let terms = grid(&pupils, numbers.list(2 * AREAS, 0, 30), seats);
        let terms = with_kind(terms, round % 6, seats);
        let plans = (0..1_usize << AREAS)
            .map(|set| (0..AREAS).map(|area| set >> area & 1).collect::<Vec<usize>>());
        let kept = plans.filter(|plan| terms.keeps_rules(plan));
        let best = kept.map(|plan| terms.value(&terms.goal, &plan)).fold(f64::INFINITY, f64::min);
        let pool = Pool::default();
        let mut told = |_: Option<&[usize]>, bound: f64| {
            assert!(bound <= best + 1e-6, "round {round}: {bound} above {best}");
        };
        let proven = prove(&terms, None, &pool, 0.0, &mut effort(), &mut told).expect("no fault");
        match proven.plan {
            Some(plan) => {
                assert!((terms.value(&terms.goal, &plan) - best).abs() <= 1e-6, "round {round}");
                assert!(proven.bound <= best + 1e-6, "round {round}");
                assert!(proven.bound >= best - 1e-4, "round {round}: {} {best}", proven.bound);
            }
            None => assert!(best.is_infinite(), "round {round}: {:?} {best}", proven.ended),
        }
    }
}
