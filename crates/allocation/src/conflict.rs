//! When no plan keeps all rules: which of them clash, where, and what would mend it.

mod clash;
mod flow;
mod lift;
mod oracle;
mod repair;

pub(crate) use lift::{add_classes, rules_in_force, without};

use crate::allocate::{AllocateError, Allocated, Watch};
use crate::explain::school_of;
use crate::{Problem, Strictness};
use oracle::Oracle;
use phantuyen_model::{Clash, PlanStatus, Repair};

/// Why there is no plan, and the ways out.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The conflicts, each on its own enough to rule out every plan.
    pub clashes: Vec<Clash>,
    /// What would mend all of them, cheapest first; each was solved again, or follows from the
    /// least bad plan itself.
    pub repairs: Vec<Repair>,
}

/// Diagnoses an infeasible problem; `None` where the outcome is not proven infeasible.
///
/// 1. **By counting.** A maximum flow from areas to the schools they may use fills seats as if
///    pupils of one area could part. What is left over marks areas whose schools together have too
///    few seats (Hall's condition): a conflict, parted where the areas share no school.
/// 2. **By rules.** Where counting finds nothing, rules are lifted one after the other; a rule
///    without which there is still no plan is idle and stays lifted. Those left clash (a deletion
///    filter), and the areas are narrowed in the same way.
/// 3. **Repairs** are tried: classes at each school of the conflict, a part of an area sent next
///    door, each rule of the conflict lifted as far as needed, a link across water.
///
/// Sources: P. Hall (1935), On representatives of subsets, doi:10.1112/jlms/s1-10.37.26 (the flow
/// argument); J. W. Chinneck (2008), Feasibility and Infeasibility in Optimization, ch. 6 (deletion
/// filters).
///
/// # Errors
/// When the solver fails on the way.
pub fn diagnose(
    problem: &Problem,
    allocated: &Allocated,
    watch: &Watch<'_>,
) -> Result<Option<Diagnosis>, AllocateError> {
    if allocated.plan.status != PlanStatus::Infeasible {
        return Ok(None);
    }
    let Some(least_bad) = school_of(problem, &allocated.plan.figures) else { return Ok(None) };
    let mut oracle = Oracle::new(watch);
    let mut clashes = clash::by_counting(problem);
    if clashes.is_empty() {
        clashes = vec![clash::by_rules(problem, &least_bad, &mut oracle)?];
    }
    let only_overload = problem.settings.overload == Strictness::Forbid
        && allocated
            .conflict
            .as_ref()
            .is_some_and(|conflict| conflict.rules == [crate::HardRule::Overload]);
    let least_bad = only_overload.then_some(least_bad.as_slice());
    let repairs = repair::repairs(problem, &clashes, least_bad, &mut oracle)?;
    Ok(Some(Diagnosis { clashes, repairs }))
}
