//! Small wards made by dice, and what they are to the program.

use phantuyen_allocation::{
    AllocationSettings, Demand, Primaries, Problem, ProblemParts, SchoolSeats, YearParts,
};
use phantuyen_model::{
    Adjacency, AreaCode, DemandDraws, Distances, FeederRow, Grade, Lock, LockRule, Metres, PlanRow,
    SchoolCode, SchoolYear, SiblingsRow,
};

/// A small generator of its own, so that instances are the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    pub fn place(&mut self, n: usize) -> usize {
        self.below(n as u64) as usize
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A ward on a grid: areas row by row, each touching those beside, above and below it, unless the
/// grid is cut.
#[derive(Clone, Debug)]
pub struct Ward {
    pub columns: usize,
    pub areas: usize,
    pub schools: usize,
    /// By year, then area; the first year is the one that is planned.
    pub pupils: Vec<Vec<f64>>,
    /// By year, then school.
    pub seats: Vec<Vec<f64>>,
    pub roots: Vec<Option<usize>>,
    /// By area, then school.
    pub distance: Vec<Vec<Option<f64>>>,
    pub present: Option<Vec<Option<usize>>>,
    pub locks: Vec<(usize, usize, LockRule)>,
    /// Areas without a border to their left and above: a piece of water.
    pub cut: Vec<usize>,
    pub links: Vec<(usize, usize)>,
    pub siblings: Vec<(usize, usize, f64)>,
    /// The primary school of each area.
    pub primaries: Vec<Option<usize>>,
    pub feeders: Option<Vec<(usize, usize)>>,
    pub units: Vec<Option<usize>>,
    /// By year, future, area.
    pub draws: Vec<Vec<Vec<f64>>>,
    pub class_size: u32,
    pub settings: AllocationSettings,
}

pub fn area(number: usize) -> AreaCode {
    AreaCode::new(format!("A{number}"))
}

pub fn school(number: usize) -> SchoolCode {
    SchoolCode::new(format!("S{number}"))
}

/// The grade of all these wards: the one that may follow primary schools.
pub const GRADE: Grade = Grade::G6;

impl Ward {
    /// A ward of `columns` × `rows` areas with some seats to spare or missing, and no special rule.
    pub fn by(dice: &mut Dice, columns: usize, rows: usize, schools: usize) -> Self {
        let areas = columns * rows;
        let pupils: Vec<f64> = (0..areas).map(|_| dice.below(13) as f64).collect();
        let total: f64 = pupils.iter().sum();
        let roots: Vec<usize> =
            (0..schools).map(|s| (s * areas / schools + dice.place(3)) % areas).collect();
        let fair = (total / schools as f64).floor();
        let seat = |dice: &mut Dice| (fair + dice.below(9) as f64 - 3.0).max(0.0);
        let seats: Vec<f64> = (0..schools).map(|_| seat(dice)).collect();
        let steps = |a: usize, r: usize| {
            (a % columns).abs_diff(r % columns) + (a / columns).abs_diff(r / columns)
        };
        let distance = (0..areas).map(|a| {
            let far =
                |r: &usize| Some(200.0 + 300.0 * steps(a, *r) as f64 + dice.below(400) as f64);
            roots.iter().map(far).collect()
        });
        let distance = distance.collect();
        let mut ward = Self {
            columns,
            areas,
            schools,
            pupils: vec![pupils],
            seats: vec![seats],
            roots: roots.into_iter().map(Some).collect(),
            distance,
            present: None,
            locks: Vec::new(),
            cut: Vec::new(),
            links: Vec::new(),
            siblings: Vec::new(),
            primaries: vec![None; areas],
            feeders: None,
            units: vec![None; areas],
            draws: Vec::new(),
            class_size: 5,
            settings: AllocationSettings { gap: 1e-9, ..AllocationSettings::default() },
        };
        if dice.one_in(6) {
            let (a, s) = (dice.place(areas), dice.place(schools));
            ward.distance[a][s] = None;
        }
        ward
    }

    pub fn touching(&self, a: usize, b: usize) -> bool {
        let (low, high) = (a.min(b), a.max(b));
        let beside = high - low == 1 && high % self.columns != 0;
        let below = high - low == self.columns;
        let border = (beside || below) && !self.cut.contains(&high) && !self.cut.contains(&low);
        border || self.links.contains(&(low, high))
    }

