//! The best plan out of a list of catchments: set partitioning as an integer program.

use super::engine::Engine;
use crate::bound::{Answer, Column, Leash, Program, Row, SolverFault};
use crate::search::Effort;
use crate::terms::Goal;

/// The best choice of one catchment per school.
pub(super) struct Chosen {
    /// A school for each area, if a choice was found.
    pub(super) plan: Option<Vec<usize>>,
    pub(super) answer: Answer,
}

impl Engine<'_> {
    /// Chooses among catchments; costs and bound are those inside.
    pub(super) fn choose(
        &self,
        catchments: &[(usize, Vec<u32>)],
        nodes: u64,
        effort: &Effort,
    ) -> Result<Chosen, SolverFault> {
        let terms = self.terms;
        let (areas, schools) = (terms.area_count(), terms.school_count());
        let budgets = terms.budgets.len();
        let mut rows: Vec<Row> = (0..areas + schools)
            .map(|_| Row { lower: 1.0, upper: 1.0, terms: Vec::new() })
            .collect();
        let limits = terms.budgets.iter().map(|budget| budget.limit);
        rows.extend(limits.map(|upper| Row { lower: f64::NEG_INFINITY, upper, terms: Vec::new() }));
        let mut columns = Vec::with_capacity(catchments.len());
        for (place, (school, areas_of)) in catchments.iter().enumerate() {
            let places: Vec<usize> = areas_of.iter().map(|&area| area as usize).collect();
            let of = |goal: &Goal| terms.catchment_value(goal, *school, &places);
            let cost = of(&terms.goal) / self.scale;
            columns.push(Column { cost, lower: 0.0, upper: 1.0, whole: true });
            places.iter().for_each(|&area| rows[area].terms.push((place, 1.0)));
            rows[areas + school].terms.push((place, 1.0));
            for budget in 0..budgets {
                let amount = of(&terms.budgets[budget].goal);
                if amount != 0.0 {
                    rows[areas + schools + budget].terms.push((place, amount));
                }
            }
        }
        let leash = Leash { gap: 0.0, nodes, seconds: effort.seconds_left(), seed: 0 };
        let answer = Program { columns, rows }.solve(None, leash)?;
        let plan = answer.values.as_ref().and_then(|values| {
            let mut plan = vec![None; areas];
            for ((school, areas_of), _) in
                catchments.iter().zip(values).filter(|(_, value)| **value > 0.5)
            {
                areas_of.iter().for_each(|&area| plan[area as usize] = Some(*school));
            }
            plan.into_iter().collect::<Option<Vec<usize>>>()
        });
        let plan = plan.filter(|plan| terms.keeps_rules(plan));
        Ok(Chosen { plan, answer })
    }
}
