//! `areas.geojson`: the outlines of areas, longitude and latitude in degrees.

use crate::TableCount;
use crate::crosswalk::{Crosswalk, Successor};
use crate::log::Log;
use crate::schema::POLYGONS;
use geo_types::{LineString, MultiPolygon, Polygon};
use geojson::{Feature, GeoJson, GeometryValue, JsonValue};
use phantuyen_model::{Area, AreaCode, AreaShape, Finding, FindingCode, LonLat};
use std::collections::{BTreeMap, BTreeSet};

/// A ring is closed: three corners and the first one again.
const FEWEST_POINTS: usize = 4;

/// Whether a pair can be longitude and latitude.
pub(crate) fn in_degrees(place: LonLat) -> bool {
    place.lon.abs() <= 180.0 && place.lat.abs() <= 90.0
}

/// Reads the outlines; several features of one area are parts of one outline.
///
/// Old codes are carried to today's areas like those of any table; an outline of no area, or one
/// that is no area on the globe, is reported and left out.
pub(crate) fn read(
    bytes: &[u8],
    file: &str,
    areas: &Crosswalk,
    log: &mut Log,
) -> (Vec<AreaShape>, TableCount) {
    let mut count = TableCount::new(POLYGONS, file);
    let place = |code| Finding::new(code).table(POLYGONS).file(file);
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let Ok(GeoJson::FeatureCollection(collection)) = text.parse::<GeoJson>() else {
        log.add(place(FindingCode::UnreadableFile));
        return (Vec::new(), count);
    };
    if collection.features.is_empty() {
        log.add(place(FindingCode::EmptyTable));
    }
    let mut parts: BTreeMap<AreaCode, Vec<Polygon<f64>>> = BTreeMap::new();
    for (number, feature) in (1..).zip(&collection.features) {
        match outline(feature, areas) {
            Ok((code, polygons)) => {
                parts.entry(code).or_default().extend(polygons);
                count.accept();
            }
            Err((code, value)) => {
                let finding = place(code).row(number).column("area_code");
                match value {
                    Some(value) => log.add_value(finding, &value),
                    None => log.add(finding),
                }
                count.report();
            }
        }
    }
    let shapes = parts
        .into_iter()
        .map(|(area_code, parts)| AreaShape { area_code, outline: MultiPolygon(parts) });
    (shapes.collect(), count)
}

type Fault = (FindingCode, Option<String>);

fn outline(feature: &Feature, areas: &Crosswalk) -> Result<(AreaCode, Vec<Polygon<f64>>), Fault> {
    let written = match feature.property("area_code") {
        Some(JsonValue::String(text)) if !text.trim().is_empty() => AreaCode::new(text),
        Some(JsonValue::Number(number)) => AreaCode::new(number.to_string()),
        _ => return Err((FindingCode::EmptyCell, None)),
    };
    let successors = areas
        .carry(written.clone(), None)
        .map_err(|_| (FindingCode::PolygonWithoutArea, Some(written.to_string())))?;
    let [Successor { code, .. }] = successors.as_slice() else {
        return Err((FindingCode::PolygonWithoutArea, Some(written.to_string())));
    };
    let code = code.clone();
    let fault = |kind| (kind, Some(written.to_string()));
    let geometry = feature.geometry.as_ref().map(|geometry| &geometry.value);
    let outline: MultiPolygon<f64> = match geometry {
        Some(value @ GeometryValue::Polygon { .. }) => {
            Polygon::try_from(value).map(|polygon| MultiPolygon(vec![polygon]))
        }
        Some(value @ GeometryValue::MultiPolygon { .. }) => MultiPolygon::try_from(value),
        _ => return Err(fault(FindingCode::PolygonInvalid)),
    }
    .map_err(|_| fault(FindingCode::PolygonInvalid))?;
    let rings = |polygon: &Polygon<f64>| -> Vec<LineString<f64>> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).cloned().collect()
    };
    let rings: Vec<LineString<f64>> = outline.iter().flat_map(rings).collect();
    if rings.is_empty() || rings.iter().any(|ring| ring.0.len() < FEWEST_POINTS) {
        return Err(fault(FindingCode::PolygonInvalid));
    }
    let mut corners = rings.iter().flat_map(|ring| &ring.0);
    if !corners.all(|corner| in_degrees(LonLat { lon: corner.x, lat: corner.y })) {
        return Err(fault(FindingCode::CoordinatesNotDegrees));
    }
    Ok((code, outline.0))
}

/// Reports areas without an outline, where outlines are given at all.
pub(crate) fn report_missing(shapes: &[AreaShape], areas: &[Area], file: &str, log: &mut Log) {
    let drawn: BTreeSet<&AreaCode> = shapes.iter().map(|shape| &shape.area_code).collect();
    for area in areas.iter().filter(|area| !drawn.contains(&area.area_code)) {
        let finding = Finding::new(FindingCode::AreaWithoutPolygon).table(POLYGONS).file(file);
        log.add_value(finding, area.area_code.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = "[[[106.0,11.0],[106.1,11.0],[106.1,11.1],[106.0,11.0]]]";

    fn read_features(features: &[(&str, &str)]) -> (Vec<AreaShape>, TableCount, Vec<Finding>) {
        let features: Vec<String> = features
            .iter()
            .map(|(code, rings)| {
                format!(
                    r#"{{"type":"Feature","properties":{{"area_code":{code}}},"geometry":{{"type":"Polygon","coordinates":{rings}}}}}"#
                )
            })
            .collect();
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        let areas = Crosswalk::new(Some(["A", "7"].map(AreaCode::new).into()), &[]);
        let mut log = Log::default();
        let (shapes, count) = read(text.as_bytes(), "areas.geojson", &areas, &mut log);
        (shapes, count, log.into_findings())
    }

    #[test]
    fn outlines_are_gathered_by_area() {
        let (shapes, count, findings) =
            read_features(&[("\"A\"", SQUARE), ("7", SQUARE), ("\"A\"", SQUARE)]);
        let parts: Vec<(&str, usize)> =
            shapes.iter().map(|s| (s.area_code.as_str(), s.outline.0.len())).collect();
        assert_eq!(parts, [("7", 1), ("A", 2)]);
        assert_eq!((count.rows, count.used, count.reported), (3, 3, 0));
        assert!(findings.is_empty());
    }

    #[test]
    fn each_kind_of_bad_outline_is_reported() {
        let metres = "[[[577170.0,1307252.0],[577180.0,1307252.0],[577180.0,1307262.0],[577170.0,1307252.0]]]";
        let (shapes, count, findings) = read_features(&[
            ("\"B\"", SQUARE),
            ("\"A\"", metres),
            ("\"A\"", "[[[106.0,11.0],[106.1,11.0]]]"),
            ("null", SQUARE),
        ]);
        assert!(shapes.is_empty());
        assert_eq!((count.rows, count.used, count.reported), (4, 0, 4));
        let codes: BTreeSet<FindingCode> = findings.iter().map(|f| f.code).collect();
        let expected = [
            FindingCode::PolygonWithoutArea,
            FindingCode::CoordinatesNotDegrees,
            FindingCode::PolygonInvalid,
            FindingCode::EmptyCell,
        ];
        assert_eq!(codes, expected.into());
    }
}
