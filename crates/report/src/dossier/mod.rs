//! The papers of April: the enrolment plan and the list of catchments, in the national form.
//!
//! They show the figures of the workbook and nothing else. Number, date and signature are left
//! open; what must be checked before signing is marked in yellow.

mod calendar;
mod catchments;
mod children;
mod form;
mod plan;
mod quotas;
mod small;

use crate::chart::capital;
use crate::paper::{Paper, docx};
use crate::workbook::WorkbookInput;
use crate::{QuotaSheet, ReportError};
use phantuyen_model::{
    Area, AreaCode, Assignment, DistanceUnit, Grade, Plan, PlanRow, Reason, SchoolCode,
};
use phantuyen_words::{Catalogue, decimal, natural_order, whole};

/// What the papers show.
pub struct DossierInput<'a> {
    /// The figures, the same as in the workbook.
    pub figures: &'a WorkbookInput<'a>,
    /// Why each area goes where it goes: one short sentence a grade and area.
    pub reasons: &'a [(Grade, AreaCode, String)],
    /// The maps as PNG.
    pub maps: &'a [(Grade, Vec<u8>)],
    /// Counts of children below this are not shown.
    pub suppress_below: u32,
    /// The province of the ward, as the form names it; empty where unknown.
    pub province: &'a str,
    /// What distances are measured in.
    pub unit: DistanceUnit,
    /// Schools that an area may use, with the way to each, nearest first.
    pub near: &'a [NearSchools],
}

/// The schools near an area.
#[derive(Clone, Debug, PartialEq)]
pub struct NearSchools {
    /// The grade.
    pub grade: Grade,
    /// The area.
    pub area_code: AreaCode,
    /// Schools with the way to each in the project's unit, nearest first.
    pub schools: Vec<(SchoolCode, f64)>,
}

/// The enrolment plan with its annexes, as DOCX.
///
/// # Errors
/// [`ReportError::Package`] when the document cannot be packed.
pub fn enrolment_plan(input: &DossierInput<'_>, words: &Catalogue) -> Result<Vec<u8>, ReportError> {
    let scribe = Scribe { input, words };
    let mut sections = vec![plan::body(&scribe)];
    sections.push(children::annex(&scribe));
    sections.push(quotas::annex(&scribe));
    sections.push(catchments::annex(&scribe, 3));
    sections.push(calendar::annex(&scribe));
    sections.extend(catchments::maps(&scribe, 5));
    docx(&scribe.paper(scribe.say("paper.plan.subject", &scribe.facts()), sections))
}

/// The list of catchments alone, to be posted or annexed to another plan, as DOCX.
///
/// # Errors
/// [`ReportError::Package`] when the document cannot be packed.
pub fn catchment_annex(
    input: &DossierInput<'_>,
    words: &Catalogue,
) -> Result<Vec<u8>, ReportError> {
    let scribe = Scribe { input, words };
    let mut sections = vec![catchments::annex(&scribe, 1)];
    sections.extend(catchments::maps(&scribe, 2));
    docx(&scribe.paper(scribe.say("paper.catchments.title", &scribe.facts()), sections))
}

/// One who writes in the language of the paper.
pub(crate) struct Scribe<'a> {
    pub(crate) input: &'a DossierInput<'a>,
    pub(crate) words: &'a Catalogue,
}

impl<'a> Scribe<'a> {
    fn paper(&self, title: String, sections: Vec<crate::paper::Section>) -> Paper {
        let figures = self.input.figures;
        Paper {
            title,
            author: self.ward(),
            provenance: figures.provenance.line.clone(),
            lang: figures.lang,
            sections,
        }
    }

    pub(crate) fn term(&self, key: &str) -> String {
        self.words.term(self.input.figures.lang, key)
    }

    pub(crate) fn say(&self, key: &str, facts: &[(&str, String)]) -> String {
        self.words.say(self.input.figures.lang, key, facts)
    }

