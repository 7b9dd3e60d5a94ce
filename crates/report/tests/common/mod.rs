//! A made-up ward: areas cut from a bent sheet with wavy borders, schools among them, a plan.
#![allow(dead_code, reason = "each test file uses its part")]

use chrono::NaiveDate;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use phantuyen_model::*;
use phantuyen_report::Provenance;

pub struct Ward {
    pub provenance: Provenance,
    pub areas: Vec<Area>,
    pub shapes: Vec<AreaShape>,
    pub schools: Vec<School>,
    pub present: Vec<PlanRow>,
    pub plan: Plan,
    pub adjacency: Adjacency,
}

/// A number in 0 … 1 that depends on nothing but its seeds.
fn chance(a: usize, b: usize, c: usize) -> f64 {
    let mut x = (a as u64) << 40 ^ (b as u64) << 20 ^ c as u64 ^ 0x9E37_79B9_7F4A_7C15;
    for _ in 0..3 {
        x ^= x >> 30;
        x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x ^= x >> 27;
    }
    (x >> 11) as f64 / (1_u64 << 53) as f64
}

/// The corner (i, j) of a sheet of `across` × `down` areas, in degrees.
fn corner(i: usize, j: usize, across: usize, down: usize) -> Coord<f64> {
    let jitter = |k| (chance(i, j, k) - 0.5) * 0.55;
    let u = (i as f64 + jitter(1)) / across as f64;
    let v = (j as f64 + jitter(2)) / down as f64;
    bend(u, v)
}

fn bend(u: f64, v: f64) -> Coord<f64> {
    Coord {
        x: 106.700 + 0.036 * (u + 0.06 * (v * 5.0).sin() + 0.10 * v),
        y: 10.800 + 0.022 * (v + 0.07 * (u * 6.0).sin()),
    }
}

/// A wavy border between two corners, the same from both sides.
fn border(a: Coord<f64>, b: Coord<f64>, seed: usize) -> Vec<Coord<f64>> {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    (0..4)
        .map(|k| {
            let t = k as f64 / 4.0;
            let side = if k == 0 { 0.0 } else { (chance(seed, k, 7) - 0.5) * 0.12 };
            Coord { x: a.x + dx * t - dy * side, y: a.y + dy * t + dx * side }
        })
        .collect()
}

fn outline(i: usize, j: usize, across: usize, down: usize) -> MultiPolygon<f64> {
    let c = |di, dj| corner(i + di, j + dj, across, down);
    let seed = |vertical: usize, i: usize, j: usize| vertical * 10_000 + i * 100 + j;
    let mut ring = border(c(0, 0), c(1, 0), seed(0, i, j));
    ring.extend(border(c(1, 0), c(1, 1), seed(1, i + 1, j)));
    let backwards = |a: Coord<f64>, b: Coord<f64>, seed: usize| {
        let mut points = border(b, a, seed);
        points.push(a);
        points.reverse();
        points.pop();
        points
    };
    ring.extend(backwards(c(1, 1), c(0, 1), seed(0, i, j + 1)));
    ring.extend(backwards(c(0, 1), c(0, 0), seed(1, i, j)));
    MultiPolygon::new(vec![Polygon::new(LineString::new(ring), vec![])])
}

const NAMES: [&str; 8] = [
    "TH Hoa Sen",
    "TH Lê Lợi",
    "TH Nguyễn Du",
    "TH Kim Đồng",
    "TH Võ Thị Sáu",
    "TH Nguyễn Thị Minh Khai",
    "TH Đinh Bộ Lĩnh",
    "TH Phước Bình",
];

