//! The forecast workbook `DU-BAO_<year>.xlsx`: real numbers with formats, no formulas to trust,
//! made to be printed. One sheet a file of this folder.
//!
//! The whole ward's range is computed by the forecast; it is never the sum of the areas' ranges,
//! which would be too wide. Each sheet says so where it shows a total.

mod accuracy;
mod basis;
mod frozen;
mod glossary;
mod grades;
mod plans;
mod quotas;
mod rooms;
mod scorecard;
mod sheet;
mod summary;
mod whys;
mod years;

pub(crate) use grades::whole_children;

use crate::{Provenance, ReportError};
use chrono::{Datelike as _, NaiveDate};
use phantuyen_model::{
    AccuracyAim, Area, AreaCode, BacktestError, Finding, Forecast, FrozenScore, Grade, InputFile,
    LevelRooms, Plan, PlanRow, Rule, School, SchoolCode, SchoolYear, Score, Why,
};
use phantuyen_words::{Catalogue, Lang};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};
use std::collections::BTreeSet;

/// What the forecast workbook holds.
pub struct WorkbookInput<'a> {
    /// What the pages say about themselves.
    pub provenance: &'a Provenance,
    /// The language of the sheets.
    pub lang: Lang,
    /// The areas with their names.
    pub areas: &'a [Area],
    /// The forecast.
    pub forecast: &'a Forecast,
    /// Past intakes of the ward.
    pub history: Vec<(Grade, SchoolYear, u32)>,
    /// What the first forecast year starts from.
    pub base: Vec<WorkbookBase>,
    /// Why each number of the first forecast year is what it is.
    pub whys: &'a [Why],
    /// How good forecasts of the past would have been.
    pub scores: &'a [Score],
    /// Those forecasts one by one.
    pub errors: &'a [BacktestError],
    /// Forecasts that were kept, beside what happened.
    pub frozen: &'a [FrozenScore],
    /// Classes and rooms of the years ahead.
    pub rooms: &'a [LevelRooms],
    /// The schools with their names.
    pub schools: &'a [School],
    /// How right the plan asks forecasts to be.
    pub aim: AccuracyAim,
    /// Rooms and seats, by grade.
    pub quotas: Vec<QuotaSheet<'a>>,
    /// Why each area goes where it goes: one sentence a grade and area.
    pub reasons: Vec<(Grade, AreaCode, String)>,
    /// The catchments of last year, of any grade.
    pub present: &'a [PlanRow],
    /// The files that were read.
    pub files: &'a [InputFile],
    /// The rules that were used.
    pub rules: &'a [Rule],
    /// What is questionable in the data.
    pub findings: &'a [Finding],
    /// The forecast chart as PNG.
    pub chart_png: Option<Vec<u8>>,
    /// The scorecard's chart as PNG.
    pub score_png: Option<Vec<u8>>,
    /// The day that the document bears.
    pub date: Option<NaiveDate>,
}

/// What the first forecast year of one grade and area starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkbookBase {
    /// The grade.
    pub grade: Grade,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// Children of the entry cohort on the list.
    pub children_now: Option<u32>,
    /// Share of the cohort that enrols, a fraction.
    pub capture: Option<f64>,
    /// The intake of the last school year.
    pub last_intake: Option<u32>,
}

/// Rooms and seats of the schools of one grade.
pub struct QuotaSheet<'a> {
    /// The grade.
    pub grade: Grade,
    /// The plan, which tells the pupils of each catchment.
    pub plan: Option<&'a Plan>,
    /// The schools with their names.
    pub schools: &'a [School],
    /// One row a school.
    pub rooms: Vec<RoomRow>,
}

/// How a school's seats for the entry grade come about.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomRow {
    /// The school.
    pub school_code: SchoolCode,
    /// Class rooms.
    pub rooms: Option<u32>,
    /// Classes that the rooms can serve.
    pub usable_classes: Option<u32>,
    /// Classes of other grades that stay.
    pub staying_classes: Option<u32>,
    /// Classes left for the entry grade.
    pub free_classes: Option<u32>,
    /// Pupils per class.
    pub class_size: Option<u32>,
    /// Seats.
    pub seats: f64,
}

/// Writes the workbook. The same input gives the same bytes: the document bears `date`, or the
/// first day of the school year's calendar year, never the clock.
///
/// # Errors
/// [`ReportError::Workbook`] when a sheet cannot be written.
pub fn forecast_workbook(
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    book.set_properties(&properties(input, words)?);
    summary::write(&mut book, input, words)?;
    for grade in input.grades() {
        grades::write(&mut book, input, words, grade)?;
    }
    whys::write(&mut book, input, words)?;
    years::write(&mut book, input, words)?;
    quotas::write(&mut book, input, words)?;
    plans::write(&mut book, input, words)?;
    rooms::write(&mut book, input, words)?;
    scorecard::write(&mut book, input, words)?;
    accuracy::write(&mut book, input, words)?;
    frozen::write(&mut book, input, words)?;
    basis::write(&mut book, input, words)?;
    glossary::write(&mut book, input, words)?;
    Ok(book.save_to_buffer()?)
}

fn properties(input: &WorkbookInput<'_>, words: &Catalogue) -> Result<DocProperties, ReportError> {
    let year = u16::try_from(input.provenance.school_year.0).unwrap_or(1900);
    let created = match input.date {
        Some(day) => ExcelDateTime::from_ymd(
            u16::try_from(day.year()).unwrap_or(year),
            u8::try_from(day.month()).unwrap_or(1),
            u8::try_from(day.day()).unwrap_or(1),
        )?,
        None => ExcelDateTime::from_ymd(year, 1, 1)?,
    };
    Ok(DocProperties::new()
        .set_title(summary::title(input, words))
        .set_author(input.provenance.ward(input.lang, words))
        .set_comment(&input.provenance.line)
        .set_creation_datetime(&created))
}

impl WorkbookInput<'_> {
    /// The grades that are forecast, youngest first.
    fn grades(&self) -> BTreeSet<Grade> {
        self.forecast.rows.iter().map(|row| row.grade).collect()
    }

    /// The school years that are forecast for a grade.
    fn years(&self, grade: Grade) -> BTreeSet<SchoolYear> {
        let rows = self.forecast.rows.iter().filter(|row| row.grade == grade);
        rows.map(|row| row.school_year).collect()
    }

    /// The latest past intake of a grade before the first forecast year.
    fn latest_intake(&self, grade: Grade) -> Option<(SchoolYear, u32)> {
        let first = self.years(grade).first().copied();
        self.history
            .iter()
            .filter(|(known, year, _)| *known == grade && first.is_none_or(|first| *year < first))
            .max_by_key(|(_, year, _)| *year)
            .map(|(_, year, pupils)| (*year, *pupils))
    }

    /// The name of a grade, with a capital.
    fn grade_name(&self, grade: Grade, words: &Catalogue) -> String {
        crate::chart::capital(&words.term(self.lang, &format!("term.grade.{grade}")))
    }
}
