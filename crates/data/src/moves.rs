//! Who came and who went between two registers, as head counts. **No person beyond this line.**

use phantuyen_model::{AreaCode, MovesRow, OLDEST_AGE, RegisterYear};
use std::collections::BTreeMap;

/// One child in one register. The number of the person means nothing outside the file it is from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Whereabouts {
    pub(crate) person: u32,
    /// The place of the register in the list of years.
    pub(crate) register: u32,
    /// The place of the area in the list of areas.
    pub(crate) area: u32,
    pub(crate) birth_year: i32,
}

/// Arrivals and departures by area and later register, over pairs of registers a year apart.
///
/// A child counts from the register of its year of birth up to the age of [`OLDEST_AGE`]: who is
/// born has not arrived, and who grows up has not left.
pub(crate) fn count(
    mut children: Vec<Whereabouts>,
    areas: &[AreaCode],
    years: &[RegisterYear],
    unknown: impl Fn(u32) -> bool,
) -> Vec<MovesRow> {
    children.sort_unstable();
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    let mut cells: BTreeMap<(u32, u32), (u32, u32)> = BTreeMap::new();
    let pairs: Vec<(u32, RegisterYear, RegisterYear)> =
        (1..).zip(years.windows(2)).map(|(later, pair)| (later, pair[0], pair[1])).collect();
    for rows in children.chunk_by(|a, b| a.person == b.person) {
        let Some(birth_year) = rows.first().map(|row| row.birth_year) else { continue };
        for (later, before, after) in &pairs {
            let grown_up = after.0 - birth_year > OLDEST_AGE.cast_signed();
            if after.0 != before.0 + 1 || before.0 < birth_year || grown_up {
                continue;
            }
            let area_in = |register: u32| {
                rows.iter().find(|row| row.register == register).map(|row| row.area)
            };
            let (was, is) = (area_in(later - 1), area_in(*later));
            // Who lived in an area that was split may have stayed where they were.
            if was == is || was.into_iter().chain(is).any(&unknown) {
                continue;
            }
            if let Some(area) = was {
                cells.entry((area, *later)).or_default().1 += 1;
            }
            if let Some(area) = is {
                cells.entry((area, *later)).or_default().0 += 1;
            }
        }
    }
    let row = |((area, register), (arrived, left))| {
        let area_code = areas.get(place(area))?.clone();
        Some(MovesRow { area_code, register: *years.get(place(register))?, arrived, left })
    };
    cells.into_iter().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn births_and_growing_up_are_no_moves() {
        let years = [2019, 2020, 2021].map(RegisterYear);
        let areas = ["A", "B"].map(AreaCode::new);
        let at =
            |person, register, area, birth_year| Whereabouts { person, register, area, birth_year };
        let children = vec![
            // Born in 2020, stays.
            at(0, 1, 0, 2020),
            at(0, 2, 0, 2020),
            // Moves from A to B in 2020, away in 2021.
            at(1, 0, 0, 2015),
            at(1, 1, 1, 2015),
            // 17 in 2020, no child any more in 2021.
            at(2, 1, 0, 2003),
            at(2, 0, 0, 2003),
            // Comes to B in 2021.
            at(3, 2, 1, 2012),
        ];
        let moves = |area, year, arrived, left| MovesRow {
            area_code: AreaCode::new(area),
            register: RegisterYear(year),
            arrived,
            left,
        };
        let expected = [moves("A", 2020, 0, 1), moves("B", 2020, 1, 0), moves("B", 2021, 1, 1)];
        assert_eq!(count(children, &areas, &years, |_| false), expected);
    }
}
