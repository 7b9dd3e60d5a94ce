//! The December forecast of one origin, as rows.

use crate::choice::Choice;
use crate::covariates::Verdict;
use crate::interval::{self, Margins};
use crate::panel::{Known, Panel};
use crate::reading::READING_NAMES;
use crate::runs::{self, Run};
use crate::together::{self, Together};
use crate::{
    ForecastError, ForecastSettings, History, causes, edits, participation, project, registered,
};
use phantuyen_model::{
    Adjustment, AreaCode, Finding, FindingCode, Forecast, ForecastRow, Grade, Level, Parts,
    RegisterYear, SchoolYear, UnitLevel, largest_remainder, round_half_up,
};
use std::collections::BTreeMap;

/// A December forecast with what is questionable about it and what its rows rest on.
#[derive(Clone, Debug)]
pub struct Projected {
    /// The forecast.
    pub forecast: Forecast,
    /// What is questionable.
    pub findings: Vec<Finding>,
    /// What each row rests on, in the order of the rows, once for all interval levels.
    pub base: Vec<BaseRow>,
    /// How the readings of the past were weighed, by grade and horizon.
    pub choices: Vec<Choice>,
    /// How errors go together over years and grades, for [`crate::draws`].
    pub(crate) together: Together,
}

impl Projected {
    /// A forecast without rows.
    fn nothing(origin: RegisterYear, findings: Vec<Finding>) -> Self {
        Self {
            forecast: Forecast { origin, rows: Vec::new() },
            findings,
            base: Vec::new(),
            choices: Vec::new(),
            together: Together::PRIOR,
        }
    }
}

/// What a row rests on: children of the cohort in the register now, and the capture rate.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseRow {
    /// The grade.
    pub grade: Grade,
    /// The school year.
    pub school_year: SchoolYear,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// Children of the cohort in the register of the origin; `None` where they are not born yet
    /// or the register does not know the area.
    pub children_now: Option<u32>,
    /// Pupils for each child of the entry age, where intakes are known.
    pub capture: Option<f64>,
    /// The intake of the latest school year that is known.
    pub last_intake: Option<u32>,
    /// The parts of the row's mean; they add up to it.
    pub parts: Parts,
    /// The same parts of the latest intake: its cohort at the age that this row's has now, what
    /// moved since, what was captured. Where no intake is known the children of the entry age
    /// stand for it. `None` where neither is known for the area.
    pub last_parts: Option<Parts>,
    /// The edit by staff that the row answers to: its own, or for an area without one the ward's.
    pub edit: Option<Adjustment>,
}

impl BaseRow {
    /// The change on the latest intake split into its causes; they add up to it.
    pub fn change(&self) -> Option<Parts> {
        self.last_parts.map(|last| self.parts - last)
    }
}

