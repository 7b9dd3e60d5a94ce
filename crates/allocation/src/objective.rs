//! What makes one plan better than another: tiers in the order of importance, or one sum.

use crate::constraints::units::Grouping;
use crate::{Problem, SplitUnits, Strictness};
use std::collections::BTreeSet;

/// Longest ways that one pupil without a seat counts as in [`Measure::Guide`].
const GUIDE_WAYS: f64 = 10.0;

/// Something a plan should have little of: what each "area goes to school" adds, and what each
/// school's catchment adds ([`SchoolPart`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Pupils above the seats, on average over the years.
    Overload,
    /// Pupils farther than the alarm.
    BeyondAlarm,
    /// Pupils × distance.
    Travel,
    /// Pupils whose school changes.
    Moved,
    /// Pupils parted from a brother or sister.
    Siblings,
    /// Pupils off the schools that their primary school feeds; without the table, further lower
    /// secondary schools of one primary school.
    Feeders,
    /// Further schools of one unit above the areas.
    Splits,
    /// Pupils above the common fullness of the ward.
    Balance,
    /// All of them by their weights.
    Sum,
    /// Travel and overload, one pupil without a seat counting as many of the longest ways.
    /// Never a tier: it leads the search to few overloads and short ways at once.
    Guide,
}

/// What the catchment of a school adds to a measure, besides its pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SchoolPart {
    /// For each pupil above the seats, on average over the years.
    pub(crate) overload: f64,
    /// For each pupil above the common fullness of the ward, on average over the years.
    pub(crate) balance: f64,
    /// For each class, on average over the years.
    pub(crate) classes: f64,
    /// For each further school of a unit above the areas.
    pub(crate) units: f64,
    /// For each further school of a primary school.
    pub(crate) primaries: f64,
}

impl Measure {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Overload => "overload",
            Self::BeyondAlarm => "beyond_alarm",
            Self::Travel => "travel",
            Self::Moved => "moved",
            Self::Siblings => "siblings",
            Self::Feeders => "feeders",
            Self::Splits => "splits",
            Self::Balance => "balance",
            Self::Sum => "sum",
            Self::Guide => "guide",
        }
    }

    /// What sending the area to the school adds.
    pub(crate) fn of_pair(self, problem: &Problem, area: usize, school: usize) -> f64 {
        let pupils = problem.pupils(area);
        match self {
            Self::Overload | Self::Splits | Self::Balance => 0.0,
            Self::BeyondAlarm => {
                problem.mean_pupils(area) * f64::from(problem.is_beyond_alarm(area, school))
            }
            Self::Travel | Self::Guide => {
                problem.mean_pupils(area) * problem.distance(area, school).unwrap_or(0.0)
            }
            Self::Moved => pupils * f64::from(problem.moves(area, school)),
            Self::Siblings => problem.siblings_apart(area, school),
            Self::Feeders => pupils * f64::from(problem.is_off_feeder(area, school)),
            Self::Sum => {
                let settings = &problem.settings;
                let weighted = [
                    (Self::Moved, settings.moved_weight_m),
                    (Self::Siblings, settings.sibling_weight_m),
                    (Self::Feeders, settings.feeder_weight_m),
                ];
                let weigh = |(measure, weight): (Self, Option<f64>)| {
                    weight.map_or(0.0, |w| w * measure.of_pair(problem, area, school))
                };
                Self::Travel.of_pair(problem, area, school)
                    + weighted.into_iter().map(weigh).sum::<f64>()
            }
        }
    }

    /// What each catchment adds.
    pub(crate) fn of_school(self, problem: &Problem) -> SchoolPart {
        let none = SchoolPart::default();
        let settings = &problem.settings;
        match self {
            Self::Overload => SchoolPart { overload: 1.0, ..none },
            Self::Splits => SchoolPart { units: 1.0, ..none },
            Self::Balance => SchoolPart { balance: 1.0, ..none },
            // Where a table names the schools, the pairs say it all.
            Self::Feeders if problem.feeders.off.is_empty() => {
                SchoolPart { primaries: 1.0, ..none }
            }
            Self::Sum => SchoolPart {
                overload: settings.overload_weight_m.unwrap_or(0.0),
                balance: settings.balance_weight.unwrap_or(0.0),
                classes: settings.class_weight_m.unwrap_or(0.0),
                units: settings.split_weight_m.unwrap_or(0.0),
                primaries: settings.feeder_weight_m.unwrap_or(0.0)
                    * Self::Feeders.of_school(problem).primaries,
            },
            Self::Guide => SchoolPart { overload: GUIDE_WAYS * problem.longest, ..none },
            Self::Feeders | Self::BeyondAlarm | Self::Travel | Self::Moved | Self::Siblings => none,
        }
    }

    /// What one pupil above the seats adds.
    pub(crate) fn of_overload(self, problem: &Problem) -> f64 {
        self.of_school(problem).overload
    }

    /// The measure of a whole assignment.
    pub(crate) fn of_plan(self, problem: &Problem, school_of: &[usize]) -> f64 {
        let pairs = school_of.iter().enumerate();
        let by_pairs: f64 = pairs.map(|(a, &s)| self.of_pair(problem, a, s)).sum();
        let part = self.of_school(problem);
        let loads = loads(problem, school_of);
        let mut total = by_pairs;
        for (year, loads) in problem.years.iter().zip(&loads) {
            let fullness = year.fullness().unwrap_or(f64::INFINITY);
            for (school, &load) in loads.iter().enumerate() {
                let seats = year.seats[school];
                let above = |limit: f64| (load - limit).max(0.0);
                let mut added = part.overload * above(seats);
                if part.balance > 0.0 && fullness.is_finite() {
                    added += part.balance * above(fullness * seats);
                }
                added += part.classes * problem.class_rules[school].classes(load);
                total += added * problem.year_weight();
            }
        }
        total
            + part.units * further_schools(&problem.units, school_of)
            + part.primaries * further_schools(&problem.feeders.primaries, school_of)
    }

    /// No plan can have less: what pure counting says.
    pub(crate) fn trivial_bound(self, problem: &Problem) -> f64 {
        let part = self.of_school(problem);
        let missing = problem.years.iter().map(|year| {
            let (pupils, seats): (f64, f64) = (year.pupils.iter().sum(), year.seats.iter().sum());
            (pupils - seats).max(0.0)
        });
        let missing = missing.sum::<f64>() * problem.year_weight();
        let pairs = (0..problem.area_count()).map(|area| {
            let least = |best: f64, school| best.min(self.of_pair(problem, area, school));
            let least = problem.by_nearness(area).into_iter().fold(f64::INFINITY, least);
            if least.is_finite() { least } else { 0.0 }
        });
        pairs.sum::<f64>() + part.overload * missing
    }
}

