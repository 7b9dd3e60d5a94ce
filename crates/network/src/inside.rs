//! A point inside each area, and the area around each school.

use crate::ground::{Ground, Plot};
use crate::tolerance::{NEAR_OUTLINE_M, TOLERANCE_M};
use geo::{Area, Centroid, Contains, Coord, Distance, Euclidean, InteriorPoint, Point};
use phantuyen_model::{AreaCode, AreaShape, Finding, FindingCode, LonLat, School};
use rayon::prelude::*;

/// A point inside each area that has an outline, in the order of codes.
///
/// It lies in the largest part of the area (an archipelago's main island): the centroid where
/// that falls inside, else the middle of the widest stretch on a parallel through the part.
pub fn inner_points(shapes: &[AreaShape]) -> Vec<(AreaCode, LonLat)> {
    let ground = Ground::of(shapes);
    let points = ground.plots.par_iter().map(|plot| {
        let degrees = ground.plane.degrees(inner_point(plot)?);
        Some((plot.area_code.clone(), LonLat { lon: degrees.x, lat: degrees.y }))
    });
    let points: Vec<Option<_>> = points.collect();
    points.into_iter().flatten().collect()
}

/// The point inside, in metres.
fn inner_point(plot: &Plot) -> Option<Coord> {
    let size = |part: &&geo::Polygon| part.unsigned_area();
    let largest = plot.outline.iter().max_by(|a, b| size(a).total_cmp(&size(b)))?;
    let centroid = largest.centroid().filter(|point| largest.contains(point));
    centroid.or_else(|| largest.interior_point()).map(Coord::from)
}

/// Writes down in which area each school stands, where the table leaves it open.
///
/// - A school with a place stands in the area whose outline holds it; on a common border, in the
///   one with the first code.
/// - Outside all outlines it is a `school_outside`, with the nearest area and the metres to it:
///   up to [`NEAR_OUTLINE_M`] it counts as standing there, farther away it
///   stands nowhere. Gaps of rounding are passed over in silence.
/// - An area that the table gives stays, even where the outlines say otherwise: that is a
///   `school_area_differs`.
/// - Neither place nor area is a `school_without_place`.
///
/// Without outlines only the last is found. Findings follow the order of `schools`.
pub fn place_schools(schools: &mut [School], shapes: &[AreaShape]) -> Vec<Finding> {
    let ground = Ground::of(shapes);
    schools.iter_mut().filter_map(|school| place_school(school, &ground)).collect()
}

fn place_school(school: &mut School, ground: &Ground) -> Option<Finding> {
    let finding = |code| Finding::new(code).table("schools").fact("school", &school.school_code);
    let Some(place) = school.place else {
        let lost = school.area_code.is_none();
        return lost.then(|| finding(FindingCode::SchoolWithoutPlace).column("lon"));
    };
    let spot = Point(ground.plane.metres(Coord { x: place.lon, y: place.lat }));
    let (nearest, metres) = nearest_area(spot, ground)?;
    if metres > 0.0 {
        let finding = finding(FindingCode::SchoolOutside)
            .area(&nearest)
            .fact("metres", format!("{metres:.0}"))
            .fact("limit", format!("{NEAR_OUTLINE_M:.0}"));
        if school.area_code.is_none() && metres <= NEAR_OUTLINE_M {
            school.area_code = Some(nearest);
        }
        return Some(finding);
    }
    match &school.area_code {
        None => {
            school.area_code = Some(nearest);
            None
        }
        Some(given) if *given == nearest || stands_on(spot, given, ground) => None,
        Some(given) => {
            Some(finding(FindingCode::SchoolAreaDiffers).area(&nearest).fact("given", given))
        }
    }
}

/// The area that holds the spot or is nearest to it, the first code among equals, with its
/// distance in metres; none without outlines or for a place that is not finite.
fn nearest_area(spot: Point, ground: &Ground) -> Option<(AreaCode, f64)> {
    let away = ground.plots.iter().map(|plot| (plot, metres_to(spot, plot)));
    let (plot, metres) = away.filter(|(_, m)| m.is_finite()).min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((plot.area_code.clone(), metres))
}

/// Whether the spot lies in this area or on its border.
fn stands_on(spot: Point, area: &AreaCode, ground: &Ground) -> bool {
    let plot = ground.plots.iter().find(|plot| plot.area_code == *area);
    plot.is_some_and(|plot| metres_to(spot, plot) == 0.0)
}

