//! Answers that can be checked: what the program says would mend a plan does mend it.

use phantuyen_allocation::{
    AllocationSettings, Demand, Problem, ProblemParts, SchoolSeats, Strictness, Watch, allocate,
    diagnose, explain, judge,
};
use phantuyen_model::{
    Adjacency, AreaCode, Distances, Grade, Metres, PlanStatus, RepairStep, SchoolCode, SchoolYear,
    WayOut,
};
use std::sync::atomic::AtomicBool;

/// A small generator of its own, so that wards are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn area(number: usize) -> AreaCode {
    AreaCode::new(format!("A{number:02}"))
}

fn school(number: usize) -> SchoolCode {
    SchoolCode::new(format!("S{number}"))
}

/// A grid of 4 × 4 areas, three schools, `spare` pupils of seats more than pupils.
fn ward(dice: &mut Dice, spare: f64) -> ProblemParts {
    let pupils: Vec<f64> = (0..16).map(|_| (3 + dice.below(12)) as f64).collect();
    let total: f64 = pupils.iter().sum();
    let roots = [0, 7, 13];
    let first = (total * (25 + dice.below(15)) as f64 / 100.0).floor();
    let second = (total * (25 + dice.below(15)) as f64 / 100.0).floor();
    let seats = [first, second, (total - first - second + spare).max(0.0)];
    let steps =
        |a: usize, s: usize| (a % 4).abs_diff(roots[s] % 4) + (a / 4).abs_diff(roots[s] / 4);
    let mut ways = Vec::new();
    for a in 0..16 {
        for s in 0..3 {
            let metres = 200.0 + 400.0 * steps(a, s) as f64 + dice.below(300) as f64;
            ways.push((area(a), school(s), Metres(metres)));
        }
    }
    let beside = (0..16).flat_map(|a| {
        let right = (a % 4 < 3).then(|| (area(a), area(a + 1)));
        let up = (a / 4 < 3).then(|| (area(a), area(a + 4)));
        right.into_iter().chain(up)
    });
    ProblemParts {
        demand: pupils
            .iter()
            .enumerate()
            .map(|(a, &pupils)| Demand { area_code: area(a), pupils, lower: None, upper: None })
            .collect(),
        schools: (0..3)
            .map(|s| SchoolSeats {
                school_code: school(s),
                area_code: Some(area(roots[s])),
                seats: seats[s],
                classes: Some(3),
                class_size: Some(10),
                rooms: None,
            })
            .collect(),
        distances: Distances::from_pairs(ways),
        adjacency: Adjacency::from_pairs(beside),
        settings: AllocationSettings::default(),
        ..ProblemParts::of(Grade::G1, SchoolYear(2027))
    }
}

fn posed(parts: ProblemParts) -> Problem {
    Problem::new(parts).expect("well posed").0
}

fn watch(interrupted: &AtomicBool) -> Watch<'_> {
    Watch { interrupted, progress: &|_| {} }
}

#[test]
fn each_exchange_keeps_every_rule_that_is_kept() {
    let interrupted = AtomicBool::new(false);
    let mut exchanges = 0;
    for seed in 0..25 {
        let problem = posed(ward(&mut Dice(seed), 6.0));
        let plan = allocate(&problem, &watch(&interrupted)).expect("a plan").plan;
        let schools: Vec<SchoolCode> = problem.schools().cloned().collect();
        let place = |code: &SchoolCode| schools.iter().position(|s| s == code).expect("a school");
        let given: Vec<Option<usize>> =
            plan.figures.assignment.iter().map(|row| Some(place(&row.school_code))).collect();
        let before = judge(&problem, &given);
        for told in explain(&problem, &plan.figures) {
            let nearest = &told.nearer[0];
            assert!(nearest.distance_m < told.distance_m.expect("a known way"));
            for way in &told.ways_out {
                let WayOut::Exchange { shifts, pupil_m } = way else { continue };
                let mut after = given.clone();
                let mut send = |code: &AreaCode, to: &SchoolCode| {
                    let at = problem.areas().position(|area| area == code).expect("an area");
                    after[at] = Some(place(to));
                };
                send(&told.area_code, &nearest.school_code);
                shifts.iter().for_each(|shift| send(&shift.area_code, &shift.to));
                let judged = judge(&problem, &after);
                assert!(judged.violations.iter().all(|v| before.violations.contains(v)));
                assert!(judged.figures.overload_pupils <= before.figures.overload_pupils + 1e-6);
                let more = judged.figures.pupil_m - before.figures.pupil_m;
                assert!((more - pupil_m).abs() < 1e-6, "{more} told as {pupil_m}");
                // A shorter way for all would have been found by the plan.
                assert!(plan.status != PlanStatus::Optimal || more > -1.0 - 1e-3 * plan.objective);
                exchanges += 1;
            }
        }
    }
    assert!(exchanges > 10, "only {exchanges} exchanges: the wards are too easy");
}

#[test]
fn a_conflict_by_counting_lacks_exactly_the_seats_it_says() {
    let interrupted = AtomicBool::new(false);
    for seed in 0..15 {
        let mut parts = ward(&mut Dice(100 + seed), -5.0);
        parts.settings.overload = Strictness::Forbid;
        let problem = posed(parts);
        let allocated = allocate(&problem, &watch(&interrupted)).expect("an outcome");
        assert_eq!(allocated.plan.status, PlanStatus::Infeasible);
        let diagnosis = diagnose(&problem, &allocated, &watch(&interrupted)).expect("answers");
        let diagnosis = diagnosis.expect("a diagnosis");
        for clash in &diagnosis.clashes {
            assert!((clash.pupils - clash.seats - clash.missing_seats).abs() < 1e-6);
            assert!(clash.missing_seats >= 5.0 - 1e-6);
        }
        let kinds = diagnosis.repairs.iter().map(|repair| repair.steps[0].code());
        assert!(kinds.clone().any(|kind| kind == "classes"), "{:?}", kinds.collect::<Vec<_>>());
    }
}

#[test]
fn classes_told_to_be_enough_are_enough() {
    let interrupted = AtomicBool::new(false);
    let mut tried = 0;
    for seed in 0..15 {
        let mut parts = ward(&mut Dice(200 + seed), -8.0);
        parts.settings.overload = Strictness::Forbid;
        let problem = posed(parts.clone());
        let allocated = allocate(&problem, &watch(&interrupted)).expect("an outcome");
        let diagnosis = diagnose(&problem, &allocated, &watch(&interrupted)).expect("answers");
        for repair in diagnosis.expect("infeasible").repairs {
            let mut mended = parts.clone();
            let mut only_classes = true;
            for step in &repair.steps {
                match step {
                    RepairStep::Classes { school_code, seats, .. } => {
                        let same = |s: &&mut SchoolSeats| s.school_code == *school_code;
                        mended.schools.iter_mut().filter(same).for_each(|s| s.seats += seats);
                    }
                    _ => only_classes = false,
                }
            }
            if only_classes {
                let plan = allocate(&posed(mended), &watch(&interrupted)).expect("a plan").plan;
                assert!(matches!(plan.status, PlanStatus::Optimal | PlanStatus::Feasible));
                tried += 1;
            }
        }
    }
    assert!(tried > 15, "only {tried} repairs were tried");
}
