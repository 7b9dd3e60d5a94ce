//! Walk zones that stay: who walks to school today goes on walking.
//!
//! An area whose present school is a walk away keeps it. An area without a present school that is
//! a walk away from some school goes to one of those. Locks and own areas stand above.

use crate::Problem;

/// The pairs that keeping the walkers rules out, by area, then school; empty where the ward does
/// not ask for it.
pub(crate) fn ruled_out(problem: &Problem) -> Vec<bool> {
    let Some(zone) = problem.settings.walk_zone_m.filter(|_| problem.settings.keep_walkers) else {
        return Vec::new();
    };
    let schools = problem.school_count();
    let is_walk =
        |area: usize, school: usize| problem.distance(area, school).is_some_and(|d| d <= zone);
    let mut out = vec![false; problem.area_count() * schools];
    for area in (0..problem.area_count()).filter(|&area| problem.must[area].is_none()) {
        let usable = |school: usize| problem.allows(area, school) && is_walk(area, school);
        let kept: Vec<usize> = match problem.present[area] {
            Some(now) if usable(now) => vec![now],
            Some(_) => continue,
            None => (0..schools).filter(|&school| usable(school)).collect(),
        };
        if !kept.is_empty() {
            (0..schools).for_each(|s| out[area * schools + s] = !kept.contains(&s));
        }
    }
    out
}