/// The metres to an area; none inside it and on its border, as exactly as maps are drawn.
fn metres_to(spot: Point, plot: &Plot) -> f64 {
    let metres = Euclidean.distance(&spot, &plot.outline);
    if metres <= TOLERANCE_M { 0.0 } else { metres }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::{block, grid, place, rounded, shape, shuffled};
    use phantuyen_model::{Level, SchoolCode};
    use proptest::prelude::*;

    fn school(metres: Option<(f64, f64)>, area: Option<&str>) -> School {
        School {
            school_code: SchoolCode::new("S"),
            name: "S".into(),
            levels: vec![Level::Primary],
            place: metres.map(|(x, y)| place(Coord { x, y })),
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

    /// Places one school on a grid of 2 × 1 blocks (2,000 × 800 m).
    fn placed(mut school: School) -> (Option<String>, Option<Finding>) {
        let mut findings = place_schools(std::slice::from_mut(&mut school), &rounded(&grid(2, 1)));
        (school.area_code.map(|code| code.to_string()), findings.pop())
    }

    #[test]
    fn a_school_stands_in_the_block_around_it_and_on_a_border_in_the_first() {
        assert_eq!(placed(school(Some((1500.0, 300.0)), None)), (Some("R0C1".into()), None));
        assert_eq!(placed(school(Some((1000.0, 300.0)), None)), (Some("R0C0".into()), None));
    }

    #[test]
    fn across_the_street_it_belongs_to_the_nearest_and_far_away_to_none() {
        let (area, finding) = placed(school(Some((1500.0, 900.0)), None));
        let finding = finding.unwrap();
        assert_eq!((area.as_deref(), finding.code), (Some("R0C1"), FindingCode::SchoolOutside));
        assert_eq!(finding.facts["metres"], "100");
        let (area, finding) = placed(school(Some((1500.0, 1500.0)), None));
        assert_eq!((area, finding.unwrap().facts["metres"].as_str()), (None, "700"));
    }

    #[test]
    fn a_given_area_stays_and_a_difference_is_told() {
        let (area, finding) = placed(school(Some((1500.0, 300.0)), Some("R0C0")));
        let finding = finding.unwrap();
        assert_eq!(area.as_deref(), Some("R0C0"));
        assert_eq!(finding.code, FindingCode::SchoolAreaDiffers);
        assert_eq!(finding.area_code, Some(AreaCode::new("R0C1")));
        assert_eq!(placed(school(Some((1000.0, 300.0)), Some("R0C1"))).1, None);
    }

    #[test]
    fn without_a_place_only_a_missing_area_is_told() {
        assert_eq!(placed(school(None, Some("R0C0"))), (Some("R0C0".into()), None));
        let (_, finding) = placed(school(None, None));
        assert_eq!(finding.unwrap().code, FindingCode::SchoolWithoutPlace);
    }

    #[test]
    fn without_outlines_nothing_is_said_of_a_place() {
        let mut schools = [school(Some((0.0, 0.0)), None)];
        assert_eq!(place_schools(&mut schools, &[]), []);
        assert_eq!(schools[0].area_code, None);
    }

    #[test]
    fn the_point_of_a_horseshoe_lies_in_its_iron() {
        let horseshoe: Vec<Coord> = [
            (0.0, 0.0),
            (900.0, 0.0),
            (900.0, 1000.0),
            (800.0, 1000.0),
            (800.0, 100.0),
            (100.0, 100.0),
            (100.0, 1000.0),
            (0.0, 1000.0),
        ]
        .map(Coord::from)
        .into();
        let shapes = [shape("U", &[horseshoe, block(3000.0, 0.0, 3010.0, 10.0)])];
        let (_, point) = &inner_points(&shapes)[0];
        assert!(shapes[0].outline.0[0].contains(&Point::new(point.lon, point.lat)));
    }

    #[test]
    fn the_point_of_a_block_is_its_middle() {
        let (_, point) = &inner_points(&grid(1, 1))[0];
        let middle = place(Coord { x: 500.0, y: 400.0 });
        assert!((point.lon - middle.lon).abs() < 1e-9 && (point.lat - middle.lat).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn each_area_has_one_point_inside_whatever_the_order(
            corners in prop::collection::vec((0.2_f64..1.0, 0.0_f64..0.9), 3..12),
            order in any::<u64>(),
        ) {
            // A star around the middle: its corners by rising angle, at uneven distances.
            let count = f64::from(u32::try_from(corners.len()).unwrap());
            let star: Vec<Coord> = (0_u32..)
                .zip(&corners)
                .map(|(i, (reach, turn))| {
                    let angle = (f64::from(i) + turn) / count * std::f64::consts::TAU;
                    Coord { x: 900.0 * reach * angle.cos(), y: 900.0 * reach * angle.sin() }
                })
                .collect();
            let mut shapes = grid(2, 2);
            shapes.push(shape("STAR", &[star]));
            let points = inner_points(&shapes);
            prop_assert_eq!(points.len(), 5);
            for (code, point) in &points {
                let shape = shapes.iter().find(|shape| shape.area_code == *code).unwrap();
                prop_assert!(shape.outline.contains(&Point::new(point.lon, point.lat)));
            }
            prop_assert_eq!(inner_points(&shuffled(shapes, order)), points);
        }
    }
}