pub fn ward(across: usize, down: usize, schools: usize) -> Ward {
    let count = across * down;
    let area_code = |n: usize| AreaCode::new(format!("KP-{:03}", n + 1));
    let school_code = |n: usize| SchoolCode::new(format!("TH-{:02}", n + 1));
    let areas = (0..count)
        .map(|n| Area {
            area_code: area_code(n),
            name: format!("Khu phố {}", n + 1),
            parent_code: None,
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        })
        .collect();
    let shapes: Vec<AreaShape> = (0..count)
        .map(|n| AreaShape {
            area_code: area_code(n),
            outline: outline(n % across, n / across, across, down),
        })
        .collect();
    let places: Vec<(f64, f64)> = (0..schools)
        .map(|s| {
            let rows = (schools as f64).sqrt().floor().max(1.0) as usize;
            let columns = schools.div_ceil(rows);
            let (row, column) = (s / columns, s % columns);
            let in_row = if row == rows - 1 { schools - columns * row } else { columns };
            (
                (column as f64 + 0.5 + (chance(s, 3, 3) - 0.5) * 0.4) / in_row as f64,
                (row as f64 + 0.5 + (chance(s, 4, 4) - 0.5) * 0.4) / rows as f64,
            )
        })
        .collect();
    let middle = |n: usize| {
        (((n % across) as f64 + 0.5) / across as f64, ((n / across) as f64 + 0.5) / down as f64)
    };
    let far = |n: usize, s: usize| {
        let (a, b) = (middle(n), places[s]);
        ((a.0 - b.0) * 3.6).hypot((a.1 - b.1) * 2.2)
    };
    let nearest = |n: usize, rank: usize| {
        let mut order: Vec<usize> = (0..schools).collect();
        order.sort_by(|a, b| far(n, *a).total_cmp(&far(n, *b)));
        order[rank.min(schools - 1)]
    };
    let pupils = |n: usize| (16.0 + 44.0 * chance(n, 9, 9)).round();
    let school_of: Vec<usize> = (0..count).map(|n| nearest(n, 0)).collect();
    let present = (0..count)
        .map(|n| PlanRow {
            grade: Grade::G1,
            area_code: area_code(n),
            school_code: school_code(nearest(n, usize::from(n % 9 == 4))),
            share: 1.0,
        })
        .collect();
    let assignment = (0..count)
        .map(|n| Assignment {
            area_code: area_code(n),
            school_code: school_code(school_of[n]),
            pupils: pupils(n),
            distance_m: Some((far(n, school_of[n]) * 1000.0).round()),
            nearest_school: Some(school_code(school_of[n])),
            reason: Reason::Nearest,
        })
        .collect();
    let figures_of = |s: usize| {
        let own: Vec<usize> = (0..count).filter(|n| school_of[*n] == s).collect();
        let taken: f64 = own.iter().map(|n| pupils(*n)).sum();
        let classes = ((taken / 35.0).floor() + if s == 2 { 0.0 } else { 1.0 }) as u32;
        SchoolFigures {
            school_code: school_code(s),
            areas: own.len() as u32,
            pupils: taken,
            lower: Some((taken * 0.9).round()),
            upper: Some((taken * 1.1).round()),
            classes: Some(classes),
            seats: f64::from(classes * 35),
            class_size: Some(35),
            mean_m: Some(500.0),
            farthest_m: Some(900.0),
            risk: SchoolRisk::default(),
            pieces: 1,
        }
    };
    let all: Vec<SchoolFigures> = (0..schools).map(figures_of).collect();
    let figures = PlanFigures {
        pupils: (0..count).map(pupils).sum(),
        pupil_m: 0.0,
        mean_m: 0.0,
        farthest_m: 0.0,
        beyond_target: None,
        beyond_alarm: None,
        overload_pupils: 0.0,
        goals: GoalFigures::default(),
        overloaded_schools: 0,
        moved_pupils: None,
        moved_areas: None,
        pieces: schools as u32,
        schools: all,
        assignment,
    };
    let mut pairs = Vec::new();
    for n in 0..count {
        if n % across + 1 < across {
            pairs.push((area_code(n), area_code(n + 1)));
        }
        if n + across < count {
            pairs.push((area_code(n), area_code(n + across)));
        }
    }
    Ward {
        provenance: provenance(),
        areas,
        shapes,
        schools: (0..schools)
            .map(|s| {
                let place = bend(places[s].0, places[s].1);
                school(school_code(s), school_name(s), LonLat { lon: place.x, lat: place.y })
            })
            .collect(),
        present,
        plan: Plan {
            grade: Grade::G1,
            school_year: SchoolYear(2027),
            status: PlanStatus::Optimal,
            stopped_by: StoppedBy::Gap,
            objective: 0.0,
            bound: 0.0,
            gap: 0.0,
            tiers: vec![],
            figures,
        },
        adjacency: Adjacency::from_pairs(pairs),
    }
}

