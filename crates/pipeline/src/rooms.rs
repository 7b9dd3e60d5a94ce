//! Rooms to come: the forecast of each entry grade, shared to schools by last year's catchments,
//! becomes classes beside the classes that rooms serve.

use crate::december::December;
use crate::{Project, demand};
use phantuyen_allocation::{
    Entering, EnteringPupils, RoomsFound, RoomsParts, error_of_sum, rooms_to_come,
};
use phantuyen_data::WardData;
use phantuyen_model::{
    AreaCode, Finding, FindingCode, Forecast, Grade, SchoolCode, SchoolYear, UnitLevel,
};
use std::collections::{BTreeMap, BTreeSet};

/// Grades that every resident child of the age enters; the others count only where their intake
/// is known, since many three- and four-year-olds stay at home.
const FOR_ALL: [Grade; 3] = [Grade::Preschool5, Grade::G1, Grade::G6];

/// Fewer pupils than this are not worth a finding.
const WORTH_TELLING: f64 = 0.5;

/// Classes and rooms of every school for the years of the forecast. Without schools there are none.
/// A rule that is not in force leaves them out, with a finding: the forecast itself stands.
pub fn look_ahead(project: &Project, ward: &WardData, december: &December) -> RoomsFound {
    let forecast = &december.projected.forecast;
    let years: BTreeSet<SchoolYear> = forecast.rows.iter().map(|row| row.school_year).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else {
        return RoomsFound::default();
    };
    if ward.schools.is_empty() {
        return RoomsFound::default();
    }
    let mut findings = Vec::new();
    let mut entering = EnteringPupils::new();
    for grade in forecast.rows.iter().map(|row| row.grade).collect::<BTreeSet<Grade>>() {
        if !FOR_ALL.contains(&grade) && !counts_pupils(december, grade) {
            continue;
        }
        let shares = Shares::of(ward, grade, *first);
        for &year in &years {
            entering.extend(shares.share_out(forecast, grade, year));
        }
        findings.extend(shares.without_school(forecast, grade, *first));
    }
    let rule_day = |year: SchoolYear| project.rule_day(year);
    let found = rooms_to_come(&RoomsParts {
        first: *first,
        last: *last,
        rule_day: &rule_day,
        schools: &ward.schools,
        seats: &ward.seats,
        classes: &ward.classes,
        entering: &entering,
        rules: &project.rules,
    });
    match found {
        Ok(mut found) => {
            found.findings.extend(findings);
            found
        }
        Err(missing) => {
            let finding = Finding::new(FindingCode::RoomsLeftOut).table("classes");
            let finding = finding.fact("rule", &missing.id).fact("day", missing.day);
            RoomsFound { findings: vec![finding], ..RoomsFound::default() }
        }
    }
}

/// Whether the forecast of the grade is of pupils, by known intakes.
fn counts_pupils(december: &December, grade: Grade) -> bool {
    december.projected.base.iter().any(|base| base.grade == grade && base.capture.is_some())
}

