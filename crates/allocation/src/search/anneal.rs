//! Local search: areas shift, change places and push each other on across schools, worse plans
//! being taken less and less often.

use super::dice::Dice;
use super::territory::{Penalty, Territory};
use crate::pool::Pool;

/// How one walk goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Schedule {
    /// Moves proposed in all.
    pub(crate) proposals: u64,
    /// What a move may cost in the beginning and in the end, in units of the goal.
    pub(crate) hot: f64,
    pub(crate) cold: f64,
    /// What a pupil of excess costs in the end, and what share of it in the beginning.
    pub(crate) strict: f64,
    pub(crate) soft: f64,
    /// What one more border between areas of different schools costs, in parts of the heat.
    pub(crate) tension: f64,
    /// By how much a seat too few raises the price of seats after a block of moves, at first.
    pub(crate) learning: f64,
}

/// What a walk leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    /// The best plan that keeps all rules, with its value.
    pub(crate) best: Option<(f64, Vec<usize>)>,
    /// The plan at the end of the walk and its pupils of excess, rules kept or not.
    pub(crate) last: (f64, Vec<usize>),
    /// Catchments of good plans on the way.
    pub(crate) pool: Pool,
    /// Moves evaluated.
    pub(crate) moves: u64,
}

/// Proposals between two looks at prices and plans.
const BLOCK: u64 = 2_000;
/// Blocks after which sums are worked out anew.
const ANEW: u64 = 64;
/// Plans within this share of the best give their catchments to the pool.
const GOOD: f64 = 0.004;
/// Catchments that one walk keeps.
const CATCHMENTS: usize = 4_000;
/// Of ten proposals, how many are single shifts; the others may push further areas on.
const SHIFTS: usize = 4;
/// Areas of a school that are looked at as the next of a chain.
const TRIES: usize = 4;
/// Neighbours that are asked where an area could go.
const ASKED: usize = 3;
/// Areas of the longest chain.
const LONGEST: usize = 3;
/// Share of a walk that is spent without heat at its end.
const QUENCH: u64 = 10;

/// Walks from the territory's plan.
///
/// 1. A move is proposed: an area of a border goes to a school it touches (shift); an area of that
///    school goes back (swap) or on to a third one (chain), up to three areas.
/// 2. It is weighed by numbers alone, and taken if it costs no more than chance allows at the
///    present heat; borders are asked last, when everything else speaks for it.
/// 3. Seats have prices, so that areas pass between full schools as cheaply as the flow of pupils
///    would let them. After each block of moves they follow the loads, by less and less, while
///    breaking a rule becomes dearer and heat goes down.
pub(crate) fn walk(
    territory: &mut Territory<'_>,
    penalty: &mut Penalty,
    schedule: Schedule,
    dice: &mut Dice,
    is_over: &(dyn Fn() -> bool + Sync),
) -> Walk {
    let mut walker = Walker {
        thresholds: Thresholds::new(),
        found: Walk::default(),
        hangs_together: territory.hangs_together(),
    };
    walker.note(territory);
    let blocks = (schedule.proposals / BLOCK).max(1);
    for block in 0..blocks {
        let done = (block as f64 + 0.5) / blocks as f64;
        let heat = schedule.hot * (schedule.cold / schedule.hot).powf(done);
        penalty.excess = schedule.strict * schedule.soft.powf(1.0 - done);
        penalty.tension = schedule.tension * heat;
        penalty.over = territory.over().map_or(1.0, |over| (penalty.excess / over).min(1.0));
        for _ in 0..BLOCK {
            walker.propose(territory, penalty, heat, dice);
        }
        let learning = schedule.learning * heat / schedule.hot;
        for (school, price) in penalty.price.iter_mut().enumerate() {
            *price =
                (*price + learning * territory.above_seats(school)).clamp(0.0, schedule.strict);
        }
        walker.gather(territory);
        if block % ANEW == 0 {
            territory.count_anew();
        }
        if is_over() {
            break;
        }
    }
    penalty.over = 1.0;
    penalty.tension = 0.0;
    penalty.price.iter_mut().for_each(|price| *price = 0.0);
    for _ in 0..blocks / QUENCH + 1 {
        for _ in 0..BLOCK {
            walker.propose(territory, penalty, 0.0, dice);
        }
        walker.gather(territory);
    }
    walker.keep(territory);
    walker.found.last = (territory.excess(), territory.plan());
    walker.found
}

struct Walker {
    thresholds: Thresholds,
    found: Walk,
    /// Whether no catchment has more pieces than it may have; moves then keep it so.
    hangs_together: bool,
}

