//! What a ward knows beyond head counts: housing, targets, edits, totals set by the city.

use crate::TableCount;
use crate::rows::{Reject, Row, need};
use crate::schema;
use crate::tables::Open;
use chrono::NaiveDate;
use phantuyen_model::{
    Adjustment, ControlTotal, Edit, Finding, FindingCode, HousingRow, TargetRow,
};

/// A row that nobody could know on the day of the project.
fn known_by(
    as_of: Option<NaiveDate>,
    row: &Row<'_>,
    column: &'static str,
) -> Result<Option<NaiveDate>, Reject> {
    let date = row.date(column);
    let is_later = as_of.zip(date).is_some_and(|(as_of, date)| date > as_of);
    if is_later { Err(Reject::at(column, FindingCode::AfterAsOf)) } else { Ok(date) }
}

impl Open<'_> {
    /// Housing projects known by `as_of`; those without an area are reported.
    pub(crate) fn housing(&mut self, as_of: Option<NaiveDate>) -> (Vec<HousingRow>, TableCount) {
        let (mut rows, count) = self.gather(&schema::HOUSING, |row| {
            let homeless = Reject::at("area_code", FindingCode::HousingWithoutArea);
            Ok(HousingRow {
                project: need(row.text("project"), "project")?.to_owned(),
                area_code: row.area("area_code").ok_or(homeless)?,
                dwellings: need(row.count("dwellings"), "dwellings")?,
                handover: need(row.date("handover"), "handover")?,
                yield_per_dwelling: row.number("yield_per_dwelling"),
                announced: known_by(as_of, row, "announced")?,
            })
        });
        let key = |row: &HousingRow| (row.area_code.clone(), row.handover, row.project.clone());
        rows.sort_by_key(key);
        (rows, count)
    }

    /// Targets decided by `as_of`. One above 100 per cent is told, and kept as it stands.
    pub(crate) fn targets(&mut self, as_of: Option<NaiveDate>) -> (Vec<TargetRow>, TableCount) {
        let mut above = Vec::new();
        let (mut rows, count) = self.gather(&schema::TARGETS, |row| {
            let target = TargetRow {
                indicator: need(row.text("indicator"), "indicator")?.to_owned(),
                level: need(row.text("level"), "level")?.to_owned(),
                year: need(row.school_year("year"), "year")?,
                target_pct: need(row.number("target_pct"), "target_pct")?,
                decided: known_by(as_of, row, "decided")?,
            };
            if target.target_pct > 100.0 {
                above.push((row.number, target.target_pct));
            }
            Ok(target)
        });
        for (number, value) in above {
            let finding = Finding::new(FindingCode::TargetAbove100).table(schema::TARGETS.name);
            let finding = finding.file(self.file).row(number).column("target_pct");
            self.log.add_value(finding, &value.to_string());
        }
        let key =
            |row: &TargetRow| (row.indicator.clone(), row.level.clone(), row.year, row.decided);
        rows.sort_by_key(key);
        (rows, count)
    }

    /// Edits by staff, decided by `as_of`: each either a factor or a number of pupils.
    pub(crate) fn adjustments(
        &mut self,
        as_of: Option<NaiveDate>,
    ) -> (Vec<Adjustment>, TableCount) {
        const EXPECTED: &str = "factor / pupils";
        let (mut rows, count) = self.gather(&schema::ADJUSTMENTS, |row| {
            let edit = match (row.number("factor"), row.number("pupils")) {
                (Some(factor), None) => Edit::Factor(factor),
                (None, Some(pupils)) => Edit::Pupils(pupils),
                (None, None) => return Err(Reject::at("factor", FindingCode::EmptyCell)),
                (Some(factor), Some(pupils)) => {
                    let seen = format!("{factor} / {pupils}");
                    return Err(Reject::bad_value("factor", seen, EXPECTED));
                }
            };
            known_by(as_of, row, "decided")?;
            Ok(Adjustment {
                grade: need(row.grade("grade"), "grade")?,
                area_code: row.area("area_code"),
                school_year: row.school_year("school_year"),
                edit,
                who: need(row.text("who"), "who")?.to_owned(),
                decided: need(row.date("decided"), "decided")?,
                reason: need(row.text("reason"), "reason")?.to_owned(),
            })
        });
        rows.sort_by_key(|row| (row.grade, row.school_year, row.area_code.clone(), row.decided));
        (rows, count)
    }

    /// Totals of the ward set by a higher office, decided by `as_of`.
    pub(crate) fn control_totals(
        &mut self,
        as_of: Option<NaiveDate>,
    ) -> (Vec<ControlTotal>, TableCount) {
        let (mut rows, count) = self.gather(&schema::CONTROL_TOTALS, |row| {
            Ok(ControlTotal {
                grade: need(row.grade("grade"), "grade")?,
                school_year: need(row.school_year("school_year"), "school_year")?,
                pupils: need(row.number("pupils"), "pupils")?,
                source: row.text("source").map(str::to_owned),
                decided: known_by(as_of, row, "decided")?,
            })
        });
        rows.sort_by_key(|row| (row.grade, row.school_year));
        (rows, count)
    }
}
