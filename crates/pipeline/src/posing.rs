//! From what the ward has to a well-posed problem of one grade.

use crate::demand::{GradeDemand, YearDemand};
use crate::settings::{AllocationKeys, ContiguityKey, OwnAreaKey, StrictnessKey, WardKind};
use crate::way::{Limits, Way, limits};
use crate::{PipelineError, Project};
use phantuyen_allocation::{
    AllocationSettings, Contiguity, OwnArea, Primaries, Problem, ProblemParts, SeatsFound,
    SplitUnits, Strictness, YearParts, entry_seats, open_more, without_planned,
};
use phantuyen_data::WardData;
use phantuyen_model::{
    AreaCode, Finding, Grade, Level, MissingRule, PlanRow, Rule, School, SchoolCode, SchoolYear,
};
use std::collections::BTreeMap;

/// A problem, and what it rests on.
pub(crate) struct Posed {
    pub(crate) grade: Grade,
    pub(crate) problem: Problem,
    pub(crate) seats: SeatsFound,
    pub(crate) limits: Limits,
    pub(crate) rules: Vec<Rule>,
    pub(crate) findings: Vec<Finding>,
}

/// Seats of a grade by the rules in force when its school year opens, or on the day that the
/// project names; with as many classes beyond the planned ones as the ward allows and the rooms
/// have.
///
/// # Errors
/// When the book has no rule for that day.
pub fn seats(
    project: &Project,
    ward: &WardData,
    schools: &[School],
    grade: Grade,
    year: SchoolYear,
) -> Result<SeatsFound, PipelineError> {
    let day = project.rule_day(year);
    let book = &project.rules;
    let mut found = entry_seats(grade, year, day, schools, &ward.seats, &ward.classes, book)
        .map_err(PipelineError::fault)?;
    let extra = project.settings.allocation.extra_classes;
    if extra > 0 {
        let (schools, rows) = without_planned(schools, &ward.seats);
        let by_rooms = entry_seats(grade, year, day, &schools, &rows, &ward.classes, book)
            .map_err(PipelineError::fault)?;
        open_more(&mut found, &by_rooms, extra);
    }
    Ok(found)
}

/// What a problem of one grade is posed with besides the ward's own tables.
pub(crate) struct Pose<'a> {
    pub(crate) project: &'a Project,
    pub(crate) ward: &'a WardData,
    pub(crate) way: &'a Way,
    pub(crate) year: SchoolYear,
    pub(crate) demand: &'a GradeDemand,
    /// The catchments that pupils have now.
    pub(crate) present: Vec<PlanRow>,
    /// The primary school of each area, by the plan of grade 1 that was drawn just before.
    pub(crate) grade_1: Option<BTreeMap<AreaCode, SchoolCode>>,
}

impl Pose<'_> {
    /// Puts the problem together.
    ///
    /// # Errors
    /// [`PipelineError::Blocked`] with everything that makes it ill-posed.
    pub(crate) fn pose(&self) -> Result<Posed, PipelineError> {
        let (project, ward) = (self.project, self.ward);
        let grade = self.demand.grade;
        let seats = seats(project, ward, &self.way.schools, grade, self.year)?;
        crate::blocking::stop_at(project, &seats.findings, &[])?;
        let limits = limits(project, grade, self.year).map_err(PipelineError::fault)?;
        let (settings, rules) =
            settings(project, &limits, grade, self.year).map_err(PipelineError::fault)?;
        let parts = ProblemParts {
            demand: self.demand.areas.clone(),
            common_error: self.demand.common_error,
            schools: seats.schools.clone(),
            distances: self.way.distances.clone(),
            adjacency: self.way.adjacency.clone(),
            present: self.present.clone(),
            locks: ward.locks.iter().filter(|lock| lock.grade == grade).cloned().collect(),
            siblings: ward.siblings.clone(),
            primaries: self.primaries(),
            units: units(project, ward),
            later_years: self.later_years()?,
            draws: self.demand.draws.clone(),
            unseen_draws: self.demand.unseen_draws.clone(),
            settings,
            ..ProblemParts::of(grade, self.year)
        };
        let mut findings = seats.findings.clone();
        findings.extend(limits.findings.clone());
        match Problem::new(parts) {
            Ok((problem, warnings)) => {
                findings.extend(warnings);
                Ok(Posed { grade, problem, seats, limits, rules, findings })
            }
            Err(mut errors) => {
                errors.extend(findings);
                Err(PipelineError::Blocked(errors))
            }
        }
    }

    /// The years after the first, where one plan must serve several.
    fn later_years(&self) -> Result<Vec<YearParts>, PipelineError> {
        if self.project.settings.allocation.max_moved_per_year.is_some() {
            return Ok(Vec::new());
        }
        let later = self.demand.later.iter().map(|YearDemand { school_year, areas, .. }| {
            let schools = &self.way.schools;
            let seats = seats(self.project, self.ward, schools, self.demand.grade, *school_year)?;
            let (school_year, demand) = (*school_year, areas.clone());
            Ok(YearParts { school_year, demand, schools: seats.schools })
        });
        later.collect()
    }

    /// The primary school of each area, for grade 6. Where the table `feeders` names schools, the
    /// pupils' present primary school counts; without it, the areas that will go to a primary
    /// school together should stay together.
    fn primaries(&self) -> Primaries {
        if self.demand.grade != Grade::G6 {
            return Primaries::default();
        }
        let feeders = self.ward.feeders.clone();
        let present = crate::demand::whole_areas(&self.ward.current_plan, Grade::G1);
        let drawn = self.grade_1.clone().unwrap_or_default();
        let (first, second) = match feeders {
            Some(_) => (present, drawn),
            None => (drawn, present),
        };
        let of_area = if first.is_empty() { second } else { first };
        Primaries { of_area, feeders }
    }
}

