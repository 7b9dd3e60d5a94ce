//! The history as flat arrays by year, so that "what was known then" is a cut and not a promise.

use crate::History;
use crate::beyond::Beyond;
use crate::covariates::Verdict;
use crate::housing::{self, Estates};
use crate::rolls::{Column, Disagreement, Roll};
use crate::tree::Units;
use phantuyen_model::{
    Adjustment, ControlTotal, Finding, Grade, OLDEST_AGE, RegisterYear, SchoolYear, TargetRow,
};
use rayon::prelude::*;

/// Ages 0 to [`OLDEST_AGE`].
pub(crate) const AGES: usize = OLDEST_AGE as usize + 1;

/// How far a year of the rolls may lie from the registers; further away it is a slip of the pen.
const ROLL_YEARS: i32 = 20;

/// Registers, women and rolls of every year, `NaN` where nothing is known.
pub(crate) struct Panel {
    first_year: i32,
    years: usize,
    units: Units,
    /// Year × age × area.
    children: Vec<f64>,
    /// Year × area.
    women: Vec<f64>,
    /// Year × age × unit: children of the age in areas that this register and the next one know.
    left: Vec<f64>,
    /// Year × age × unit: the same children's cohort, a year later.
    arrived: Vec<f64>,
    has_register: Vec<bool>,
    /// By grade, in the order of [`Grade::ALL`].
    rolls: Vec<Roll>,
    /// What is known beyond counts.
    beyond: Beyond,
}

impl Panel {
    /// Lays the history out; `None` when there is no register.
    pub(crate) fn new(history: &History) -> Option<Self> {
        let cohorts = &history.cohorts;
        let (first, last) = (cohorts.registers().first()?.0, cohorts.registers().last()?.0);
        let roll_years = history.enrollment.iter().map(|row| row.school_year.0);
        let roll_years =
            roll_years.filter(|y| (first - ROLL_YEARS..=last + ROLL_YEARS).contains(y));
        let (first_year, last_year) =
            roll_years.fold((first, last), |(low, high), y| (low.min(y), high.max(y)));
        let span: Vec<i32> = (first_year..=last_year).collect();

        let areas = cohorts.areas();
        let known = |count: Option<u32>| count.map_or(f64::NAN, f64::from);
        let of_years: Vec<(Vec<f64>, Vec<f64>)> = span
            .par_iter()
            .map(|year| {
                let register = RegisterYear(*year);
                let children = (0..=OLDEST_AGE)
                    .flat_map(|age| (0..areas.len()).map(move |area| (area, age)))
                    .map(|(area, age)| known(cohorts.get(area, register, age)));
                let women = areas.iter().map(|area| known(history.women.get(area, register)));
                (children.collect(), women.collect())
            })
            .collect();
        let (children, women): (Vec<_>, Vec<_>) = of_years.into_iter().unzip();
        let (children, women) = (children.concat(), women.concat());
        let units = Units::new(areas, &history.tree);
        let (left, mut arrived) = moves(&children, span.len(), &units);
        let beyond = Beyond::new(history, first_year, span.len(), &units, &left, &mut arrived);
        Some(Self {
            first_year,
            years: span.len(),
            children,
            women,
            left,
            arrived,
            has_register: span
                .iter()
                .map(|year| cohorts.registers().binary_search(&RegisterYear(*year)).is_ok())
                .collect(),
            rolls: Roll::by_grade(&history.enrollment, areas, first_year, span.len()),
            beyond,
            units,
        })
    }

    /// The same, for a forecast of today from this origin: news without a date counts there.
    pub(crate) fn today(mut self, origin: RegisterYear) -> Self {
        self.beyond.today = Some(origin);
        self
    }

