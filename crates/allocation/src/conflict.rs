//! When no plan keeps all rules: which of them clash, where, and what would mend it.

mod clash;
mod flow;
mod lift;
mod oracle;
mod repair;

pub(crate) use lift::{add_classes, rows_of, rules_in_force, without};
pub(crate) use oracle::{is_short, side_by_side};

use crate::allocate::{AllocateError, Allocated, Watch};
use crate::check::{Violation, weigh};
use crate::explain::school_of;
use crate::{Problem, Strictness};
use oracle::Oracle;
use phantuyen_model::{Clash, PlanStatus, Repair, WardRule};

/// Why there is no plan, and the ways out.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The conflicts, each on its own enough to rule out every plan; none where the search only
    /// found no plan.
    pub clashes: Vec<Clash>,
    /// What would mend all of them, cheapest first; each was solved again, or follows from the
    /// least bad plan itself.
    pub repairs: Vec<Repair>,
}

/// Diagnoses a problem without a plan that keeps its rules; `None` where there is one.
///
/// 1. **By counting.** A maximum flow from areas to the schools they may use fills seats as if
///    pupils of one area could part. What is left over marks areas whose schools together have too
///    few seats (Hall's condition): a conflict, parted where the areas share no school.
/// 2. **By rules.** Where counting finds nothing, rules are lifted one after the other; a rule
///    without which there is still no plan is idle and stays lifted. Those left clash (a deletion
///    filter), and the areas are narrowed in the same way.
///    Where nothing is proven, there is no conflict to tell, and repairs are tried all the same.
/// 3. **Repairs** are tried side by side: classes at each school of the conflict, a part of an area sent next
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
    let status = allocated.plan.status;
    if !matches!(status, PlanStatus::Infeasible | PlanStatus::NotFound) {
        return Ok(None);
    }
    let Some(least_bad) = school_of(problem, &allocated.plan.figures) else { return Ok(None) };
    let oracle = Oracle::new(watch, &least_bad);
    let mut clashes = clash::by_counting(problem);
    let mut rules: Vec<WardRule> = clashes.iter().flat_map(|clash| clash.rules.clone()).collect();
    if clashes.is_empty() && status == PlanStatus::Infeasible {
        clashes = vec![clash::by_rules(problem, &least_bad, &oracle)?];
        rules = clashes.iter().flat_map(|clash| clash.rules.clone()).collect();
    } else if clashes.is_empty() {
        // Nobody knows which rules are to blame: each is tried.
        rules = rules_in_force(problem);
    }
    rules.sort();
    rules.dedup();
    // What the least bad plan shows mends everything only where seats are all that it lacks.
    let only_overload = problem.settings.overload == Strictness::Forbid
        && weigh(problem, &least_bad.iter().map(|&school| Some(school)).collect::<Vec<_>>())
            .violations
            .iter()
            .all(|violation| matches!(violation, Violation::Overload { .. }));
    let shown = only_overload.then_some(least_bad.as_slice());
    let repairs = repair::repairs(problem, &clashes, &rules, shown, &oracle)?;
    Ok(Some(Diagnosis { clashes, repairs }))
}
