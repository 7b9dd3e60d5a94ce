//! Truth by enumeration: on a ward of 3×3 areas and two schools every plan is looked at, and the
//! search must find the best, or find that there is none.

use phantuyen_allocation::{
    Allocated, AllocationSettings, Contiguity, Demand, OwnArea, Problem, ProblemParts, SchoolSeats,
    Strictness, Watch, allocate, judge,
};
use phantuyen_model::{
    Adjacency, AreaCode, Distances, Grade, Lock, LockRule, Metres, PlanRow, PlanStatus, Reason,
    SchoolCode, SchoolYear,
};
use std::sync::atomic::AtomicBool;

const AREAS: usize = 9;

/// A small generator of its own, so that instances are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

#[derive(Clone, Debug)]
struct Ward {
    pupils: [f64; AREAS],
    seats: [f64; 2],
    roots: [usize; 2],
    distance: [[Option<f64>; 2]; AREAS],
    present: [usize; AREAS],
    locks: Vec<(usize, usize, LockRule)>,
    settings: AllocationSettings,
}

fn touching(a: usize, b: usize) -> bool {
    let (dx, dy) = ((a % 3).abs_diff(b % 3), (a / 3).abs_diff(b / 3));
    dx + dy == 1
}

fn area(number: usize) -> AreaCode {
    AreaCode::new(format!("A{number}"))
}

fn school(number: usize) -> SchoolCode {
    SchoolCode::new(format!("S{number}"))
}

fn ward(dice: &mut Dice) -> Ward {
    let pupils = std::array::from_fn(|_| dice.below(13) as f64);
    let total: f64 = pupils.iter().sum();
    let roots = [dice.below(9) as usize, 8 - dice.below(4) as usize];
    let first = (total * (30.0 + dice.below(50) as f64) / 100.0).floor();
    let spare = dice.below(12) as f64 - 2.0;
    let seats = [first, (total - first + spare).max(0.0)];
    let distance = std::array::from_fn(|a| {
        std::array::from_fn(|s| {
            let far = 200.0
                + 300.0 * ((a % 3).abs_diff(roots[s] % 3) + (a / 3).abs_diff(roots[s] / 3)) as f64;
            Some(far + dice.below(400) as f64)
        })
    });
    let mut ward = Ward {
        pupils,
        seats,
        roots,
        distance,
        present: std::array::from_fn(|_| dice.below(2) as usize),
        locks: Vec::new(),
        settings: AllocationSettings { gap: 1e-9, ..AllocationSettings::default() },
    };
    if dice.below(3) == 0 {
        let rule = if dice.below(2) == 0 { LockRule::Must } else { LockRule::Never };
        ward.locks.push((dice.below(9) as usize, dice.below(2) as usize, rule));
    }
    if dice.below(4) == 0 {
        ward.distance[dice.below(9) as usize][dice.below(2) as usize] = None;
    }
    ward
}

impl Ward {
    fn parts(&self) -> ProblemParts {
        let demand = (0..AREAS).map(|a| Demand {
            area_code: area(a),
            pupils: self.pupils[a],
            lower: None,
            upper: None,
        });
        let schools = (0..2).map(|s| SchoolSeats {
            school_code: school(s),
            area_code: Some(area(self.roots[s])),
            seats: self.seats[s],
            classes: None,
            class_size: Some(5),
            rooms: None,
        });
        let pairs = (0..AREAS).flat_map(|a| (0..2).map(move |s| (a, s)));
        let distances =
            pairs.filter_map(|(a, s)| Some((area(a), school(s), Metres(self.distance[a][s]?))));
        let borders = (0..AREAS).flat_map(|a| (0..AREAS).map(move |b| (a, b)));
        let borders = borders.filter(|&(a, b)| touching(a, b));
        let present = (0..AREAS).map(|a| PlanRow {
            grade: Grade::G1,
            area_code: area(a),
            school_code: school(self.present[a]),
            share: 1.0,
        });
        let lock = |&(a, s, rule): &(usize, usize, LockRule)| Lock {
            grade: Grade::G1,
            area_code: area(a),
            school_code: school(s),
            rule,
            reason: None,
        };
        ProblemParts {
            demand: demand.collect(),
            schools: schools.collect(),
            distances: Distances::from_pairs(distances),
            adjacency: Adjacency::from_pairs(borders.map(|(a, b)| (area(a), area(b)))),
            present: present.collect(),
            locks: self.locks.iter().map(lock).collect(),
            settings: self.settings.clone(),
            ..ProblemParts::of(Grade::G1, SchoolYear(2027))
        }
    }

