//! Registers to measure on: project folders and made-up wards.

#![allow(dead_code, reason = "each of the tests uses a part")]

use phantuyen_forecast::{History, Information};
use phantuyen_model::{
    Area, AreaCode, AreaTree, CohortRow, Cohorts, RegisterYear, TreeUnit, Women, WomenRow,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::path::{Path, PathBuf};

/// Where the open data lie.
pub fn shared() -> PathBuf {
    std::env::var_os("PHANTUYEN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    )
}

/// The cells of a file, line by line; none of these files quotes a comma.
pub fn cells(file: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).expect("a readable file");
    let lines = text.lines().skip(1);
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

pub fn number<T: std::str::FromStr>(cell: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    cell.parse().expect("a number")
}

/// Reads `areas`, `area_tree`, `cohorts` and `women` of a project folder.
pub fn history(data: &Path) -> History {
    let of = |file: &str| {
        let path = data.join(file);
        if path.is_file() { cells(&path) } else { Vec::new() }
    };
    let areas: Vec<Area> = of("areas.csv")
        .into_iter()
        .map(|row| Area {
            area_code: AreaCode::new(&row[0]),
            name: row[1].clone(),
            parent_code: Some(row[2].clone()),
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        })
        .collect();
    let unit = |row: Vec<String>| TreeUnit {
        code: row[0].clone(),
        name: row[1].clone(),
        parent_code: Some(row[2].clone()),
    };
    let units: Vec<TreeUnit> = of("area_tree.csv").into_iter().map(unit).collect();
    let cohort = |row: Vec<String>| CohortRow {
        area_code: AreaCode::new(&row[0]),
        as_of: number(&row[1]),
        birth_year: number(&row[2]),
        headcount: number(&row[3]),
        residence: None,
    };
    let cohorts: Vec<CohortRow> = of("cohorts.csv").into_iter().map(cohort).collect();
    let women = |row: Vec<String>| WomenRow {
        area_code: AreaCode::new(&row[0]),
        as_of: number(&row[1]),
        headcount: number(&row[2]),
    };
    let women: Vec<WomenRow> = of("women.csv").into_iter().map(women).collect();
    History {
        cohorts: Cohorts::from_rows(areas.iter().map(|area| area.area_code.clone()), &cohorts),
        women: Women::from_rows(&women),
        births: vec![],
        enrollment: vec![],
        tree: AreaTree::new(&areas, &units),
        information: Information::default(),
    }
}

/// How a made-up ward lives.
pub struct Made {
    pub areas: usize,
    pub years: i32,
    /// Children of an age that an area usually has, fewest and most.
    pub usual: (f64, f64),
    /// Share of children who leave within a year.
    pub leave: f64,
    /// How much areas differ in what arrives for those who leave: standard deviation.
    pub differ: f64,
    /// How much the whole ward's arrivals differ from year to year, as a share of its children:
    /// standard deviation.
    pub shock: f64,
    pub seed: u64,
}

impl Made {
    /// Registers from 2001 on, with the share by which each area truly grows in a year.
    pub fn history(&self) -> (History, Vec<f64>) {
        let mut random = Random(ChaCha8Rng::seed_from_u64(self.seed));
        let codes: Vec<AreaCode> =
            (0..self.areas).map(|i| AreaCode::new(format!("A{i:04}"))).collect();
        let mut fate = Random(ChaCha8Rng::seed_from_u64(!self.seed));
        let shocks: Vec<f64> = (0..self.years).map(|_| self.shock * fate.normal()).collect();
        let (mut rows, mut women, mut growth) = (Vec::new(), Vec::new(), Vec::new());
        for code in &codes {
            let usual = self.usual.0 + (self.usual.1 - self.usual.0) * random.share();
            let grows = 1.0 + self.differ * random.normal();
            growth.push((1.0 - self.leave + self.leave * grows) - 1.0);
            let mut ages: Vec<f64> = (0..18).map(|_| random.poisson(usual)).collect();
            for (year, shock) in (2001..).zip(&shocks) {
                let as_of = RegisterYear(year).date();
                rows.extend((0..).zip(&ages).map(|(age, count)| CohortRow {
                    area_code: code.clone(),
                    as_of,
                    birth_year: year - age,
                    headcount: *count as u32,
                    residence: None,
                }));
                let headcount = (15.0 * usual) as u32;
                women.push(WomenRow { area_code: code.clone(), as_of, headcount });
                ages.rotate_right(1);
                ages[0] = random.poisson(usual);
                for count in &mut ages[1..] {
                    let stay = (0..*count as u32).filter(|_| random.share() > self.leave).count();
                    *count = stay as f64
                        + random.poisson((self.leave * grows.max(0.0) + shock).max(0.0) * *count);
                }
            }
        }
        let history = History {
            cohorts: Cohorts::from_rows(codes, &rows),
            women: Women::from_rows(&women),
            births: vec![],
            enrollment: vec![],
            tree: AreaTree::default(),
            information: Information::default(),
        };
        (history, growth)
    }
}

struct Random(ChaCha8Rng);

impl Random {
    fn share(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.share().max(1e-12).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }

    fn poisson(&mut self, mean: f64) -> f64 {
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        let floor = (-mean).exp();
        let (mut product, mut count) = (self.share(), 0.0);
        while product > floor {
            product *= self.share();
            count += 1.0;
        }
        count
    }
}
