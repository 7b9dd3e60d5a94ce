//! Whether catchments go on hanging together when an area leaves or enters.

use super::Territory;

/// Pieces of catchments and where areas hold them together, worked out when asked for.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    pub(super) fresh: Vec<bool>,
    pieces: Vec<u32>,
    /// Parts into which the piece of an area falls without it.
    splits: Vec<u32>,
    order: Vec<u32>,
    low: Vec<u32>,
    search: Search,
}

/// Searches that begin on several sides of an area and meet, or do not.
#[derive(Clone, Debug)]
struct Search {
    /// The search that reached an area last, counted over all there were.
    reached: Vec<u64>,
    begun: u64,
    /// Of each side: the areas reached, how many of them were looked at, and the side it has met.
    queues: Vec<Vec<u32>>,
    looked: Vec<usize>,
    met: Vec<usize>,
}

impl Pieces {
    pub(super) fn new(areas: usize, schools: usize) -> Self {
        Self {
            fresh: vec![false; schools],
            pieces: vec![0; schools],
            splits: vec![0; areas],
            order: vec![0; areas],
            low: vec![0; areas],
            search: Search {
                reached: vec![0; areas],
                begun: 0,
                queues: Vec::new(),
                looked: Vec::new(),
                met: Vec::new(),
            },
        }
    }

    /// An area is met for the first time. The first of a piece has nothing above it that would
    /// stay as a part of its own.
    fn begin(&mut self, area: usize, now: u32, first: bool) {
        self.order[area] = now;
        self.low[area] = now;
        self.splits[area] = u32::from(!first);
    }
}

impl Search {
    /// The side that a side has become one with.
    fn root(&self, side: usize) -> usize {
        let mut root = side;
        while self.met[root] != root {
            root = self.met[root];
        }
        root
    }
}

