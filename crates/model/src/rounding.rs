//! Rounding people: the one place where expected children become whole children.

/// Rounds half up, for numbers that stand alone.
///
/// Counts that must add up go through [`largest_remainder`] instead.
pub fn round_half_up(value: f64) -> i64 {
    // A forecast of children stays far below 2^53, where the conversion is exact.
    #[expect(clippy::cast_possible_truncation, reason = "whole children, far below 2^53")]
    let whole = (value + 0.5).floor() as i64;
    whole
}

/// Rounds `parts` to whole numbers that add up to `total`, moving none by one or more as long as
/// `total` is the rounded sum of `parts` (largest remainder; ties go to the earlier part, so give
/// the parts in the order of their codes).
///
/// Each part first gets its whole number; what is left of `total` goes, one each, to the parts
/// with the largest remainders. Where `total` is further away the walk goes round again.
/// Nothing becomes negative: with `total` below the sum of whole numbers, one is taken from the
/// parts with the smallest remainders that still have one to give.
///
/// ```
/// use phantuyen_model::largest_remainder;
///
/// assert_eq!(largest_remainder(&[1.4, 1.4, 1.2], 4), [2, 1, 1]);
/// assert_eq!(largest_remainder(&[0.5, 0.5], 1), [1, 0]);
/// ```
pub fn largest_remainder(parts: &[f64], total: u64) -> Vec<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "parts are non-negative counts of children"
    )]
    let mut whole: Vec<u64> = parts.iter().map(|p| p.max(0.0).floor() as u64).collect();
    if parts.is_empty() {
        return whole;
    }
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let remainder = |i: usize| parts[i].max(0.0).fract();
    order.sort_by(|&a, &b| remainder(b).total_cmp(&remainder(a)).then(a.cmp(&b)));

    let given: u64 = whole.iter().sum();
    if given <= total {
        for &i in order.iter().cycle().take(usize_of(total - given)) {
            whole[i] += 1;
        }
    } else {
        let mut excess = given - total;
        while excess > 0 {
            for &i in order.iter().rev() {
                if excess > 0 && whole[i] > 0 {
                    whole[i] -= 1;
                    excess -= 1;
                }
            }
        }
    }
    whole
}

fn usize_of(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up_whatever_the_total() {
        let parts = [3.7, 0.2, 0.0, 5.5, 1.49];
        for total in 0..30 {
            assert_eq!(largest_remainder(&parts, total).iter().sum::<u64>(), total);
        }
    }

    #[test]
    fn no_part_moves_by_one_when_the_total_is_the_rounded_sum() {
        let parts = [0.5, 0.5, 0.5, 2.25, 7.75];
        let rounded = largest_remainder(&parts, 12);
        for (part, whole) in parts.iter().zip(rounded) {
            assert!((part - whole as f64).abs() < 1.0);
        }
    }

    #[test]
    fn nothing_to_share_is_no_fault() {
        assert!(largest_remainder(&[], 3).is_empty());
    }
}