    fn solve(&self) -> Option<(Problem, Allocated)> {
        let (problem, _) = Problem::new(self.parts()).ok()?;
        let interrupted = AtomicBool::new(false);
        let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
        let allocated = allocate(&problem, &watch).expect("no fault");
        Some((problem, allocated))
    }

    fn plans() -> impl Iterator<Item = [usize; AREAS]> {
        (0_usize..1 << AREAS).map(|bits| std::array::from_fn(|a| bits >> a & 1))
    }

    fn pieces(&self, plan: &[usize; AREAS], s: usize) -> usize {
        let belongs = |a: usize| plan[a] == s || self.roots[s] == a;
        let mut seen = [false; AREAS];
        let mut pieces = 0;
        for start in (0..AREAS).filter(|&a| belongs(a)) {
            if seen[start] {
                continue;
            }
            pieces += 1;
            let mut queue = vec![start];
            while let Some(a) = queue.pop() {
                if !std::mem::replace(&mut seen[a], true) {
                    queue.extend((0..AREAS).filter(|&b| touching(a, b) && belongs(b) && !seen[b]));
                }
            }
        }
        pieces
    }

    fn overload(&self, plan: &[usize; AREAS]) -> f64 {
        let load =
            |s: usize| (0..AREAS).filter(|&a| plan[a] == s).map(|a| self.pupils[a]).sum::<f64>();
        (0..2).map(|s| (load(s) - self.seats[s]).max(0.0)).sum()
    }

    fn travel(&self, plan: &[usize; AREAS]) -> f64 {
        (0..AREAS).map(|a| self.pupils[a] * self.distance[a][plan[a]].unwrap_or(0.0)).sum()
    }

    fn moved(&self, plan: &[usize; AREAS]) -> f64 {
        (0..AREAS).filter(|&a| plan[a] != self.present[a]).map(|a| self.pupils[a]).sum()
    }

    fn beyond(&self, plan: &[usize; AREAS]) -> f64 {
        let Some(alarm) = self.settings.alarm_m else { return 0.0 };
        let far = |a: &usize| self.distance[*a][plan[*a]].is_some_and(|d| d > alarm);
        (0..AREAS).filter(far).map(|a| self.pupils[a]).sum()
    }

    /// Whether a plan keeps the hard rules, overload aside.
    fn keeps_rules(&self, plan: &[usize; AREAS]) -> bool {
        let must = |a: usize| self.locks.contains(&(a, plan[a], LockRule::Must));
        let locks = self.locks.iter().all(|&(a, s, rule)| match rule {
            LockRule::Must => plan[a] == s,
            LockRule::Never => plan[a] != s,
        });
        let own =
            self.settings.own_area == OwnArea::Prefer || (0..2).all(|s| plan[self.roots[s]] == s);
        let bound_by_rule = |a: usize| {
            must(a) || (self.settings.own_area == OwnArea::Must && self.roots[plan[a]] == a)
        };
        let distances = (0..AREAS).all(|a| self.distance[a][plan[a]].is_some() || bound_by_rule(a));
        let pieces = (0..2).all(|s| match self.settings.contiguity {
            Contiguity::Required => self.pieces(plan, s) == 1,
            Contiguity::NotRequired => true,
            Contiguity::NoNewPieces => self.pieces(plan, s) <= self.pieces(&self.present, s).max(1),
        });
        let moved = self.settings.max_moved_pupils.is_none_or(|most| self.moved(plan) <= most);
        locks && own && distances && pieces && moved
    }

