//! Maps of real outlines, where the public data are at hand: long rivers, islands, ragged borders.

mod common;

use common::{show, ward};
use geo::Area as _;
use geo_types::{Geometry, MultiPolygon};
use geojson::GeoJson;
use phantuyen_model::*;
use phantuyen_report::*;
use phantuyen_words::{Catalogue, Lang};
use std::path::PathBuf;

const SCHOOLS: usize = 9;

fn shared(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("PHANTUYEN_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    Some(folder.join(file)).filter(|path| path.exists())
}

/// Names and outlines of a GeoJSON file.
fn outlines(path: &PathBuf) -> Vec<(String, MultiPolygon<f64>)> {
    let text = std::fs::read_to_string(path).expect("file");
    let GeoJson::FeatureCollection(all) = text.parse::<GeoJson>().expect("GeoJSON") else {
        panic!("a collection")
    };
    let outline = |feature: &geojson::Feature| {
        let geometry = Geometry::<f64>::try_from(feature.geometry.clone()?).ok()?;
        match geometry {
            Geometry::Polygon(polygon) => Some(MultiPolygon::new(vec![polygon])),
            Geometry::MultiPolygon(polygons) => Some(polygons),
            _ => None,
        }
    };
    let name = |feature: &geojson::Feature| {
        let properties = feature.properties.as_ref()?;
        ["full_name", "name", "ten_xa"]
            .iter()
            .find_map(|key| properties.get(*key)?.as_str().map(str::to_owned))
    };
    let number = |n: usize| format!("Xã số {n}");
    all.features
        .iter()
        .enumerate()
        .filter_map(|(n, f)| Some((name(f).unwrap_or_else(|| number(n)), outline(f)?)))
        .collect()
}

/// A ward whose areas are these outlines, cut into catchments from west to east.
fn ward_of(outlines: &[(String, MultiPolygon<f64>)]) -> common::Ward {
    let count = outlines.len();
    let mut ward = ward(count, 1, SCHOOLS);
    let west = |n: usize| outlines[n].1.0[0].exterior().0[0].x;
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| west(*a).total_cmp(&west(*b)));
    for (place, n) in order.into_iter().enumerate() {
        let school = place * SCHOOLS / count;
        ward.areas[n].name = outlines[n].0.clone();
        ward.shapes[n].outline = outlines[n].1.clone();
        ward.plan.figures.assignment[n].school_code = ward.schools[school].school_code.clone();
        let point = outlines[n].1.0[0].exterior().0[0];
        ward.schools[school].place = Some(LonLat { lon: point.x, lat: point.y });
    }
    ward
}

#[test]
fn real_outlines_are_drawn_once_each_and_their_labels_stay_apart() {
    for province in ["an_giang", "dong_nai"] {
        let file = format!("data/geo/vn-wards-2025/province_{province}_wards_simplified.geojson");
        let Some(path) = shared(&file) else {
            println!("skipped: {file} absent");
            continue;
        };
        let outlines = outlines(&path);
        let ward = ward_of(&outlines);
        let words = Catalogue::shipped().expect("catalogue");
        let colours = SchoolColours::choose(&ward.schools, &[&ward.plan.figures], &ward.adjacency);
        let input = MapInput {
            provenance: &ward.provenance,
            grade: Grade::G1,
            plan: &ward.plan,
            areas: &ward.areas,
            shapes: &ward.shapes,
            schools: &ward.schools,
            present: &[],
            colours: &colours,
            lang: Lang::Vi,
        };
        let svg = catchment_map(&input, &words).expect("map");
        show(&format!("real_{province}.png"), &png(&svg, 2000).expect("picture"));
        assert_eq!(svg.matches("data-area=").count(), outlines.len());

        let labels = map_labels(&input, &words).expect("labels");
        for (i, a) in labels.iter().enumerate() {
            for b in &labels[i + 1..] {
                let apart = a.x + a.width <= b.x
                    || b.x + b.width <= a.x
                    || a.y + a.height <= b.y
                    || b.y + b.height <= a.y;
                assert!(apart, "{} covers {}", a.text, b.text);
            }
        }

        let plans = [(Grade::G1, &ward.plan.figures)];
        let text = catchments_geojson(&plans, &ward.shapes, &ward.schools, true).expect("text");
        let GeoJson::FeatureCollection(all) = text.parse::<GeoJson>().expect("GeoJSON") else {
            panic!("a collection")
        };
        let of = |feature: &geojson::Feature| {
            let geometry = feature.geometry.clone().expect("geometry");
            Geometry::<f64>::try_from(geometry).expect("geometry").unsigned_area()
        };
        let union: f64 = all.features.iter().map(of).sum();
        let parts: f64 = ward.shapes.iter().map(|shape| shape.outline.unsigned_area()).sum();
        assert!((union / parts - 1.0).abs() < 0.01, "{province}: {union} against {parts}");
    }
}