    /// What nearly every sentence of the papers names.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let year = self.input.figures.provenance.school_year;
        vec![
            ("year", format!("{} - {}", year.0, year.0 + 1)),
            ("calendar_year", year.0.to_string()),
            ("year_before", (year.0 - 1).to_string()),
            ("ward", self.ward_inside()),
            ("place", self.input.figures.provenance.ward_name.clone()),
            ("grades", self.listed(&self.grades().map(|g| self.grade(g)).collect::<Vec<_>>())),
            ("until", self.input.figures.provenance.data_until.clone()),
        ]
    }

    /// The ward with its kind: "Phường Mẫu".
    pub(crate) fn ward(&self) -> String {
        let figures = self.input.figures;
        figures.provenance.ward(figures.lang, self.words)
    }

    /// The same inside a sentence, its kind in small letters: "phường Mẫu".
    pub(crate) fn ward_inside(&self) -> String {
        let kind = format!("term.ward_kind.{}", self.input.figures.provenance.ward_kind);
        let ward = self.ward();
        if !self.words.has(&kind) {
            return ward;
        }
        let kind = self.term(&kind);
        match ward.strip_prefix(&kind) {
            Some(name) => format!("{}{name}", kind.to_lowercase()),
            None => ward,
        }
    }

    /// `a, b và c`.
    fn listed(&self, names: &[String]) -> String {
        match names {
            [] => "–".to_owned(),
            [only] => only.clone(),
            [first @ .., last] => format!("{}{}{last}", first.join(", "), self.term("list.and")),
        }
    }

    fn grade(&self, grade: Grade) -> String {
        self.term(&format!("term.grade.{grade}"))
    }

    pub(crate) fn grade_title(&self, grade: Grade) -> String {
        capital(&self.grade(grade))
    }

    pub(crate) fn count(&self, value: f64) -> String {
        crate::counts::count(self.input.figures.lang, value)
    }

    fn whole(&self, value: f64) -> String {
        whole(self.input.figures.lang, value)
    }

    /// A way as people say it: `1,1 km`, `12 phút`, or that it is not known.
    pub(crate) fn way(&self, way: Option<f64>) -> String {
        let lang = self.input.figures.lang;
        match (way, self.input.unit) {
            (None, _) => "–".to_owned(),
            (Some(metres), DistanceUnit::Metres) => {
                format!("{} km", decimal(lang, metres / 1000.0, 1))
            }
            (Some(seconds), DistanceUnit::Seconds) => {
                format!("{} {}", decimal(lang, seconds / 60.0, 1), self.term("unit.minutes"))
            }
        }
    }

    /// Why an area goes where it goes, without the sentence where it would tell how few children
    /// live there.
    pub(crate) fn reason(&self, grade: Grade, line: &Assignment, hidden: bool) -> String {
        if hidden && matches!(line.reason, Reason::NearestFull { .. }) {
            return self.term("paper.catchments.reason_hidden");
        }
        let mut known = self.input.reasons.iter();
        let found = known.find(|(of, area, _)| *of == grade && *area == line.area_code);
        found.map_or_else(|| "–".to_owned(), |(_, _, sentence)| sentence.clone())
    }

    /// The plans, youngest grade first.
    pub(crate) fn plans(&self) -> Vec<(&'a QuotaSheet<'a>, &'a Plan)> {
        let quotas = self.input.figures.quotas.iter();
        let mut plans: Vec<_> = quotas.filter_map(|quota| Some((quota, quota.plan?))).collect();
        plans.sort_by_key(|(quota, _)| quota.grade);
        plans
    }

    fn grades(&self) -> impl Iterator<Item = Grade> {
        self.plans().into_iter().map(|(quota, _)| quota.grade)
    }

    /// The areas by their names, as people count.
    pub(crate) fn areas(&self) -> Vec<&'a Area> {
        let mut areas: Vec<&Area> = self.input.figures.areas.iter().collect();
        areas.sort_by(|a, b| {
            natural_order(&a.name, &b.name).then_with(|| a.area_code.cmp(&b.area_code))
        });
        areas
    }

    pub(crate) fn area(&self, code: &'a AreaCode) -> &'a str {
        let area = self.input.figures.areas.iter().find(|area| area.area_code == *code);
        area.map_or(code.as_str(), |area| area.name.as_str())
    }

    pub(crate) fn school(&self, code: &'a SchoolCode) -> &'a str {
        let school = self.input.figures.schools.iter().find(|school| school.school_code == *code);
        school.map_or(code.as_str(), |school| school.name.as_str())
    }

    /// The school of an area at present that takes most of it.
    pub(crate) fn present(&self, grade: Grade, area: &AreaCode) -> Option<&'a PlanRow> {
        let rows = self.input.figures.present.iter();
        rows.filter(|row| row.grade == grade && row.area_code == *area).max_by(|a, b| {
            a.share.total_cmp(&b.share).then_with(|| b.school_code.cmp(&a.school_code))
        })
    }

    /// Which areas' pupils are hidden: the sums of catchments and of the ward are published.
    pub(crate) fn hidden(&self, plan: &Plan) -> Vec<bool> {
        let lines = &plan.figures.assignment;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count of pupils, never negative"
        )]
        let counts: Vec<u64> =
            lines.iter().map(|line| line.pupils.max(0.0).ceil() as u64).collect();
        let of_school = |school: &SchoolCode| {
            let places = lines.iter().enumerate().filter(|(_, line)| line.school_code == *school);
            places.map(|(place, _)| place).collect()
        };
        let schools = plan.figures.schools.iter();
        let groups: Vec<Vec<usize>> = schools.map(|s| of_school(&s.school_code)).collect();
        small::hidden(&counts, &groups, u64::from(self.input.suppress_below))
    }

    /// The pupils of an area, or that they are not shown.
    fn pupils(&self, line: &Assignment, hidden: bool) -> String {
        if hidden { self.term("paper.hidden") } else { self.count(line.pupils) }
    }
}