    /// The best plan's tiers, most important first.
    fn best(&self, tiers: &dyn Fn(&[usize; AREAS]) -> Vec<f64>) -> Option<Vec<f64>> {
        let mut best: Option<Vec<f64>> = None;
        for plan in Self::plans().filter(|plan| self.keeps_rules(plan)) {
            let value = tiers(&plan);
            if best.as_ref().is_none_or(|best| lower(&value, best)) {
                best = Some(value);
            }
        }
        best
    }
}

fn lower(a: &[f64], b: &[f64]) -> bool {
    let differs = a.iter().zip(b).find(|(a, b)| (*a - *b).abs() > 1e-6);
    differs.is_some_and(|(a, b)| a < b)
}

/// The search's tiers equal the best of all plans, and no bound is above it.
fn check(ward: &Ward, tiers: &dyn Fn(&[usize; AREAS]) -> Vec<f64>) -> bool {
    let Some((problem, allocated)) = ward.solve() else { return false };
    let plan = &allocated.plan;
    let Some(best) = ward.best(tiers) else {
        assert_eq!(plan.status, PlanStatus::Infeasible, "{ward:?}");
        assert!(allocated.conflict.is_some());
        return true;
    };
    assert_eq!(plan.status, PlanStatus::Optimal, "{ward:?}");
    let found: Vec<f64> = plan.tiers.iter().map(|tier| tier.value).collect();
    assert_eq!(found.len(), best.len(), "{ward:?}");
    for (tier, best) in plan.tiers.iter().zip(&best) {
        assert!((tier.value - best).abs() < 1e-4, "{} {tier:?} best {best} {ward:?}", tier.name);
        assert!(tier.bound <= best + 1e-4, "{tier:?} best {best} {ward:?}");
    }
    let places: Vec<Option<usize>> = plan
        .figures
        .assignment
        .iter()
        .map(|row| (0..2).find(|&s| school(s) == row.school_code))
        .collect();
    let judgement = judge(&problem, &places);
    assert!(judgement.violations.is_empty(), "{:?} {ward:?}", judgement.violations);
    assert_eq!(judgement.figures, plan.figures);
    true
}

#[test]
fn tiers_are_the_best_of_all_plans() {
    let mut dice = Dice(1);
    let mut checked = 0;
    for round in 0..80 {
        let mut ward = ward(&mut dice);
        ward.settings.contiguity = match round % 4 {
            0 => Contiguity::NotRequired,
            1 => Contiguity::NoNewPieces,
            _ => Contiguity::Required,
        };
        ward.settings.own_area = if round % 3 == 0 { OwnArea::Must } else { OwnArea::Prefer };
        ward.settings.alarm_m = (round % 2 == 0).then_some(1100.0);
        ward.settings.max_moved_pupils = (round % 7 == 0).then_some(30.0);
        let alarm = ward.settings.alarm_m.is_some();
        checked += usize::from(check(&ward, &|plan| {
            let mut tiers = vec![ward.overload(plan)];
            tiers.extend(alarm.then(|| ward.beyond(plan)));
            tiers.extend([ward.travel(plan), ward.moved(plan)]);
            tiers
        }));
    }
    assert!(checked >= 50, "only {checked} well posed");
}

#[test]
fn the_weighted_sum_is_the_best_of_all_plans() {
    let mut dice = Dice(2);
    let mut checked = 0;
    for _ in 0..60 {
        let mut ward = ward(&mut dice);
        ward.settings.overload_weight_m = Some(700.0);
        ward.settings.moved_weight_m = Some(150.0);
        checked += usize::from(check(&ward, &|plan| {
            vec![ward.travel(plan) + 700.0 * ward.overload(plan) + 150.0 * ward.moved(plan)]
        }));
    }
    assert!(checked >= 45, "only {checked} well posed");
}

