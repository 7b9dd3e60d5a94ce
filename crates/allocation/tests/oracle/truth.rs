//! What is true of a plan of a small ward, worked out without the program.

use crate::ward::Ward;
use phantuyen_allocation::{Contiguity, OwnArea, SplitUnits, Strictness};
use phantuyen_model::LockRule;
use std::collections::{BTreeMap, BTreeSet};

/// Sums may be off by this much.
pub const CLOSE: f64 = 1e-6;

impl Ward {
    /// Every plan there is: a school for each area.
    pub fn plans(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        let all = self.schools.pow(u32::try_from(self.areas).expect("few areas"));
        (0..all).map(|mut code| {
            let digit = |_| {
                let school = code % self.schools;
                code /= self.schools;
                school
            };
            (0..self.areas).map(digit).collect()
        })
    }

    fn load(&self, year: usize, plan: &[usize], s: usize) -> f64 {
        (0..self.areas).filter(|&a| plan[a] == s).map(|a| self.pupils[year][a]).sum()
    }

    fn mean_of_years(&self, of: impl Fn(usize) -> f64) -> f64 {
        (0..self.pupils.len()).map(of).sum::<f64>() / self.pupils.len() as f64
    }

    fn over_schools(&self, of: impl Fn(usize) -> f64) -> f64 {
        (0..self.schools).map(of).sum()
    }

    /// Connected pieces of what a school has, with the area it stands in.
    fn pieces(&self, plan: &[Option<usize>], s: usize) -> usize {
        let belongs = |a: usize| plan[a] == Some(s) || self.roots[s] == Some(a);
        let mut seen = vec![false; self.areas];
        let mut pieces = 0;
        for start in (0..self.areas).filter(|&a| belongs(a)) {
            if seen[start] {
                continue;
            }
            pieces += 1;
            let mut queue = vec![start];
            while let Some(a) = queue.pop() {
                if !std::mem::replace(&mut seen[a], true) {
                    let next = (0..self.areas).filter(|&b| self.touching(a, b) && belongs(b));
                    queue.extend(next.filter(|&b| !seen[b]));
                }
            }
        }
        pieces
    }

    /// What one goal comes to, by the name it has in files.
    pub fn goal(&self, name: &str, plan: &[usize]) -> f64 {
        let pupils = &self.pupils[0];
        match name {
            "overload" => self.mean_of_years(|y| {
                self.over_schools(|s| (self.load(y, plan, s) - self.seats[y][s]).max(0.0))
            }),
            "beyond_alarm" => {
                let alarm = self.settings.alarm_m.unwrap_or(f64::INFINITY);
                let far = |a: &usize| self.distance[*a][plan[*a]].is_some_and(|d| d > alarm);
                let sum = |y: usize| (0..self.areas).filter(far).map(|a| self.pupils[y][a]).sum();
                self.mean_of_years(sum)
            }
            "travel" => self.mean_of_years(|y| {
                let way = |a: usize| self.distance[a][plan[a]].unwrap_or(0.0);
                (0..self.areas).map(|a| self.pupils[y][a] * way(a)).sum()
            }),
            "moved" => {
                let now = |a: usize| self.present.as_ref().and_then(|present| present[a]);
                let moves = |a: &usize| now(*a).is_some_and(|now| now != plan[*a]);
                (0..self.areas).filter(moves).map(|a| pupils[a]).sum()
            }
            "siblings" => {
                let apart = self.siblings.iter().filter(|(a, s, _)| plan[*a] != *s);
                apart.map(|(_, _, pupils)| pupils).sum()
            }
            "feeders" => match &self.feeders {
                Some(feeders) => {
                    let feeds = |p: usize, s: usize| feeders.contains(&(p, s));
                    let bound = |p: usize| feeders.iter().any(|(from, _)| *from == p);
                    let off = |a: &usize| {
                        self.primaries[*a].is_some_and(|p| bound(p) && !feeds(p, plan[*a]))
                    };
                    (0..self.areas).filter(off).map(|a| pupils[a]).sum()
                }
                None => further(&self.primaries, plan),
            },
            "splits" => further(&self.units, plan),
            "balance" => self.mean_of_years(|y| {
                let seats: f64 = self.seats[y].iter().sum();
                let all: f64 = self.pupils[y].iter().sum();
                let fair =
                    |s: usize| if seats > 0.0 { all / seats * self.seats[y][s] } else { all };
                self.over_schools(|s| (self.load(y, plan, s) - fair(s)).max(0.0))
            }),
            "classes" => self.mean_of_years(|y| {
                self.over_schools(|s| {
                    let load = self.load(y, plan, s);
                    let mixed = self.is_few(load) && self.may_mix(load);
                    if mixed { 0.0 } else { (load / f64::from(self.class_size)).ceil() }
                })
            }),
            "sum" => {
                let settings = &self.settings;
                let weighted = [
                    ("overload", settings.overload_weight_m),
                    ("moved", settings.moved_weight_m),
                    ("balance", settings.balance_weight),
                    ("classes", settings.class_weight_m),
                    ("feeders", settings.feeder_weight_m),
                    ("siblings", settings.sibling_weight_m),
                    ("splits", settings.split_weight_m),
                ];
                let weigh = |(goal, weight): (&str, Option<f64>)| {
                    weight.map_or(0.0, |weight| weight * self.goal(goal, plan))
                };
                self.goal("travel", plan) + weighted.into_iter().map(weigh).sum::<f64>()
            }
            name => panic!("no goal {name}"),
        }
    }