    /// What was known on 31 December of the origin; `None` when that year has no register.
    pub(crate) fn until(&self, origin: RegisterYear) -> Option<Known<'_>> {
        let last = usize::try_from(origin.0 - self.first_year).ok()?;
        self.has_register.get(last).copied().filter(|has| *has)?;
        Some(self.known(last))
    }

    /// What was known at the end of each year, with a register or without, oldest first.
    pub(crate) fn years(&self) -> impl Iterator<Item = (RegisterYear, Known<'_>)> {
        self.span().map(RegisterYear).zip((0..self.years).map(|last| self.known(last)))
    }

    fn known(&self, last: usize) -> Known<'_> {
        let (areas, units) = (self.areas(), self.units.len());
        Known {
            last,
            units: &self.units,
            children: &self.children[..(last + 1) * AGES * areas],
            women: &self.women[..(last + 1) * areas],
            left: &self.left[..last * (AGES - 1) * units],
            arrived: &self.arrived[..last * (AGES - 1) * units],
            rolls: &self.rolls,
            first_year: self.first_year,
            beyond: &self.beyond,
        }
    }

    /// How many areas.
    pub(crate) fn areas(&self) -> usize {
        self.units.ward()
    }

    /// Years that have a register, oldest first.
    pub(crate) fn registers(&self) -> impl Iterator<Item = RegisterYear> {
        (self.first_year..)
            .zip(&self.has_register)
            .filter(|(_, has)| **has)
            .map(|(year, _)| RegisterYear(year))
    }

    /// The years laid out, oldest first.
    pub(crate) fn span(&self) -> impl Iterator<Item = i32> {
        (self.first_year..).take(self.years)
    }

    /// The tree of areas and the units above them.
    pub(crate) fn units(&self) -> &Units {
        &self.units
    }

    /// Children of an age in the register of a year, which may lie after any origin: only what
    /// judges readings of the past may ask, and only for origins that had seen the year.
    pub(crate) fn came(&self, year: RegisterYear, age: u32) -> Option<&[f64]> {
        let year = usize::try_from(year.0 - self.first_year).ok()?;
        self.has_register.get(year).copied().filter(|has| *has)?;
        self.children_of(year, age)
    }

    /// Whether any year has an intake of the grade: then the intake is what is forecast.
    pub(crate) fn has_intake(&self, grade: Grade) -> bool {
        self.rolls[grade_number(grade)].is_known_by(self.years)
    }

    /// What happened in the ward and in its areas (`NaN` where it is not known).
    ///
    /// Only scoring may ask: a forecast works from [`Known`].
    pub(crate) fn actual(&self, grade: Grade, year: i32) -> Option<Actual<'_>> {
        let year = usize::try_from(year - self.first_year).ok().filter(|y| *y < self.years)?;
        if self.has_intake(grade) {
            let roll = &self.rolls[grade_number(grade)];
            return Some(Actual { ward: roll.ward(year), areas: roll.areas(year) });
        }
        let areas = self.children_of(year, grade.age())?;
        let ward = known_sum(areas);
        let is_known = self.has_register[year] && !ward.is_nan();
        is_known.then_some(Actual { ward: Some(ward), areas: Some(areas) })
    }

    fn children_of(&self, year: usize, age: u32) -> Option<&[f64]> {
        let start = (year * AGES + usize::try_from(age).ok()?) * self.areas();
        self.children.get(start..start + self.areas())
    }
}

/// What happened: the ward's number, and each area's where areas are reported.
pub(crate) struct Actual<'a> {
    /// Of the ward.
    pub(crate) ward: Option<f64>,
    /// Of each area, `NaN` where unknown.
    pub(crate) areas: Option<&'a [f64]>,
}

/// The history up to the origin: slices that end there, so that nothing later can be read.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The number of its year.
    pub(crate) last: usize,
    /// The tree.
    pub(crate) units: &'a Units,
    children: &'a [f64],
    women: &'a [f64],
    left: &'a [f64],
    arrived: &'a [f64],
    rolls: &'a [Roll],
    first_year: i32,
    beyond: &'a Beyond,
}

impl<'a> Known<'a> {
    /// How many areas.
    pub(crate) fn areas(&self) -> usize {
        self.units.ward()
    }

