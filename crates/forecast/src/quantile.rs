//! Quantiles of past scores.

/// Steps of halving in which a quantile is found.
const HALVINGS: u32 = 40;

/// The conformal quantile of scores, lists in order with the weight of each of their scores;
/// Student's t where their number cannot reach the level.
pub(crate) fn quantile(lists: &[(&[f64], f64)], level: f64) -> f64 {
    let total: f64 = lists.iter().map(|(scores, weight)| weight * count(scores.len())).sum();
    let largest = lists.iter().filter_map(|(scores, _)| scores.last()).fold(0.0, |a, b| b.max(a));
    let rank = (total + 1.0) * level;
    if rank <= total {
        let up_to = |bound: f64| -> f64 {
            let below = |scores: &[f64]| count(scores.partition_point(|score| *score <= bound));
            lists.iter().map(|(scores, weight)| weight * below(scores)).sum()
        };
        let (mut low, mut high) = (0.0, largest);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if up_to(middle) >= rank { high = middle } else { low = middle }
        }
        high
    } else {
        let square = |scores: &[f64]| scores.iter().map(|score| score * score).sum::<f64>();
        let squares: f64 = lists.iter().map(|(scores, weight)| weight * square(scores)).sum();
        let freedom = total.round().clamp(1.0, MOST_FREEDOM);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 1 to a hundred"
        )]
        let freedom = freedom as u32;
        let spread = (squares / total.max(1.0)).sqrt();
        // Never below the worst that was seen, so that higher levels hold the lower ones.
        (student_quantile(level, freedom) * spread).max(largest)
    }
}

/// Degrees of freedom beyond which Student's t is as good as normal.
const MOST_FREEDOM: f64 = 100.0;

/// A number of scores.
pub(crate) fn count(scores: usize) -> f64 {
    f64::from(u32::try_from(scores).unwrap_or(u32::MAX))
}

/// Within how many standard errors Student's t of `freedom` degrees falls with probability `level`.
fn student_quantile(level: f64, freedom: u32) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while student_within(high, freedom) < level && high < 1e6 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if student_within(middle, freedom) < level { low = middle } else { high = middle }
    }
    high
}

/// The probability that |t| stays below `t` (Abramowitz and Stegun 26.7.3 and 26.7.4).
fn student_within(t: f64, freedom: u32) -> f64 {
    let freedom = freedom.max(1);
    let angle = (t / f64::from(freedom).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let is_odd = freedom % 2 == 1;
    let (mut term, mut sum) = if is_odd { (cosine, 0.0) } else { (1.0, 0.0) };
    let mut power = if is_odd { 1 } else { 0 };
    while power + 2 <= freedom {
        sum += term;
        let above = f64::from(power + 1);
        term *= cosine * cosine * above / (above + 1.0);
        power += 2;
    }
    if is_odd { std::f64::consts::FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (level, freedom, table) in
            [(0.9, 1, 6.314), (0.9, 2, 2.920), (0.8, 3, 1.638), (0.9, 4, 2.132), (0.95, 9, 2.262)]
        {
            assert!((student_quantile(level, freedom) - table).abs() < 1e-3, "{level} {freedom}");
        }
    }

    #[test]
    fn the_rank_is_conformal() {
        // (9 + 1)·0.8 = 8, 10·0.9 = 9.
        let scores: Vec<f64> = (1..=9).map(f64::from).collect();
        let quantile = |level| quantile(&[(&scores, 1.0)], level);
        assert!((quantile(0.8) - 8.0).abs() < 1e-9);
        assert!((quantile(0.9) - 9.0).abs() < 1e-9);
        // 10·0.95 = 9.5 of 9: Student's t of 9 times the root of 285/9.
        let expected = 2.262 * (285.0_f64 / 9.0).sqrt();
        assert!((quantile(0.95) - expected).abs() < 0.01);
    }
}