impl Territory<'_> {
    fn belongs(&self, area: usize, school: usize) -> bool {
        self.school_of(area) == school || self.terms.roots[school] == Some(area)
    }

    /// Whether the area's catchment has no more pieces than it may have, or than it has now,
    /// without the area.
    pub(crate) fn may_leave(&mut self, area: usize) -> bool {
        let school = self.school_of(area);
        let allowed = self.terms.pieces_allowed[school];
        if allowed == u32::MAX || self.terms.roots[school] == Some(area) {
            return true;
        }
        if self.rings.holds_without(area, |next| self.belongs(next as usize, school)) {
            return true;
        }
        if allowed == 1 {
            return self.holds_without(area, school);
        }
        self.see(school);
        let pieces = self.pieces.pieces[school];
        pieces + self.pieces.splits[area] - 1 <= allowed.max(pieces)
    }

    /// Whether the school's catchment has no more pieces than it may have with the area.
    pub(crate) fn may_enter(&mut self, area: usize, school: usize) -> bool {
        let allowed = self.terms.pieces_allowed[school];
        if allowed == u32::MAX || self.terms.roots[school] == Some(area) {
            return true;
        }
        let terms = self.terms;
        let touches = |&next: &u32| self.belongs(next as usize, school);
        if terms.borders.of(area).iter().any(touches) {
            return true;
        }
        self.see(school);
        self.pieces.pieces[school] < allowed
    }

    /// Whether the neighbours of an area within its catchment hang together without it. All sides
    /// are searched in turn, one area each, so that a side that is cut off shows itself after as
    /// many steps as it has areas.
    fn holds_without(&mut self, area: usize, school: usize) -> bool {
        let mut search = std::mem::replace(&mut self.pieces.search, Search::none());
        let holds = self.sides_meet(area, school, &mut search);
        self.pieces.search = search;
        holds
    }

    fn sides_meet(&self, area: usize, school: usize, search: &mut Search) -> bool {
        let around = self.terms.borders.of(area);
        let first = search.begun + 1;
        search.begun += around.len() as u64;
        let mut sides = 0;
        for &next in around.iter().filter(|&&next| self.belongs(next as usize, school)) {
            if search.queues.len() == sides {
                search.queues.push(Vec::new());
                search.looked.push(0);
                search.met.push(0);
            }
            search.queues[sides].clear();
            search.queues[sides].push(next);
            search.looked[sides] = 0;
            search.met[sides] = sides;
            search.reached[next as usize] = first + sides as u64;
            sides += 1;
        }
        let mut apart = sides;
        while apart > 1 {
            for side in 0..sides {
                let Some(&at) = search.queues[side].get(search.looked[side]) else { continue };
                search.looked[side] += 1;
                for &next in self.terms.borders.of(at as usize) {
                    let place = next as usize;
                    if place == area || !self.belongs(place, school) {
                        continue;
                    }
                    if search.reached[place] < first {
                        search.reached[place] = first + side as u64;
                        search.queues[side].push(next);
                        continue;
                    }
                    let other = usize::try_from(search.reached[place] - first).unwrap_or(side);
                    let (own, other) = (search.root(side), search.root(other));
                    if own != other {
                        search.met[other] = own;
                        apart -= 1;
                    }
                }
                if apart == 1 {
                    return true;
                }
            }
            // A side of which everything was looked at, and all it has met, is cut off.
            let goes_on = |root: usize| {
                (0..sides).any(|side| {
                    search.root(side) == root && search.looked[side] < search.queues[side].len()
                })
            };
            if (0..sides).any(|side| search.met[side] == side && !goes_on(side)) {
                return false;
            }
        }
        true
    }

    /// Counts pieces and how many parts each area holds together (Tarjan's lowest points of a
    /// depth-first walk), unless that is known.
    fn see(&mut self, school: usize) {
        if std::mem::replace(&mut self.pieces.fresh[school], true) {
            return;
        }
        let root = self.terms.roots[school];
        let members = self.members(school).iter().map(|&area| area as usize);
        let starts: Vec<usize> = root.into_iter().chain(members).collect();
        starts.iter().for_each(|&area| self.pieces.order[area] = 0);
        self.pieces.pieces[school] = 0;
        // The walk writes on the school's own area, which may be another school's.
        if let Some(owner) = root.map(|root| self.school_of(root)).filter(|&own| own != school) {
            self.pieces.fresh[owner] = false;
        }
        let mut now = 0;
        let mut path: Vec<(usize, usize)> = Vec::new();
        for start in starts {
            if self.pieces.order[start] != 0 {
                continue;
            }
            self.pieces.pieces[school] += 1;
            now += 1;
            self.pieces.begin(start, now, true);
            path.push((start, 0));
            while let Some(&mut (area, ref mut at)) = path.last_mut() {
                let around = self.terms.borders.of(area);
                if let Some(&next) = around.get(*at) {
                    *at += 1;
                    let next = next as usize;
                    if !self.belongs(next, school) {
                        continue;
                    }
                    if self.pieces.order[next] == 0 {
                        now += 1;
                        self.pieces.begin(next, now, false);
                        path.push((next, 0));
                    } else {
                        self.pieces.low[area] = self.pieces.low[area].min(self.pieces.order[next]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(above, _)) = path.last() {
                    self.pieces.low[above] = self.pieces.low[above].min(self.pieces.low[area]);
                    if self.pieces.low[area] >= self.pieces.order[above] {
                        self.pieces.splits[above] += 1;
                    }
                }
            }
        }
    }

    /// Whether no catchment has more pieces than it may have.
    pub(crate) fn hangs_together(&self) -> bool {
        (0..self.terms.school_count()).all(|school| {
            let allowed = self.terms.pieces_allowed[school];
            let areas =
                || self.members(school).iter().map(|&area| area as usize).collect::<Vec<_>>();
            allowed == u32::MAX || self.terms.pieces(school, &areas()) <= allowed
        })
    }
}

impl Search {
    fn none() -> Self {
        Self {
            reached: Vec::new(),
            begun: 0,
            queues: Vec::new(),
            looked: Vec::new(),
            met: Vec::new(),
        }
    }
}