/// The unit directly above each area, where it is not the ward itself. In a whole province the
/// units are wards, which nobody needs to keep whole.
fn units(project: &Project, ward: &WardData) -> BTreeMap<AreaCode, String> {
    if project.settings.ward.kind == WardKind::Province {
        return BTreeMap::new();
    }
    let own = &project.settings.ward.code;
    let unit = |area: &phantuyen_model::Area| {
        let parent = area.parent_code.clone().filter(|parent| parent != own && !parent.is_empty());
        Some((area.area_code.clone(), parent?))
    };
    ward.areas.iter().filter_map(unit).collect()
}

fn settings(
    project: &Project,
    limits: &Limits,
    grade: Grade,
    year: SchoolYear,
) -> Result<(AllocationSettings, Vec<Rule>), MissingRule> {
    let keys = &project.settings.allocation;
    let of_grade = |by: &Option<crate::settings::ByGrade>| by.as_ref().and_then(|by| by.of(grade));
    let mut rules = Vec::new();
    let mixed_class = match keys.mixed_classes {
        true => mixed_class(project, grade, year, &mut rules)?,
        false => None,
    };
    let settings = AllocationSettings {
        contiguity: match keys.contiguity {
            ContiguityKey::Flag(true) => Contiguity::Required,
            ContiguityKey::Flag(false) => Contiguity::NotRequired,
            ContiguityKey::Name(_) => Contiguity::NoNewPieces,
        },
        own_area: match keys.own_area {
            OwnAreaKey::Prefer => OwnArea::Prefer,
            OwnAreaKey::Must => OwnArea::Must,
        },
        target_m: limits.target_m,
        alarm_m: limits.alarm_m,
        beyond_alarm: strictness(keys.beyond_alarm),
        walk_zone_m: of_grade(&keys.walk_zone_m),
        keep_walkers: keys.keep_walkers,
        overload: strictness(keys.overload),
        max_overload_probability: keys.max_overload_probability,
        min_class: of_grade(&keys.min_class),
        mixed_class,
        split_units: match keys.split_areas {
            None => SplitUnits::Avoid,
            Some(false) => SplitUnits::OnlyWhereItPays,
            Some(true) => SplitUnits::Freely,
        },
        tolerance: keys.tolerance.clone(),
        overload_weight_m: keys.overload_weight_m,
        moved_weight_m: keys.moved_weight_m,
        balance_weight: keys.balance_weight,
        class_weight_m: keys.class_weight_m,
        feeder_weight_m: keys.feeder_weight_m,
        sibling_weight_m: keys.sibling_weight_m,
        split_weight_m: keys.split_weight_m,
        max_moved_share: keys.max_moved_share,
        max_moved_pupils: moved_budget(keys),
        only_rules: false,
        gap: keys.gap,
        time_limit_s: keys.time_limit_s,
        work_limit: keys.work_limit,
        seed: keys.seed,
    };
    Ok((settings, rules))
}

/// The smaller of the limits on moved pupils: over all years, and from one year to the next.
fn moved_budget(keys: &AllocationKeys) -> Option<f64> {
    match (keys.max_moved_pupils, keys.max_moved_per_year) {
        (Some(in_all), Some(in_a_year)) => Some(in_all.min(in_a_year)),
        (in_all, in_a_year) => in_all.or(in_a_year),
    }
}

/// Up to how many pupils a mixed or multi-grade class may stand for one of their own, by the rule
/// book: a multi-grade class in primary schools, under half a class in preschools, none in lower
/// secondary schools.
fn mixed_class(
    project: &Project,
    grade: Grade,
    year: SchoolYear,
    rules: &mut Vec<Rule>,
) -> Result<Option<f64>, MissingRule> {
    let day = project.rule_day(year);
    let mut rule = |id: &str| {
        let rule = project.rules.get(id, day)?.clone();
        let value = rule.value;
        rules.push(rule);
        Ok(value)
    };
    Ok(match grade.level() {
        Level::Primary => Some(rule("class_size.primary_multi_grade")?),
        Level::Preschool => {
            let size = format!("class_size.{}", grade.name().replace('-', "_"));
            let below = rule("class_size.preschool_mixed_below_share")? * rule(&size)?;
            Some((below.ceil() - 1.0).max(0.0))
        }
        _ => None,
    })
}

fn strictness(key: StrictnessKey) -> Strictness {
    match key {
        StrictnessKey::Penalise => Strictness::Penalise,
        StrictnessKey::Forbid => Strictness::Forbid,
    }
}