/// The tiers of the problem, most important first.
///
/// Any weight makes one sum. Under `overload = "forbid"` the first tier is overload, which must
/// come out as nothing, and the objective is travel. Otherwise overload > beyond alarm > travel >
/// moved > siblings > feeders > splits > balance. Tiers that every plan shares (no alarm, no
/// present plan) are left out; so are goals that nobody asked for: siblings without their table,
/// feeders and splits where neither a table, a setting nor a tolerance gives them a say.
pub(crate) fn tiers(problem: &Problem) -> Vec<Measure> {
    let settings = &problem.settings;
    let forbid = settings.overload == Strictness::Forbid;
    let whole = settings.split_units == SplitUnits::OnlyWhereItPays && !problem.units.is_empty();
    let mut tiers = Vec::new();
    if settings.is_weighted() {
        tiers.extend(forbid.then_some(Measure::Overload));
        let split_weighs = settings.split_weight_m.is_some();
        tiers.extend((whole && !split_weighs).then_some(Measure::Splits));
        tiers.push(Measure::Sum);
        return tiers;
    }
    tiers.push(Measure::Overload);
    let alarm = settings.alarm_m.is_some() && settings.beyond_alarm == Strictness::Penalise;
    tiers.extend((alarm && !forbid).then_some(Measure::BeyondAlarm));
    tiers.extend(whole.then_some(Measure::Splits));
    tiers.push(Measure::Travel);
    tiers.extend(problem.has_present.then_some(Measure::Moved));
    tiers.extend((!problem.siblings_apart.is_empty()).then_some(Measure::Siblings));
    let feeders = match problem.feeders.off.is_empty() {
        true => settings.has_tolerance() && !problem.feeders.primaries.is_empty(),
        false => true,
    };
    tiers.extend(feeders.then_some(Measure::Feeders));
    let avoid = settings.split_units == SplitUnits::Avoid && !problem.units.is_empty();
    tiers.extend((avoid && settings.has_tolerance()).then_some(Measure::Splits));
    let full = problem.years.iter().any(|year| year.fullness().is_some());
    let balance = full && problem.school_count() > 1 && (!forbid || settings.has_tolerance());
    tiers.extend(balance.then_some(Measure::Balance));
    tiers
}

/// Pupils of each school, by year, then school.
fn loads(problem: &Problem, school_of: &[usize]) -> Vec<Vec<f64>> {
    let of_year = |year: &crate::constraints::years::PlannedYear| {
        let mut load = vec![0.0; problem.school_count()];
        school_of.iter().enumerate().for_each(|(area, &s)| load[s] += year.pupils[area]);
        load
    };
    problem.years.iter().map(of_year).collect()
}

/// How many schools the units have beyond one each.
fn further_schools(grouping: &Grouping, school_of: &[usize]) -> f64 {
    let pairs = grouping.of_area.iter().zip(school_of);
    let pairs: BTreeSet<(usize, usize)> =
        pairs.filter_map(|(unit, school)| Some(((*unit)?, *school))).collect();
    let further = u32::try_from(pairs.len().saturating_sub(grouping.names.len()));
    f64::from(further.unwrap_or(u32::MAX))
}
