//! Grows catchments from the areas their schools stand in: the first plan, and the mending of
//! plans that fell into pieces.

use super::Rules;
use crate::Problem;
use crate::bound::detached_pieces;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Completes an assignment so that catchments hang together as far as growing can.
///
/// 1. Pieces that do not touch their school let go of their areas, locked ones excepted.
/// 2. Areas without a school join a catchment they touch, the pair with the least detour over the
///    area's nearest school first; schools with seats left go before full ones.
/// 3. Areas that no catchment touches go to the nearest school they may use.
///
/// Only `schools` grow. `None` when an area may use none of them.
pub(crate) fn grow(
    problem: &Problem,
    rules: &Rules,
    given: &[Option<usize>],
    schools: &[usize],
) -> Option<Vec<usize>> {
    let mut growth = Growth {
        problem,
        rules,
        schools,
        school_of: given.to_vec(),
        load: vec![0.0; problem.school_count()],
        waiting: BinaryHeap::new(),
    };
    growth.let_go();
    growth.begin();
    growth.join();
    growth.place_the_rest()?;
    growth.school_of.into_iter().collect()
}

struct Growth<'a> {
    problem: &'a Problem,
    rules: &'a Rules,
    schools: &'a [usize],
    school_of: Vec<Option<usize>>,
    load: Vec<f64>,
    waiting: BinaryHeap<Reverse<Offer>>,
}

/// A school offers itself to an area: full schools last, then by detour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Offer {
    full: bool,
    /// Millimetres (or milliseconds) beyond the nearest school, so that offers have one order.
    detour: u64,
    area: usize,
    school: usize,
}

impl Growth<'_> {
    fn let_go(&mut self) {
        for &school in self.schools {
            let allowed = self.rules.pieces_allowed(self.problem, school);
            if allowed == u32::MAX {
                continue;
            }
            let kept_pieces = usize::try_from(allowed).unwrap_or(usize::MAX)
                - usize::from(self.problem.roots[school].is_some());
            let mut pieces = detached_pieces(self.problem, school, &self.school_of);
            let pupils = |piece: &Vec<usize>| piece.iter().map(|&a| self.problem.pupils(a)).sum();
            pieces.sort_by(|a, b| f64::total_cmp(&pupils(b), &pupils(a)));
            for area in pieces.into_iter().skip(kept_pieces).flatten() {
                if self.problem.must[area] != Some(school) {
                    self.school_of[area] = None;
                }
            }
        }
        for area in 0..self.problem.area_count() {
            if self.school_of[area].is_none() {
                self.school_of[area] = self.problem.must[area];
            }
        }
    }

    fn begin(&mut self) {
        for area in 0..self.problem.area_count() {
            if let Some(school) = self.school_of[area] {
                self.load[school] += self.problem.pupils(area);
            }
        }
        for &school in self.schools {
            let own = (0..self.problem.area_count()).filter(|&a| self.school_of[a] == Some(school));
            let own: Vec<usize> = own.chain(self.problem.roots[school]).collect();
            for area in own {
                self.offer_around(area, school);
            }
            if let Some(root) = self.problem.roots[school] {
                self.offer(root, school);
            }
            if self.rules.pieces_allowed(self.problem, school) == u32::MAX
                || (self.problem.roots[school].is_none() && self.load[school] == 0.0)
            {
                (0..self.problem.area_count()).for_each(|area| self.offer(area, school));
            }
        }
    }

    fn offer_around(&mut self, area: usize, school: usize) {
        for &next in &self.problem.neighbours[area] {
            self.offer(next, school);
        }
    }

    fn offer(&mut self, area: usize, school: usize) {
        if self.school_of[area].is_none() && self.rules.allows(self.problem, area, school) {
            let detour = self.detour(area, school);
            let full = self.is_full(area, school);
            self.waiting.push(Reverse(Offer { full, detour, area, school }));
        }
    }

    fn join(&mut self) {
        while let Some(Reverse(offer)) = self.waiting.pop() {
            if self.school_of[offer.area].is_some() {
                continue;
            }
            if !offer.full && self.is_full(offer.area, offer.school) {
                self.waiting.push(Reverse(Offer { full: true, ..offer }));
                continue;
            }
            self.school_of[offer.area] = Some(offer.school);
            self.load[offer.school] += self.problem.pupils(offer.area);
            self.offer_around(offer.area, offer.school);
        }
    }

    fn place_the_rest(&mut self) -> Option<()> {
        for area in 0..self.problem.area_count() {
            if self.school_of[area].is_none() {
                let usable = self.schools.iter().copied();
                let usable = usable.filter(|&s| self.rules.allows(self.problem, area, s));
                let nearest = usable.min_by_key(|&s| (self.detour(area, s), s))?;
                self.school_of[area] = Some(nearest);
            }
        }
        Some(())
    }

    fn is_full(&self, area: usize, school: usize) -> bool {
        let pupils = self.problem.pupils(area);
        pupils > 0.0 && self.load[school] + pupils > self.problem.schools[school].seats + 1e-6
    }

    fn detour(&self, area: usize, school: usize) -> u64 {
        let far = |s: usize| self.problem.distance(area, s);
        let nearest = self.problem.nearest(area).and_then(far).unwrap_or(0.0);
        let detour = (far(school).unwrap_or(0.0) - nearest).max(0.0) * 1e3;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let detour = detour as u64;
        detour
    }
}
