//! One tier to be minimised while the tiers above it keep their values, as a program over "area
//! goes to school", for the whole ward or for a few schools while the others stay.

use super::cuts::Cut;
use super::program::{Column, Program, Row};
use crate::Problem;
use crate::objective::Measure;
use crate::search::Rules;

/// What a limit may be missed by: rounding, never a pupil.
const SLACK: f64 = 1e-9;

/// The schools whose catchments are open, and the areas that may move between them.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) areas: Vec<usize>,
    pub(crate) schools: Vec<usize>,
}

impl Scope {
    pub(crate) fn whole(problem: &Problem) -> Self {
        Self {
            areas: (0..problem.area_count()).collect(),
            schools: (0..problem.school_count()).collect(),
        }
    }

    /// Some schools and all areas that go to them now.
    pub(crate) fn of_schools(schools: &[usize], school_of: &[usize]) -> Self {
        let areas = (0..school_of.len()).filter(|&a| schools.contains(&school_of[a])).collect();
        Self { areas, schools: schools.to_vec() }
    }

    fn is_whole(&self, problem: &Problem) -> bool {
        self.areas.len() == problem.area_count()
    }
}

/// A tier with the limits of those above it.
#[derive(Clone, Debug)]
pub(crate) struct Stage<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) rules: &'a Rules,
    pub(crate) objective: Measure,
    pub(crate) limits: Vec<(Measure, f64)>,
}

/// The program of a stage and what its columns mean.
pub(crate) struct Layout {
    pub(crate) program: Program,
    pub(crate) pairs: Vec<(usize, usize)>,
    /// The column of a pair, by area, then school; `usize::MAX` where there is none.
    column: Vec<usize>,
    schools: usize,
    /// Objective values are divided by this inside the program.
    pub(crate) scale: f64,
    /// The part of the objective that lies outside the scope.
    pub(crate) outside: f64,
    scope: Scope,
}

impl Stage<'_> {
    /// Lays the stage out as a program:
    ///
    /// ```text
    /// min  Σ cost(a,s)·x(a,s) + c·Σ over(s)
    ///      Σ_s x(a,s) = 1 · Σ_a pupils(a)·x(a,s) − over(s) ≤ seats(s) · limits of the tiers above
    /// ```
    ///
    /// `keeps` drops pairs that were proven not to be in any better plan. `school_of` says where
    /// areas outside the scope stay.
    pub(crate) fn lay_out(
        &self,
        scope: &Scope,
        school_of: Option<&[usize]>,
        keeps: &dyn Fn(usize, usize) -> bool,
    ) -> Layout {
        let problem = self.problem;
        let schools = problem.school_count();
        let mut pairs = Vec::new();
        let mut column = vec![usize::MAX; problem.area_count() * schools];
        for &area in &scope.areas {
            for &school in &scope.schools {
                if self.rules.allows(problem, area, school) && keeps(area, school) {
                    column[area * schools + school] = pairs.len();
                    pairs.push((area, school));
                }
            }
        }
        let cost = |&(a, s): &(usize, usize)| self.objective.of_pair(problem, a, s);
        let highest = pairs.iter().map(cost).fold(self.objective.of_overload(problem), f64::max);
        let scale = if highest > 0.0 { highest / 1e3 } else { 1.0 };
        let mut columns: Vec<Column> = pairs
            .iter()
            .map(|pair| Column { cost: cost(pair) / scale, lower: 0.0, upper: 1.0, whole: true })
            .collect();
        let per_pupil = self.objective.of_overload(problem) / scale;
        columns.extend(scope.schools.iter().map(|_| Column {
            cost: per_pupil,
            lower: 0.0,
            upper: f64::INFINITY,
            whole: false,
        }));
        let outside = |measure: Measure| match school_of {
            Some(school_of) if !scope.is_whole(problem) => {
                measure.of_plan(problem, school_of) - inside(problem, measure, scope, school_of)
            }
            _ => 0.0,
        };
        let mut layout = Layout {
            program: Program { columns, rows: Vec::new() },
            pairs,
            column,
            schools,
            scale,
            outside: outside(self.objective),
            scope: scope.clone(),
        };
        layout.add_assignment_and_seats(problem);
        let moved = self.rules.moved.map(|limit| (Measure::Moved, limit));
        for (measure, limit) in self.limits.iter().copied().chain(moved) {
            layout.add_limit(problem, measure, limit - outside(measure));
        }
        layout
    }
}

