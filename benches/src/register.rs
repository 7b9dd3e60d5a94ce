//! Registers in which children are born, age, arrive and leave.

use chrono::NaiveDate;
use phantuyen_forecast::History;
use phantuyen_model::{AreaCode, AreaTree, CohortRow, Cohorts, RegisterYear, Women, WomenRow};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Children of one age that an area starts with, fewest and most.
const COHORT: (u32, u32) = (5, 80);
/// Chance in a year that a child leaves, and that another one arrives for it.
const LEAVES: f64 = 0.04;
const ARRIVES: f64 = 0.05;
/// Women aged 20 to 39 for one child under 1.
const WOMEN_PER_INFANT: u32 = 15;

/// Head counts of so many areas on 31 December of the first year to the last.
pub fn history(area_count: u32, first: RegisterYear, last: RegisterYear, seed: u64) -> History {
    let areas: Vec<AreaCode> = (0..area_count).map(|i| AreaCode::new(format!("A{i:05}"))).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut rows, mut women) = (Vec::new(), Vec::new());
    for area in &areas {
        let usual = random.random_range(COHORT.0..=COHORT.1);
        let mut ages: Vec<u32> =
            (0..=phantuyen_model::OLDEST_AGE).map(|_| around(usual, &mut random)).collect();
        for year in first.0..=last.0 {
            let Some(as_of) = NaiveDate::from_ymd_opt(year, 12, 31) else { continue };
            rows.extend((0..).zip(&ages).map(|(age, headcount)| CohortRow {
                area_code: area.clone(),
                as_of,
                birth_year: year - age,
                headcount: *headcount,
                residence: None,
            }));
            let headcount = ages[0] * WOMEN_PER_INFANT;
            women.push(WomenRow { area_code: area.clone(), as_of, headcount });
            ages.rotate_right(1);
            ages[0] = around(usual, &mut random);
            ages[1..].iter_mut().for_each(|count| *count = moved(*count, &mut random));
        }
    }
    History {
        cohorts: Cohorts::from_rows(areas, &rows),
        women: Women::from_rows(&women),
        births: Vec::new(),
        enrollment: Vec::new(),
        tree: AreaTree::default(),
        information: phantuyen_forecast::Information::default(),
    }
}

/// A count within a fifth of the usual one.
fn around(usual: u32, random: &mut ChaCha8Rng) -> u32 {
    let fifth = usual / 5;
    random.random_range(usual - fifth..=usual + fifth)
}

/// The children who are there a year later.
fn moved(count: u32, random: &mut ChaCha8Rng) -> u32 {
    let children = (0..count)
        .map(|_| u32::from(!random.random_bool(LEAVES)) + u32::from(random.random_bool(ARRIVES)));
    children.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_same_registers() {
        let made = |seed| history(3, RegisterYear(2019), RegisterYear(2021), seed).cohorts;
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
        assert_eq!(made(1).registers(), [2019, 2020, 2021].map(RegisterYear));
    }
}
