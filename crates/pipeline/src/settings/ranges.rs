//! What the numbers of `[allocation]` may be, and which keys ask for each other.

use super::{AllocationKeys, ByGrade, SettingProblem};
use phantuyen_allocation::TIER_NAMES;

/// A number that stands for "any amount".
const ANY: f64 = 1e12;

impl AllocationKeys {
    /// Hands each number with the range it must lie in to `range`.
    pub(super) fn check_ranges(&self, range: &mut impl FnMut(&str, f64, f64, f64)) {
        range("allocation.planning_quantile", self.planning_quantile, 0.01, 0.99);
        range("allocation.gap", self.gap, 0.0, 1.0);
        let threads = self.threads.and_then(|threads| u32::try_from(threads).ok());
        range("allocation.threads", f64::from(threads.unwrap_or(1)), 1.0, 1024.0);
        range("allocation.years", f64::from(self.years), 1.0, 15.0);
        range("allocation.draws", f64::from(self.draws), 0.0, 2000.0);
        range("allocation.extra_classes", f64::from(self.extra_classes), 0.0, 100.0);
        for (key, share) in [
            ("allocation.max_moved_share", self.max_moved_share),
            ("allocation.max_overload_probability", self.max_overload_probability),
        ] {
            range(key, share.unwrap_or(0.0), 0.0, 1.0);
        }
        for (key, amount) in [
            ("allocation.overload_weight_m", self.overload_weight_m),
            ("allocation.moved_weight_m", self.moved_weight_m),
            ("allocation.balance_weight", self.balance_weight),
            ("allocation.class_weight_m", self.class_weight_m),
            ("allocation.feeder_weight_m", self.feeder_weight_m),
            ("allocation.sibling_weight_m", self.sibling_weight_m),
            ("allocation.split_weight_m", self.split_weight_m),
            ("allocation.max_moved_pupils", self.max_moved_pupils),
            ("allocation.max_moved_per_year", self.max_moved_per_year),
            ("allocation.time_limit_s", self.time_limit_s),
        ] {
            range(key, amount.unwrap_or(0.0), 0.0, ANY);
        }
        for (key, by_grade) in [
            ("allocation.target_m", &self.target_m),
            ("allocation.alarm_m", &self.alarm_m),
            ("allocation.walk_zone_m", &self.walk_zone_m),
            ("allocation.min_class", &self.min_class),
        ] {
            for value in by_grade.iter().flat_map(ByGrade::values) {
                range(key, value, 1.0, 1e9);
            }
        }
        for (tier, share) in &self.tolerance {
            range(&format!("allocation.tolerance.{tier}"), *share, 0.0, 10.0);
        }
    }

    /// Keys that mean nothing without another, and goals that do not exist.
    pub(super) fn contradictions(&self) -> Vec<SettingProblem> {
        let problem = |key: &str, read: String, expected: String| SettingProblem {
            kind: "bad_value",
            key: format!("allocation.{key}"),
            read,
            expected,
        };
        let mut problems = Vec::new();
        if self.keep_walkers && self.walk_zone_m.is_none() {
            problems.push(problem("keep_walkers", "true".into(), "walk_zone_m = 1000".into()));
        }
        if self.max_moved_per_year.is_some() && self.years < 2 {
            problems.push(problem("years", self.years.to_string(), "2 … 15".into()));
        }
        if self.max_overload_probability.is_some() && self.draws == 0 {
            problems.push(problem("draws", "0".into(), "1 … 2000".into()));
        }
        for tier in self.tolerance.keys().filter(|tier| !TIER_NAMES.contains(&tier.as_str())) {
            problems.push(problem("tolerance", tier.clone(), TIER_NAMES.join(" | ")));
        }
        problems
    }
}
