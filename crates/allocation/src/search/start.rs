//! The first plan: areas where the flow leans, mended until catchments hang together.

use super::flow::Flow;
use crate::terms::Terms;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Completes an assignment so that catchments hang together as far as growing can.
///
/// 1. Parts of a catchment that do not touch their school let go of their areas, beyond the pieces
///    that the school may have.
/// 2. Areas without a school join a catchment they touch, the pair of least cost over the area's
///    best first, the price of seats included.
/// 3. Areas that no catchment touches go to the cheapest school they may use.
///
/// `None` when an area may use no school.
pub(crate) fn mend(terms: &Terms, flow: &Flow, leaning: &[Option<usize>]) -> Option<Vec<usize>> {
    let (areas, schools) = (terms.area_count(), terms.school_count());
    let mut plan: Vec<Option<usize>> = leaning.to_vec();
    for (area, school) in plan.iter_mut().enumerate() {
        *school = school.filter(|&school| terms.allows(area, school));
    }
    (0..schools).for_each(|school| let_go(terms, school, &mut plan));

    let priced = |area: usize, school: usize| {
        let pupils = terms.scenarios.pupils_of(area)[0];
        terms.pair(&terms.goal, area, school) + pupils * flow.price[school]
    };
    let usable = |area: usize| (0..schools).filter(move |&school| terms.allows(area, school));
    let least: Vec<f64> = (0..areas)
        .map(|area| usable(area).map(|s| priced(area, s)).fold(f64::INFINITY, f64::min))
        .collect();
    let mut waiting = BinaryHeap::new();
    let offer = |area: usize, school: usize, waiting: &mut BinaryHeap<Reverse<Offer>>| {
        if terms.allows(area, school) {
            waiting.push(Reverse(Offer {
                extra: priced(area, school) - least[area],
                area,
                school,
            }));
        }
    };
    for school in 0..schools {
        let at_once = terms.pieces_allowed[school] == u32::MAX
            || (terms.roots[school].is_none() && !plan.contains(&Some(school)));
        for area in (0..areas).filter(|&area| at_once || terms.roots[school] == Some(area)) {
            offer(area, school, &mut waiting);
        }
        if let Some(root) = terms.roots[school] {
            for &next in terms.borders.of(root) {
                offer(next as usize, school, &mut waiting);
            }
        }
    }
    for (area, school) in plan.iter().enumerate() {
        if let Some(school) = *school {
            for &next in terms.borders.of(area) {
                offer(next as usize, school, &mut waiting);
            }
        }
    }
    while let Some(Reverse(Offer { area, school, .. })) = waiting.pop() {
        if plan[area].is_none() {
            plan[area] = Some(school);
            for &next in terms.borders.of(area) {
                if plan[next as usize].is_none() {
                    offer(next as usize, school, &mut waiting);
                }
            }
        }
    }
    let cheapest = |area: usize| {
        usable(area).min_by(|&a, &b| priced(area, a).total_cmp(&priced(area, b)).then(a.cmp(&b)))
    };
    plan.iter().enumerate().map(|(area, school)| school.or_else(|| cheapest(area))).collect()
}

/// The parts of a catchment beyond those it may have give up their areas, the smallest first; the
/// part with the school's own area stays.
fn let_go(terms: &Terms, school: usize, plan: &mut [Option<usize>]) {
    let allowed = terms.pieces_allowed[school];
    if allowed == u32::MAX {
        return;
    }
    let root = terms.roots[school];
    let mut open: Vec<bool> = plan.iter().map(|&of| of == Some(school)).collect();
    root.iter().for_each(|&root| open[root] = true);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for start in root.into_iter().chain(0..plan.len()) {
        if !std::mem::replace(&mut open[start], false) {
            continue;
        }
        let mut part = vec![start];
        let mut at = 0;
        while at < part.len() {
            for &next in terms.borders.of(part[at]) {
                let next = next as usize;
                if std::mem::replace(&mut open[next], false) {
                    part.push(next);
                }
            }
            at += 1;
        }
        parts.push(part);
    }
    let own = usize::from(root.is_some());
    let pupils = |part: &[usize]| -> f64 {
        part.iter().map(|&area| terms.scenarios.pupils_of(area)[0]).sum()
    };
    let own = own.min(parts.len());
    parts[own..].sort_by(|a, b| pupils(b).total_cmp(&pupils(a)));
    let keep = usize::try_from(allowed).unwrap_or(usize::MAX).max(1);
    let only =
        |area: usize| (0..terms.school_count()).filter(|&s| terms.allows(area, s)).count() == 1;
    for area in parts.into_iter().skip(keep).flatten() {
        if plan[area] == Some(school) && !only(area) {
            plan[area] = None;
        }
    }
}

/// A school offers itself to an area.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Offer {
    extra: f64,
    area: usize,
    school: usize,
}

impl Eq for Offer {}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_extra = self.extra.total_cmp(&other.extra);
        by_extra.then(self.area.cmp(&other.area)).then(self.school.cmp(&other.school))
    }
}
