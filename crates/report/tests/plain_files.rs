//! GeoJSON and CSV, read back by other readers.

mod common;

use common::{forecast, scores, ward};
use geo::{Area as _, Winding as _};
use geo_types::{Geometry, Polygon};
use geojson::{FeatureCollection, GeoJson};
use phantuyen_model::Grade;
use phantuyen_report::*;

fn features(text: &str) -> FeatureCollection {
    match text.parse::<GeoJson>().expect("GeoJSON") {
        GeoJson::FeatureCollection(all) => all,
        other => panic!("{other:?}"),
    }
}

fn polygons(feature: &geojson::Feature) -> Vec<Polygon<f64>> {
    let geometry = feature.geometry.clone().expect("geometry");
    match Geometry::<f64>::try_from(geometry).expect("geometry") {
        Geometry::Polygon(polygon) => vec![polygon],
        Geometry::MultiPolygon(polygons) => polygons.0,
        other => panic!("{other:?}"),
    }
}

fn area_of(feature: &geojson::Feature) -> f64 {
    polygons(feature).iter().map(|polygon| polygon.unsigned_area()).sum()
}

#[test]
fn catchments_cover_their_areas_and_are_wound_by_the_right_hand() {
    let ward = ward(7, 4, 7);
    let plans = [(Grade::G1, &ward.plan.figures)];
    let text = catchments_geojson(&plans, &ward.shapes, &ward.schools, true).expect("text");
    let catchments = features(&text);
    assert_eq!(catchments.features.len(), 7);
    for feature in &catchments.features {
        for polygon in polygons(feature) {
            assert!(polygon.exterior().is_ccw());
            assert!(polygon.interiors().iter().all(|hole| hole.is_cw()));
        }
    }
    let whole: f64 = catchments.features.iter().map(area_of).sum();
    let parts: f64 = ward.shapes.iter().map(|shape| shape.outline.unsigned_area()).sum();
    assert!((whole / parts - 1.0).abs() < 1e-3, "{whole} {parts}");

    let properties = catchments.features[0].properties.as_ref().expect("properties");
    let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(keys, ["grade", "school_code", "school_name", "pupils", "seats"]);
    let school = &ward.plan.figures.schools[0];
    assert_eq!(properties["school_code"], school.school_code.as_str());
    assert_eq!(properties["pupils"].as_f64(), Some(school.pupils));
    assert_eq!(properties["seats"].as_f64(), Some(school.seats));
}

#[test]
fn made_up_data_say_so_and_real_data_do_not() {
    let ward = ward(4, 3, 2);
    let plans = [(Grade::G1, &ward.plan.figures)];
    for made_up in [true, false] {
        let texts = [
            catchments_geojson(&plans, &ward.shapes, &ward.schools, made_up).expect("text"),
            areas_geojson(&plans, &ward.areas, &ward.shapes, made_up).expect("text"),
        ];
        for text in texts {
            let members = features(&text).foreign_members.unwrap_or_default();
            let said = members.get("made_up").and_then(|value| value.as_bool());
            assert_eq!(said, made_up.then_some(true));
        }
    }
}

#[test]
fn coordinates_have_six_decimals_at_most() {
    let ward = ward(7, 4, 7);
    let plans = [(Grade::G1, &ward.plan.figures)];
    let text = areas_geojson(&plans, &ward.areas, &ward.shapes, true).expect("text");
    for feature in &features(&text).features {
        for point in polygons(feature).iter().flat_map(|polygon| polygon.exterior().0.clone()) {
            for degrees in [point.x, point.y] {
                let decimals = degrees.to_string();
                let decimals = decimals.split_once('.').map_or(0, |(_, part)| part.len());
                assert!(decimals <= 6, "{degrees}");
            }
        }
    }
}

#[test]
fn every_assigned_area_is_a_feature_even_without_an_outline() {
    let ward = ward(4, 3, 2);
    let plans = [(Grade::G1, &ward.plan.figures)];
    let text = areas_geojson(&plans, &ward.areas, &ward.shapes[1..], false).expect("text");
    let areas = features(&text);
    assert_eq!(areas.features.len(), 12);
    assert_eq!(areas.features.iter().filter(|feature| feature.geometry.is_none()).count(), 1);
    let properties = areas.features[0].properties.as_ref().expect("properties");
    let keys: Vec<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(keys, ["area_code", "name", "grade", "school_code", "pupils"]);
}

#[test]
fn tables_read_back_to_the_same_numbers() {
    let ward = ward(4, 3, 2);
    let forecast = forecast(&ward);
    let text = forecasts_csv(&forecast);
    assert!(!text.contains('\r'));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("head").clone();
    let place = |name: &str| head.iter().position(|h| h == name).expect("column");
    let (mean, lower, pupils) = (place("mean"), place("lower"), place("pupils"));
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("row")).collect();
    assert_eq!(rows.len(), forecast.rows.len());
    for (read, row) in rows.iter().zip(&forecast.rows) {
        assert_eq!(read[mean].parse::<f64>().expect("number"), row.mean);
        assert_eq!(read[lower].parse::<f64>().expect("number"), row.lower);
        assert_eq!(read[pupils].parse::<u64>().expect("number"), row.pupils);
    }
}

#[test]
fn assignment_and_scores_have_the_columns_of_the_contract() {
    let ward = ward(4, 3, 2);
    let text = assignment_csv(&[(Grade::G1, &ward.plan.figures)]);
    assert!(text.starts_with("grade,area_code,school_code,pupils,distance_m\n1,KP-001,"));
    assert_eq!(text.lines().count(), 13);
    let mut reader = csv::Reader::from_reader(scores_csv(&scores()).into_bytes().leak() as &[u8]);
    let wape = reader.headers().expect("head").iter().position(|h| h == "wape").expect("wape");
    let first = reader.records().next().expect("a row").expect("a row");
    assert_eq!(&first[wape], "0.027");
}
