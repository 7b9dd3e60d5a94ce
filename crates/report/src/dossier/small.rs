//! Small counts are hidden in what is published, so that no child can be singled out: neither
//! read off, nor worked out from the sums beside it.

/// Which counts are hidden, so that no count of 1 to `below` − 1 can be worked out from `groups`,
/// whose sums are published: a hidden cell of a group might always be `below` or more, as far as
/// its sum tells. Zero singles out nobody and stays.
///
/// `groups` are lists of places in `counts`; no place stands in two of them. Where a group has too
/// few other counts, all of them are hidden.
pub(crate) fn hidden(counts: &[u64], groups: &[Vec<usize>], below: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|&n| n > 0 && n < below).collect();
    for group in groups {
        let mut others: Vec<usize> =
            group.iter().copied().filter(|&place| !hidden[place] && counts[place] > 0).collect();
        others.sort_by_key(|&place| (counts[place], place));
        let mut others = others.into_iter();
        while gives_away(counts, group, &hidden, below) {
            let Some(next) = others.next() else { break };
            hidden[next] = true;
        }
    }
    hidden
}

/// Whether the sum of a group tells that one of its hidden counts is below the limit: each is at
/// least 1, so none can be above what the sum leaves when the others are 1.
fn gives_away(counts: &[u64], group: &[usize], hidden: &[bool], below: u64) -> bool {
    let cells: Vec<u64> =
        group.iter().filter(|&&place| hidden[place]).map(|&place| counts[place]).collect();
    let Ok(others) = u64::try_from(cells.len().saturating_sub(1)) else { return true };
    !cells.is_empty() && cells.iter().sum::<u64>().saturating_sub(others) < below
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All ways to fill `cells` places with counts of 1 and more that have this sum.
    fn fillings(cells: usize, sum: u64) -> Vec<Vec<u64>> {
        if cells == 0 {
            return if sum == 0 { vec![vec![]] } else { vec![] };
        }
        let tails = |first: u64| {
            let rest = fillings(cells - 1, sum - first).into_iter();
            rest.map(move |tail| [vec![first], tail].concat())
        };
        (1..=sum).flat_map(tails).collect()
    }

    proptest! {
        /// Whoever fills the hidden places in every way that the sums allow cannot be sure that
        /// any of them is small, unless the whole group is hidden.
        #[test]
        fn no_sum_gives_a_small_count_away(
            counts in prop::collection::vec(0_u64..9, 8),
            first in 0_usize..8,
        ) {
            let below = 5;
            let groups = [(0..first).collect::<Vec<_>>(), (first..8).collect()];
            let hidden = hidden(&counts, &groups, below);
            for group in &groups {
                let places: Vec<usize> = group.iter().copied().filter(|&p| hidden[p]).collect();
                let all = group.iter().all(|&p| hidden[p] || counts[p] == 0);
                let sum: u64 = places.iter().map(|&p| counts[p]).sum();
                if all || places.is_empty() || places.len() > 4 {
                    continue;
                }
                let ways = fillings(places.len(), sum);
                for (cell, &place) in places.iter().enumerate() {
                    prop_assert!(ways.iter().any(|way| way[cell] >= below), "place {place}");
                }
            }
        }
    }

    #[test]
    fn a_lone_small_count_takes_the_next_smallest_with_it() {
        let counts = [3, 40, 12, 0];
        assert_eq!(hidden(&counts, &[vec![0, 1, 2, 3]], 5), [true, false, true, false]);
    }

    #[test]
    fn two_counts_of_one_do_not_hide_each_other() {
        // Their sum is 2: both would be 1 for certain.
        assert_eq!(hidden(&[1, 1, 30], &[vec![0, 1, 2]], 5), [true, true, true]);
        assert_eq!(hidden(&[4, 4, 30], &[vec![0, 1, 2]], 5), [true, true, false]);
    }

    #[test]
    fn each_group_is_safe_by_itself() {
        let counts = [2, 20, 3, 30];
        let seen = hidden(&counts, &[vec![0, 1], vec![2, 3]], 5);
        assert_eq!(seen, [true, true, true, true]);
    }

    #[test]
    fn large_counts_stay() {
        assert_eq!(hidden(&[5, 6, 0], &[vec![0, 1, 2]], 5), [false, false, false]);
    }
}