impl Walker {
    /// Tries one move, or a chain of them.
    fn propose(
        &mut self,
        territory: &mut Territory<'_>,
        penalty: &Penalty,
        heat: f64,
        dice: &mut Dice,
    ) {
        let border = territory.border();
        if border.is_empty() {
            return;
        }
        let area = border[dice.below(border.len())];
        let Some(to) = somewhere(territory, area, dice) else { return };
        let most = heat * self.thresholds.draw(dice);
        let mut moves = [(area, to); LONGEST];
        let mut length = 1;
        let mut cost = territory.difference(&moves[..1], penalty);
        self.found.moves += 1;
        if dice.below(10) >= SHIFTS {
            // The chain goes on while it costs too much.
            while length < LONGEST && cost > most {
                self.found.moves += TRIES as u64;
                let next = longer(territory, penalty, &moves, length, dice);
                let Some((next, with_next)) = next else { break };
                moves[length] = next;
                length += 1;
                cost = with_next;
            }
        }
        if cost <= most && carry_out(territory, &moves[..length]) {
            self.note(territory);
        }
    }

    /// Marks the plan if it is the best that keeps the rules.
    fn note(&mut self, territory: &mut Territory<'_>) {
        if !self.hangs_together || !territory.keeps_numbers() {
            return;
        }
        let value = territory.value();
        let least = self.found.best.as_ref().map_or(f64::INFINITY, |best| best.0);
        if value < least - 1e-9 * least.abs().min(1e12) {
            self.found.best.get_or_insert_default().0 = value;
            territory.mark();
        }
    }

    /// Writes down the marked plan, once it is so far back that the way to it is the longer tale.
    fn keep(&mut self, territory: &mut Territory<'_>) {
        if let (Some(best), Some(plan)) = (&mut self.found.best, territory.marked()) {
            best.1 = plan;
            territory.forget();
        }
    }

    /// Looks at the plan between two blocks: gives the catchments of a good one to the pool.
    fn gather(&mut self, territory: &mut Territory<'_>) {
        if territory.since_mark() > territory.terms.area_count() {
            self.keep(territory);
        }
        if !self.hangs_together && territory.hangs_together() {
            self.hangs_together = true;
            self.note(territory);
        }
        let Some((least, _)) = self.found.best else { return };
        let good = territory.keeps_numbers() && territory.value() <= least + GOOD * least.abs();
        if good && self.found.pool.len() < CATCHMENTS {
            for school in territory.take_changed() {
                let areas = territory.members(school).iter().map(|&area| area as usize);
                let areas: Vec<usize> = areas.collect();
                self.found.pool.add(territory.terms, school, &areas);
            }
        }
    }
}

/// Another school that the area may join; several of its ways on are tried for one.
fn somewhere(territory: &Territory<'_>, area: u32, dice: &mut Dice) -> Option<u32> {
    let (own, ways) = (territory.of(area), territory.ways_on(area));
    let mut tried = (0..ASKED).filter_map(|_| territory.behind(area, dice.below(ways)));
    let to = tried.find(|&to| to != own)?;
    territory.terms.allows(area as usize, to as usize).then_some(to)
}

/// The best of a few ways to push on an area of the school that the chain has come to.
fn longer(
    territory: &Territory<'_>,
    penalty: &Penalty,
    moves: &[(u32, u32); LONGEST],
    length: usize,
    dice: &mut Dice,
) -> Option<((u32, u32), f64)> {
    let border = territory.border_of(moves[length - 1].1 as usize);
    if border.is_empty() {
        return None;
    }
    let mut best: Option<((u32, u32), f64)> = None;
    for _ in 0..TRIES {
        let area = border[dice.below(border.len())];
        let Some(to) = somewhere(territory, area, dice) else { continue };
        // Each school is entered once, and an area moves once.
        if moves[..length].iter().any(|&(a, s)| a == area || s == to) {
            continue;
        }
        let mut chain = *moves;
        chain[length] = (area, to);
        let cost = territory.difference(&chain[..=length], penalty);
        if best.is_none_or(|best| cost < best.1) {
            best = Some(((area, to), cost));
        }
    }
    best
}

/// Makes the moves one after the other, or none of them where borders forbid one.
fn carry_out(territory: &mut Territory<'_>, moves: &[(u32, u32)]) -> bool {
    let mut back = [(0, 0); LONGEST];
    for (done, &(area, to)) in moves.iter().enumerate() {
        let (area, to) = (area as usize, to as usize);
        if !territory.may_enter(area, to) || !territory.may_leave(area) {
            for &(area, from) in back[..done].iter().rev() {
                territory.shift(area, from);
            }
            return false;
        }
        back[done] = (area, territory.school_of(area));
        territory.shift(area, to);
    }
    true
}

/// −ln of evenly spread shares, so that a walk needs no logarithm a move.
struct Thresholds(Vec<f64>);

impl Thresholds {
    const COUNT: usize = 4096;

    fn new() -> Self {
        let share = |place: usize| (place as f64 + 0.5) / Self::COUNT as f64;
        Self((0..Self::COUNT).map(|place| -share(place).ln()).collect())
    }

    fn draw(&self, dice: &mut Dice) -> f64 {
        self.0[dice.below(Self::COUNT)]
    }
}
