//! Empirical Bayes: how far a unit's own record is believed against that of the unit above.
//!
//! A record is a run of years with children seen `nₜ` and children expected `eₜ` if the unit were
//! like its parent. The index of the unit is `m = Σ wₜnₜ / Σ wₜeₜ`, with weights that fade by
//! [`DECAY`] a year. Model: `nₜ ~ (m·eₜ, φ·eₜ)` and `m ~ (1, τ²)` over the units. Then the best
//! linear guess of `m` is
//!
//! ```text
//! m̂ = 1 + W·(m − 1)      W = E / (E + κ)      κ = φ / τ²      E = (Σ w·e)² / Σ w²·e
//! ```
//!
//! φ comes from how a unit's years differ among themselves, weighted alike, τ² by the method of moments from how
//! units differ beyond φ (Morris 1983, doi 10.1080/01621459.1983.10477920; DerSimonian and Laird
//! 1986, doi 10.1016/0197-2456(86)90046-2).

/// How much a year counts against the year after it. Published habit, see `docs/method/forecast.md`.
pub(crate) const DECAY: f64 = 0.85;

/// One unit's record, as sums over years.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Record {
    /// Σ w.
    weight: f64,
    /// Σ w·n.
    seen: f64,
    /// Σ w·e.
    expected: f64,
    /// Σ w²·e.
    weights_squared: f64,
    /// Σ w·n²/e.
    square: f64,
}

impl Record {
    /// Adds a year. A year in which nothing was expected tells nothing.
    pub(crate) fn add(&mut self, weight: f64, seen: f64, expected: f64) {
        if expected > 0.0 && seen.is_finite() && expected.is_finite() {
            self.weight += weight;
            self.seen += weight * seen;
            self.expected += weight * expected;
            self.weights_squared += weight * weight * expected;
            self.square += weight * seen * seen / expected;
        }
    }

    /// Lets every year that was added weigh less.
    pub(crate) fn fade(&mut self, by: f64) {
        self.weight *= by;
        self.seen *= by;
        self.expected *= by;
        self.weights_squared *= by * by;
        self.square *= by;
    }

    /// The same record with all expectations multiplied.
    pub(crate) fn times(self, factor: f64) -> Self {
        Self {
            expected: self.expected * factor,
            weights_squared: self.weights_squared * factor,
            square: self.square / factor,
            ..self
        }
    }

    /// The record whose sums are these: Σ w, Σ w·n, Σ w·e, Σ w²·e and Σ w·n²/e.
    pub(crate) fn of_sums(
        weight: f64,
        seen: f64,
        expected: f64,
        weights_squared: f64,
        square: f64,
    ) -> Self {
        Self { weight, seen, expected, weights_squared, square }
    }

    /// Σ w·n.
    pub(crate) fn seen(&self) -> f64 {
        self.seen
    }

    /// Σ w·e.
    pub(crate) fn expected(&self) -> f64 {
        self.expected
    }

    /// Σ w²·e.
    pub(crate) fn weights_squared(&self) -> f64 {
        self.weights_squared
    }

    /// Seen over expected, recent years first; `None` without any year.
    pub(crate) fn index(&self) -> Option<f64> {
        (self.expected > 0.0).then(|| self.seen / self.expected)
    }

    /// Children that the index rests on: fewer than were expected, since old years count less.
    pub(crate) fn size(&self) -> f64 {
        if self.weights_squared > 0.0 {
            self.expected * self.expected / self.weights_squared
        } else {
            0.0
        }
    }

    /// Squared departures of the years from the unit's own index, and their degrees of freedom.
    fn noise(&self) -> (f64, f64) {
        if self.expected > 0.0 {
            let squares = self.square - self.seen * self.seen / self.expected;
            (squares.max(0.0), (self.weight - self.weights_squared / self.expected).max(0.0))
        } else {
            (0.0, 0.0)
        }
    }
}

/// How units differ, beyond the noise of their years: sums over their records.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spread {
    squares: f64,
    freedom: f64,
    between: f64,
    size: f64,
    units: f64,
}

impl Spread {
    /// Adds a unit.
    pub(crate) fn add(&mut self, record: &Record) {
        let size = record.size();
        if size > 0.0 {
            let (squares, freedom) = record.noise();
            let departure = record.index().unwrap_or(1.0) - 1.0;
            self.squares += squares;
            self.freedom += freedom;
            self.between += size * departure * departure;
            self.size += size;
            self.units += 1.0;
        }
    }