    /// Children of an age in each area, by the register of a year up to the origin.
    pub(crate) fn children(&self, year: usize, age: usize) -> &'a [f64] {
        let start = (year * AGES + age) * self.areas();
        &self.children[start..start + self.areas()]
    }

    /// The register of a year up to the origin: by age, the children of each area.
    pub(crate) fn register(&self, year: usize) -> Vec<&'a [f64]> {
        (0..AGES).map(|age| self.children(year, age)).collect()
    }

    /// Children of an age in the areas that the register of the year knows; `NaN` where it knows
    /// the age in none.
    pub(crate) fn ward_children(&self, year: usize, age: usize) -> f64 {
        known_sum(self.children(year, age))
    }

    /// Women of each area, by the register of a year up to the origin.
    pub(crate) fn women(&self, year: usize) -> &'a [f64] {
        &self.women[year * self.areas()..(year + 1) * self.areas()]
    }

    /// Children of an age in the register of `year`, and a year later, by unit; `year + 1` is at
    /// most the origin. Zero over zero where one of the two registers is missing.
    pub(crate) fn moves(&self, year: usize, age: usize) -> (&'a [f64], &'a [f64]) {
        let start = (year * (AGES - 1) + age) * self.units.len();
        let cut = start..start + self.units.len();
        (&self.left[cut.clone()], &self.arrived[cut])
    }

    /// [`Known::moves`] of each age from the register of `year` to the next one.
    pub(crate) fn moves_of(&self, year: usize) -> impl Iterator<Item = (&'a [f64], &'a [f64])> {
        let known = *self;
        (0..AGES - 1).map(move |age| known.moves(year, age))
    }

    /// The ward's roll of a grade in a year up to the origin.
    pub(crate) fn roll(&self, grade: Grade, year: usize) -> Option<f64> {
        self.rolls[grade_number(grade)].ward(year.min(self.last)).filter(|_| year <= self.last)
    }

    /// The areas' rolls of a grade in a year up to the origin.
    pub(crate) fn area_rolls(&self, grade: Grade, year: usize) -> Option<&'a [f64]> {
        if year > self.last { None } else { self.rolls[grade_number(grade)].areas(year) }
    }

    /// What a column of the rolls counts in the ward in a year up to the origin.
    pub(crate) fn part(&self, grade: Grade, year: usize, column: Column) -> Option<f64> {
        if year > self.last { None } else { self.rolls[grade_number(grade)].part(year, column) }
    }

    /// What a column of the rolls counts in each area in a year up to the origin.
    pub(crate) fn area_parts(
        &self,
        grade: Grade,
        year: usize,
        column: Column,
    ) -> Option<&'a [f64]> {
        let roll = &self.rolls[grade_number(grade)];
        if year > self.last { None } else { roll.area_parts(year, column) }
    }

    /// The register of the origin.
    pub(crate) fn origin(&self) -> RegisterYear {
        RegisterYear(self.school_year_of(self.last).0)
    }

    /// The school year that opened in a year.
    pub(crate) fn school_year_of(&self, year: usize) -> SchoolYear {
        SchoolYear(self.first_year.saturating_add(i32::try_from(year).unwrap_or(i32::MAX)))
    }

    /// The school year so many years after the origin.
    pub(crate) fn school_year(&self, horizon: u32) -> SchoolYear {
        self.origin().school_year(horizon)
    }

    /// Targets known at the origin.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &'a TargetRow> {
        let day = self.beyond.day(self.origin());
        self.beyond.news.targets.iter().filter(move |row| day.knows(row.decided))
    }

    /// Edits known at the origin, each with the place of its area or of the whole ward.
    pub(crate) fn edits(&self) -> impl Iterator<Item = (Option<usize>, &'a Adjustment)> {
        let day = self.beyond.day(self.origin());
        let edits = self.beyond.news.edits.iter().map(|(area, row)| (*area, row));
        edits.filter(move |(_, row)| day.knows(Some(row.decided)))
    }

    /// Totals set by a higher office and known at the origin.
    pub(crate) fn totals(&self) -> impl Iterator<Item = &'a ControlTotal> {
        let day = self.beyond.day(self.origin());
        self.beyond.news.totals.iter().filter(move |row| day.knows(row.decided))
    }

    /// Handovers of housing known at the origin.
    pub(crate) fn estates(&self) -> Estates {
        self.beyond.estates(self.origin(), self.last)
    }

    /// What housing does, in sentences.
    pub(crate) fn housing_findings(&self) -> Vec<Finding> {
        let day = self.beyond.day(self.origin());
        housing::findings(&self.beyond.news, day, self.beyond.shares(self.last))
    }

    /// What covariates say at the origin; `None` where none are known.
    pub(crate) fn covariates(&self) -> Option<&'a Verdict> {
        self.beyond.verdict(self.last)
    }

    /// Registered births of the ward in a year up to the origin.
    pub(crate) fn births(&self, year: usize) -> Option<f64> {
        let births = self.beyond.births.get(year).copied();
        births.filter(|births| year <= self.last && !births.is_nan())
    }

    /// Years up to the origin in which the schools' rolls and the ward's disagree, with both.
    pub(crate) fn disagreements(&self, grade: Grade) -> impl Iterator<Item = Disagreement> {
        let last = self.last;
        let all = self.rolls[grade_number(grade)].disagreements().iter().copied();
        all.filter(move |both| both.year <= last)
    }

    /// Years whose register and the next one exist, up to the origin.
    pub(crate) fn transitions(&self) -> usize {
        let ward = self.units.ward();
        let seen = |year: &usize| (0..AGES - 1).any(|age| self.moves(*year, age).0[ward] > 0.0);
        (0..self.last).filter(seen).count()
    }
}

/// The sum of what is known, `NaN` where nothing is. Of no areas it is zero.
fn known_sum(counts: &[f64]) -> f64 {
    if !counts.is_empty() && counts.iter().all(|count| count.is_nan()) {
        return f64::NAN;
    }
    counts.iter().filter(|count| !count.is_nan()).sum()
}

/// The place of a grade in [`Grade::ALL`].
fn grade_number(grade: Grade) -> usize {
    Grade::ALL.iter().position(|g| *g == grade).unwrap_or(0)
}

/// For each pair of following years, age and unit: children, and their cohort a year later.
fn moves(children: &[f64], years: usize, units: &Units) -> (Vec<f64>, Vec<f64>) {
    let areas = units.ward();
    let row = |year: usize, age: usize| &children[(year * AGES + age) * areas..][..areas];
    let size = years.saturating_sub(1) * (AGES - 1) * units.len();
    let (mut left, mut arrived) = (vec![0.0; size], vec![0.0; size]);
    let blocks =
        left.par_chunks_exact_mut(units.len()).zip(arrived.par_chunks_exact_mut(units.len()));
    blocks.enumerate().for_each(|(block, (left, arrived))| {
        let (year, age) = (block / (AGES - 1), block % (AGES - 1));
        let pairs = row(year, age).iter().zip(row(year + 1, age + 1));
        for (area, (before, after)) in pairs.enumerate() {
            if !before.is_nan() && !after.is_nan() {
                (left[area], arrived[area]) = (*before, *after);
            }
        }
        units.add_up(left);
        units.add_up(arrived);
    });
    (left, arrived)
}
