//! Truth by enumeration: of small wards every plan is looked at, and the program must find the
//! best, or find that there is none, whatever rules are set.

mod kinds;
mod metamorphic;
mod truth;
mod ward;

use kinds::KINDS;
use phantuyen_allocation::{Allocated, Judgement, Problem, Watch, allocate, judge};
use phantuyen_model::{PlanStatus, Reason};
use std::sync::atomic::AtomicBool;
use truth::CLOSE;
use ward::{Dice, Ward, school};

/// The plan of a ward, found without the wish to stop.
pub fn solve(problem: &Problem) -> Allocated {
    let interrupted = AtomicBool::new(false);
    let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
    allocate(problem, &watch).expect("no fault")
}

/// A plan as the program found it: the place of each area's school.
fn plan_of(ward: &Ward, allocated: &Allocated) -> Vec<usize> {
    let rows = allocated.plan.figures.assignment.iter();
    let place = |row: &phantuyen_model::Assignment| {
        (0..ward.schools).find(|&s| school(s) == row.school_code).expect("a school")
    };
    rows.map(place).collect()
}

fn judged(problem: &Problem, plan: &[usize]) -> Judgement {
    let plan: Vec<Option<usize>> = plan.iter().map(|&s| Some(s)).collect();
    judge(problem, &plan)
}

/// Wards of two and of three schools.
fn ward(dice: &mut Dice, round: usize) -> Ward {
    if round.is_multiple_of(4) { Ward::by(dice, 4, 2, 3) } else { Ward::by(dice, 3, 3, 2) }
}

/// What came of a ward.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    IllPosed,
    Solved,
    Infeasible,
}

/// Compares the plan found with the best of all plans.
fn compare(ward: &Ward, told: &str) -> Came {
    let Some(problem) = ward.problem() else { return Came::IllPosed };
    let allocated = solve(&problem);
    let plan = &allocated.plan;
    let Some(best) = ward.best() else {
        assert_eq!(plan.status, PlanStatus::Infeasible, "{told}: {ward:?}");
        assert!(allocated.conflict.is_some(), "{told}: {ward:?}");
        return Came::Infeasible;
    };
    let found = plan_of(ward, &allocated);
    assert!(ward.keeps_rules(&found), "{told}: {found:?} {ward:?}");
    assert!(allocated.conflict.is_none(), "{told}: {ward:?}");
    let names: Vec<&str> = plan.tiers.iter().map(|tier| tier.name.as_str()).collect();
    assert_eq!(names, ward.tiers(), "{told}");
    for (tier, best) in plan.tiers.iter().zip(&best) {
        let truth = ward.goal(&tier.name, &found);
        assert!((tier.value - truth).abs() < 1e-4, "{told}: {tier:?} is {truth} {ward:?}");
        let most = best * (1.0 + ward.settings.tolerance(&tier.name)) + 1e-4;
        assert!(truth <= most, "{told}: {tier:?} best {best} {found:?} {ward:?}");
        assert!(tier.bound <= best + 1e-4, "{told}: {tier:?} best {best} {ward:?}");
    }
    if !ward.settings.has_tolerance() {
        assert_eq!(plan.status, PlanStatus::Optimal, "{told}: {ward:?}");
    }
    Came::Solved
}

#[test]
fn every_kind_of_rule_gives_the_best_of_all_plans() {
    let mut solved = 0;
    for (place, (told, make)) in KINDS.into_iter().enumerate() {
        let mut dice = Dice(100 + place as u64);
        let mut came = Vec::new();
        for round in 0..12 {
            let mut ward = ward(&mut dice, round);
            make(&mut dice, &mut ward);
            came.push(compare(&ward, told));
        }
        let count = |what| came.iter().filter(|one| **one == what).count();
        assert!(count(Came::Solved) >= 3, "{told}: {} solved", count(Came::Solved));
        solved += came.len() - count(Came::IllPosed);
    }
    assert!(solved >= 200, "only {solved} well posed");
}

