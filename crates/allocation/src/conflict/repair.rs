//! What would mend a conflict: tried out, then ranked.

use super::lift::{add_classes, without};
use super::oracle::Oracle;
use crate::allocate::{AllocateError, Watch, allocate};
use crate::explain::{Draft, classes_for, reaches, school_of};
use crate::{Problem, ProblemParts, Strictness};
use phantuyen_model::{Clash, Repair, RepairStep, SchoolCode, WardRule};

/// Schools tried for new classes, and links tried.
const TRIED: usize = 3;
/// Repairs of one kind that are told.
const OF_A_KIND: usize = 3;
/// Pupils are compared with seats up to this part of a pupil.
const PART_OF_A_PUPIL: f64 = 1e-6;

/// The repairs that mend all conflicts, cheapest first.
///
/// Cheapest means: what the ward can decide alone before what needs approval; then by kind — a
/// decision lifted, more moves allowed, an own area let go, an area split, a catchment in pieces,
/// classes, a link, the alarm, fuller classes; then by the pupils concerned, and of equal ones that
/// first which is nearest to the least bad plan.
pub(super) fn repairs(
    problem: &Problem,
    clashes: &[Clash],
    least_bad: Option<&[usize]>,
    oracle: &mut Oracle<'_>,
) -> Result<Vec<Repair>, AllocateError> {
    let mut shop = Workshop { problem, clashes, found: Vec::new() };
    if let Some(plan) = least_bad {
        let draft = Draft::new(problem, plan);
        shop.split_areas(&draft);
        shop.fuller_classes(&draft);
        shop.classes_of_least_bad(&draft);
    }
    shop.lift_rules(oracle)?;
    if let Some(plan) = least_bad {
        shop.classes_spread(&Draft::new(problem, plan), oracle)?;
    }
    shop.classes(oracle)?;
    shop.links(least_bad, oracle)?;
    Ok(ranked(shop.found))
}

struct Workshop<'a> {
    problem: &'a Problem,
    clashes: &'a [Clash],
    found: Vec<Repair>,
}

