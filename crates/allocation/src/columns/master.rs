//! The plan as a choice of one catchment per school: a linear program that grows by catchments and
//! by rows, and the prices it sets.

use super::ask::Triple;
use crate::bound::SolverFault;
use highs::{Col, HighsModelStatus, HighsStatus, Model, Row, RowProblem, Sense};
use std::collections::BTreeSet;

/// A catchment in the program.
#[derive(Clone, Debug)]
pub(super) struct MasterColumn {
    pub(super) school: usize,
    /// In order.
    pub(super) areas: Vec<u32>,
    pub(super) cost: f64,
    pub(super) amounts: Vec<f64>,
    column: Col,
    /// Whether it keeps the branch looked at.
    pub(super) is_open: bool,
}

/// What everything is worth; what catchments pay is never negative.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Prices {
    pub(super) areas: Vec<f64>,
    pub(super) schools: Vec<f64>,
    /// By budget.
    pub(super) budgets: Vec<f64>,
    /// By triple; triples added later are not priced yet.
    pub(super) triples: Vec<f64>,
}

impl Prices {
    /// `share` of these and the rest of the others.
    pub(super) fn mixed(&self, other: &Self, share: f64) -> Self {
        let mix = |a: &[f64], b: &[f64]| {
            let value = |values: &[f64], place: usize| values.get(place).copied().unwrap_or(0.0);
            let both = |place| share * value(a, place) + (1.0 - share) * value(b, place);
            (0..a.len().max(b.len())).map(both).collect()
        };
        Self {
            areas: mix(&self.areas, &other.areas),
            schools: mix(&self.schools, &other.schools),
            budgets: mix(&self.budgets, &other.budgets),
            triples: mix(&self.triples, &other.triples),
        }
    }
}

/// A solution of the program.
#[derive(Clone, Debug)]
pub(super) struct Relaxation {
    pub(super) value: f64,
    pub(super) prices: Prices,
    /// How much of each catchment is in.
    pub(super) shares: Vec<f64>,
    /// How much of all areas and schools has no catchment yet.
    pub(super) missing: f64,
}

/// The program.
///
/// ```text
/// min  Σ cost(C)·x(C) + stand-ins
///      Σ_{C ∋ a} x(C) + more(a) − less(a) = 1     for each area      price u(a)
///      Σ_{C of s} x(C) + none(s) = 1              for each school    price v(s)
///      Σ amount_k(C)·x(C) ≤ limit_k               for each budget    pays β(k)
///      Σ_{|C ∩ T| ≥ 2} x(C) ≤ 1                   for each triple    pays σ(T)
/// ```
///
/// The stand-ins keep u within a box while catchments are few.
pub(super) struct Master {
    model: Option<Model>,
    areas: Vec<Row>,
    schools: Vec<Row>,
    budgets: Vec<Row>,
    more: Vec<Col>,
    less: Vec<Col>,
    none: Vec<Col>,
    pub(super) triples: Vec<[u32; 3]>,
    triple_rows: Vec<Row>,
    pub(super) columns: Vec<MasterColumn>,
    known: BTreeSet<(usize, Vec<u32>)>,
}

/// The simplex methods, in the solver's numbers.
const DUAL: i32 = 1;
const PRIMAL: i32 = 4;

fn fault(at: &'static str) -> impl Fn(HighsStatus) -> SolverFault {
    move |status| SolverFault { at, status: format!("{status:?}") }
}

fn gone() -> SolverFault {
    SolverFault { at: "catchments", status: "no model".to_owned() }
}

/// Any amount that is not negative.
fn any() -> std::ops::RangeFrom<f64> {
    0.0..
}

impl Master {
    pub(super) fn new(areas: usize, schools: usize, limits: &[f64]) -> Result<Self, SolverFault> {
        let at = fault("catchments");
        let mut model = RowProblem::default().try_optimise(Sense::Minimise).map_err(&at)?;
        model.make_quiet();
        let option = |e| SolverFault { at: "option", status: format!("{e:?}") };
        model.try_set_option("threads", 1).map_err(option)?;
        model.try_set_option("parallel", "off").map_err(option)?;
        model.try_set_option("presolve", "off").map_err(option)?;
        model.try_set_option("solver", "simplex").map_err(option)?;
        // Catchments come far more often than rows: what was a solution stays one.
        model.try_set_option("simplex_strategy", PRIMAL).map_err(option)?;
        let no_terms = Vec::<(Col, f64)>::new;
        let mut one = || model.try_add_row(1.0..=1.0, no_terms());
        let area_rows = (0..areas).map(|_| one()).collect::<Result<Vec<Row>, _>>().map_err(&at)?;
        let school_rows =
            (0..schools).map(|_| one()).collect::<Result<Vec<Row>, _>>().map_err(&at)?;
        let mut budget_rows = Vec::new();
        for &limit in limits {
            budget_rows.push(model.try_add_row(..=limit, no_terms()).map_err(&at)?);
        }
        let (mut more, mut less) = (Vec::new(), Vec::new());
        for &row in &area_rows {
            more.push(model.try_add_column(0.0, any(), [(row, 1.0)]).map_err(&at)?);
            less.push(model.try_add_column(0.0, any(), [(row, -1.0)]).map_err(&at)?);
        }
        let mut none = Vec::new();
        for &row in &school_rows {
            none.push(model.try_add_column(0.0, any(), [(row, 1.0)]).map_err(&at)?);
        }
        Ok(Self {
            model: Some(model),
            areas: area_rows,
            schools: school_rows,
            budgets: budget_rows,
            more,
            less,
            none,
            triples: Vec::new(),
            triple_rows: Vec::new(),
            columns: Vec::new(),
            known: BTreeSet::new(),
        })
    }