#[test]
fn rules_together_give_the_best_of_all_plans() {
    let mut dice = Dice(7);
    let (mut solved, mut infeasible) = (0, 0);
    for round in 0..60 {
        let mut ward = ward(&mut dice, round);
        let mut told = Vec::new();
        for _ in 0..3 {
            let (name, make) = KINDS[dice.place(KINDS.len())];
            // Years and futures can be thrown once, and before anything that looks at them.
            if !told.contains(&name) {
                make(&mut dice, &mut ward);
                told.push(name);
            }
        }
        if ward.draws.len() < ward.pupils.len() {
            ward.draws = Vec::new();
            ward.settings.max_overload_probability = None;
        }
        match compare(&ward, &told.join(" + ")) {
            Came::Solved => solved += 1,
            Came::Infeasible => infeasible += 1,
            Came::IllPosed => {}
        }
    }
    assert!(solved >= 30 && infeasible >= 3, "{solved} solved, {infeasible} infeasible");
}

#[test]
fn infeasible_is_said_exactly_when_no_plan_keeps_the_rules() {
    let (mut kept, mut clashed) = (0, 0);
    for (place, told) in
        ["forbidden overload", "forbidden alarm", "least class", "chance"].into_iter().enumerate()
    {
        let (_, make) = KINDS.into_iter().find(|kind| kind.0 == told).expect("a kind");
        let mut dice = Dice(40 + place as u64);
        for round in 0..16 {
            let mut ward = ward(&mut dice, round);
            make(&mut dice, &mut ward);
            ward.seats[0].iter_mut().for_each(|seats| *seats -= seats.min(dice.below(4) as f64));
            match compare(&ward, told) {
                Came::Solved => kept += 1,
                Came::Infeasible => clashed += 1,
                Came::IllPosed => {}
            }
        }
    }
    assert!(kept >= 15 && clashed >= 15, "{kept} kept, {clashed} clashed");
}

#[test]
fn the_judge_says_of_any_plan_what_is_true_of_it() {
    let (mut good, mut bad) = (0, 0);
    for (place, (told, make)) in KINDS.into_iter().enumerate() {
        let mut dice = Dice(500 + place as u64);
        for round in 0..6 {
            let mut ward = ward(&mut dice, round);
            make(&mut dice, &mut ward);
            let Some(problem) = ward.problem() else { continue };
            let plans: Vec<Vec<usize>> = ward.plans().collect();
            let picked = (0..40).map(|_| plans[dice.place(plans.len())].clone());
            let near = plans.iter().filter(|plan| ward.keeps_rules(plan)).take(10).cloned();
            for plan in picked.chain(near) {
                let judgement = judged(&problem, &plan);
                let keeps = ward.keeps_rules(&plan);
                let says = &judgement.violations;
                assert_eq!(says.is_empty(), keeps, "{told}: {says:?} {plan:?} {ward:?}");
                for name in ward.tiers().into_iter().chain(["classes", "overload", "sum"]) {
                    let (judge, truth) = (judgement.goal(name), ward.goal(name, &plan));
                    assert!((judge - truth).abs() < CLOSE, "{told}: {name} {judge} {truth}");
                }
                good += usize::from(keeps);
                bad += usize::from(!keeps);
            }
        }
    }
    assert!(good >= 500 && bad >= 500, "{good} good, {bad} bad");
}

#[test]
fn every_area_off_its_nearest_school_has_a_reason_with_numbers_that_hold() {
    let mut dice = Dice(17);
    for round in 0..20 {
        let ward = ward(&mut dice, round);
        let Some(problem) = ward.problem() else { continue };
        for row in &solve(&problem).plan.figures.assignment {
            match row.reason {
                Reason::Nearest => assert_eq!(row.nearest_school.as_ref(), Some(&row.school_code)),
                Reason::NearestFull { seats, taken, pupils } => assert!(taken + pupils > seats),
                _ => {}
            }
        }
    }
}

#[test]
fn an_interrupted_search_returns_a_judged_plan_and_says_why_it_ended() {
    let ward = Ward::by(&mut Dice(8), 3, 3, 2);
    let problem = ward.problem().expect("well posed");
    let interrupted = AtomicBool::new(true);
    let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
    let allocated = allocate(&problem, &watch).expect("no fault");
    assert_eq!(allocated.plan.figures.assignment.len(), ward.areas);
    assert!(allocated.plan.bound <= allocated.plan.objective);
}