impl Workshop<'_> {
    fn parts(&self) -> &ProblemParts {
        self.problem.parts()
    }

    fn add(&mut self, steps: Vec<RepairStep>, pupils: f64, needs_approval: bool) {
        let repair = Repair { steps, pupils, needs_approval };
        if !repair.steps.is_empty() && !self.found.iter().any(|known| known.steps == repair.steps) {
            self.found.push(repair);
        }
    }

    /// Pupils above the seats go next door as a part of one area that touches the other catchment.
    fn split_areas(&mut self, draft: &Draft<'_>) {
        let problem = self.problem;
        let free = |s: usize| problem.schools[s].seats - draft.load[s];
        let mut left: Vec<f64> = (0..problem.school_count()).map(free).collect();
        let mut steps = Vec::new();
        let mut pupils = 0.0;
        for from in 0..problem.school_count() {
            // Whole pupils change school.
            let above = (draft.above(from) - PART_OF_A_PUPIL).ceil();
            if above <= 0.0 {
                continue;
            }
            let mut best: Option<(f64, usize, usize)> = None;
            for area in draft.members(from).filter(|&a| problem.pupils(a) > above) {
                if problem.must[area].is_some() {
                    continue;
                }
                for to in (0..problem.school_count()).filter(|&to| to != from) {
                    let fits = left[to] + PART_OF_A_PUPIL >= above && draft.may(area, to);
                    if !fits || (problem.is_contiguous() && !draft.touches(area, to)) {
                        continue;
                    }
                    let extra = above * draft.extra_travel(area, to) / problem.pupils(area);
                    if best.is_none_or(|(known, ..)| extra < known) {
                        best = Some((extra, area, to));
                    }
                }
            }
            let Some((_, area, to)) = best else { return };
            left[to] -= above;
            pupils += above;
            steps.push(RepairStep::SplitArea {
                area_code: problem.demand[area].area_code.clone(),
                from: problem.schools[from].school_code.clone(),
                to: problem.schools[to].school_code.clone(),
                pupils: above,
            });
        }
        self.add(steps, pupils, false);
    }

    /// The least bad plan with fuller classes.
    fn fuller_classes(&mut self, draft: &Draft<'_>) {
        let mut steps = Vec::new();
        let mut pupils = 0.0;
        for (place, school) in self.problem.schools.iter().enumerate() {
            if draft.above(place) <= PART_OF_A_PUPIL {
                continue;
            }
            let (Some(open), Some(from)) = (classes_open(school), school.class_size) else {
                return;
            };
            let to = (draft.load[place] / f64::from(open) - PART_OF_A_PUPIL).ceil();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "pupils of a class"
            )]
            let to = to as u32;
            pupils += draft.load[place];
            steps.push(RepairStep::ClassSize { school_code: school.school_code.clone(), from, to });
        }
        self.add(steps, pupils, true);
    }

    /// The least bad plan with the classes that its schools lack.
    fn classes_of_least_bad(&mut self, draft: &Draft<'_>) {
        let mut steps = Vec::new();
        for (place, school) in self.problem.schools.iter().enumerate() {
            let above = draft.above(place);
            if above > PART_OF_A_PUPIL {
                steps.push(seats_step(school, above));
            }
        }
        let pupils = seats_of(&steps);
        self.add(steps, pupils, false);
    }

    /// As few classes as counting allows, one or two more where that is too tight, each where the
    /// least bad plan lacks most seats.
    fn classes_spread(
        &mut self,
        draft: &Draft<'_>,
        oracle: &mut Oracle<'_>,
    ) -> Result<(), AllocateError> {
        let problem = self.problem;
        let mut lacking: Vec<f64> = (0..problem.school_count()).map(|s| draft.above(s)).collect();
        let mut missing: f64 = self.clashes.iter().map(|clash| clash.missing_seats).sum();
        let mut opened = vec![0_u32; problem.school_count()];
        let mut spare = 2;
        while missing > PART_OF_A_PUPIL || spare > 0 {
            let sized = |s: &usize| {
                problem.schools[*s].classes.is_some() && problem.schools[*s].class_size.is_some()
            };
            let most = (0..problem.school_count())
                .filter(sized)
                .max_by(|&a, &b| lacking[a].total_cmp(&lacking[b]).then(b.cmp(&a)));
            let Some(school) = most else { return Ok(()) };
            let size = f64::from(problem.schools[school].class_size.unwrap_or(0).max(1));
            lacking[school] -= size;
            opened[school] += 1;
            if missing > PART_OF_A_PUPIL {
                missing -= size;
            } else {
                spare -= 1;
            }
            if missing > PART_OF_A_PUPIL {
                continue;
            }
            let step = |(school, &classes): (usize, &u32)| {
                let size = f64::from(problem.schools[school].class_size.unwrap_or(0));
                let school_code = problem.schools[school].school_code.clone();
                let seats = f64::from(classes) * size;
                (classes > 0).then_some(RepairStep::Classes { school_code, classes, seats })
            };
            let steps: Vec<RepairStep> = opened.iter().enumerate().filter_map(step).collect();
            if oracle.is_mended(&self.with(&steps))? {
                let pupils = seats_of(&steps);
                self.add(steps, pupils, false);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Each rule of a conflict lifted, as far as needed; the others stay.
    fn lift_rules(&mut self, oracle: &mut Oracle<'_>) -> Result<(), AllocateError> {
        let mut rules: Vec<WardRule> =
            self.clashes.iter().flat_map(|clash| clash.rules.clone()).collect();
        rules.sort();
        rules.dedup();
        for rule in rules.into_iter().filter(|rule| *rule != WardRule::Overload) {
            let lifted = without(self.problem, self.parts(), &rule);
            if !oracle.is_mended(&lifted)? {
                continue;
            }
            let Some((step, pupils)) = self.step_for(&rule, lifted, oracle)? else { continue };
            self.add(vec![step], pupils, false);
        }
        Ok(())
    }

    fn step_for(
        &self,
        rule: &WardRule,
        lifted: ProblemParts,
        oracle: &mut Oracle<'_>,
    ) -> Result<Option<(RepairStep, f64)>, AllocateError> {
        let problem = self.problem;
        if let WardRule::Lock { area_code, school_code, lock } = rule {
            let demand = problem.demand.iter().find(|demand| demand.area_code == *area_code);
            let step = RepairStep::Unlock {
                area_code: area_code.clone(),
                school_code: school_code.clone(),
                lock: *lock,
            };
            return Ok(Some((step, demand.map_or(0.0, |demand| demand.pupils))));
        }
        if *rule == WardRule::OwnArea {
            let stands = |area: usize| problem.roots.contains(&Some(area));
            let pupils = (0..problem.area_count()).filter(|&area| stands(area));
            return Ok(Some((RepairStep::OwnArea, pupils.map(|a| problem.pupils(a)).sum())));
        }
        if matches!(rule, WardRule::Walkers | WardRule::Chance | WardRule::SmallClass) {
            let rule_given_up = rule.code().to_owned();
            return Ok(Some((RepairStep::GiveUp { rule_given_up }, 0.0)));
        }
        let Some(plan) = plan_of(lifted, rule, oracle)? else { return Ok(None) };
        let draft = Draft::new(problem, &plan);
        Ok(match rule {
            WardRule::BeyondAlarm => {
                let far = |a: &usize| problem.is_beyond_alarm(*a, plan[*a]);
                let beyond: Vec<usize> = (0..plan.len()).filter(far).collect();
                let ways = beyond.iter().filter_map(|&a| problem.distance(a, plan[a]));
                let pupils = beyond.iter().map(|&a| problem.pupils(a)).sum::<f64>() + 0.0;
                ways.reduce(f64::max).map(|to_m| (RepairStep::Alarm { to_m, pupils }, pupils))
            }
            WardRule::Moved => {
                let moved = (0..plan.len()).filter(|&a| problem.moves(a, plan[a]));
                let to = moved.map(|a| problem.pupils(a)).sum::<f64>() + 0.0;
                Some((RepairStep::MovedLimit { to }, to))
            }
            WardRule::Contiguity => {
                let schools = 0..problem.school_count();
                let more = |s| draft.pieces(s).saturating_sub(problem.pieces_allowed[s]);
                let pieces: u32 = schools.clone().map(more).sum();
                let hanging = schools.flat_map(|s| draft.detached(s).concat());
                let pupils = hanging.map(|a| problem.pupils(a)).sum::<f64>() + 0.0;
                (pieces > 0).then_some((RepairStep::Pieces { pieces }, pupils))
            }
            _ => None,
        })
    }

    /// The fewest classes more at one school of a conflict, with one more at a time until there is
    /// a plan; where there are several conflicts, the school of each that is nearest to its areas.
    fn classes(&mut self, oracle: &mut Oracle<'_>) -> Result<(), AllocateError> {
        let by_seats = |clash: &&Clash| clash.rules.contains(&WardRule::Overload);
        let clashes: Vec<&Clash> = self.clashes.iter().filter(by_seats).collect();
        if clashes.len() != self.clashes.len() || clashes.is_empty() {
            return Ok(());
        }
        if let [only] = clashes[..] {
            for school_code in self.nearest_schools(only).into_iter().take(TRIED) {
                for more in 0..2 {
                    let Some(step) = self.step_at(&school_code, only, more) else { break };
                    if oracle.is_mended(&self.with(std::slice::from_ref(&step)))? {
                        let pupils = seats_of(std::slice::from_ref(&step));
                        self.add(vec![step], pupils, false);
                        break;
                    }
                }
            }
            return Ok(());
        }
        let nearest = |clash: &&Clash| {
            let school = self.nearest_schools(clash).into_iter().next()?;
            self.step_at(&school, clash, 0)
        };
        let steps: Option<Vec<RepairStep>> = clashes.iter().map(nearest).collect();
        if let Some(steps) = steps
            && oracle.is_mended(&self.with(&steps))?
        {
            let pupils = seats_of(&steps);
            self.add(steps, pupils, false);
        }
        Ok(())
    }

    /// Enough classes (and `more`) at a school for what counting says is missing.
    fn step_at(&self, code: &SchoolCode, clash: &Clash, more: u32) -> Option<RepairStep> {
        let school = self.problem.schools.iter().find(|school| school.school_code == *code)?;
        let missing = clash.missing_seats.max(1.0);
        match school.class_size.filter(|_| school.classes.is_some()) {
            Some(size) => {
                let classes = classes_for(missing, Some(size))? + more;
                let seats = f64::from(classes) * f64::from(size);
                Some(RepairStep::Classes { school_code: code.clone(), classes, seats })
            }
            None => {
                let seats = missing.ceil() * f64::from(1 + more);
                Some(RepairStep::Seats { school_code: code.clone(), seats })
            }
        }
    }

    /// The problem with classes and seats more.
    fn with(&self, steps: &[RepairStep]) -> ProblemParts {
        let mut parts = self.parts().clone();
        for step in steps {
            match step {
                RepairStep::Classes { school_code, classes, .. } => {
                    add_classes(&mut parts, school_code, *classes);
                }
                RepairStep::Seats { school_code, seats } => {
                    let same = |s: &&mut crate::SchoolSeats| s.school_code == *school_code;
                    parts.schools.iter_mut().filter(same).for_each(|s| s.seats += seats);
                }
                _ => {}
            }
        }
        parts
    }

    /// The schools of a conflict, those on the shortest way for its pupils first.
    fn nearest_schools(&self, clash: &Clash) -> Vec<SchoolCode> {
        let problem = self.problem;
        let way = |school: &SchoolCode| -> f64 {
            let place = problem.schools.iter().position(|s| s.school_code == *school);
            let of_area = |area: usize| {
                let far = place.and_then(|school| problem.distance(area, school));
                problem.pupils(area) * far.unwrap_or(problem.longest)
            };
            let areas = 0..problem.area_count();
            let here = areas.filter(|&a| clash.areas.contains(&problem.demand[a].area_code));
            here.map(of_area).sum()
        };
        let mut schools = clash.schools.clone();
        schools.sort_by(|a, b| way(a).total_cmp(&way(b)).then(a.cmp(b)));
        schools
    }

    /// A link from an area of a conflict over water to a school with free seats.
    fn links(
        &mut self,
        least_bad: Option<&[usize]>,
        oracle: &mut Oracle<'_>,
    ) -> Result<(), AllocateError> {
        let problem = self.problem;
        let [clash] = self.clashes else { return Ok(()) };
        let load = least_bad.map(|plan| Draft::new(problem, plan).load);
        let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
        for area in 0..problem.area_count() {
            if !clash.areas.contains(&problem.demand[area].area_code) {
                continue;
            }
            for school in 0..problem.school_count() {
                let (Some(root), Some(far)) =
                    (problem.roots[school], problem.distance(area, school))
                else {
                    continue;
                };
                let seats = problem.schools[school].seats;
                let free = seats - load.as_ref().map_or(0.0, |load| load[school]);
                if !reaches(problem, area, school) && free > PART_OF_A_PUPIL {
                    candidates.push((far, area, root));
                }
            }
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        for (_, area, root) in candidates.into_iter().take(TRIED) {
            let code = |area: usize| problem.demand[area].area_code.clone();
            let mut parts = self.parts().clone();
            parts.adjacency.join(code(area), code(root));
            if oracle.is_mended(&parts)? {
                let step = RepairStep::Link { area_code: code(area), area_code_2: code(root) };
                self.add(vec![step], problem.pupils(area), false);
            }
        }
        Ok(())
    }
}

/// The best plan without a rule, breaking it as little as its own goals allow.
fn plan_of(
    mut lifted: ProblemParts,
    rule: &WardRule,
    oracle: &Oracle<'_>,
) -> Result<Option<Vec<usize>>, AllocateError> {
    if *rule == WardRule::Moved {
        // Moves as few as possible, then short ways.
        lifted.settings.moved_weight_m = Some(1e6);
    }
    let Ok((problem, _)) = Problem::new(lifted) else { return Ok(None) };
    let quiet = Watch { interrupted: oracle.interrupted(), progress: &|_| {} };
    let allocated = allocate(&problem, &quiet)?;
    let overloaded = allocated.plan.figures.overload_pupils > PART_OF_A_PUPIL;
    if problem.settings.overload == Strictness::Forbid && overloaded {
        return Ok(None);
    }
    Ok(school_of(&problem, &allocated.plan.figures))
}

fn classes_open(school: &crate::SchoolSeats) -> Option<u32> {
    let by_size = || {
        let size = f64::from(school.class_size.filter(|size| *size > 0)?);
        let classes = (school.seats / size).round();
        // Seats that are no whole classes say nothing about classes.
        if (classes * size - school.seats).abs() > PART_OF_A_PUPIL {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "classes")]
        let classes = classes as u32;
        Some(classes)
    };
    school.classes.or_else(by_size).filter(|classes| *classes > 0)
}

fn seats_step(school: &crate::SchoolSeats, above: f64) -> RepairStep {
    let school_code = school.school_code.clone();
    let size = school.class_size.filter(|size| *size > 0 && school.classes.is_some());
    match size.and_then(|size| Some((size, classes_for(above, Some(size))?))) {
        Some((size, classes)) => {
            let seats = f64::from(classes) * f64::from(size);
            RepairStep::Classes { school_code, classes, seats }
        }
        None => RepairStep::Seats { school_code, seats: above.ceil() },
    }
}

fn seats_of(steps: &[RepairStep]) -> f64 {
    let seats = |step: &RepairStep| match step {
        RepairStep::Classes { seats, .. } | RepairStep::Seats { seats, .. } => *seats,
        _ => 0.0,
    };
    steps.iter().map(seats).sum()
}

/// In the order told above; of a kind only the first few.
fn ranked(mut repairs: Vec<Repair>) -> Vec<Repair> {
    let kind = |repair: &Repair| match repair.steps.first() {
        Some(RepairStep::Unlock { .. }) => 0,
        Some(RepairStep::MovedLimit { .. }) => 1,
        Some(RepairStep::OwnArea | RepairStep::GiveUp { .. }) => 2,
        Some(RepairStep::SplitArea { .. }) => 3,
        Some(RepairStep::Pieces { .. }) => 4,
        Some(RepairStep::Classes { .. } | RepairStep::Seats { .. }) => 5,
        Some(RepairStep::Link { .. }) => 6,
        Some(RepairStep::Alarm { .. }) => 7,
        Some(RepairStep::ClassSize { .. }) | None => 8,
    };
    repairs.sort_by(|a, b| {
        let order = (a.needs_approval, kind(a)).cmp(&(b.needs_approval, kind(b)));
        order.then(a.pupils.total_cmp(&b.pupils))
    });
    let mut told: Vec<Repair> = Vec::new();
    for repair in repairs {
        if told.iter().filter(|known| kind(known) == kind(&repair)).count() < OF_A_KIND {
            told.push(repair);
        }
    }
    told
}
