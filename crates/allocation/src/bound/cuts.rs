//! Cuts that make catchments hang together, and where they are violated.

use super::covers;
use super::flow::Separator;
use crate::Problem;
use crate::search::Rules;
use std::collections::BTreeSet;

/// `Σ x(end, school) ≤ most + Σ x(between, school)`: the ends cannot all go to the school unless
/// it also has one of the areas between them and the rest. With `most` = 0 this is the separator
/// inequality of one end and the area the school stands in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cut {
    pub(crate) school: usize,
    pub(crate) ends: Vec<usize>,
    pub(crate) between: Vec<usize>,
    pub(crate) most: u32,
}

/// All cuts found so far, each once. They hold for every plan of the problem.
#[derive(Clone, Debug, Default)]
pub(crate) struct CutPool {
    cuts: Vec<Cut>,
    known: BTreeSet<Cut>,
}

/// A share below this is the solver's rounding.
const NOTHING: f64 = 1e-6;
/// A cut must be violated by this much to be worth a row.
const WORTH_A_ROW: f64 = 0.01;

impl CutPool {
    pub(crate) fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    fn add(&mut self, school: usize, ends: Vec<usize>, mut between: Vec<usize>, most: u32) {
        between.sort_unstable();
        let cut = Cut { school, ends, between, most };
        if self.known.insert(cut.clone()) {
            self.cuts.push(cut);
        }
    }

    /// Areas that a school cannot have all together.
    fn add_cover(&mut self, school: usize, cover: Vec<usize>) {
        let most = u32::try_from(cover.len().saturating_sub(1)).unwrap_or(u32::MAX);
        self.add(school, cover, Vec::new(), most);
    }

    /// Adds cuts that an assignment of whole areas violates; returns how many are new.
    ///
    /// A catchment with one piece too many gives, for each area of a detached piece, the cut by
    /// the smallest set of areas around that piece that parts it from the school. Where several
    /// pieces are allowed, one area of each of so many detached pieces that they are too many.
    pub(crate) fn cut_off_whole(
        &mut self,
        problem: &Problem,
        rules: &Rules,
        school_of: &[Option<usize>],
    ) -> usize {
        let before = self.cuts.len();
        for school in (0..problem.school_count()).filter(|_| rules.chance) {
            let whole = |&area: &usize| school_of[area] == Some(school);
            let areas: Vec<usize> = (0..problem.area_count()).filter(whole).collect();
            if let Some(cover) = covers::cover(problem, school, &areas) {
                self.add_cover(school, cover);
            }
        }
        for school in 0..problem.school_count() {
            let allowed = rules.pieces_allowed(problem, school);
            if allowed == u32::MAX {
                continue;
            }
            let pieces = detached_pieces(problem, school, school_of);
            let root = problem.roots[school];
            let too_many =
                usize::try_from(allowed).unwrap_or(usize::MAX) + usize::from(root.is_none());
            if pieces.len() < too_many {
                continue;
            }
            if let (1, Some(root)) = (allowed, root) {
                let separator = Separator::new(problem, school, root);
                for piece in &pieces {
                    let around = around(problem, piece);
                    let between = separator.smallest(&around);
                    for &end in piece {
                        self.add(school, vec![end], between.clone(), 0);
                    }
                }
            } else {
                let chosen = &pieces[..too_many];
                let ends: Vec<usize> =
                    chosen.iter().filter_map(|piece| piece.first().copied()).collect();
                let all: Vec<usize> = chosen.iter().flatten().copied().collect();
                let most = u32::try_from(too_many - 1).unwrap_or(u32::MAX);
                self.add(school, ends, around(problem, &all), most);
            }
        }
        self.cuts.len() - before
    }

    /// Adds cuts that fractional shares of one school violate, found by the smallest vertex cut
    /// between an area and the school; returns how many are new.
    pub(crate) fn cut_off_shares(
        &mut self,
        problem: &Problem,
        rules: &Rules,
        school: usize,
        shares: &[f64],
    ) -> usize {
        let before = self.cuts.len();
        if rules.chance
            && let Some(cover) = covers::violated(problem, school, shares, WORTH_A_ROW)
        {
            self.add_cover(school, cover);
        }
        let (1, Some(root)) = (rules.pieces_allowed(problem, school), problem.roots[school]) else {
            return self.cuts.len() - before;
        };
        let mut separator = Separator::new(problem, school, root);
        let reach = separator.widest_paths(shares);
        for area in (0..problem.area_count()).filter(|&a| a != root && shares[a] > NOTHING) {
            if reach[area] + WORTH_A_ROW >= shares[area] {
                continue;
            }
            if let Some(between) = separator.violated(area, shares, WORTH_A_ROW) {
                self.add(school, vec![area], between, 0);
            }
        }
        self.cuts.len() - before
    }
}

/// The connected parts of a catchment that do not touch the area its school stands in; all parts
/// where that area is not known. Each part begins with its area of most pupils.
pub(crate) fn detached_pieces(
    problem: &Problem,
    school: usize,
    school_of: &[Option<usize>],
) -> Vec<Vec<usize>> {
    let root = problem.roots[school];
    let belongs = |area: usize| school_of[area] == Some(school) || root == Some(area);
    let mut seen = vec![false; problem.area_count()];
    let mut gather = |start: usize| {
        let mut piece = Vec::new();
        let mut queue = vec![start];
        seen[start] = true;
        while let Some(area) = queue.pop() {
            piece.push(area);
            for &next in &problem.neighbours[area] {
                if belongs(next) && !seen[next] {
                    seen[next] = true;
                    queue.push(next);
                }
            }
        }
        piece
    };
    let at_school = root.map(&mut gather).unwrap_or_default();
    let mut pieces: Vec<Vec<usize>> = Vec::new();
    for area in (0..problem.area_count()).filter(|&area| belongs(area)) {
        let known = at_school.contains(&area) || pieces.iter().any(|piece| piece.contains(&area));
        if !known {
            let mut piece = gather(area);
            piece.sort_by(|&a, &b| problem.pupils(b).total_cmp(&problem.pupils(a)).then(a.cmp(&b)));
            pieces.push(piece);
        }
    }
    pieces
}

/// The areas that touch a piece without being in it.
fn around(problem: &Problem, piece: &[usize]) -> Vec<usize> {
    let mut areas: Vec<usize> = piece
        .iter()
        .flat_map(|&area| problem.neighbours[area].iter().copied())
        .filter(|area| !piece.contains(area))
        .collect();
    areas.sort_unstable();
    areas.dedup();
    areas
}
