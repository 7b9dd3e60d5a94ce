//! The first prices: each area's by the schools that would take it, none thinking of borders.

use super::engine::Engine;
use super::tighten::by_worth;

/// Steps, and how many without a better bound halve their length.
const STEPS: usize = 300;
const PATIENCE: usize = 12;
/// The bound aimed at, over the best one so far, when no plan is known.
const AIM: f64 = 1.05;
/// Steps this short move nothing.
const SHORTEST: f64 = 1e-3;

impl Engine<'_> {
    /// Subgradient steps on the prices of areas: an area wanted by no school brings more, one
    /// wanted by several less; each school fills its seats with what is worth most a pupil.
    pub(super) fn begin_prices(&mut self, best: f64) {
        let areas = self.terms.area_count();
        let cost: Vec<Vec<f64>> = (0..self.grounds.len()).map(|s| self.pair_costs(s)).collect();
        let cheapest = |area: usize| {
            let costs = (0..cost.len()).filter(|&s| self.usable[s][area]).map(|s| cost[s][area]);
            let least = costs.fold(f64::INFINITY, f64::min);
            if least.is_finite() { least } else { 0.0 }
        };
        let mut prices: Vec<f64> = (0..areas).map(cheapest).collect();
        let mut found = (f64::NEG_INFINITY, prices.clone());
        let (mut length, mut still) = (1.0, 0);
        for _ in 0..STEPS {
            let mut missing = vec![1.0; areas];
            let mut bound: f64 = prices.iter().sum();
            for (school, cost) in cost.iter().enumerate() {
                bound -= self.fill(school, cost, &prices, &mut missing);
            }
            if bound > found.0 + 1e-6 * bound.abs() {
                found = (bound, prices.clone());
                still = 0;
            } else {
                still += 1;
            }
            if still > PATIENCE {
                length *= 0.5;
                still = 0;
                prices.clone_from(&found.1);
            }
            let norm: f64 = missing.iter().map(|part| part * part).sum();
            if norm < 1e-9 || length < SHORTEST {
                break;
            }
            let aim = if best.is_finite() { best } else { found.0 + (AIM - 1.0) * found.0.abs() };
            let step = length * (aim - bound).max(1e-3 * bound.abs()) / norm;
            prices.iter_mut().zip(&missing).for_each(|(price, part)| *price += step * part);
        }
        self.center.areas = found.1;
        self.center.budgets = vec![0.0; self.terms.budgets.len()];
        self.center.schools = vec![0.0; self.grounds.len()];
    }

    /// What areas cost a school, inside.
    fn pair_costs(&self, school: usize) -> Vec<f64> {
        let cost = |area| self.terms.pair(&self.terms.goal, area, school) / self.scale;
        (0..self.terms.area_count()).map(cost).collect()
    }

    /// The profit of a school that fills its seats; what it takes is no longer missing. Overload
    /// is left to the first catchments.
    fn fill(&self, school: usize, cost: &[f64], prices: &[f64], missing: &mut [f64]) -> f64 {
        let ground = &self.grounds[school];
        let profit: Vec<f64> = prices.iter().zip(cost).map(|(price, cost)| price - cost).collect();
        let wanted = |&area: &usize| self.usable[school][area] && profit[area] > 0.0;
        let mut order: Vec<usize> = (0..prices.len()).filter(wanted).collect();
        by_worth(&mut order, &profit, &ground.weight);
        let (mut room, mut sum) = (ground.seats, 0.0);
        for area in order {
            let weight = ground.weight[area];
            let part = if weight > room { room / weight } else { 1.0 };
            sum += part * profit[area];
            room -= part * weight;
            missing[area] -= part;
            if part < 1.0 {
                break;
            }
        }
        sum
    }
}