/// How pupils of a grade go to schools.
enum Shares<'a> {
    /// By area: last year's catchments, the shares of an area adding up to 1.
    Catchments(BTreeMap<&'a AreaCode, Vec<(&'a SchoolCode, f64)>>),
    /// By school: its part of the grade's last known roll, where no catchments are.
    Rolls(Vec<(&'a SchoolCode, f64)>),
}

impl<'a> Shares<'a> {
    fn of(ward: &'a WardData, grade: Grade, first: SchoolYear) -> Self {
        let mut catchments: BTreeMap<&AreaCode, Vec<(&SchoolCode, f64)>> = BTreeMap::new();
        for row in ward.current_plan.iter().filter(|row| row.grade == grade && row.share > 0.0) {
            catchments.entry(&row.area_code).or_default().push((&row.school_code, row.share));
        }
        if !catchments.is_empty() {
            for schools in catchments.values_mut() {
                let sum: f64 = schools.iter().map(|(_, share)| share).sum();
                schools.iter_mut().for_each(|(_, share)| *share /= sum);
            }
            return Self::Catchments(catchments);
        }
        let known = ward.classes.iter().filter(|row| row.grade == grade && row.school_year < first);
        let last = known.clone().map(|row| row.school_year).max();
        let mut rolls: BTreeMap<&SchoolCode, f64> = BTreeMap::new();
        for row in known.filter(|row| Some(row.school_year) == last) {
            *rolls.entry(&row.school_code).or_default() += f64::from(row.pupils);
        }
        let sum: f64 = rolls.values().sum();
        let shares = rolls.into_iter().filter(|_| sum > 0.0);
        Self::Rolls(shares.map(|(school, pupils)| (school, pupils / sum)).collect())
    }

    /// Entering pupils of every school in one year. A school's range joins the areas' own ranges
    /// as the plan's does; the ward's own range stretches all schools alike.
    fn share_out(&self, forecast: &Forecast, grade: Grade, year: SchoolYear) -> EnteringPupils {
        let Some(ward) = forecast.ward(grade, year) else { return EnteringPupils::new() };
        let common = demand::common_error(forecast, grade, year);
        let stretch = |end: f64| if ward.mean > 0.0 { end / ward.mean } else { 1.0 };
        let (low, high) = (stretch(ward.lower), stretch(ward.upper));
        let key = |school: &SchoolCode| (school.clone(), grade, year);
        let entering = |expected: f64, lower: f64, upper: f64| Entering {
            expected,
            lower,
            upper,
            ward_lower: expected * low,
            ward_upper: expected * high,
        };
        match self {
            Self::Rolls(schools) => schools
                .iter()
                .map(|(school, share)| {
                    let part = |value: f64| value * share;
                    let pupils = entering(part(ward.mean), part(ward.lower), part(ward.upper));
                    (key(school), pupils)
                })
                .collect(),
            Self::Catchments(areas) => {
                let mut schools: BTreeMap<&SchoolCode, Catchment> = BTreeMap::new();
                for row in forecast.of(grade, year).filter(|row| row.level == UnitLevel::Area) {
                    let Some(code) = &row.area_code else { continue };
                    for (school, share) in areas.get(code).into_iter().flatten() {
                        let catchment = schools.entry(school).or_default();
                        catchment.expected += row.mean * share;
                        catchment.below.push((row.mean - row.lower) * share);
                        catchment.above.push((row.upper - row.mean) * share);
                    }
                }
                let made = schools.into_iter().map(|(school, catchment)| {
                    let common = common * catchment.expected;
                    let lower = catchment.expected - error_of_sum(&catchment.below, common);
                    let upper = catchment.expected + error_of_sum(&catchment.above, common);
                    (key(school), entering(catchment.expected, lower.max(0.0), upper))
                });
                made.collect()
            }
        }
    }

    /// Pupils of areas that no catchment takes.
    fn without_school(
        &self,
        forecast: &Forecast,
        grade: Grade,
        year: SchoolYear,
    ) -> Option<Finding> {
        let (pupils, areas) = match self {
            Self::Catchments(known) => {
                let left: Vec<f64> = forecast
                    .of(grade, year)
                    .filter(|row| row.area_code.as_ref().is_some_and(|a| !known.contains_key(a)))
                    .map(|row| row.mean)
                    .collect();
                (left.iter().sum(), left.len())
            }
            Self::Rolls(schools) if !schools.is_empty() => (0.0, 0),
            Self::Rolls(_) => {
                let rows = forecast.of(grade, year).filter(|row| row.level == UnitLevel::Area);
                (forecast.ward(grade, year).map_or(0.0, |ward| ward.mean), rows.count())
            }
        };
        (pupils >= WORTH_TELLING).then(|| {
            Finding::new(FindingCode::PupilsWithoutSchool)
                .table("current_plan")
                .fact("grade", grade)
                .fact("school_year", year)
                .fact("pupils", pupils.round())
                .fact("areas", areas)
        })
    }
}

/// Pupils of a catchment, and how far its areas may lie below and above.
#[derive(Default)]
struct Catchment {
    expected: f64,
    below: Vec<f64>,
    above: Vec<f64>,
}
