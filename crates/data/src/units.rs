//! The areas of today, the units above them, and the codes that rows may name.

use crate::confirmed::CONFIRMED_FILE;
use crate::crosswalk::{AreaChange, Crosswalk};
use crate::reader::Reader;
use crate::rows::Known;
use crate::text::names::AreaNames;
use crate::{ReadError, ReadOptions, schema};
use chrono::NaiveDate;
use phantuyen_model::{Area, AreaCode, Finding, FindingCode, TreeUnit};
use std::collections::BTreeSet;

impl Reader<'_> {
    /// The areas of today, the units above them, and the codes that rows may name.
    pub(crate) fn units(
        &mut self,
        options: &ReadOptions,
    ) -> Result<(Vec<Area>, Vec<TreeUnit>, Known), ReadError> {
        let nothing = Known::default();
        let listed = self.table(&schema::AREAS, &nothing, |open| open.areas())?;
        let units =
            self.table(&schema::AREA_TREE, &nothing, |open| open.tree())?.unwrap_or_default();
        let changes =
            self.table(&schema::AREA_CHANGES, &nothing, |open| open.changes())?.unwrap_or_default();
        let Some(listed) = listed else {
            let table = Finding::new(FindingCode::MissingTable).table(schema::AREAS.name);
            self.log.add(table.file("data/areas.csv"));
            return Ok((Vec::new(), units, nothing));
        };
        let mut names = AreaNames::of(&listed);
        for (written, code) in &self.folder.intake.areas {
            let code = AreaCode::new(code.as_str());
            if listed.iter().any(|area| area.area_code == code) {
                names.confirm(written, code);
            } else {
                let finding = Finding::new(FindingCode::ConfirmedAreaUnknown).file(CONFIRMED_FILE);
                self.log.add_value(finding, code.as_str());
            }
        }
        let areas = self.areas_of_today(listed, &changes, options.as_of);
        self.report_parents(&areas, &units, &options.ward_code);
        let today: BTreeSet<AreaCode> = areas.iter().map(|area| area.area_code.clone()).collect();
        let areas_known = Crosswalk::new(Some(today), &changes);
        for (old, _, sum) in areas_known.uneven() {
            let finding = self.place(&schema::AREA_CHANGES, FindingCode::ChangeSharesUneven);
            self.log.add_value(finding.column("share"), &format!("{old}: {sum:.3}"));
        }
        let known = Known { areas: areas_known, names, ..Known::default() };
        self.report_lost_successors(&changes, &known);
        Ok((areas, units, known))
    }

    /// Leaves out areas that have ended: before `as_of`, or by a change that names a successor.
    fn areas_of_today(
        &mut self,
        listed: Vec<Area>,
        changes: &[AreaChange],
        as_of: Option<NaiveDate>,
    ) -> Vec<Area> {
        let walk = Crosswalk::new(None, changes);
        let mut areas: Vec<Area> = Vec::new();
        for area in listed {
            let by_change = area.valid_to.is_some() && walk.is_old(&area.area_code);
            let by_date = area.valid_to.zip(as_of).is_some_and(|(end, now)| end < now);
            let place = |code| self.place(&schema::AREAS, code).column("area_code");
            if by_change || by_date {
                self.log.add_value(place(FindingCode::AreaEnded), area.area_code.as_str());
            } else if areas.last().is_some_and(|last| last.area_code == area.area_code) {
                let finding = place(FindingCode::DuplicateRow).fact("key", "area_code");
                self.log.add_value(finding, area.area_code.as_str());
                if let Some(count) =
                    self.tables.iter_mut().find(|count| count.table == schema::AREAS.name)
                {
                    count.withdraw();
                }
            } else {
                areas.push(area);
            }
        }
        areas
    }

    fn report_parents(&mut self, areas: &[Area], units: &[TreeUnit], ward: &str) {
        let above: BTreeSet<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
        for parent in areas.iter().filter_map(|area| area.parent_code.as_deref()) {
            if parent != ward && !above.contains(parent) {
                let finding = self.place(&schema::AREAS, FindingCode::UnknownParent);
                self.log.add_value(finding.column("parent_code"), parent);
            }
        }
    }

    fn report_lost_successors(&mut self, changes: &[AreaChange], known: &Known) {
        for change in changes {
            if let Err(FindingCode::UnknownArea) = known.areas.carry(change.new.clone(), None) {
                let finding = self.place(&schema::AREA_CHANGES, FindingCode::UnknownArea);
                self.log.add_value(finding.column("new_code"), change.new.as_str());
            }
        }
    }
}
