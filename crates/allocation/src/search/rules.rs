//! The hard rules in force during one search; an infeasible problem is searched again with fewer.

use crate::Problem;

/// Which hard rules hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rules {
    /// Catchments keep to the pieces they may have.
    pub(crate) contiguous: bool,
    /// The alarm may not be passed where the ward forbids it.
    pub(crate) alarm: bool,
    /// At most so many pupils may move.
    pub(crate) moved: Option<f64>,
    /// Who walks today goes on walking, where the ward asks for it.
    pub(crate) walkers: bool,
    /// No school opens a class for fewer pupils than the least, where there is one.
    pub(crate) classes: bool,
    /// The probability of overload is bounded, where the ward bounds it.
    pub(crate) chance: bool,
}

impl Rules {
    pub(crate) fn all(problem: &Problem) -> Self {
        Self {
            contiguous: problem.is_contiguous(),
            alarm: true,
            moved: problem.moved_limit().filter(|_| problem.has_present),
            walkers: !problem.walkers_elsewhere.is_empty(),
            classes: problem.settings.min_class.is_some(),
            chance: problem.settings.max_overload_probability.is_some(),
        }
    }

    pub(crate) fn allows(&self, problem: &Problem, area: usize, school: usize) -> bool {
        problem.allows(area, school)
            && !(self.alarm && problem.is_alarm_forbidden(area, school))
            && !(self.walkers && problem.is_walker_forbidden(area, school))
    }

    pub(crate) fn pieces_allowed(&self, problem: &Problem, school: usize) -> u32 {
        if self.contiguous { problem.pieces_allowed[school] } else { u32::MAX }
    }
}