/// The part of a measure that the scope makes up. The schools of a scope hold only its areas.
fn inside(problem: &Problem, measure: Measure, scope: &Scope, school_of: &[usize]) -> f64 {
    let mut load = vec![0.0; problem.school_count()];
    let mut sum = 0.0;
    for &area in &scope.areas {
        load[school_of[area]] += problem.pupils(area);
        sum += measure.of_pair(problem, area, school_of[area]);
    }
    let over = |&s: &usize| (load[s] - problem.schools[s].seats).max(0.0);
    sum + measure.of_overload(problem) * scope.schools.iter().map(over).sum::<f64>()
}

impl Layout {
    pub(crate) fn column(&self, area: usize, school: usize) -> Option<usize> {
        let column = self.column[area * self.schools + school];
        (column != usize::MAX).then_some(column)
    }

    fn add_assignment_and_seats(&mut self, problem: &Problem) {
        let scope = &self.scope;
        for &area in &scope.areas {
            let terms = scope.schools.iter().filter_map(|&s| Some((self.column(area, s)?, 1.0)));
            let row = Row { lower: 1.0, upper: 1.0, terms: terms.collect() };
            self.program.rows.push(row);
        }
        for (place, &school) in scope.schools.iter().enumerate() {
            let with_pupils = scope.areas.iter().filter(|&&a| problem.pupils(a) > 0.0);
            let mut terms: Vec<(usize, f64)> = with_pupils
                .filter_map(|&a| Some((self.column(a, school)?, problem.pupils(a))))
                .collect();
            terms.push((self.pairs.len() + place, -1.0));
            let upper = problem.schools[school].seats;
            self.program.rows.push(Row { lower: f64::NEG_INFINITY, upper, terms });
        }
    }

    fn add_limit(&mut self, problem: &Problem, measure: Measure, limit: f64) {
        let pairs = self.pairs.iter().enumerate();
        let mut terms: Vec<(usize, f64)> = pairs
            .map(|(column, &(area, school))| (column, measure.of_pair(problem, area, school)))
            .collect();
        let over = measure.of_overload(problem);
        terms.extend((0..self.scope.schools.len()).map(|s| (self.pairs.len() + s, over)));
        terms.retain(|(_, factor)| *factor != 0.0);
        let highest = terms.iter().map(|(_, factor)| factor.abs()).fold(0.0, f64::max);
        if highest > 0.0 {
            let scale = (highest / 1e2).max(1.0);
            terms.iter_mut().for_each(|(_, factor)| *factor /= scale);
            let upper = (limit + SLACK * limit.abs()) / scale;
            self.program.rows.push(Row { lower: f64::NEG_INFINITY, upper, terms });
        }
    }

    /// A cut as a row; `None` when it is about a school outside the scope.
    pub(crate) fn row_of(&self, cut: &Cut) -> Option<Row> {
        if !self.scope.schools.contains(&cut.school) {
            return None;
        }
        let column = |&area: &usize| self.column(area, cut.school);
        let mut terms: Vec<(usize, f64)> =
            cut.ends.iter().filter_map(column).map(|c| (c, 1.0)).collect();
        terms.extend(cut.between.iter().filter_map(column).map(|c| (c, -1.0)));
        Some(Row { lower: f64::NEG_INFINITY, upper: f64::from(cut.most), terms })
    }

    /// The values of the columns under an assignment.
    pub(crate) fn values_of(&self, problem: &Problem, school_of: &[usize]) -> Vec<f64> {
        let mut values = vec![0.0; self.program.columns.len()];
        let mut load = vec![0.0; self.schools];
        for &area in &self.scope.areas {
            load[school_of[area]] += problem.pupils(area);
            if let Some(column) = self.column(area, school_of[area]) {
                values[column] = 1.0;
            }
        }
        for (place, &school) in self.scope.schools.iter().enumerate() {
            let above = (load[school] - problem.schools[school].seats).max(0.0);
            values[self.pairs.len() + place] = above;
        }
        values
    }

    /// The assignment that the values stand for: each area in scope to the school it has most of.
    pub(crate) fn read(&self, values: &[f64], school_of: &mut [Option<usize>]) {
        let mut most = vec![0.0; school_of.len()];
        for (&(area, school), &value) in self.pairs.iter().zip(values) {
            if value > most[area] {
                most[area] = value;
                school_of[area] = Some(school);
            }
        }
    }

    /// How much of each area a school has, by area.
    pub(crate) fn shares(&self, values: &[f64], school: usize, areas: usize) -> Vec<f64> {
        (0..areas).map(|area| self.column(area, school).map_or(0.0, |c| values[c])).collect()
    }
}
