//! `Phân tuyến` and `Phân tuyến theo trường`: to which school each area goes, how far that is and
//! why; which areas each school takes.

use super::quotas::name_of;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use super::{QuotaSheet, WorkbookInput};
use crate::ReportError;
use crate::map::names::listed;
use phantuyen_model::{AreaCode, Assignment, Grade, Plan, PlanRow, SchoolFigures};
use phantuyen_words::{Catalogue, natural_order};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

/// The names of the areas by their codes.
type AreaNames<'n> = BTreeMap<&'n AreaCode, &'n str>;

/// Both sheets; none where there is no plan.
pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let mut drawn: Vec<(&QuotaSheet<'_>, &Plan)> =
        input.quotas.iter().filter_map(|quota| Some((quota, quota.plan?))).collect();
    if drawn.is_empty() {
        return Ok(());
    }
    drawn.sort_by_key(|(quota, _)| quota.grade);
    let names: AreaNames<'_> =
        input.areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
    by_area(book, input, words, &drawn, &names)?;
    by_school(book, input, words, &drawn, &names)
}

fn by_area(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    drawn: &[(&QuotaSheet<'_>, &Plan)],
    names: &AreaNames<'_>,
) -> Result<(), ReportError> {
    let columns = [
        column(input, words, "grade", 18.0),
        column(input, words, "area", 26.0),
        column(input, words, "school", 28.0),
        column(input, words, "children", 10.0),
        column(input, words, "way", 12.0),
        column(input, words, "school_before", 28.0),
        column(input, words, "reason", 70.0),
    ];
    let name = words.term(input.lang, "doc.book.plan");
    let facts = [("year", input.provenance.school_year.to_string())];
    let title = words.say(input.lang, "doc.book.plan_title", &facts);
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let mut rows: Vec<Row> = Vec::new();
    for (quota, plan) in drawn {
        rows.extend(area_rows(input, words, quota, plan, names));
    }
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&words.term(input.lang, "doc.book.plan_note"))
}

fn area_rows(
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    quota: &QuotaSheet<'_>,
    plan: &Plan,
    names: &AreaNames<'_>,
) -> Vec<Row> {
    let grade = input.grade_name(quota.grade, words);
    let present = present_schools(input.present, quota.grade);
    let reasons: BTreeMap<&AreaCode, &str> = input
        .reasons
        .iter()
        .filter(|(known, _, _)| *known == quota.grade)
        .map(|(_, area, sentence)| (area, sentence.as_str()))
        .collect();
    let mut lines: Vec<(&Assignment, &str)> = plan
        .figures
        .assignment
        .iter()
        .map(|line| (line, names.get(&line.area_code).copied().unwrap_or(line.area_code.as_str())))
        .collect();
    lines.sort_by(|a, b| {
        natural_order(a.1, b.1)
            .then_with(|| a.0.area_code.cmp(&b.0.area_code))
            .then_with(|| a.0.school_code.cmp(&b.0.school_code))
    });
    lines
        .into_iter()
        .map(|(line, name)| {
            let before = present.get(&line.area_code).map(|rows| {
                let schools: Vec<&str> =
                    rows.iter().map(|row| name_of(quota, &row.school_code)).collect();
                schools.join("; ")
            });
            let reason = reasons.get(&line.area_code).copied();
            Row::plain(vec![
                Cell::text(grade.as_str()),
                Cell::text(name),
                Cell::text(name_of(quota, &line.school_code)),
                Cell::Count(line.pupils),
                Cell::count(line.distance_m),
                before.map_or(Cell::Unknown, Cell::Text),
                reason.map_or(Cell::Unknown, Cell::text),
            ])
        })
        .collect()
}

/// The schools to which each area goes at present, the one with the largest share first.
fn present_schools(present: &[PlanRow], grade: Grade) -> BTreeMap<&AreaCode, Vec<&PlanRow>> {
    let mut schools: BTreeMap<&AreaCode, Vec<&PlanRow>> = BTreeMap::new();
    for row in present.iter().filter(|row| row.grade == grade) {
        schools.entry(&row.area_code).or_default().push(row);
    }
    for rows in schools.values_mut() {
        rows.sort_by(|a, b| {
            b.share.total_cmp(&a.share).then_with(|| a.school_code.cmp(&b.school_code))
        });
    }
    schools
}

fn by_school(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    drawn: &[(&QuotaSheet<'_>, &Plan)],
    names: &AreaNames<'_>,
) -> Result<(), ReportError> {
    let columns = [
        column(input, words, "grade", 18.0),
        column(input, words, "school", 30.0),
        column(input, words, "territory", 84.0),
        column(input, words, "children", 12.0),
        column(input, words, "places", 12.0),
    ];
    let name = words.term(input.lang, "doc.book.plan_by_school");
    let facts = [("year", input.provenance.school_year.to_string())];
    let title = words.say(input.lang, "doc.book.plan_by_school_title", &facts);
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let mut rows: Vec<Row> = Vec::new();
    for (quota, plan) in drawn {
        let grade = input.grade_name(quota.grade, words);
        let mut schools: Vec<(&SchoolFigures, &str)> = plan
            .figures
            .schools
            .iter()
            .map(|school| (school, name_of(quota, &school.school_code)))
            .collect();
        schools.sort_by(|a, b| {
            natural_order(a.1, b.1).then_with(|| a.0.school_code.cmp(&b.0.school_code))
        });
        for (school, school_name) in schools {
            rows.push(school_row(&grade, school_name, school, plan, names));
        }
    }
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&words.term(input.lang, "doc.book.plan_by_school_note"))
}

fn school_row(
    grade: &str,
    name: &str,
    school: &SchoolFigures,
    plan: &Plan,
    names: &AreaNames<'_>,
) -> Row {
    let mut areas: Vec<(&str, &AreaCode)> = plan
        .figures
        .assignment
        .iter()
        .filter(|line| line.school_code == school.school_code)
        .map(|line| {
            let code = &line.area_code;
            (names.get(code).copied().unwrap_or(code.as_str()), code)
        })
        .collect();
    areas.sort_by(|a, b| natural_order(a.0, b.0).then_with(|| a.1.cmp(b.1)));
    let areas: Vec<&str> = areas.into_iter().map(|(area, _)| area).collect();
    let territory = if areas.is_empty() { Cell::Unknown } else { Cell::text(listed(&areas)) };
    let cells = vec![
        Cell::text(grade),
        Cell::text(name),
        territory,
        Cell::Count(school.pupils),
        Cell::Count(school.seats),
    ];
    let short = school.pupils > school.seats;
    Row { cells, emphasis: if short { Emphasis::Alarm } else { Emphasis::None } }
}
