//! Whether the map is sound: each outline bounds an area, and none lies upon another.

use crate::ground::Ground;
use crate::overlap::{Overlap, overlaps};
use geo::{
    BoundingRect, Coord, CoordsIter, LineIntersection, LineString, LinesIter, Polygon, Validation,
    line_intersection::line_intersection, validation::InvalidMultiPolygon,
};
use phantuyen_model::{Area, AreaCode, AreaShape, Finding, FindingCode};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What is questionable about the outlines, in the order of codes within each kind.
///
/// - `coordinates_not_degrees`: numbers beyond 180° and 90°, as of a map in metres;
/// - `polygon_invalid`: an outline that bounds no area in the sense of OGC Simple Features (it
///   crosses itself, has too few corners, holes outside). Parts of one area that meet along a
///   line are accepted: they arise whenever old units are merged;
/// - `polygons_overlap`: for *all* pairs of sound outlines whose boxes meet, the common area
///   from [`crate::OVERLAP_M2`] on, in square metres.
///
/// Facts: `values` names the area (`Khu phố 3, KP3`; its name from `areas`) and, of a fault,
/// longitude and latitude; an overlap has `other` and `m2` too.
pub fn outline_findings(shapes: &[AreaShape], areas: &[Area]) -> Vec<Finding> {
    let mut sorted: Vec<&AreaShape> = shapes.iter().collect();
    sorted.sort_by(|a, b| a.area_code.cmp(&b.area_code));
    let faults: Vec<Option<(FindingCode, Coord)>> =
        sorted.par_iter().map(|shape| fault(shape)).collect();
    let sound: Vec<&AreaShape> =
        sorted.iter().zip(&faults).filter(|(_, fault)| fault.is_none()).map(|(s, _)| *s).collect();

    let names: Names = areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
    let faults = sorted.iter().zip(faults).filter_map(|(shape, fault)| {
        let (code, at) = fault?;
        let values = format!("{} ({:.6}, {:.6})", called(&shape.area_code, &names), at.x, at.y);
        let finding = Finding::new(code).table(OUTLINES).area(&shape.area_code);
        Some(finding.fact("values", values))
    });
    faults.chain(overlapping(&Ground::of(sound), &names)).collect()
}

/// The table that outlines stand in.
const OUTLINES: &str = "areas.geojson";

type Names<'a> = BTreeMap<&'a AreaCode, &'a str>;

/// Name and code of an area; the code alone where it has no name of its own.
fn called(area: &AreaCode, names: &Names<'_>) -> String {
    match names.get(area) {
        Some(name) if !name.is_empty() && *name != area.as_str() => format!("{name}, {area}"),
        _ => area.to_string(),
    }
}

/// The first fault of an outline by itself, and where to look for it.
fn fault(shape: &AreaShape) -> Option<(FindingCode, Coord)> {
    if let Some(at) = shape.outline.coords_iter().find(|c| !is_degrees(*c)) {
        return Some((FindingCode::CoordinatesNotDegrees, at));
    }
    if shape.outline.iter().all(|polygon| polygon.exterior().0.is_empty()) {
        return Some((FindingCode::PolygonInvalid, Coord::zero()));
    }
    let part = shape.outline.validation_errors().iter().find_map(faulty_part)?;
    let at = shape.outline.0.get(part).map_or(Coord::zero(), place_of_fault);
    Some((FindingCode::PolygonInvalid, at))
}

/// Whether a coordinate can be longitude and latitude.
fn is_degrees(c: Coord) -> bool {
    c.x.abs() <= 180.0 && c.y.abs() <= 90.0
}

/// Which polygon of the outline is meant; none where parts merely meet along a line.
fn faulty_part(error: &InvalidMultiPolygon) -> Option<usize> {
    match error {
        InvalidMultiPolygon::InvalidPolygon(part, _) => Some(part.0),
        InvalidMultiPolygon::ElementsOverlaps(_, part) => Some(part.0),
        InvalidMultiPolygon::ElementsTouchOnALine(..) => None,
    }
}

/// Where a ring of the polygon crosses itself, else its middle: a place to look at.
fn place_of_fault(polygon: &Polygon) -> Coord {
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    rings
        .filter_map(self_crossing)
        .next()
        .or_else(|| polygon.bounding_rect().map(|bounds| bounds.center()))
        .unwrap_or(Coord::zero())
}

/// The first point in which two edges that are not neighbours meet.
fn self_crossing(ring: &LineString) -> Option<Coord> {
    let edges: Vec<_> = ring.lines_iter().collect();
    edges.iter().enumerate().find_map(|(at, a)| {
        let later = edges[at + 1..].iter().filter(|b| a.end != b.start && b.end != a.start);
        later.filter_map(|b| line_intersection(*a, *b)).next().map(|meeting| match meeting {
            LineIntersection::SinglePoint { intersection, .. } => intersection,
            LineIntersection::Collinear { intersection } => intersection.start,
        })
    })
}