    /// The number of the connected part of the ward that each area lies in.
    pub fn landmass(&self) -> Vec<usize> {
        let mut part: Vec<usize> = (0..self.areas).collect();
        for _ in 0..self.areas {
            for a in 0..self.areas {
                for b in (0..self.areas).filter(|&b| self.touching(a, b)) {
                    part[a] = part[a].min(part[b]);
                }
            }
        }
        part
    }

    pub fn must(&self, a: usize) -> Option<usize> {
        let own = || (0..self.schools).find(|&s| self.roots[s] == Some(a));
        let lock = self.locks.iter().find(|lock| lock.0 == a && lock.2 == LockRule::Must);
        let by_own = (self.settings.own_area == phantuyen_allocation::OwnArea::Must).then(own);
        lock.map(|lock| lock.1).or(by_own.flatten())
    }

    pub fn parts(&self) -> ProblemParts {
        let demand = |pupils: &[f64]| -> Vec<Demand> {
            let one = |(a, &pupils): (usize, &f64)| Demand {
                area_code: area(a),
                pupils,
                lower: None,
                upper: None,
            };
            pupils.iter().enumerate().map(one).collect()
        };
        let schools = |seats: &[f64]| -> Vec<SchoolSeats> {
            let one = |(s, &seats): (usize, &f64)| SchoolSeats {
                school_code: school(s),
                area_code: self.roots[s].map(area),
                seats,
                classes: None,
                class_size: Some(self.class_size),
                rooms: None,
            };
            seats.iter().enumerate().map(one).collect()
        };
        let year = |y: usize| SchoolYear(2027 + y as i32);
        let later = (1..self.pupils.len()).map(|y| YearParts {
            school_year: year(y),
            demand: demand(&self.pupils[y]),
            schools: schools(&self.seats[y]),
        });
        let pairs = (0..self.areas).flat_map(|a| (0..self.schools).map(move |s| (a, s)));
        let distances =
            pairs.filter_map(|(a, s)| Some((area(a), school(s), Metres(self.distance[a][s]?))));
        let borders = (0..self.areas).flat_map(|a| (0..a).map(move |b| (a, b)));
        let borders = borders.filter(|&(a, b)| self.touching(a, b));
        let present = self.present.iter().flatten().enumerate().filter_map(|(a, s)| {
            let (area_code, school_code) = (area(a), school((*s)?));
            Some(PlanRow { grade: GRADE, area_code, school_code, share: 1.0 })
        });
        let lock = |&(a, s, rule): &(usize, usize, LockRule)| Lock {
            grade: GRADE,
            area_code: area(a),
            school_code: school(s),
            rule,
            reason: None,
        };
        let sibling = |&(a, s, pupils): &(usize, usize, f64)| SiblingsRow {
            grade: GRADE,
            area_code: area(a),
            school_code: school(s),
            pupils,
        };
        let primary = |p: usize| SchoolCode::new(format!("P{p}"));
        let feeder = |&(p, s): &(usize, usize)| FeederRow {
            from_school: primary(p),
            to_school: school(s),
            share: 0.5,
        };
        let of_area = |(a, p): (usize, &Option<usize>)| Some((area(a), primary((*p)?)));
        let draws = self.draws.iter().enumerate().map(|(y, draws)| DemandDraws {
            grade: GRADE,
            school_year: year(y),
            areas: (0..self.areas).map(area).collect(),
            draws: draws.clone(),
        });
        let unit = |(a, u): (usize, &Option<usize>)| Some((area(a), format!("U{}", (*u)?)));
        ProblemParts {
            demand: demand(&self.pupils[0]),
            schools: schools(&self.seats[0]),
            distances: Distances::from_pairs(distances),
            adjacency: Adjacency::from_pairs(borders.map(|(a, b)| (area(a), area(b)))),
            present: present.collect(),
            locks: self.locks.iter().map(lock).collect(),
            siblings: self.siblings.iter().map(sibling).collect(),
            primaries: Primaries {
                of_area: self.primaries.iter().enumerate().filter_map(of_area).collect(),
                feeders: self.feeders.as_ref().map(|rows| rows.iter().map(feeder).collect()),
            },
            units: self.units.iter().enumerate().filter_map(unit).collect(),
            later_years: later.collect(),
            draws: draws.collect(),
            settings: self.settings.clone(),
            ..ProblemParts::of(GRADE, SchoolYear(2027))
        }
    }

    /// The problem, where it is well posed.
    pub fn problem(&self) -> Option<Problem> {
        Problem::new(self.parts()).ok().map(|(problem, _)| problem)
    }
}
