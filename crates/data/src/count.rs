//! From people to head counts. **No person beyond this line.**

use crate::log::Log;
use chrono::{Datelike, NaiveDate};
use phantuyen_model::{
    AreaCode, CohortRow, Finding, FindingCode, RegisterYear, Residence, WomenRow,
    largest_remainder, round_half_up,
};
use polars::prelude::{Column, DataFrame, IntoLazy, PolarsResult, col, len};
use std::collections::BTreeMap;

/// Children by area, register, birth year and residence, each person one line of each column.
#[derive(Default)]
pub(crate) struct Heads {
    /// Positions in the list of areas.
    pub(crate) areas: Vec<u32>,
    /// Positions in the list of registers.
    pub(crate) registers: Vec<u32>,
    /// Years of birth.
    pub(crate) births: Vec<i32>,
    /// 0 unknown, else the place in [`RESIDENCES`] from 1.
    pub(crate) residences: Vec<u32>,
}

/// Area, register, birth year, residence, and how many heads.
type Cell = (u32, u32, i32, u32, u32);

/// Kinds of residence in the order of their numbers in [`Heads`].
pub(crate) const RESIDENCES: [Residence; 3] =
    [Residence::Permanent, Residence::Temporary, Residence::Current];

impl Heads {
    /// Adds one person at one register.
    pub(crate) fn add(&mut self, area: u32, register: u32, birth: i32, residence: u32) {
        self.areas.push(area);
        self.registers.push(register);
        self.births.push(birth);
        self.residences.push(residence);
    }

    /// How many lines of each combination there are.
    fn grouped(self) -> PolarsResult<Vec<Cell>> {
        let keys = ["area", "register", "birth", "residence"];
        let frame = DataFrame::new_infer_height(vec![
            Column::new(keys[0].into(), self.areas),
            Column::new(keys[1].into(), self.registers),
            Column::new(keys[2].into(), self.births),
            Column::new(keys[3].into(), self.residences),
        ])?;
        let counted = frame
            .lazy()
            .group_by(keys.map(col))
            .agg([len().alias("headcount")])
            .sort(keys, Default::default())
            .collect()?;
        let column = |name| -> PolarsResult<Vec<u32>> {
            Ok(counted.column(name)?.u32()?.into_no_null_iter().collect())
        };
        let births = counted.column(keys[2])?.i32()?.into_no_null_iter();
        let (areas, registers, residences) = (column(keys[0])?, column(keys[1])?, column(keys[3])?);
        let heads = counted.column("headcount")?.u32()?.into_no_null_iter();
        let rows = areas.into_iter().zip(registers).zip(births).zip(residences).zip(heads);
        Ok(rows
            .map(|((((area, register), birth), residence), heads)| {
                (area, register, birth, residence, heads)
            })
            .collect())
    }

    /// Head counts of children.
    pub(crate) fn cohorts(
        self,
        areas: &[AreaCode],
        registers: &[NaiveDate],
    ) -> PolarsResult<Vec<CohortRow>> {
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let rows =
            self.grouped()?.into_iter().filter_map(|(area, register, birth, residence, heads)| {
                Some(CohortRow {
                    area_code: areas.get(place(area))?.clone(),
                    as_of: *registers.get(place(register))?,
                    birth_year: birth,
                    headcount: heads,
                    residence: place(residence).checked_sub(1).map(|at| RESIDENCES[at]),
                })
            });
        Ok(rows.collect())
    }

    /// Head counts of women, whatever their birth year and residence.
    pub(crate) fn women(
        mut self,
        areas: &[AreaCode],
        registers: &[NaiveDate],
    ) -> PolarsResult<Vec<WomenRow>> {
        self.births.fill(0);
        self.residences.fill(0);
        let rows = self.cohorts(areas, registers)?.into_iter().map(|row| WomenRow {
            area_code: row.area_code,
            as_of: row.as_of,
            headcount: row.headcount,
        });
        Ok(rows.collect())
    }
}

/// Scales up the youngest cohort of a register that was drawn up before 31 December of its year.
///
/// Of the children born in year Y a list of day d of that year knows those of d days; the cohort
/// is multiplied by (days of the year / d), the ward's total rounded, and shared to the cells by
/// largest remainder. `registers` tells which register each date stands for; a register dated
/// after its 31 December is left as it is.
pub(crate) fn scale_youngest(
    rows: &mut [CohortRow],
    registers: &BTreeMap<NaiveDate, RegisterYear>,
    place: &Finding,
    log: &mut Log,
) {
    for (&date, &year) in registers.iter().filter(|(date, year)| **date < year.date()) {
        let mut youngest: Vec<&mut CohortRow> =
            rows.iter_mut().filter(|row| row.as_of == date && row.birth_year == year.0).collect();
        let factor = f64::from(year.date().ordinal()) / f64::from(date.ordinal());
        let before: u64 = youngest.iter().map(|row| u64::from(row.headcount)).sum();
        if before == 0 {
            // Nothing is scaled up, and a day that no child of the list was born in is not told.
            continue;
        }
        let counts: f64 = youngest.iter().map(|row| f64::from(row.headcount)).sum();
        let parts: Vec<f64> =
            youngest.iter().map(|row| f64::from(row.headcount) * factor).collect();
        let total = u64::try_from(round_half_up(counts * factor)).unwrap_or(0);
        for (row, scaled) in youngest.iter_mut().zip(largest_remainder(&parts, total)) {
            row.headcount = u32::try_from(scaled).unwrap_or(u32::MAX);
        }
        let code = FindingCode::RegisterEarly;
        let finding = Finding { code, severity: code.severity(), ..place.clone() }
            .column("as_of")
            .fact("date", date)
            .fact("year", year.0)
            .fact("before", before)
            .fact("after", total);
        log.add_alone(finding);
    }
}
