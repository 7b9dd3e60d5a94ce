//! From accepted rows to the words of the model, table by table.

use crate::TableCount;
use crate::cells::Cells;
use crate::crosswalk::AreaChange;
use crate::log::Log;
use crate::polygons::in_degrees;
use crate::rows::{Known, Reject, Row, need, walk};
use crate::schema::{self, Table};
use phantuyen_model::{
    Area, AreaCode, BirthsRow, ClassesRow, DemandRow, EnrollmentRow, FeederRow, Finding,
    FindingCode, Lock, LonLat, Metres, PlanRow, School, SchoolCode, SeatsRow, SiblingsRow,
    TreeUnit,
};
use std::collections::BTreeMap;

/// An open file on its way to rows.
pub(crate) struct Open<'a> {
    pub(crate) cells: &'a [Cells],
    pub(crate) file: &'a str,
    pub(crate) known: &'a Known,
    pub(crate) log: &'a mut Log,
}

impl Open<'_> {
    /// Gathers what `build` makes of each row.
    pub(crate) fn gather<T>(
        &mut self,
        table: &'static Table,
        mut build: impl FnMut(&Row<'_>) -> Result<T, Reject>,
    ) -> (Vec<T>, TableCount) {
        let mut rows = Vec::new();
        let count = walk(table, self.cells, self.file, self.known, self.log, |row| {
            rows.push(build(row)?);
            Ok(())
        });
        (rows, count)
    }

    pub(crate) fn areas(&mut self) -> (Vec<Area>, TableCount) {
        let mut far = Vec::new();
        let (mut areas, count) = self.gather(&schema::AREAS, |row| {
            let aliases = row.text("aliases").unwrap_or("").split(';').map(str::trim);
            Ok(Area {
                area_code: AreaCode::new(need(row.text("area_code"), "area_code")?),
                name: need(row.text("name"), "name")?.to_owned(),
                parent_code: row.text("parent_code").map(str::to_owned),
                place: place(row, &mut far),
                old_unit: row.text("old_unit").map(str::to_owned),
                aliases: aliases.filter(|alias| !alias.is_empty()).map(str::to_owned).collect(),
                valid_from: row.date("valid_from"),
                valid_to: row.date("valid_to"),
            })
        });
        self.report_far(&schema::AREAS, &far);
        areas.sort_by(|a, b| (&a.area_code, a.valid_from).cmp(&(&b.area_code, b.valid_from)));
        (areas, count)
    }

    pub(crate) fn tree(&mut self) -> (Vec<TreeUnit>, TableCount) {
        self.gather(&schema::AREA_TREE, |row| {
            Ok(TreeUnit {
                code: need(row.text("code"), "code")?.to_owned(),
                name: need(row.text("name"), "name")?.to_owned(),
                parent_code: row.text("parent_code").map(str::to_owned),
            })
        })
    }

    pub(crate) fn changes(&mut self) -> (Vec<AreaChange>, TableCount) {
        self.gather(&schema::AREA_CHANGES, |row| {
            Ok(AreaChange {
                old: AreaCode::new(need(row.text("old_code"), "old_code")?),
                new: AreaCode::new(need(row.text("new_code"), "new_code")?),
                share: row.number("share"),
                effective: need(row.date("effective"), "effective")?,
            })
        })
    }

    pub(crate) fn schools(&mut self) -> (Vec<School>, TableCount) {
        let mut far = Vec::new();
        let (mut schools, count) = self.gather(&schema::SCHOOLS, |row| {
            Ok(School {
                school_code: SchoolCode::new(need(row.text("school_code"), "school_code")?),
                name: need(row.text("name"), "name")?.to_owned(),
                levels: need(row.levels("level"), "level")?,
                place: place(row, &mut far),
                area_code: row.area("area_code"),
                rooms: row.count("rooms"),
                classes_per_room: row.number("classes_per_room"),
                class_size: row.count("class_size"),
                capacity: row.number("capacity"),
                open_from: row.school_year("open_from"),
                open_to: row.school_year("open_to"),
                catchment: row.yes("catchment").unwrap_or(true),
            })
        });
        self.report_far(&schema::SCHOOLS, &far);
        schools.sort_by(|a, b| a.school_code.cmp(&b.school_code));
        (schools, count)
    }

    fn report_far(&mut self, table: &Table, rows: &[u32]) {
        for row in rows {
            let finding = Finding::new(FindingCode::CoordinatesNotDegrees).table(table.name);
            self.log.add(finding.file(self.file).row(*row).column("lon, lat"));
        }
    }

    pub(crate) fn seats(&mut self) -> (Vec<SeatsRow>, TableCount) {
        self.gather(&schema::SEATS, |row| {
            Ok(SeatsRow {
                school_code: need(row.school("school_code"), "school_code")?,
                grade: need(row.grade("grade"), "grade")?,
                rooms: row.count("rooms"),
                classes: row.count("classes"),
                class_size: row.count("class_size"),
                capacity: row.number("capacity"),
            })
        })
    }

    pub(crate) fn classes(&mut self) -> (Vec<ClassesRow>, TableCount) {
        self.gather(&schema::CLASSES, |row| {
            Ok(ClassesRow {
                school_year: need(row.school_year("school_year"), "school_year")?,
                school_code: need(row.school("school_code"), "school_code")?,
                grade: need(row.grade("grade"), "grade")?,
                classes: need(row.count("classes"), "classes")?,
                pupils: need(row.count("pupils"), "pupils")?,
            })
        })
    }

    /// Rows of areas that have become one area add up.
    pub(crate) fn enrollment(&mut self, table: &'static Table) -> (Vec<EnrollmentRow>, TableCount) {
        let (rows, count) = self.gather(table, |row| {
            Ok(EnrollmentRow {
                school_year: need(row.school_year("school_year"), "school_year")?,
                grade: need(row.grade("grade"), "grade")?,
                pupils: need(row.count("pupils"), "pupils")?,
                school_code: row.school("school_code"),
                area_code: row.area("area_code"),
                from_outside: row.count("from_outside"),
                repeaters: row.count("repeaters"),
                to_outside: row.count("to_outside"),
                private: row.count("private"),
            })
        });
        let key = |row: &EnrollmentRow| {
            (row.school_year, row.grade, row.school_code.clone(), row.area_code.clone())
        };
        let sum = |a: Option<u32>, b: Option<u32>| match (a, b) {
            (None, None) => None,
            _ => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
        };
        let merged = merge(rows, key, |into, row| {
            into.pupils = into.pupils.saturating_add(row.pupils);
            into.from_outside = sum(into.from_outside, row.from_outside);
            into.repeaters = sum(into.repeaters, row.repeaters);
            into.to_outside = sum(into.to_outside, row.to_outside);
            into.private = sum(into.private, row.private);
        });
        (merged, count)
    }

    pub(crate) fn births(&mut self) -> (Vec<BirthsRow>, TableCount) {
        let (rows, count) = self.gather(&schema::BIRTHS, |row| {
            Ok(BirthsRow {
                area_code: row.area("area_code"),
                year: need(row.year("year"), "year")?,
                births: need(row.count("births"), "births")?,
            })
        });
        let merged = merge(
            rows,
            |row| (row.area_code.clone(), row.year),
            |into, row| into.births = into.births.saturating_add(row.births),
        );
        (merged, count)
    }

    /// Rows of areas that have become one area add up.
    pub(crate) fn demand(&mut self) -> (Vec<DemandRow>, TableCount) {
        let (rows, count) = self.gather(&schema::DEMAND, |row| {
            let (lower, upper) = (row.number("lower"), row.number("upper"));
            if let Some((lower, upper)) = lower.zip(upper).filter(|(lower, upper)| lower > upper) {
                let seen = format!("{lower} > {upper}");
                return Err(Reject::bad_value("lower", seen, "lower ≤ upper"));
            }
            Ok(DemandRow {
                area_code: need(row.area("area_code"), "area_code")?,
                pupils: need(row.number("pupils"), "pupils")?,
                lower,
                upper,
                grade: row.grade("grade"),
            })
        });
        let sum = |a: Option<f64>, b: Option<f64>| Some(a? + b?);
        let merged = merge(
            rows,
            |row| (row.area_code.clone(), row.grade),
            |into, row| {
                into.pupils += row.pupils;
                into.lower = sum(into.lower, row.lower);
                into.upper = sum(into.upper, row.upper);
            },
        );
        (merged, count)
    }

    pub(crate) fn distances(&mut self) -> (Vec<(AreaCode, SchoolCode, Metres)>, TableCount) {
        self.gather(&schema::DISTANCES, |row| {
            Ok((
                need(row.area("area_code"), "area_code")?,
                need(row.school("school_code"), "school_code")?,
                Metres(need(row.number("distance_m"), "distance_m")?),
            ))
        })
    }

    pub(crate) fn pairs(
        &mut self,
        table: &'static Table,
        second: &'static str,
    ) -> (Vec<(AreaCode, AreaCode)>, TableCount) {
        let (mut pairs, count) = self.gather(table, |row| {
            Ok((need(row.area("area_code"), "area_code")?, need(row.area(second), second)?))
        });
        pairs.sort();
        pairs.dedup();
        (pairs, count)
    }

    /// Where several areas have become one, each brought an equal part of it to its school.
    pub(crate) fn current_plan(&mut self) -> (Vec<PlanRow>, TableCount) {
        let (rows, count) = self.gather(&schema::CURRENT_PLAN, |row| {
            let planned = PlanRow {
                grade: need(row.grade("grade"), "grade")?,
                area_code: need(row.area("area_code"), "area_code")?,
                school_code: need(row.school("school_code"), "school_code")?,
                share: row.number("share").unwrap_or(1.0),
            };
            Ok((row.carried, planned))
        });
        let mut totals: BTreeMap<_, (bool, f64)> = BTreeMap::new();
        for (carried, row) in &rows {
            let total = totals.entry((row.grade, row.area_code.clone())).or_insert((false, 0.0));
            *total = (total.0 || *carried, total.1 + row.share);
        }
        let rows = rows.into_iter().map(|(_, mut row)| {
            if let Some((true, total)) = totals.get(&(row.grade, row.area_code.clone())) {
                row.share /= total.max(1.0);
            }
            row
        });
        let merged = merge(
            rows.collect(),
            |row: &PlanRow| (row.grade, row.area_code.clone(), row.school_code.clone()),
            |into, row| into.share += row.share,
        );
        (merged, count)
    }

    pub(crate) fn locks(&mut self) -> (Vec<Lock>, TableCount) {
        let (rows, count) = self.gather(&schema::LOCKS, |row| {
            Ok(Lock {
                grade: need(row.grade("grade"), "grade")?,
                area_code: need(row.area("area_code"), "area_code")?,
                school_code: need(row.school("school_code"), "school_code")?,
                rule: need(row.lock_rule("rule"), "rule")?,
                reason: row.text("reason").map(str::to_owned),
            })
        });
        let key =
            |lock: &Lock| (lock.grade, lock.area_code.clone(), lock.school_code.clone(), lock.rule);
        (merge(rows, key, |_, _| {}), count)
    }

    /// Where several areas have become one, their pupils add up.
    pub(crate) fn siblings(&mut self) -> (Vec<SiblingsRow>, TableCount) {
        let (rows, count) = self.gather(&schema::SIBLINGS, |row| {
            Ok(SiblingsRow {
                grade: need(row.grade("grade"), "grade")?,
                area_code: need(row.area("area_code"), "area_code")?,
                school_code: need(row.school("school_code"), "school_code")?,
                pupils: need(row.number("pupils"), "pupils")?,
            })
        });
        let key = |row: &SiblingsRow| (row.grade, row.area_code.clone(), row.school_code.clone());
        (merge(rows, key, |into, row| into.pupils += row.pupils), count)
    }

    pub(crate) fn feeders(&mut self) -> (Vec<FeederRow>, TableCount) {
        let (rows, count) = self.gather(&schema::FEEDERS, |row| {
            Ok(FeederRow {
                from_school: need(row.school("from_school"), "from_school")?,
                to_school: need(row.school("to_school"), "to_school")?,
                share: need(row.number("share"), "share")?,
            })
        });
        let key = |row: &FeederRow| (row.from_school.clone(), row.to_school.clone());
        (merge(rows, key, |_, _| {}), count)
    }
}

/// Joins rows of one key, and puts them in the order of their keys.
fn merge<T, K: Ord>(
    rows: Vec<T>,
    key: impl Fn(&T) -> K,
    mut join: impl FnMut(&mut T, &T),
) -> Vec<T> {
    let mut merged: BTreeMap<K, T> = BTreeMap::new();
    for row in rows {
        match merged.entry(key(&row)) {
            std::collections::btree_map::Entry::Occupied(mut known) => join(known.get_mut(), &row),
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(row);
            }
        }
    }
    merged.into_values().collect()
}

/// The place of a row; a pair that is no longitude and latitude, or half of one, is noted.
fn place(row: &Row<'_>, far: &mut Vec<u32>) -> Option<LonLat> {
    match (row.number("lon"), row.number("lat")) {
        (None, None) => None,
        (Some(lon), Some(lat)) if in_degrees(LonLat { lon, lat }) => Some(LonLat { lon, lat }),
        _ => {
            far.push(row.number);
            None
        }
    }
}
