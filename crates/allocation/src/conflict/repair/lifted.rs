//! A rule given up as far as needed, the others kept.

use super::{Ladder, Then, Try, Workshop, repair};
use crate::allocate::{AllocateError, Watch, allocate};
use crate::check::{Violation, weigh};
use crate::conflict::lift::without;
use crate::conflict::oracle::Oracle;
use crate::explain::{Draft, school_of};
use crate::rounding::PART_OF_A_PUPIL;
use crate::{Problem, ProblemParts, Strictness};
use phantuyen_model::{Repair, RepairStep, WardRule};

/// Metres that one moved pupil counts as where as few as possible shall move: above all ways.
const FEW_MOVES: f64 = 1e6;

impl Workshop<'_> {
    /// The ward without a rule.
    pub(super) fn lift(&self, rule: &WardRule) -> Ladder {
        let parts = without(self.problem, self.parts(), rule);
        let then = match self.told_at_once(rule) {
            Some((step, pupils)) => Then::Told(vec![step], pupils),
            None => Then::AsFarAsNeeded(rule.clone()),
        };
        vec![Try { parts, then }]
    }

    /// Rules that hold or do not hold.
    fn told_at_once(&self, rule: &WardRule) -> Option<(RepairStep, f64)> {
        let problem = self.problem;
        match rule {
            WardRule::Lock { area_code, school_code, lock } => {
                let demand = problem.demand.iter().find(|demand| demand.area_code == *area_code);
                let step = RepairStep::Unlock {
                    area_code: area_code.clone(),
                    school_code: school_code.clone(),
                    lock: *lock,
                };
                Some((step, demand.map_or(0.0, |demand| demand.pupils)))
            }
            WardRule::OwnArea => {
                let stands = |area: &usize| problem.roots.contains(&Some(*area));
                let areas = (0..problem.area_count()).filter(stands);
                Some((RepairStep::OwnArea, areas.map(|a| problem.pupils(a)).sum()))
            }
            _ => None,
        }
    }

    /// How far the best plan without the rule goes beyond it.
    pub(super) fn as_far_as_needed(
        &self,
        rule: &WardRule,
        lifted: &ProblemParts,
        oracle: &Oracle<'_>,
    ) -> Result<Option<Repair>, AllocateError> {
        let plan = plan_of(lifted.clone(), rule, oracle)?;
        let told = plan.and_then(|plan| self.beyond(rule, &plan));
        Ok(told.map(|(step, pupils)| repair(vec![step], pupils)))
    }

    fn beyond(&self, rule: &WardRule, plan: &[usize]) -> Option<(RepairStep, f64)> {
        let problem = self.problem;
        let draft = Draft::new(problem, plan);
        let pupils_of = |areas: &[usize]| -> f64 {
            areas.iter().map(|&area| problem.pupils(area)).sum::<f64>() + 0.0
        };
        match rule {
            WardRule::BeyondAlarm => {
                let far = |a: &usize| problem.is_beyond_alarm(*a, plan[*a]);
                let beyond: Vec<usize> = (0..plan.len()).filter(far).collect();
                let ways = beyond.iter().filter_map(|&a| problem.distance(a, plan[a]));
                let pupils = pupils_of(&beyond);
                ways.reduce(f64::max).map(|to_m| (RepairStep::Alarm { to_m, pupils }, pupils))
            }
            WardRule::Moved => {
                let moved = |a: &usize| problem.moves(*a, plan[*a]);
                let to = pupils_of(&(0..plan.len()).filter(moved).collect::<Vec<usize>>());
                Some((RepairStep::MovedLimit { to }, to))
            }
            WardRule::Contiguity => {
                let schools = 0..problem.school_count();
                let more = |s| draft.pieces(s).saturating_sub(problem.pieces_allowed[s]);
                let pieces: u32 = schools.clone().map(more).sum();
                let hanging: Vec<usize> =
                    schools.flat_map(|s| draft.detached(s).concat()).collect();
                (pieces > 0).then_some((RepairStep::Pieces { pieces }, pupils_of(&hanging)))
            }
            WardRule::Walkers | WardRule::SmallClass | WardRule::Chance => {
                Some(self.given_up(rule, plan))
            }
            _ => None,
        }
    }

    /// What giving up a rule of the ward comes to: the pupils concerned and the figure that would
    /// have to be accepted, both as the judge counts them in the plan without the rule.
    fn given_up(&self, rule: &WardRule, plan: &[usize]) -> (RepairStep, f64) {
        let problem = self.problem;
        let assignment: Vec<Option<usize>> = plan.iter().map(|&school| Some(school)).collect();
        let judgement = weigh(problem, &assignment);
        let mut pupils = 0.0;
        let mut to: Option<f64> = None;
        for violation in &judgement.violations {
            match (rule, violation) {
                (WardRule::Walkers, Violation::Walkers { area, .. }) => {
                    pupils += problem.pupils(*area);
                }
                (WardRule::SmallClass, Violation::SmallClass { pupils: few, .. }) => {
                    pupils += few;
                    to = Some(to.map_or(*few, |known| known.min(*few)));
                }
                (WardRule::Chance, Violation::Chance { school, probability }) => {
                    pupils += judgement.figures.schools[*school].pupils;
                    to = Some(to.map_or(*probability, |known| known.max(*probability)));
                }
                _ => {}
            }
        }
        (RepairStep::GiveUp { rule_given_up: rule.code().to_owned(), pupils, to }, pupils)
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
        lifted.settings.moved_weight_m = Some(FEW_MOVES);
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
