//! One tier to be minimised while the tiers above it keep their values, as a program over "area
//! goes to school", for the whole ward or for a few schools while the others stay.

use super::layout::Layout;
use crate::Problem;
use crate::objective::Measure;
use crate::search::Rules;
use crate::terms::Terms;
use std::sync::Arc;

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

    pub(crate) fn is_whole(&self, problem: &Problem) -> bool {
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
    terms: Arc<Terms>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        problem: &'a Problem,
        rules: &'a Rules,
        objective: Measure,
        limits: Vec<(Measure, f64)>,
    ) -> Self {
        let terms = Arc::new(Terms::of(problem, rules, objective, &limits));
        Self { problem, rules, objective, limits, terms }
    }

    /// The stage with some pairs of area and school closed.
    pub(crate) fn only(mut self, open: Option<&[bool]>) -> Self {
        if let Some(open) = open {
            Arc::make_mut(&mut self.terms).close_all_but(open);
        }
        self
    }

    /// The stage as plain numbers.
    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Lays the stage out as an integer program ([`Layout`]).
    ///
    /// `keeps` drops pairs that were proven not to be in any better plan. `school_of` says where
    /// areas outside the scope stay.
    pub(crate) fn lay_out(
        &self,
        scope: &Scope,
        school_of: Option<&[usize]>,
        keeps: &dyn Fn(usize, usize) -> bool,
    ) -> Layout {
        let elsewhere = school_of.filter(|_| !scope.is_whole(self.problem));
        Layout::new(Arc::clone(&self.terms), scope, elsewhere, keeps)
    }
}