    /// Keeps the price of each area within `width` of `center`; a school without a catchment costs
    /// `none`.
    pub(super) fn set_box(
        &mut self,
        center: &[f64],
        width: &[f64],
        none: f64,
    ) -> Result<(), SolverFault> {
        let model = self.model.as_mut().ok_or_else(gone)?;
        for (area, (center, width)) in center.iter().zip(width).enumerate() {
            model.change_column_cost(self.more[area], center + width);
            model.change_column_cost(self.less[area], width - center);
        }
        self.none.iter().for_each(|&column| model.change_column_cost(column, none));
        Ok(())
    }

    /// Adds a catchment unless it is known; says whether it was new.
    pub(super) fn add(
        &mut self,
        school: usize,
        areas: Vec<u32>,
        cost: f64,
        amounts: Vec<f64>,
    ) -> Result<bool, SolverFault> {
        if !self.known.insert((school, areas.clone())) {
            return Ok(false);
        }
        let model = self.model.as_mut().ok_or_else(gone)?;
        let in_areas = areas.iter().map(|&area| (self.areas[area as usize], 1.0));
        let in_budgets = self.budgets.iter().copied().zip(amounts.iter().copied());
        let meets = self.triples.iter().zip(&self.triple_rows).filter(|(t, _)| meets(t, &areas));
        let terms: Vec<(Row, f64)> = in_areas
            .chain([(self.schools[school], 1.0)])
            .chain(in_budgets.filter(|(_, amount)| *amount != 0.0))
            .chain(meets.map(|(_, &row)| (row, 1.0)))
            .collect();
        let column = model.try_add_column(cost, any(), terms).map_err(fault("catchments"))?;
        self.columns.push(MasterColumn { school, areas, cost, amounts, column, is_open: true });
        Ok(true)
    }

    /// Adds a triple as a row.
    pub(super) fn add_triple(&mut self, triple: [u32; 3]) -> Result<(), SolverFault> {
        let model = self.model.as_mut().ok_or_else(gone)?;
        let columns = self.columns.iter().filter(|column| meets(&triple, &column.areas));
        let terms: Vec<(Col, f64)> = columns.map(|column| (column.column, 1.0)).collect();
        let row = model.try_add_row(..=1.0, terms).map_err(fault("triple"))?;
        self.triple_rows.push(row);
        self.triples.push(triple);
        Ok(())
    }

    /// Closes the catchments that do not keep a branch, opens those that do.
    pub(super) fn open_only(
        &mut self,
        keeps: &dyn Fn(&MasterColumn) -> bool,
    ) -> Result<(), SolverFault> {
        let model = self.model.as_mut().ok_or_else(gone)?;
        for column in &mut self.columns {
            let open = keeps(column);
            if open != column.is_open {
                column.is_open = open;
                if open {
                    model.change_column_bounds(column.column, any());
                } else {
                    model.change_column_bounds(column.column, 0.0..=0.0);
                }
            }
        }
        Ok(())
    }

    /// Solves the program; `None` where the solver does not get through.
    pub(super) fn solve(&mut self) -> Result<Option<Relaxation>, SolverFault> {
        let model = self.model.take().ok_or_else(gone)?;
        let Ok(mut solved) = model.try_solve() else { return Ok(None) };
        // Where the numbers are hard on one method, another mostly gets through.
        for strategy in [DUAL, PRIMAL] {
            if solved.status() == HighsModelStatus::Optimal {
                break;
            }
            let mut model = Model::from(solved);
            let option = |e| SolverFault { at: "option", status: format!("{e:?}") };
            model.try_set_option("simplex_strategy", strategy).map_err(option)?;
            let Ok(again) = model.try_solve() else { return Ok(None) };
            solved = again;
        }
        if solved.status() != HighsModelStatus::Optimal {
            self.model = Some(Model::from(solved));
            return Ok(None);
        }
        let solution = solved.get_solution();
        let (values, duals) = (solution.columns(), solution.dual_rows());
        let (areas, schools) = (self.areas.len(), self.schools.len());
        let paying = areas + schools;
        let pays = |range: std::ops::Range<usize>| duals[range].iter().map(|d| (-d).max(0.0));
        let triples = paying + self.budgets.len();
        let relaxation = Relaxation {
            value: solved.objective_value(),
            prices: Prices {
                areas: duals[..areas].to_vec(),
                schools: duals[areas..paying].to_vec(),
                budgets: pays(paying..triples).collect(),
                triples: pays(triples..duals.len()).collect(),
            },
            shares: values[2 * areas + schools..].to_vec(),
            missing: values[..2 * areas + schools].iter().sum(),
        };
        self.model = Some(Model::from(solved));
        Ok(Some(relaxation))
    }

    /// The triples that cost something at the prices.
    pub(super) fn priced_triples(&self, prices: &Prices) -> Vec<Triple> {
        let priced = self.triples.iter().zip(&prices.triples).filter(|(_, pays)| **pays > PAYING);
        priced.map(|(&areas, &pays)| Triple { areas, pays }).collect()
    }
}

/// A price below this is the solver's rounding.
const PAYING: f64 = 1e-9;

/// Whether a catchment has at least two of the three areas.
pub(super) fn meets(triple: &[u32; 3], areas: &[u32]) -> bool {
    triple.iter().filter(|area| areas.binary_search(area).is_ok()).count() >= 2
}