/// Projects entry grades from the register of the origin, from nothing dated later.
///
/// Rows stand in the order of [`Forecast`]. The means of the areas are the forecast and their sum
/// is the ward's mean; the ward's grade 6 may be corrected by primary rolls, which the areas then
/// share by their size. The ward's interval comes from the ward's own past errors. The median is
/// the mean, intervals being symmetric before they are cut at zero.
///
/// Without a register of the origin there are no rows, and a finding. A grade and school year whose
/// cohort no register knows has no rows either, and a finding says so.
///
/// # Errors
/// [`ForecastError`] when the settings cannot be used.
pub fn forecast(
    history: &History,
    origin: RegisterYear,
    settings: &ForecastSettings,
) -> Result<Projected, ForecastError> {
    let settings = settings.checked()?;
    let history = history.seen_from(origin);
    let panel = Panel::new(&history).map(|panel| panel.today(origin));
    let runs =
        panel.as_ref().map_or_else(Vec::new, |panel| runs::all(panel, &settings, origin, None));
    let (Some(panel), Some(place)) = (&panel, runs.iter().position(|run| run.origin == origin))
    else {
        let finding = Finding::new(FindingCode::NoRegister).table("cohorts").fact("origin", origin);
        return Ok(Projected::nothing(origin, vec![finding]));
    };
    let Some(known) = panel.until(origin) else {
        return Ok(Projected::nothing(origin, Vec::new()));
    };

    let writer =
        Writer { areas: history.cohorts.areas(), known, runs: &runs, place, settings: &settings };
    let mut made = Projected::nothing(origin, writer.findings(&history));
    made.together = together::learn(panel, &runs, place, &settings);
    made.choices.clone_from(&runs[place].choices);
    for (number, grade) in settings.grades.iter().enumerate() {
        let mut priors = 0;
        let mut missing = Vec::new();
        let margins = interval::margins((&known, &runs, place), number, &settings);
        for (horizon, margins) in (1..=settings.horizon).zip(&margins) {
            if writer.is_missing(number, horizon) {
                missing.push(origin.school_year(horizon).to_string());
                continue;
            }
            let is_prior = writer.write(&mut made, number, *grade, horizon, margins);
            priors += u64::from(is_prior);
        }
        if !missing.is_empty() {
            let count = u64::try_from(missing.len()).unwrap_or(u64::MAX);
            let finding = Finding::new(FindingCode::AgesMissing).table("cohorts").count(count);
            let finding = finding.fact("register", origin).fact("grade", grade);
            made.findings.push(finding.fact("years", missing.join(", ")));
        }
        if priors > 0 {
            let finding = Finding::new(FindingCode::PriorInterval).fact("grade", grade);
            made.findings.push(finding.count(priors));
        }
    }
    Ok(made)
}

/// Writes the rows of one run.
struct Writer<'a> {
    areas: &'a [AreaCode],
    known: Known<'a>,
    runs: &'a [Run],
    place: usize,
    settings: &'a ForecastSettings,
}

