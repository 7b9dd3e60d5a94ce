//! A linear or integer program as plain numbers, and HiGHS, which solves it.

use highs::{Col, HighsModelStatus, HighsSolutionStatus, HighsStatus, Model, RowProblem, Sense};

/// The solver refused or failed: our fault, never the data's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the solver failed at {at}: {status}")]
pub(crate) struct SolverFault {
    pub(crate) at: &'static str,
    pub(crate) status: String,
}

impl SolverFault {
    fn at(at: &'static str) -> impl Fn(HighsStatus) -> Self {
        move |status| Self { at, status: format!("{status:?}") }
    }
}

/// One unknown between `lower` and `upper`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) cost: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) whole: bool,
}

/// `lower ≤ Σ factor × column ≤ upper`.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) terms: Vec<(usize, f64)>,
}

/// Minimise `Σ cost × column` under the rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

/// How long the solver may go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leash {
    pub(crate) gap: f64,
    pub(crate) nodes: u64,
    pub(crate) seconds: Option<f64>,
    pub(crate) seed: u64,
}

/// How a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Optimal,
    Infeasible,
    OutOfTime,
    OutOfWork,
}

/// What the solver says; `values` only where it has a solution, duals only of linear programs.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) verdict: Verdict,
    pub(crate) values: Option<Vec<f64>>,
    pub(crate) bound: f64,
    pub(crate) reduced_costs: Vec<f64>,
}

impl Program {
    fn load(&self, whole: bool) -> Result<(Model, Vec<Col>), SolverFault> {
        let mut problem = RowProblem::default();
        let columns: Vec<Col> = self
            .columns
            .iter()
            .map(|c| {
                let bounds = c.lower..=c.upper;
                problem.add_column_with_integrality(c.cost, bounds, whole && c.whole)
            })
            .collect();
        for row in &self.rows {
            let terms: Vec<(Col, f64)> = row.terms.iter().map(|&(c, f)| (columns[c], f)).collect();
            problem.add_row(row.lower..=row.upper, terms);
        }
        let model = problem.try_optimise(Sense::Minimise).map_err(SolverFault::at("load"))?;
        Ok((model, columns))
    }

    /// Solves it with whole numbers, starting from a solution where one is known.
    pub(crate) fn solve(&self, start: Option<&[f64]>, leash: Leash) -> Result<Answer, SolverFault> {
        // Nothing to choose: the solver has no answer to that.
        if self.columns.is_empty() {
            let fits = self.rows.iter().all(|row| row.lower <= 0.0 && row.upper >= 0.0);
            let (verdict, bound) =
                if fits { (Verdict::Optimal, 0.0) } else { (Verdict::Infeasible, f64::INFINITY) };
            let values = fits.then(Vec::new);
            return Ok(Answer { verdict, values, bound, reduced_costs: Vec::new() });
        }
        let (mut model, _) = self.load(true)?;
        quieten(&mut model, leash)?;
        if let Some(values) = start {
            // A start that the solver does not like is no loss.
            let _ = model.try_set_solution(Some(values), None, None, None);
        }
        let solved = model.try_solve().map_err(SolverFault::at("solve"))?;
        let bound =
            solved.double_info_value(c"mip_dual_bound").map_err(SolverFault::at("bound"))?;
        let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
        let values = feasible.then(|| solved.get_solution().columns().to_vec());
        let verdict = verdict(solved.status());
        Ok(Answer { verdict, values, bound, reduced_costs: Vec::new() })
    }
}

/// A linear program that keeps its basis while rows are added.
pub(crate) struct GrowingProgram {
    model: Option<Model>,
    columns: Vec<Col>,
}

impl GrowingProgram {
    pub(crate) fn new(program: &Program, leash: Leash) -> Result<Self, SolverFault> {
        let (mut model, columns) = program.load(false)?;
        quieten(&mut model, leash)?;
        Ok(Self { model: Some(model), columns })
    }

    pub(crate) fn add(&mut self, row: &Row) -> Result<(), SolverFault> {
        let Some(model) = self.model.as_mut() else { return Ok(()) };
        let terms: Vec<(Col, f64)> = row.terms.iter().map(|&(c, f)| (self.columns[c], f)).collect();
        model.try_add_row(row.lower..=row.upper, terms).map_err(SolverFault::at("add row"))?;
        Ok(())
    }

    pub(crate) fn solve(&mut self, seconds: Option<f64>) -> Result<Answer, SolverFault> {
        let gone = SolverFault { at: "solve", status: "no model".to_owned() };
        let mut model = self.model.take().ok_or(gone)?;
        if let Some(seconds) = seconds {
            model
                .try_set_option("time_limit", seconds.max(0.0))
                .map_err(|e| SolverFault { at: "option", status: format!("{e:?}") })?;
        }
        let solved = model.try_solve().map_err(SolverFault::at("solve"))?;
        let verdict = verdict(solved.status());
        let solution = solved.get_solution();
        let optimal = verdict == Verdict::Optimal;
        let answer = Answer {
            verdict,
            values: optimal.then(|| solution.columns().to_vec()),
            bound: if optimal { solved.objective_value() } else { f64::NEG_INFINITY },
            reduced_costs: solution.dual_columns().to_vec(),
        };
        self.model = Some(Model::from(solved));
        Ok(answer)
    }
}

/// One thread, no printing, the limits of the leash: the same run on every machine unless the
/// clock ends it.
fn quieten(model: &mut Model, leash: Leash) -> Result<(), SolverFault> {
    let fault = |e| SolverFault { at: "option", status: format!("{e:?}") };
    model.make_quiet();
    let nodes = i32::try_from(leash.nodes).unwrap_or(i32::MAX);
    let seed = i32::try_from(leash.seed % (1 << 30)).unwrap_or(0);
    model.try_set_option("threads", 1).map_err(fault)?;
    model.try_set_option("parallel", "off").map_err(fault)?;
    model.try_set_option("random_seed", seed).map_err(fault)?;
    model.try_set_option("mip_rel_gap", leash.gap).map_err(fault)?;
    model.try_set_option("mip_max_nodes", nodes).map_err(fault)?;
    if let Some(seconds) = leash.seconds {
        model.try_set_option("time_limit", seconds.max(0.0)).map_err(fault)?;
    }
    Ok(())
}

fn verdict(status: HighsModelStatus) -> Verdict {
    match status {
        HighsModelStatus::Optimal | HighsModelStatus::ModelEmpty => Verdict::Optimal,
        HighsModelStatus::Infeasible => Verdict::Infeasible,
        HighsModelStatus::ReachedTimeLimit => Verdict::OutOfTime,
        _ => Verdict::OutOfWork,
    }
}