/// The pairs that lie upon each other.
fn overlapping(ground: &Ground, names: &Names<'_>) -> Vec<Finding> {
    let finding = |overlap: Overlap| {
        let (one, other) = (&ground.plots[overlap.pair.0], &ground.plots[overlap.pair.1]);
        Finding::new(FindingCode::PolygonsOverlap)
            .table(OUTLINES)
            .area(&one.area_code)
            .fact("values", called(&one.area_code, names))
            .fact("other", called(&other.area_code, names))
            .fact("m2", format!("{:.0}", overlap.square_metres))
    };
    overlaps(ground).into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::{block, grid, rounded, shape, shuffled};
    use geo::MapCoordsInPlace;
    use proptest::prelude::*;

    fn listed(shapes: &[AreaShape]) -> Vec<Area> {
        let area = |shape: &AreaShape| Area {
            area_code: shape.area_code.clone(),
            name: format!("Khu phố {}", shape.area_code),
            parent_code: None,
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        };
        shapes.iter().map(area).collect()
    }

    fn codes(findings: &[Finding]) -> Vec<FindingCode> {
        findings.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn a_sound_grid_has_no_findings_even_after_rounding() {
        let shapes = rounded(&grid(4, 3));
        assert_eq!(outline_findings(&shapes, &listed(&shapes)), []);
    }

    #[test]
    fn an_overlap_is_measured() {
        // B begins 20 m too far west along 500 m: 10,000 m².
        let shapes = [
            shape("A", &[block(0.0, 0.0, 500.0, 500.0)]),
            shape("B", &[block(480.0, 0.0, 1000.0, 500.0)]),
        ];
        let findings = outline_findings(&shapes, &listed(&shapes));
        assert_eq!(codes(&findings), [FindingCode::PolygonsOverlap]);
        let m2: f64 = findings[0].facts["m2"].parse().unwrap();
        assert!((m2 - 10_000.0).abs() < 20.0, "{m2}");
        assert_eq!(findings[0].facts["values"], "Khu phố A, A");
        assert_eq!(findings[0].facts["other"], "Khu phố B, B");
    }

    #[test]
    fn a_sliver_of_a_decimetre_is_rounding_and_no_overlap() {
        let shapes = [
            shape("A", &[block(0.0, 0.0, 500.0, 5000.0)]),
            shape("B", &[block(499.9, 0.0, 1000.0, 5000.0)]),
        ];
        assert_eq!(outline_findings(&shapes, &listed(&shapes)), []);
    }

    #[test]
    fn a_bow_tie_is_invalid_where_it_crosses() {
        let bow = [(0.0, 0.0), (400.0, 400.0), (400.0, 0.0), (0.0, 400.0)].map(Coord::from);
        let shapes = [shape("BOW", &[block(900.0, 0.0, 1000.0, 100.0), bow.into()])];
        let findings = outline_findings(&shapes, &listed(&shapes));
        assert_eq!(codes(&findings), [FindingCode::PolygonInvalid]);
        let middle = crate::sketch::place(Coord { x: 200.0, y: 200.0 });
        let expected = format!("Khu phố BOW, BOW ({:.6}, {:.6})", middle.lon, middle.lat);
        assert_eq!(findings[0].facts["values"], expected);
    }

    #[test]
    fn parts_that_meet_along_a_line_and_repeated_corners_are_sound() {
        let twice = [(0.0, 0.0), (100.0, 0.0), (100.0, 0.0), (50.0, 80.0)].map(Coord::from);
        let halves = [block(200.0, 0.0, 300.0, 100.0), block(300.0, 0.0, 400.0, 100.0)];
        let shapes = [shape("A", &[twice.into()]), shape("B", &halves)];
        assert_eq!(outline_findings(&shapes, &listed(&shapes)), []);
    }

    #[test]
    fn a_line_an_empty_outline_and_metres_are_findings_and_no_panic() {
        let mut metric = shape("METRES", &[block(0.0, 0.0, 100.0, 100.0)]);
        metric.outline.map_coords_in_place(|c| Coord { x: 577_170.0 + c.x, y: f64::NAN });
        let shapes = [
            shape("EMPTY", &[]),
            shape("LINE", &[vec![Coord::zero(), Coord { x: 9.0, y: 9.0 }]]),
            metric,
        ];
        let findings = outline_findings(&shapes, &listed(&shapes));
        use FindingCode::{CoordinatesNotDegrees, PolygonInvalid};
        assert_eq!(codes(&findings), [PolygonInvalid, PolygonInvalid, CoordinatesNotDegrees]);
    }

    #[test]
    fn an_area_without_a_name_is_called_by_its_code() {
        let flat = shape("LINE", &[vec![Coord::zero(), Coord { x: 9.0, y: 9.0 }]]);
        let findings = outline_findings(&[flat], &[]);
        assert!(findings[0].facts["values"].starts_with("LINE ("), "{findings:?}");
    }

    proptest! {
        #[test]
        fn the_order_of_input_changes_nothing(
            blocks in prop::collection::vec((0_u8..9, 0_u8..9, 1_u8..4, 1_u8..4), 1..8),
            order in any::<u64>(),
        ) {
            let shapes: Vec<AreaShape> = blocks
                .iter()
                .enumerate()
                .map(|(i, (x, y, wide, high))| {
                    let (x, y) = (f64::from(*x) * 100.0, f64::from(*y) * 100.0);
                    let (east, north) = (x + f64::from(*wide) * 100.0, y + f64::from(*high) * 100.0);
                    shape(&format!("A{i}"), &[block(x, y, east, north)])
                })
                .collect();
            let areas = listed(&shapes);
            let findings = outline_findings(&shapes, &areas);
            prop_assert_eq!(outline_findings(&shuffled(shapes, order), &areas), findings);
        }
    }
}
