//! Cohorts: the children of one area born in one calendar year, as registers count them.
//!
//! Beyond this line there is no person, only head counts.

use crate::{AreaCode, RegisterYear};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The oldest age that is kept; registers hold ages 0 to 17.
pub const OLDEST_AGE: u32 = 17;

/// Under which title a person lives at the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Residence {
    /// Thường trú.
    Permanent,
    /// Tạm trú.
    Temporary,
    /// Nơi ở hiện tại.
    Current,
}

/// One line of the table `cohorts`: children of one area, one birth year, one register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortRow {
    /// The area in which the children live.
    pub area_code: AreaCode,
    /// The date of the register.
    pub as_of: NaiveDate,
    /// The calendar year of birth.
    pub birth_year: i32,
    /// How many children.
    pub headcount: u32,
    /// Residence, where the register tells it; the rows of one cohort then add up to the total.
    pub residence: Option<Residence>,
}

/// One line of the table `women`: women of the ages at which most children are born.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WomenRow {
    /// The area in which they live.
    pub area_code: AreaCode,
    /// The date of the register.
    pub as_of: NaiveDate,
    /// Women aged 20 to 39.
    pub headcount: u32,
}

/// One line of the table `births`: children born in a calendar year, by the civil registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BirthsRow {
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// The calendar year of birth.
    pub year: i32,
    /// How many births.
    pub births: u32,
}

/// Head counts of children by area, register and age, without residence or sex.
///
/// Shape: areas × registers × ages 0 … [`OLDEST_AGE`]. Areas are in the order of their codes and
/// registers in the order of years, so that every walk over it gives the same sequence. A cell
/// of a register that does not hold the area at all is `None` (unknown), not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cohorts {
    areas: Vec<AreaCode>,
    registers: Vec<RegisterYear>,
    counts: Vec<Option<u32>>,
}

const AGES: usize = OLDEST_AGE as usize + 1;

impl Cohorts {
    /// Gathers rows whose dates stand for registers; rows of the same cell add up.
    ///
    /// An area that has any row in a register has a zero for each age without a row, if the register
    /// holds that age in some area; ages that it holds nowhere, and areas without any row in it, are
    /// unknown there. `areas` are the areas that may occur; rows of others, of dates that stand
    /// for no register, and of ages outside 0 … [`OLDEST_AGE`] are left out: `data` reports them.
    pub fn from_rows(areas: impl IntoIterator<Item = AreaCode>, rows: &[CohortRow]) -> Self {
        let mut areas: Vec<AreaCode> = areas.into_iter().collect();
        areas.sort();
        areas.dedup();
        let position: BTreeMap<&AreaCode, usize> =
            areas.iter().enumerate().map(|(i, code)| (code, i)).collect();

        let mut registers: Vec<RegisterYear> =
            rows.iter().filter_map(|row| RegisterYear::of(row.as_of)).collect();
        registers.sort();
        registers.dedup();

        let mut counts: Vec<Option<u32>> = vec![None; areas.len() * registers.len() * AGES];
        let mut holds_age = vec![false; registers.len() * AGES];
        let mut seen = vec![false; areas.len() * registers.len()];
        for row in rows {
            let Some(register) = RegisterYear::of(row.as_of) else { continue };
            let Some(&area) = position.get(&row.area_code) else { continue };
            let Ok(age) = usize::try_from(register.0 - row.birth_year) else { continue };
            let Ok(time) = registers.binary_search(&register) else { continue };
            if age >= AGES {
                continue;
            }
            let cell = &mut counts[(area * registers.len() + time) * AGES + age];
            *cell = Some(cell.unwrap_or(0_u32).saturating_add(row.headcount));
            holds_age[time * AGES + age] = true;
            seen[area * registers.len() + time] = true;
        }
        for (block, cells) in counts.chunks_exact_mut(AGES).enumerate() {
            if seen[block] {
                let ages = &holds_age[block % registers.len() * AGES..][..AGES];
                for (cell, _) in cells.iter_mut().zip(ages).filter(|(_, held)| **held) {
                    cell.get_or_insert(0);
                }
            }
        }
        Self { areas, registers, counts }
    }

