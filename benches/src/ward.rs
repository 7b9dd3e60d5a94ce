//! A ward whose areas lie on a grid, with schools spread over it.

use phantuyen_allocation::{AllocationSettings, Demand, ProblemParts, SchoolSeats};
use phantuyen_model::{AreaCode, Grade, Level, LonLat, School, SchoolCode, SchoolYear};
use phantuyen_network::{straight_line, touching_points};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// About 900 m each way at the latitude of Phước Bình.
const STEP_DEGREES: f64 = 0.008;
const CORNER: LonLat = LonLat { lon: 106.95, lat: 11.80 };
/// Pupils of an area, fewest and most.
const PUPILS: (u32, u32) = (10, 90);
const CLASS_SIZE: u32 = 35;
/// How good a plan must be proven to be, as a share of its objective, and for how long at most
/// that is tried.
const GAP: f64 = 0.01;
const LONGEST_S: f64 = 30.0;
/// Straight line to way.
const DETOUR: f64 = 1.3;

/// Grade 1 of a ward of `columns × rows` areas and so many schools, with seats for all pupils
/// and hardly a class to spare: capacity and connection both bind.
pub fn entry_problem(columns: u32, rows: u32, school_count: u32, seed: u64) -> ProblemParts {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
    let places: Vec<(AreaCode, LonLat)> = cells
        .map(|(column, row)| {
            let lon = CORNER.lon + STEP_DEGREES * f64::from(column);
            let lat = CORNER.lat + STEP_DEGREES * f64::from(row);
            (AreaCode::new(format!("R{row:02}C{column:02}")), LonLat { lon, lat })
        })
        .collect();
    let pupils: Vec<u32> =
        places.iter().map(|_| random.random_range(PUPILS.0..=PUPILS.1)).collect();
    let schools = spread(&places, school_count);

    let classes_needed = pupils.iter().sum::<u32>().div_ceil(CLASS_SIZE) + 1;
    let seats = (0..school_count).zip(&schools).map(|(i, school)| {
        let classes = classes_needed / school_count + u32::from(i < classes_needed % school_count);
        SchoolSeats {
            school_code: school.school_code.clone(),
            area_code: school.area_code.clone(),
            seats: f64::from(classes * CLASS_SIZE),
            classes: Some(classes),
            class_size: Some(CLASS_SIZE),
            rooms: None,
        }
    });
    let demand = places.iter().zip(&pupils).map(|((area_code, _), pupils)| Demand {
        area_code: area_code.clone(),
        pupils: f64::from(*pupils),
        lower: None,
        upper: None,
    });
    ProblemParts {
        demand: demand.collect(),
        schools: seats.collect(),
        distances: straight_line(&places, &schools, DETOUR),
        adjacency: touching_points(&places),
        settings: AllocationSettings {
            gap: GAP,
            time_limit_s: Some(LONGEST_S),
            ..Default::default()
        },
        ..ProblemParts::of(Grade::G1, SchoolYear(2027))
    }
}

/// Schools in every n-th area.
fn spread(places: &[(AreaCode, LonLat)], count: u32) -> Vec<School> {
    let step = places.len() / usize::try_from(count).unwrap_or(1).max(1);
    let chosen = places.iter().skip(step / 2).step_by(step.max(1));
    let school = |(i, (area, place)): (u32, &(AreaCode, LonLat))| School {
        school_code: SchoolCode::new(format!("S{i}")),
        name: format!("S{i}"),
        levels: vec![Level::Primary],
        place: Some(*place),
        area_code: Some(area.clone()),
        rooms: None,
        classes_per_room: None,
        class_size: Some(CLASS_SIZE),
        capacity: None,
        open_from: None,
        open_to: None,
        catchment: true,
    };
    (0..count).zip(chosen).map(school).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_seats_for_all_and_hardly_a_class_to_spare() {
        let parts = entry_problem(7, 4, 7, 1);
        let pupils: f64 = parts.demand.iter().map(|demand| demand.pupils).sum();
        let seats: f64 = parts.schools.iter().map(|school| school.seats).sum();
        assert_eq!((parts.demand.len(), parts.schools.len()), (28, 7));
        assert!(seats >= pupils && seats <= pupils + 2.0 * f64::from(CLASS_SIZE));
    }
}