impl Writer<'_> {
    fn run(&self) -> &Run {
        &self.runs[self.place]
    }

    /// Whether there is nothing from which a grade and horizon could be forecast.
    fn is_missing(&self, number: usize, horizon: u32) -> bool {
        self.run().points.is_missing(number, usize::try_from(horizon).unwrap_or(1))
    }

    /// Appends the rows of one grade and horizon; whether an interval rests on the prior.
    fn write(
        &self,
        made: &mut Projected,
        number: usize,
        grade: Grade,
        horizon: u32,
        margins: &Margins,
    ) -> bool {
        let step = usize::try_from(horizon).unwrap_or(1);
        let means = self.run().points.areas(number, step);
        let owns = self.run().points.own(number, step);
        let ward = self.run().points.ward(number, step);
        let ward_pupils = u64::try_from(round_half_up(ward)).unwrap_or(0);
        let pupils = largest_remainder(means, ward_pupils);

        let units = std::iter::once((None, ward, 1.0, ward_pupils, &margins.ward)).chain(
            self.areas.iter().enumerate().map(|(area, code)| {
                (Some(code), means[area], owns[area], pupils[area], &margins.areas)
            }),
        );
        for (area, mean, own_weight, pupils, margins) in units {
            for (margin, level_pct) in margins.iter().zip(&self.settings.levels_pct) {
                let (lower, upper) = margin.around(mean);
                made.forecast.rows.push(ForecastRow {
                    grade,
                    birth_year: grade.birth_year(self.run().origin.school_year(horizon)),
                    area_code: area.cloned(),
                    level: if area.is_some() { UnitLevel::Area } else { UnitLevel::Ward },
                    school_year: self.run().origin.school_year(horizon),
                    horizon,
                    mean,
                    median: mean,
                    lower,
                    upper,
                    level_pct: *level_pct,
                    pupils,
                    method: project::method(grade, horizon),
                    own_weight,
                });
            }
        }
        self.write_base(made, number, grade, horizon);
        margins.ward.iter().chain(&margins.areas).any(|margin| margin.is_prior)
    }

    fn write_base(&self, made: &mut Projected, number: usize, grade: Grade, horizon: u32) {
        let last = self.known.last;
        let born = grade.age().checked_sub(horizon).and_then(|age| usize::try_from(age).ok());
        let now = born.map(|age| self.known.children(last, age));
        let capture = self.run().points.captures[number].as_ref();
        let ward_intake = (0..=last).rev().find_map(|year| self.known.roll(grade, year));
        let intakes = (0..=last).rev().find_map(|year| self.known.area_rolls(grade, year));
        let step = usize::try_from(horizon).unwrap_or(1);
        let parts = self.run().points.parts(number, step);
        let of_ward = self.run().points.ward_parts(number, step);
        let before = causes::latest(&self.known, grade, step, capture.is_some());
        let edits = edits::Chosen::of(&self.known, grade, self.known.school_year(horizon));
        let ward = BaseRow {
            grade,
            school_year: self.run().origin.school_year(horizon),
            area_code: None,
            children_now: born.and_then(|age| whole(self.known.ward_children(last, age))),
            capture: capture.map(|capture| capture.ward),
            last_intake: ward_intake.and_then(whole),
            parts: of_ward,
            last_parts: before.ward,
            edit: edits.ward.cloned(),
        };
        made.base.extend(self.areas.iter().enumerate().map(|(area, code)| BaseRow {
            area_code: Some(code.clone()),
            children_now: now.and_then(|now| whole(now[area])),
            capture: capture.map(|capture| capture.areas[area]),
            last_intake: intakes.and_then(|intakes| whole(intakes[area])),
            parts: parts[area],
            last_parts: before.areas[area],
            edit: edits.of_area(area).cloned(),
            ..ward.clone()
        }));
        let place = made.base.len() - self.areas.len();
        made.base.insert(place, ward);
    }

    /// What is questionable about this origin.
    fn findings(&self, history: &History) -> Vec<Finding> {
        let mut findings = Vec::new();
        let points = &self.run().points;
        if self.known.transitions() == 0 {
            let finding = Finding::new(FindingCode::ShortHistory).table("cohorts");
            findings.push(finding.fact("origin", self.run().origin));
        }
        let unborn = self.settings.grades.iter().enumerate().any(|(number, grade)| {
            (grade.age() + 1..=self.settings.horizon).any(|h| !self.is_missing(number, h))
        });
        let births_speak = points.registered.is_some_and(|told| told.later_weight > 0.0);
        if unborn && points.areas_without_women > 0 && !births_speak {
            let count = u64::try_from(points.areas_without_women).unwrap_or(u64::MAX);
            findings.push(Finding::new(FindingCode::WomenMissing).table("women").count(count));
        }
        for (number, grade) in self.settings.grades.iter().enumerate() {
            match &points.captures[number] {
                None => findings.push(
                    Finding::new(FindingCode::EnrollmentMissing)
                        .table("enrollment")
                        .fact("grade", grade),
                ),
                Some(_) => findings.extend(self.capture_high(history, *grade)),
            }
        }
        findings.extend(self.beyond_counts(history));
        findings.extend(self.past_weighed());
        findings.extend(self.rolls_disagree());
        let weights = &self.run().roll_weights;
        if weights.iter().any(|weight| *weight > 0.0) {
            let shares: Vec<String> =
                weights.iter().map(|w| round_half_up(100.0 * w).to_string()).collect();
            let finding = Finding::new(FindingCode::RollsUsed).table("enrollment");
            findings.push(finding.fact("grade", Grade::G6).fact("shares_pct", shares.join(", ")));
        }
        findings
    }

    /// What is known beyond counts, and what it did.
    fn beyond_counts(&self, history: &History) -> Vec<Finding> {
        let points = &self.run().points;
        let grades = &self.settings.grades;
        let paths: Vec<_> = points.captures.iter().map(|c| c.as_ref()?.path()).collect();
        let has_rolls: Vec<bool> = points.captures.iter().map(Option::is_some).collect();
        let mut findings = history.information.undated();
        findings.extend(self.known.housing_findings());
        findings.extend(registered::finding(&self.known, points.registered.as_ref()));
        findings.extend(self.known.covariates().map(Verdict::finding));
        findings.extend(participation::findings(&self.known, grades, &paths, &has_rolls));
        findings.extend(edits::findings(points, &self.known, self.settings));
        findings
    }

    /// How the readings of the past were weighed for each grade, over all horizons together.
    fn past_weighed(&self) -> Vec<Finding> {
        let choices = &self.run().choices;
        let finding = |grade: &Grade| {
            let of_grade = || choices.iter().filter(|choice| choice.grade == *grade);
            let seen = of_grade().map(|choice| choice.seen).max().filter(|seen| *seen > 0)?;
            let finding = Finding::new(FindingCode::PastWeighed)
                .table("cohorts")
                .fact("grade", grade)
                .fact("forecasts", seen);
            let share = |reading: usize| -> f64 {
                let shares = of_grade().filter_map(|choice| choice.shares.get(reading));
                shares.sum::<f64>() / f64::from(self.settings.horizon)
            };
            let shares = READING_NAMES.iter().enumerate();
            Some(shares.fold(finding, |finding, (reading, name)| {
                finding.fact(name, round_half_up(100.0 * share(reading)))
            }))
        };
        self.settings.grades.iter().filter_map(finding).collect()
    }

    /// Schools and ward that tell of different numbers of pupils, in any grade that is used.
    fn rolls_disagree(&self) -> Vec<Finding> {
        let grades = &self.settings.grades;
        let leads_to_6 =
            |grade: &Grade| grades.contains(&Grade::G6) && grade.level() == Level::Primary;
        let used =
            Grade::ALL.into_iter().filter(|grade| grades.contains(grade) || leads_to_6(grade));
        let mut findings = Vec::new();
        for grade in used {
            for both in self.known.disagreements(grade) {
                let back = i32::try_from(self.known.last - both.year).unwrap_or(0);
                let finding = Finding::new(FindingCode::RollsDisagree)
                    .table("enrollment")
                    .fact("year", SchoolYear(self.run().origin.0 - back))
                    .fact("grade", grade)
                    .fact("schools", both.schools)
                    .fact("ward", both.ward);
                findings.push(finding);
            }
        }
        findings
    }

    /// More pupils of the latest intake than children of the age, visitors and repeaters aside.
    fn capture_high(&self, history: &History, grade: Grade) -> Option<Finding> {
        let last = (0..=self.known.last).rev().find(|y| self.known.roll(grade, *y).is_some())?;
        let back = i32::try_from(self.known.last - last).ok()?;
        let year = SchoolYear(self.run().origin.0 - back);
        let age = usize::try_from(grade.age()).ok()?;
        let children = self.known.ward_children(last, age);
        let rows = history.enrollment.iter();
        // Schools and areas may both tell of the same guests; the fuller list counts.
        let mut guests = BTreeMap::new();
        for row in rows.filter(|row| row.grade == grade && row.school_year == year) {
            let kind = (row.area_code.is_some(), row.school_code.is_some());
            *guests.entry(kind).or_insert(0) +=
                row.from_outside.unwrap_or(0) + row.repeaters.unwrap_or(0);
        }
        let guests = guests.into_values().max().unwrap_or(0);
        let residents = self.known.roll(grade, last)? - f64::from(guests);
        (children > 0.0 && residents > children).then(|| {
            Finding::new(FindingCode::CaptureHigh)
                .table("enrollment")
                .fact("grade", grade)
                .fact("school_year", year)
                .fact("pupils", residents)
                .fact("children", children)
        })
    }
}

/// A known count as the whole number that it is.
fn whole(count: f64) -> Option<u32> {
    (!count.is_nan()).then(|| u32::try_from(round_half_up(count)).ok()).flatten()
}