    fn is_few(&self, load: f64) -> bool {
        load > 0.0 && self.settings.min_class.is_some_and(|least| load < least)
    }

    fn may_mix(&self, load: f64) -> bool {
        self.settings.mixed_class.is_some_and(|most| load <= most)
    }

    /// The names of the tiers, most important first.
    pub fn tiers(&self) -> Vec<&'static str> {
        let settings = &self.settings;
        let forbid = settings.overload == Strictness::Forbid;
        let units = !grouped(&self.units).is_empty();
        let primaries = !grouped(&self.primaries).is_empty();
        let whole = units && settings.split_units == SplitUnits::OnlyWhereItPays;
        let mut tiers = Vec::new();
        if settings.is_weighted() {
            tiers.extend((whole && settings.split_weight_m.is_none()).then_some("splits"));
            tiers.push("sum");
            return tiers;
        }
        tiers.extend((!forbid).then_some("overload"));
        let alarm =
            settings.alarm_m.is_some() && settings.beyond_alarm == Strictness::Penalise && !forbid;
        tiers.extend(alarm.then_some("beyond_alarm"));
        tiers.extend(whole.then_some("splits"));
        tiers.push("travel");
        tiers.extend(self.present.is_some().then_some("moved"));
        tiers.extend((!self.siblings.is_empty()).then_some("siblings"));
        let say = settings.has_tolerance();
        tiers.extend((self.feeders.is_some() || (primaries && say)).then_some("feeders"));
        let avoid = units && settings.split_units == SplitUnits::Avoid;
        tiers.extend((avoid && say).then_some("splits"));
        let seats = self.seats.iter().flatten().any(|seats| *seats > 0.0);
        tiers.extend((seats && (!forbid || say)).then_some("balance"));
        tiers
    }

    /// Whether an area may go to a school by locks, distances and water.
    fn may(&self, a: usize, s: usize, landmass: &[usize]) -> bool {
        if let Some(must) = self.must(a) {
            return must == s;
        }
        let never = self.locks.contains(&(a, s, LockRule::Never));
        let path = self.settings.contiguity != Contiguity::Required
            || self.roots[s].is_none_or(|root| landmass[root] == landmass[a]);
        self.distance[a][s].is_some() && !never && path
    }

    /// Whether a plan keeps every hard rule.
    pub fn keeps_rules(&self, plan: &[usize]) -> bool {
        let landmass = self.landmass();
        let pairs = (0..self.areas).all(|a| {
            let s = plan[a];
            self.may(a, s, &landmass) && self.keeps_alarm(a, s) && self.keeps_walk(a, s, &landmass)
        });
        let own = self.settings.own_area == OwnArea::Prefer
            || (0..self.schools).all(|s| self.roots[s].is_none_or(|root| plan[root] == s));
        pairs && own && self.keeps_pieces(plan, &landmass) && self.keeps_catchment_rules(plan)
    }

    fn keeps_alarm(&self, a: usize, s: usize) -> bool {
        let beyond = |d: f64| self.settings.alarm_m.is_some_and(|alarm| d > alarm);
        let forbidden = self.settings.beyond_alarm == Strictness::Forbid;
        !(forbidden && self.must(a).is_none() && self.distance[a][s].is_some_and(beyond))
    }

    fn keeps_walk(&self, a: usize, s: usize, landmass: &[usize]) -> bool {
        let Some(zone) = self.settings.walk_zone_m.filter(|_| self.settings.keep_walkers) else {
            return true;
        };
        let walks = |to: usize| {
            self.may(a, to, landmass) && self.distance[a][to].is_some_and(|d| d <= zone)
        };
        let now = self.present.as_ref().and_then(|present| present[a]);
        match (self.must(a), now) {
            (Some(_), _) => true,
            (None, Some(now)) => !walks(now) || s == now,
            (None, None) => walks(s) || !(0..self.schools).any(walks),
        }
    }

    fn keeps_pieces(&self, plan: &[usize], landmass: &[usize]) -> bool {
        let whole: Vec<Option<usize>> = plan.iter().map(|&s| Some(s)).collect();
        let nobody = vec![None; self.areas];
        let present = self.present.as_ref().unwrap_or(&nobody);
        (0..self.schools).all(|s| {
            let locked = (0..self.areas).filter(|&a| self.must(a) == Some(s));
            let islands: BTreeSet<usize> = match self.roots[s] {
                Some(root) => {
                    locked.map(|a| landmass[a]).filter(|l| *l != landmass[root]).collect()
                }
                None => BTreeSet::new(),
            };
            let most = 1 + islands.len();
            match self.settings.contiguity {
                Contiguity::NotRequired => true,
                Contiguity::Required => self.pieces(&whole, s) <= most,
                Contiguity::NoNewPieces => {
                    self.pieces(&whole, s) <= most.max(self.pieces(present, s))
                }
            }
        })
    }

    fn keeps_catchment_rules(&self, plan: &[usize]) -> bool {
        let settings = &self.settings;
        let all: f64 = self.pupils[0].iter().sum();
        let share = settings.max_moved_share.map_or(f64::INFINITY, |share| share * all);
        let most = settings.max_moved_pupils.unwrap_or(f64::INFINITY).min(share);
        let moved = self.present.is_none() || self.goal("moved", plan) <= most + CLOSE;
        let years = 0..self.pupils.len();
        let seats =
            settings.overload == Strictness::Penalise || self.goal("overload", plan) <= CLOSE;
        let mut catchments = years.flat_map(|y| (0..self.schools).map(move |s| (y, s)));
        let classes = catchments.all(|(y, s)| {
            let load = self.load(y, plan, s);
            !self.is_few(load) || self.may_mix(load)
        });
        moved && seats && classes && self.keeps_chance(plan)
    }

    fn keeps_chance(&self, plan: &[usize]) -> bool {
        let Some(share) = self.settings.max_overload_probability else { return true };
        (0..self.draws.len()).all(|y| {
            (0..self.schools).all(|s| {
                let load = |draw: &Vec<f64>| -> f64 {
                    (0..self.areas).filter(|&a| plan[a] == s).map(|a| draw[a]).sum()
                };
                let above = self.draws[y].iter().filter(|d| load(d) > self.seats[y][s] + CLOSE);
                above.count() as f64 <= share * self.draws[y].len() as f64 + 1e-9
            })
        })
    }

    /// The least that each tier can be, the tiers above given up no further than their tolerance;
    /// `None` where no plan keeps the hard rules.
    pub fn best(&self) -> Option<Vec<f64>> {
        let mut plans: Vec<Vec<usize>> = self.plans().filter(|p| self.keeps_rules(p)).collect();
        let mut best = Vec::new();
        for tier in self.tiers() {
            let values: Vec<f64> = plans.iter().map(|plan| self.goal(tier, plan)).collect();
            let least = values.iter().copied().reduce(f64::min)?;
            let most = least * (1.0 + self.settings.tolerance(tier)) + CLOSE;
            let mut values = values.into_iter();
            plans.retain(|_| values.next().is_some_and(|value| value <= most));
            best.push(least);
        }
        (!plans.is_empty()).then_some(best)
    }
}

/// Units with several areas.
fn grouped(units: &[Option<usize>]) -> BTreeMap<usize, Vec<usize>> {
    let mut areas: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (a, unit) in units.iter().enumerate() {
        unit.iter().for_each(|unit| areas.entry(*unit).or_default().push(a));
    }
    areas.retain(|_, areas| areas.len() > 1);
    areas
}

/// Schools beyond one for each unit.
fn further(units: &[Option<usize>], plan: &[usize]) -> f64 {
    let schools = |areas: &Vec<usize>| areas.iter().map(|&a| plan[a]).collect::<BTreeSet<_>>();
    grouped(units).values().map(|areas| schools(areas).len() as f64 - 1.0).sum()
}
