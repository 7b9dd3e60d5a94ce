//! Catchments and areas as GeoJSON (RFC 7946): degrees with six decimals (about 0.1 m), outer
//! rings against the clock, holes with it.

use crate::ReportError;
use geo::{BooleanOps as _, Orient as _, orient::Direction, unary_union};
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Feature, FeatureCollection, GeoJson, Geometry, JsonObject, JsonValue};
use phantuyen_model::{Area, AreaCode, AreaShape, Grade, PlanFigures, School, SchoolCode};
use std::collections::{BTreeMap, BTreeSet};

/// One feature a grade and school: the union of its areas' outlines, with `grade`, `school_code`,
/// `school_name`, `pupils` and `seats`. Areas without an outline are left out of the union; a
/// school without any outline is a feature without geometry. Data that are made up for
/// demonstration bear the foreign member `"made_up": true`.
///
/// # Errors
/// [`ReportError::Json`] when the text cannot be written.
pub fn catchments_geojson(
    plans: &[(Grade, &PlanFigures)],
    shapes: &[AreaShape],
    schools: &[School],
    made_up: bool,
) -> Result<String, ReportError> {
    let outlines = by_area(shapes);
    let names: BTreeMap<&SchoolCode, &str> =
        schools.iter().map(|school| (&school.school_code, school.name.as_str())).collect();
    let mut features = Vec::new();
    for (grade, figures) in plans {
        for school in &figures.schools {
            let code = &school.school_code;
            let own: BTreeSet<&AreaCode> = figures
                .assignment
                .iter()
                .filter(|line| line.school_code == *code)
                .map(|line| &line.area_code)
                .collect();
            let catchment = dissolve(own.into_iter().filter_map(|area| outlines.get(area)));
            features.push(feature(
                &catchment,
                [
                    ("grade", JsonValue::from(grade.name())),
                    ("school_code", JsonValue::from(code.as_str())),
                    ("school_name", JsonValue::from(names.get(code).copied())),
                    ("pupils", json_number(school.pupils)),
                    ("seats", json_number(school.seats)),
                ],
            ));
        }
    }
    collection(features, made_up)
}

/// One feature a grade and assigned area, with `area_code`, `name`, `grade`, `school_code` and
/// `pupils`. An area without an outline is a feature without geometry. Data that are made up for
/// demonstration bear the foreign member `"made_up": true`.
///
/// # Errors
/// [`ReportError::Json`] when the text cannot be written.
pub fn areas_geojson(
    plans: &[(Grade, &PlanFigures)],
    areas: &[Area],
    shapes: &[AreaShape],
    made_up: bool,
) -> Result<String, ReportError> {
    let outlines = by_area(shapes);
    let names: BTreeMap<&AreaCode, &str> =
        areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
    let nowhere = MultiPolygon::new(vec![]);
    let mut features = Vec::new();
    for (grade, figures) in plans {
        for line in &figures.assignment {
            features.push(feature(
                outlines.get(&line.area_code).copied().unwrap_or(&nowhere),
                [
                    ("area_code", JsonValue::from(line.area_code.as_str())),
                    ("name", JsonValue::from(names.get(&line.area_code).copied())),
                    ("grade", JsonValue::from(grade.name())),
                    ("school_code", JsonValue::from(line.school_code.as_str())),
                    ("pupils", json_number(line.pupils)),
                ],
            ));
        }
    }
    collection(features, made_up)
}

/// The union of outlines.
pub(crate) fn dissolve<'a>(
    outlines: impl Iterator<Item = &'a &'a MultiPolygon<f64>>,
) -> MultiPolygon<f64> {
    // The union expects equally wound rings; a lone union with nothing also cleans one outline.
    let wound: Vec<MultiPolygon<f64>> =
        outlines.map(|outline| outline.orient(Direction::Default)).collect();
    match wound.as_slice() {
        [] => MultiPolygon::new(vec![]),
        [only] => only.union(&MultiPolygon::new(vec![])),
        many => unary_union(many),
    }
}

pub(crate) fn by_area(shapes: &[AreaShape]) -> BTreeMap<&AreaCode, &MultiPolygon<f64>> {
    shapes
        .iter()
        .filter(|shape| !shape.outline.0.is_empty())
        .map(|shape| (&shape.area_code, &shape.outline))
        .collect()
}

/// Whole numbers without a decimal point.
fn json_number(value: f64) -> JsonValue {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and exact")]
    if value.fract() == 0.0 && value.abs() < EXACT {
        JsonValue::from(value as i64)
    } else {
        JsonValue::from(value)
    }
}

fn feature<const N: usize>(
    outline: &MultiPolygon<f64>,
    properties: [(&str, JsonValue); N],
) -> Feature {
    let rounded = six_decimals(outline);
    let geometry = match rounded.0.as_slice() {
        [] => None,
        [only] => Some(Geometry::from(only)),
        _ => Some(Geometry::from(&rounded)),
    };
    let properties: JsonObject =
        properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Feature { bbox: None, geometry, id: None, properties: Some(properties), foreign_members: None }
}

fn collection(features: Vec<Feature>, made_up: bool) -> Result<String, ReportError> {
    let foreign_members = made_up.then(|| {
        let mut members = JsonObject::new();
        members.insert("made_up".to_owned(), JsonValue::from(true));
        members
    });
    let all = FeatureCollection { bbox: None, features, foreign_members };
    Ok(serde_json::to_string(&GeoJson::from(all))? + "\n")
}

/// Rounds to six decimals, drops points that fall together and rings that vanish, and winds the
/// rings by the right-hand rule.
fn six_decimals(outline: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let polygons = outline.iter().filter_map(|polygon| {
        let exterior = rounded_ring(polygon.exterior())?;
        let holes = polygon.interiors().iter().filter_map(rounded_ring).collect();
        Some(Polygon::new(exterior, holes).orient(Direction::Default))
    });
    MultiPolygon::new(polygons.collect())
}

fn rounded_ring(ring: &LineString<f64>) -> Option<LineString<f64>> {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    let mut points: Vec<Coord<f64>> =
        ring.0.iter().map(|point| Coord { x: round(point.x), y: round(point.y) }).collect();
    points.dedup();
    const SMALLEST_RING: usize = 4;
    (points.len() >= SMALLEST_RING).then(|| LineString::new(points))
}
