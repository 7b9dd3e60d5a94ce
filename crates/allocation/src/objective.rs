//! What makes one plan better than another: tiers in the order of importance, or one sum.

use crate::{Problem, Strictness};

/// Longest ways that one pupil without a seat counts as in [`Measure::Guide`].
const GUIDE_WAYS: f64 = 10.0;

/// Something a plan should have little of: linear in "area goes to school" and in overload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Pupils above the seats.
    Overload,
    /// Pupils farther than the alarm.
    BeyondAlarm,
    /// Pupils × distance.
    Travel,
    /// Pupils whose school changes.
    Moved,
    /// Travel, overload and moved pupils by their weights.
    Sum,
    /// Travel and overload, one pupil without a seat counting as many of the longest ways.
    /// Never a tier: it leads the search to few overloads and short ways at once.
    Guide,
}

impl Measure {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Overload => "overload",
            Self::BeyondAlarm => "beyond_alarm",
            Self::Travel => "travel",
            Self::Moved => "moved",
            Self::Sum => "sum",
            Self::Guide => "guide",
        }
    }

    /// What sending the area to the school adds.
    pub(crate) fn of_pair(self, problem: &Problem, area: usize, school: usize) -> f64 {
        let pupils = problem.pupils(area);
        match self {
            Self::Overload => 0.0,
            Self::BeyondAlarm => pupils * f64::from(problem.is_beyond_alarm(area, school)),
            Self::Travel | Self::Guide => pupils * problem.distance(area, school).unwrap_or(0.0),
            Self::Moved => pupils * f64::from(problem.moves(area, school)),
            Self::Sum => {
                let moved = problem.settings.moved_weight_m.unwrap_or(0.0);
                Self::Travel.of_pair(problem, area, school)
                    + moved * Self::Moved.of_pair(problem, area, school)
            }
        }
    }

    /// What one pupil above the seats adds.
    pub(crate) fn of_overload(self, problem: &Problem) -> f64 {
        match self {
            Self::Overload => 1.0,
            Self::Sum => problem.settings.overload_weight_m.unwrap_or(0.0),
            Self::Guide => GUIDE_WAYS * problem.longest,
            Self::BeyondAlarm | Self::Travel | Self::Moved => 0.0,
        }
    }

    /// The measure of a whole assignment.
    pub(crate) fn of_plan(self, problem: &Problem, school_of: &[usize]) -> f64 {
        let pairs = school_of.iter().enumerate();
        let by_pairs: f64 = pairs.map(|(a, &s)| self.of_pair(problem, a, s)).sum();
        by_pairs + self.of_overload(problem) * overload(problem, school_of)
    }

    /// No plan can have less: what pure counting says.
    pub(crate) fn trivial_bound(self, problem: &Problem) -> f64 {
        let missing = (problem.all_pupils() - problem.all_seats()).max(0.0);
        let pairs = (0..problem.area_count()).map(|area| {
            let least = |best: f64, school| best.min(self.of_pair(problem, area, school));
            let least = problem.by_nearness(area).into_iter().fold(f64::INFINITY, least);
            if least.is_finite() { least } else { 0.0 }
        });
        pairs.sum::<f64>() + self.of_overload(problem) * missing
    }
}

/// The tiers of the problem, most important first.
///
/// Any weight makes one sum. Under `overload = "forbid"` the first tier is overload, which must
/// come out as nothing, and the objective is travel. Otherwise overload > beyond alarm > travel >
/// moved. Tiers that every plan shares (no alarm, no present plan) are left out.
pub(crate) fn tiers(problem: &Problem) -> Vec<Measure> {
    let settings = &problem.settings;
    let weighted = settings.overload_weight_m.is_some() || settings.moved_weight_m.is_some();
    let forbid = settings.overload == Strictness::Forbid;
    let mut tiers = Vec::new();
    if weighted {
        tiers.extend(forbid.then_some(Measure::Overload));
        tiers.push(Measure::Sum);
        return tiers;
    }
    tiers.push(Measure::Overload);
    let alarm = settings.alarm_m.is_some() && settings.beyond_alarm == Strictness::Penalise;
    tiers.extend((alarm && !forbid).then_some(Measure::BeyondAlarm));
    tiers.push(Measure::Travel);
    tiers.extend(problem.has_present.then_some(Measure::Moved));
    tiers
}

fn overload(problem: &Problem, school_of: &[usize]) -> f64 {
    let mut load = vec![0.0; problem.school_count()];
    for (area, &school) in school_of.iter().enumerate() {
        load[school] += problem.pupils(area);
    }
    let above = load.iter().zip(&problem.schools).map(|(load, s)| (load - s.seats).max(0.0));
    above.sum()
}
