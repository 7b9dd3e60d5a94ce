//! Rows of an area that has been split, shared between its successors.
//!
//! Whole children stay whole: a count of `n` is parted by largest remainder, so that the parts add
//! up to what the shares keep of `n`, exactly `n` where the shares add up to one.

use crate::crosswalk::Successor;
use crate::rows::Row;
use crate::schema::Table;
use crate::value::Value;
use phantuyen_model::round_half_up;

/// How far shares may be from one and still mean the whole (they are typed by hand).
const WHOLE: f64 = 1e-6;

/// What becomes of a row whose area has been split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Each successor gets its share of these columns.
    Share(&'static [&'static str]),
    /// What holds for the whole holds for each successor.
    Copy,
    /// A person lives in one of them, nobody knows in which; the cohort is shared, not the person.
    Person,
    /// It cannot be said what would hold for a part.
    Never,
}

/// What becomes of the rows of a table.
pub(crate) fn way(table: &Table) -> Way {
    match table.name {
        "enrollment" => {
            Way::Share(&["pupils", "from_outside", "repeaters", "to_outside", "private"])
        }
        "actuals" | "siblings" => Way::Share(&["pupils"]),
        "demand" => Way::Share(&["pupils", "lower", "upper"]),
        "cohorts" | "women" => Way::Share(&["headcount"]),
        "births" => Way::Share(&["births"]),
        "housing" => Way::Share(&["dwellings"]),
        "current_plan" | "locks" => Way::Copy,
        "residents" => Way::Person,
        _ => Way::Never,
    }
}

/// Whether a share, or a sum of shares, is all of an area.
pub(crate) fn is_whole(share: f64) -> bool {
    (share - 1.0).abs() <= WHOLE
}

/// A row once for each area of today that it is shared between; itself where it is not.
pub(crate) fn parts<'c>(table: &Table, row: &Row<'c>) -> Vec<Row<'c>> {
    let Some((name, successors)) = row.successors.first() else { return vec![row.clone()] };
    let shares: Vec<f64> = successors.iter().map(|to| to.share).collect();
    let columns = match way(table) {
        Way::Share(columns) => columns,
        Way::Copy => &[],
        Way::Person | Way::Never => return vec![row.clone()],
    };
    let mut rows: Vec<Row<'c>> = successors.iter().map(|to| at(row, name, to)).collect();
    for (place, column) in row.columns.iter().enumerate() {
        if !columns.contains(&column.name) {
            continue;
        }
        match &row.values[place] {
            Value::Count(count) => {
                for (row, part) in rows.iter_mut().zip(largest_remainder(*count, &shares)) {
                    row.values[place] = Value::Count(part);
                }
            }
            Value::Number(number) => {
                for (row, share) in rows.iter_mut().zip(&shares) {
                    row.values[place] = Value::Number(number * share);
                }
            }
            _ => {}
        }
    }
    rows
}

/// The row in one of the areas of today.
fn at<'c>(row: &Row<'c>, name: &str, to: &Successor) -> Row<'c> {
    let mut part = row.clone();
    for (column, value) in row.columns.iter().zip(&mut part.values) {
        if column.name == name {
            *value = Value::Area(to.code.clone());
        }
    }
    part
}

/// A whole number parted by shares. The parts add up to the share of it that is kept, rounded.
pub(crate) fn largest_remainder(count: u32, shares: &[f64]) -> Vec<u32> {
    let kept: f64 = shares.iter().sum();
    let total = match is_whole(kept) {
        true => count,
        false => u32::try_from(round_half_up(f64::from(count) * kept.min(1.0))).unwrap_or(count),
    };
    // Shares typed by hand may add up to a little less than one; then nobody is lost either.
    let scale = if kept > 0.0 { f64::from(total) / kept } else { 0.0 };
    let quotas: Vec<f64> = shares.iter().map(|share| share * scale).collect();
    let parts = phantuyen_model::largest_remainder(&quotas, u64::from(total));
    parts.into_iter().map(|part| u32::try_from(part).unwrap_or(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_children_by_largest_remainder() {
        assert_eq!(largest_remainder(10, &[0.55, 0.45]), [6, 4]);
        assert_eq!(largest_remainder(1, &[0.5, 0.5]), [1, 0]);
        assert_eq!(largest_remainder(10, &[0.3, 0.3]), [3, 3], "four are not carried");
        assert_eq!(largest_remainder(7, &[]), Vec::<u32>::new());
    }

    proptest! {
        #[test]
        fn nobody_is_lost_or_made(count in 0..100_000_u32, cuts in prop::collection::vec(1..100_u32, 1..6)) {
            let sum: u32 = cuts.iter().sum();
            let shares: Vec<f64> = cuts.iter().map(|cut| f64::from(*cut) / f64::from(sum)).collect();
            let parts = largest_remainder(count, &shares);
            prop_assert_eq!(parts.iter().sum::<u32>(), count);
            for (part, share) in parts.iter().zip(&shares) {
                prop_assert!((f64::from(*part) - f64::from(count) * share).abs() < 1.0 + 1e-6);
            }
        }
    }
}