pub fn provenance() -> Provenance {
    Provenance {
        ward_name: "Mẫu".into(),
        ward_kind: "ward".into(),
        school_year: SchoolYear(2027),
        made_up: true,
        data_until: "31/12/2026".into(),
        line: "phantuyen 0.1.0 · dữ liệu vào 3f9a1c0d5e7b · hạt giống 1 · quy định đến 31/12/2026"
            .into(),
    }
}

fn school_name(s: usize) -> String {
    NAMES.get(s).map_or_else(|| format!("TH Số {}", s + 1), ToString::to_string)
}

fn school(school_code: SchoolCode, name: String, place: LonLat) -> School {
    School {
        school_code,
        name,
        levels: vec![Level::Primary],
        place: Some(place),
        area_code: None,
        rooms: Some(30),
        classes_per_room: None,
        class_size: None,
        capacity: None,
        open_from: None,
        open_to: None,
        catchment: true,
    }
}

/// A forecast of three grades and five years for the areas of the ward.
pub fn forecast(ward: &Ward) -> Forecast {
    let mut rows = Vec::new();
    for (g, grade) in [Grade::Preschool5, Grade::G1, Grade::G6].into_iter().enumerate() {
        for horizon in 1..=5_u32 {
            let school_year = SchoolYear(2026 + horizon as i32);
            let row = |area_code: Option<AreaCode>, mean: f64| ForecastRow {
                grade,
                birth_year: grade.birth_year(school_year),
                level: if area_code.is_some() { UnitLevel::Area } else { UnitLevel::Ward },
                area_code,
                school_year,
                horizon,
                mean,
                median: mean,
                lower: mean - (1.2 * mean).sqrt() * f64::from(horizon).sqrt() * 1.3,
                upper: mean + (1.2 * mean).sqrt() * f64::from(horizon).sqrt() * 1.3,
                level_pct: 80.0,
                pupils: mean.round() as u64,
                method: if horizon < 4 { ForecastMethod::Cohort } else { ForecastMethod::Births },
                own_weight: 1.0,
            };
            let means: Vec<f64> = (0..ward.areas.len())
                .map(|n| (20.0 + 40.0 * chance(n, g, horizon as usize)).round())
                .collect();
            rows.push(row(None, means.iter().sum()));
            for (area, mean) in ward.areas.iter().zip(&means) {
                rows.push(row(Some(area.area_code.clone()), *mean));
            }
        }
    }
    Forecast { origin: RegisterYear(2026), rows }
}

/// Past intakes of three grades.
pub fn history() -> Vec<(Grade, SchoolYear, u32)> {
    let mut rows = Vec::new();
    for (g, grade) in [Grade::Preschool5, Grade::G1, Grade::G6].into_iter().enumerate() {
        for year in 2016..=2026 {
            let pupils = 980.0 + 20.0 * f64::from(year - 2016) + 90.0 * chance(g, year as usize, 5);
            rows.push((grade, SchoolYear(year), pupils.round() as u32));
        }
    }
    rows
}

pub fn scores() -> Vec<Score> {
    let score = |grade, level, size_class, horizon, wape| Score {
        grade,
        level,
        size_class,
        horizon,
        level_pct: 80.0,
        origins: 6,
        n: 6,
        wape: Some(wape),
        mape: Some(wape),
        bias: Some(-0.011),
        within_10: Some(1.0),
        coverage: Some(0.83),
        interval_width: Some(0.12),
        mase: Some(0.6),
        wape_same_as_last_year: Some(0.062),
        wape_practice: Some(0.041),
        wape_survival_5: Some(0.038),
        method_interval: "conformal".into(),
    };
    vec![
        score(Grade::G1, UnitLevel::Ward, SizeClass::All, 1, 0.027),
        score(Grade::G1, UnitLevel::Ward, SizeClass::All, 2, 0.071),
        score(Grade::G1, UnitLevel::Ward, SizeClass::All, 3, 0.12),
        score(Grade::G1, UnitLevel::Area, SizeClass::All, 1, 0.16),
        score(Grade::G1, UnitLevel::Area, SizeClass::To39, 1, 0.19),
        score(Grade::G6, UnitLevel::Ward, SizeClass::All, 1, 0.035),
    ]
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a real date")
}

/// Leaves a file for people to look at.
pub fn show(name: &str, bytes: &[u8]) {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
    std::fs::create_dir_all(&folder).expect("folder");
    std::fs::write(folder.join(name), bytes).expect("file");
}