    /// Both together.
    pub(crate) fn and(self, other: &Self) -> Self {
        Self {
            squares: self.squares + other.squares,
            freedom: self.freedom + other.freedom,
            between: self.between + other.between,
            size: self.size + other.size,
            units: self.units + other.units,
        }
    }

    /// The size κ at which a unit's own record and its parent's count alike; infinite where the
    /// units do not differ beyond the noise of their years.
    pub(crate) fn kappa(&self) -> f64 {
        // One year cannot show its own noise: children are then taken to come one by one (Poisson).
        let noise = if self.freedom > 0.5 { self.squares / self.freedom } else { 1.0 };
        let variance = (self.between - self.units * noise) / self.size;
        if self.units >= 2.0 && variance > 0.0 { noise / variance } else { f64::INFINITY }
    }
}

/// κ of the units whose records these are.
pub(crate) fn kappa<'a>(records: impl Iterator<Item = &'a Record>) -> f64 {
    let mut spread = Spread::default();
    records.for_each(|record| spread.add(record));
    spread.kappa()
}

/// The weight of the unit's own record, 0 to 1.
pub(crate) fn own_weight(record: &Record, kappa: f64) -> f64 {
    let size = record.size();
    if size > 0.0 { size / (size + kappa) } else { 0.0 }
}

/// The index drawn towards 1, and the weight of the unit's own record in it.
pub(crate) fn shrunk(record: &Record, kappa: f64) -> (f64, f64) {
    let weight = own_weight(record, kappa);
    (1.0 + weight * (record.index().unwrap_or(1.0) - 1.0), weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(years: &[(f64, f64)]) -> Record {
        let mut record = Record::default();
        for (seen, expected) in years {
            record.add(1.0, *seen, *expected);
        }
        record
    }

    #[test]
    fn units_that_do_not_differ_get_their_parents_ratio() {
        let units = [record(&[(11.0, 10.0), (9.0, 10.0)]), record(&[(9.0, 10.0), (11.0, 10.0)])];
        assert_eq!(kappa(units.iter()), f64::INFINITY);
        assert_eq!(shrunk(&units[0], kappa(units.iter())), (1.0, 0.0));
    }

    #[test]
    fn units_that_differ_without_noise_keep_their_own() {
        let units = [record(&[(12.0, 10.0), (12.0, 10.0)]), record(&[(8.0, 10.0), (8.0, 10.0)])];
        assert!(kappa(units.iter()) < 1e-9);
        assert_eq!(shrunk(&units[0], 0.0), (1.2, 1.0));
    }

    #[test]
    fn kappa_by_hand() {
        // Indices 1.2 and 0.8 on 200 children each; the years of a unit differ by ±10 from its
        // mean: φ = 4·(10²/100) / 2 = 2, τ² = (2·200·0.04 − 2·2) / 400 = 0.03, κ = 66.7.
        let units =
            [record(&[(130.0, 100.0), (110.0, 100.0)]), record(&[(90.0, 100.0), (70.0, 100.0)])];
        let kappa = kappa(units.iter());
        assert!((kappa - 2.0 / 0.03).abs() < 1e-9);
        assert!((own_weight(&units[0], kappa) - 0.75).abs() < 1e-12);
        assert!((shrunk(&units[0], kappa).0 - 1.15).abs() < 1e-12);
    }

    #[test]
    fn nothing_known_is_the_parent() {
        assert_eq!(shrunk(&Record::default(), 10.0), (1.0, 0.0));
        assert_eq!(kappa([].iter()), f64::INFINITY);
    }

    #[test]
    fn fading_is_adding_with_less_weight() {
        let mut faded = record(&[(12.0, 10.0), (9.0, 10.0)]);
        faded.fade(0.5);
        let mut direct = Record::default();
        direct.add(0.5, 12.0, 10.0);
        direct.add(0.5, 9.0, 10.0);
        assert_eq!(faded, direct);
    }

    #[test]
    fn scaling_the_expectation_is_the_same_as_expecting_otherwise() {
        let scaled = record(&[(5.0, 8.0), (9.0, 4.0)]).times(0.5);
        let direct = record(&[(5.0, 4.0), (9.0, 2.0)]);
        assert!((scaled.noise().0 - direct.noise().0).abs() < 1e-9);
        assert_eq!(scaled.index(), direct.index());
    }
}