#[test]
fn forbidden_overload_is_infeasible_exactly_when_every_plan_overloads() {
    let mut dice = Dice(3);
    let (mut seated, mut unseated) = (0, 0);
    for _ in 0..80 {
        let mut ward = ward(&mut dice);
        ward.settings.overload = Strictness::Forbid;
        let Some((_, allocated)) = ward.solve() else { continue };
        let best = ward.best(&|plan| vec![ward.overload(plan), ward.travel(plan)]);
        let best = best.expect("a lock on a grid leaves some plan");
        let plan = &allocated.plan;
        if best[0] > 1e-6 {
            unseated += 1;
            assert_eq!(plan.status, PlanStatus::Infeasible, "{ward:?}");
            let conflict = allocated.conflict.as_ref().expect("a conflict");
            assert!((conflict.missing_seats - best[0]).abs() < 1e-6, "{ward:?}");
        } else {
            seated += 1;
            assert_eq!(plan.status, PlanStatus::Optimal, "{ward:?}");
            assert!((plan.objective - best[1]).abs() < 1e-4, "{ward:?}");
            assert!(allocated.conflict.is_none());
        }
    }
    assert!(seated >= 15 && unseated >= 15, "{seated} seated, {unseated} not");
}

#[test]
fn a_forbidden_alarm_binds_or_is_given_up_and_said() {
    let mut dice = Dice(4);
    for _ in 0..40 {
        let mut ward = ward(&mut dice);
        ward.locks.clear();
        ward.settings.alarm_m = Some(900.0);
        ward.settings.beyond_alarm = Strictness::Forbid;
        let Some((_, allocated)) = ward.solve() else { continue };
        let near = |plan: &[usize; AREAS]| {
            (0..AREAS).all(|a| ward.distance[a][plan[a]].is_some_and(|d| d <= 900.0))
        };
        let possible = Ward::plans().any(|plan| ward.keeps_rules(&plan) && near(&plan));
        assert_eq!(possible, allocated.conflict.is_none(), "{ward:?}");
        assert!(!possible || allocated.plan.figures.beyond_alarm == Some(0.0));
    }
}

#[test]
fn the_same_problem_gives_the_same_plan_and_the_order_of_rows_plays_no_part() {
    let mut dice = Dice(5);
    for _ in 0..10 {
        let ward = ward(&mut dice);
        let Some((_, first)) = ward.solve() else { continue };
        let (_, again) = ward.solve().expect("well posed");
        assert_eq!(first, again);
        let mut parts = ward.parts();
        parts.demand.reverse();
        parts.schools.reverse();
        parts.present.reverse();
        let (problem, _) = Problem::new(parts).expect("well posed");
        let interrupted = AtomicBool::new(false);
        let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
        assert_eq!(first, allocate(&problem, &watch).expect("no fault"));
    }
}

#[test]
fn one_more_seat_never_makes_the_plan_worse() {
    let mut dice = Dice(6);
    for _ in 0..20 {
        let mut ward = ward(&mut dice);
        ward.settings.overload_weight_m = Some(700.0);
        let Some((_, before)) = ward.solve() else { continue };
        ward.seats[dice.below(2) as usize] += 1.0;
        let (_, after) = ward.solve().expect("well posed");
        assert!(after.plan.objective <= before.plan.objective + 1e-6);
    }
}

#[test]
fn every_area_off_its_nearest_school_has_a_reason_with_numbers_that_hold() {
    let mut dice = Dice(7);
    for _ in 0..30 {
        let ward = ward(&mut dice);
        let Some((_, allocated)) = ward.solve() else { continue };
        for row in &allocated.plan.figures.assignment {
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
    let ward = ward(&mut Dice(8));
    let (problem, _) = Problem::new(ward.parts()).expect("well posed");
    let interrupted = AtomicBool::new(true);
    let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
    let allocated = allocate(&problem, &watch).expect("no fault");
    assert_eq!(allocated.plan.figures.assignment.len(), AREAS);
    assert!(allocated.plan.bound <= allocated.plan.objective);
}