    /// The areas, in the order of their codes.
    pub fn areas(&self) -> &[AreaCode] {
        &self.areas
    }

    /// The registers, oldest first.
    pub fn registers(&self) -> &[RegisterYear] {
        &self.registers
    }

    /// Children of the area (by its place in [`Cohorts::areas`]) of that age in that register.
    pub fn get(&self, area: usize, register: RegisterYear, age: u32) -> Option<u32> {
        let time = self.registers.binary_search(&register).ok()?;
        let age = usize::try_from(age).ok().filter(|age| *age < AGES)?;
        self.counts[(area * self.registers.len() + time) * AGES + age]
    }

    /// The same head counts without the registers after `origin`.
    ///
    /// What is computed from it cannot have used later data.
    pub fn until(&self, origin: RegisterYear) -> Self {
        let kept = self.registers.partition_point(|register| *register <= origin);
        let mut counts = Vec::with_capacity(self.areas.len() * kept * AGES);
        for area in 0..self.areas.len() {
            let start = area * self.registers.len() * AGES;
            counts.extend_from_slice(&self.counts[start..start + kept * AGES]);
        }
        Self { areas: self.areas.clone(), registers: self.registers[..kept].to_vec(), counts }
    }

    /// All children that are counted, over areas, registers and ages.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().map(|count| u64::from(*count)).sum()
    }
}

/// Women aged 20 to 39 by area and register, in the order of the areas given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Women {
    counts: BTreeMap<(RegisterYear, AreaCode), u32>,
}

impl Women {
    /// Gathers rows whose dates stand for registers; rows of the same cell add up.
    pub fn from_rows(rows: &[WomenRow]) -> Self {
        let mut counts = BTreeMap::new();
        for row in rows {
            if let Some(register) = RegisterYear::of(row.as_of) {
                let cell: &mut u32 = counts.entry((register, row.area_code.clone())).or_insert(0);
                *cell = cell.saturating_add(row.headcount);
            }
        }
        Self { counts }
    }

    /// Women of the area in that register.
    pub fn get(&self, area: &AreaCode, register: RegisterYear) -> Option<u32> {
        self.counts.get(&(register, area.clone())).copied()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// The same without the registers after `origin`.
    pub fn until(&self, origin: RegisterYear) -> Self {
        let counts = self.counts.iter().filter(|((register, _), _)| *register <= origin);
        Self { counts: counts.map(|(key, count)| (key.clone(), *count)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(area: &str, year: i32, birth_year: i32, headcount: u32) -> CohortRow {
        CohortRow {
            area_code: AreaCode::new(area),
            as_of: RegisterYear(year).date(),
            birth_year,
            headcount,
            residence: None,
        }
    }

    #[test]
    fn an_absent_age_is_zero_and_an_absent_area_is_unknown() {
        let rows = [row("A", 2025, 2019, 4), row("B", 2025, 2022, 1), row("A", 2026, 2026, 2)];
        let cohorts = Cohorts::from_rows(["B", "A"].map(AreaCode::new), &rows);
        assert_eq!(cohorts.get(0, RegisterYear(2025), 6), Some(4));
        assert_eq!(cohorts.get(0, RegisterYear(2025), 3), Some(0));
        // No area has anyone aged 0 in 2025: that list does not tell of infants at all.
        assert_eq!(cohorts.get(0, RegisterYear(2025), 0), None);
        assert_eq!(cohorts.get(1, RegisterYear(2025), 6), Some(0));
        assert_eq!(cohorts.get(1, RegisterYear(2026), 0), None);
        assert_eq!(cohorts.total(), 7);
    }

    #[test]
    fn truncating_leaves_what_was_known() {
        let rows = [row("A", 2024, 2020, 3), row("A", 2025, 2020, 5)];
        let cohorts = Cohorts::from_rows([AreaCode::new("A")], &rows);
        let early = cohorts.until(RegisterYear(2024));
        assert_eq!(early, Cohorts::from_rows([AreaCode::new("A")], &rows[..1]));
    }
}
