//! Published and real cases from beside the project, read from their own tables.

use phantuyen_allocation::{
    AllocationSettings, Demand, OwnArea, ProblemParts, SchoolSeats, Strictness,
};
use phantuyen_model::{
    Adjacency, AreaCode, Distances, Grade, Metres, PlanRow, SchoolCode, SchoolYear,
};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The cases that are measured, by their folders.
pub const CASES: [&str; 11] = [
    "kong-zy_13a",
    "kong-zy_14c",
    "kong-zy_16b",
    "kong-gy_37a",
    "kong-gy_37c",
    "kong-gy_39b",
    "kong-gy2_22a",
    "kong-gy2_18c",
    "kong-gy2_20b",
    "fairfax-region6",
    "fairfax-ms",
];

/// The best objective known of a published case (Kong 2021, doi 10.1007/s43762-021-00018-7), in
/// pupil-metres.
pub fn best_known(case: &str) -> Option<f64> {
    let thousands = match case {
        "kong-zy_13a" => 2_582.397,
        "kong-zy_14c" => 2_589.931,
        "kong-zy_16b" => 1_647.327,
        "kong-gy_37a" => 70_172.914,
        "kong-gy_37c" => 79_924.280,
        "kong-gy_39b" => 69_047.824,
        "kong-gy2_22a" => 1_875_355.923,
        "kong-gy2_18c" => 2_317_477.992,
        "kong-gy2_20b" => 1_904_637.492,
        _ => return None,
    };
    Some(1e3 * thousands)
}

/// The folder of a case under `PHANTUYEN_SHARED`, or beside the project; `None` where it is absent.
pub fn folder(case: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("PHANTUYEN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("cases").join(case).join("data");
    folder.is_dir().then_some(folder)
}

/// The problem of a case. Published cases bind each school's own area and forbid overload; the
/// real ones weigh a pupil without a seat as half an hour of way.
///
/// # Errors
/// A table that cannot be read or lacks a column, in words.
pub fn case_problem(case: &str, folder: &Path) -> Result<ProblemParts, String> {
    let published = case.starts_with("kong");
    let demand = rows(folder, "demand")?;
    let schools = rows(folder, "schools")?;
    let distances = rows(folder, "distances")?;
    let mut way: Vec<(AreaCode, SchoolCode, Metres)> = Vec::with_capacity(distances.len());
    for row in &distances {
        way.push((area(row, "area_code")?, school(row)?, Metres(number(row, "distance_m")?)));
    }
    let mut seats = Vec::new();
    for row in &schools {
        // Where the table has no area, the one nearest to the school stands for it.
        let own =
            way.iter().filter(|(_, of, _)| Some(of.as_str()) == text(row, "school_code").ok());
        let nearest = own.min_by(|a, b| a.2.0.total_cmp(&b.2.0)).map(|(area, ..)| area.clone());
        seats.push(SchoolSeats {
            school_code: school(row)?,
            area_code: area(row, "area_code").ok().or(nearest),
            seats: number(row, "capacity")?,
            classes: None,
            class_size: None,
            rooms: None,
        });
    }
    let of_area = |row: &Row| {
        let pupils = number(row, "pupils")?;
        Ok(Demand { area_code: area(row, "area_code")?, pupils, lower: None, upper: None })
    };
    let touch = |row: &Row| Ok((area(row, "area_code")?, area(row, "neighbour_code")?));
    let borders: Result<Vec<_>, String> = rows(folder, "adjacency")?.iter().map(touch).collect();
    let place = |row: &Row| {
        let (area_code, school_code) = (area(row, "area_code")?, school(row)?);
        Ok(PlanRow { grade: Grade::G1, area_code, school_code, share: 1.0 })
    };
    let present = rows(folder, "current_plan").unwrap_or_default();
    let present: Result<Vec<PlanRow>, String> = present.iter().map(place).collect();
    let demand: Result<Vec<Demand>, String> = demand.iter().map(of_area).collect();
    Ok(ProblemParts {
        demand: demand?,
        schools: seats,
        adjacency: Adjacency::from_pairs(borders?),
        present: present?,
        distances: Distances::from_pairs(way),
        settings: AllocationSettings {
            own_area: if published { OwnArea::Must } else { OwnArea::Prefer },
            overload: if published { Strictness::Forbid } else { Strictness::Penalise },
            overload_weight_m: (!published).then_some(1800.0),
            ..AllocationSettings::default()
        },
        ..ProblemParts::of(Grade::G1, SchoolYear(2026))
    })
}

type Row = BTreeMap<String, String>;

fn rows(folder: &Path, table: &str) -> Result<Vec<Row>, String> {
    let path = folder.join(format!("{table}.csv"));
    let fault = |error: csv::Error| format!("{}: {error}", path.display());
    let mut reader = csv::Reader::from_path(&path).map_err(fault)?;
    reader.deserialize().map(|row| row.map_err(fault)).collect()
}

fn text<'r>(row: &'r Row, column: &str) -> Result<&'r str, String> {
    let cell = row.get(column).map(String::as_str).filter(|cell| !cell.is_empty());
    cell.ok_or_else(|| format!("no {column}"))
}

fn area(row: &Row, column: &str) -> Result<AreaCode, String> {
    text(row, column).map(AreaCode::new)
}

fn school(row: &Row) -> Result<SchoolCode, String> {
    text(row, "school_code").map(SchoolCode::new)
}

fn number(row: &Row, column: &str) -> Result<f64, String> {
    text(row, column)?.parse().map_err(|_| format!("{column} is no number"))
}
