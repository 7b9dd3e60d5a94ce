//! How far each area is from each school, before roads are known.

use geo::{Distance, Haversine, Point};
use phantuyen_model::{AreaCode, Distances, LonLat, Metres, School};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The straight line over the globe times a detour factor, for every area and every school.
///
/// It is an estimate and must be shown as one. The line is the haversine distance on the mean
/// sphere (radius 6,371,008.8 m); `detour` is how much longer the way is than the line, as a
/// factor of at least 1 (1.3 unless the settings say otherwise).
///
/// A school without a place counts as standing at the point of its area. A school without
/// either, or in an area without a point, has no distances: its pairs stay unknown.
pub fn straight_line(areas: &[(AreaCode, LonLat)], schools: &[School], detour: f64) -> Distances {
    let points: BTreeMap<&AreaCode, LonLat> = areas.iter().map(|(code, at)| (code, *at)).collect();
    let stands_at =
        |school: &School| school.place.or_else(|| points.get(school.area_code.as_ref()?).copied());
    let standing: Vec<_> = schools
        .iter()
        .filter_map(|school| Some((&school.school_code, stands_at(school)?)))
        .collect();
    let pairs: Vec<_> = areas
        .par_iter()
        .flat_map_iter(|(area, from)| {
            standing.iter().map(move |(school, to)| {
                (area.clone(), (*school).clone(), Metres(detour * metres(*from, *to)))
            })
        })
        .collect();
    Distances::from_pairs(pairs)
}

/// The line over the globe, in metres.
fn metres(from: LonLat, to: LonLat) -> f64 {
    Haversine.distance(Point::new(from.lon, from.lat), Point::new(to.lon, to.lat))
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{Level, SchoolCode};

    fn school(code: &str, place: Option<LonLat>, area: Option<&str>) -> School {
        School {
            school_code: SchoolCode::new(code),
            name: code.into(),
            levels: vec![Level::Primary],
            place,
            area_code: area.map(AreaCode::new),
            rooms: None,
            classes_per_room: None,
            class_size: None,
            capacity: None,
            open_from: None,
            open_to: None,
            catchment: true,
        }
    }

    #[test]
    fn a_minute_of_latitude_is_1853_metres_and_the_detour_multiplies() {
        let here = LonLat { lon: 106.96, lat: 11.82 };
        let north = LonLat { lat: here.lat + 1.0 / 60.0, ..here };
        let areas = [(AreaCode::new("KP1"), here)];
        let schools = [school("S", Some(north), None)];
        let get = |detour| {
            straight_line(&areas, &schools, detour)
                .get(&AreaCode::new("KP1"), &SchoolCode::new("S"))
                .unwrap()
                .0
        };
        assert!((get(1.0) - 1853.25).abs() < 0.01, "{}", get(1.0));
        assert!((get(1.3) - 1.3 * get(1.0)).abs() < 1e-9);
    }

    #[test]
    fn a_school_without_a_place_stands_at_its_area_and_without_either_is_unknown() {
        let areas = [
            (AreaCode::new("KP1"), LonLat { lon: 106.96, lat: 11.82 }),
            (AreaCode::new("KP2"), LonLat { lon: 106.96, lat: 11.83 }),
        ];
        let schools = [school("IN", None, Some("KP2")), school("LOST", None, None)];
        let table = straight_line(&areas, &schools, 1.3);
        let get = |area, school| table.get(&AreaCode::new(area), &SchoolCode::new(school));
        assert_eq!(get("KP2", "IN"), Some(Metres(0.0)));
        assert!(get("KP1", "IN").is_some_and(|way| (way.0 - 1.3 * 1111.95).abs() < 0.1));
        assert_eq!(get("KP1", "LOST"), None);
    }
}
