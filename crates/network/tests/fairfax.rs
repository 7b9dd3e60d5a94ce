//! Borders of real census blocks, against tables of neighbours made by others.

#![expect(clippy::unwrap_used, reason = "a damaged case shall break the test")]

use geo_types::{MultiPolygon, Polygon};
use geojson::GeoJson;
use phantuyen_model::{AreaCode, AreaShape};
use std::{collections::BTreeSet, env, fs, path::Path, path::PathBuf};

/// The folder of a case, or none where the shared data is absent.
fn folder(case: &str) -> Option<PathBuf> {
    let shared = env::var_os("PHANTUYEN_SHARED").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = shared.unwrap_or(beside).join("cases").join(case).join("data");
    folder.is_dir().then_some(folder)
}

fn shapes(text: &str) -> Vec<AreaShape> {
    let GeoJson::FeatureCollection(collection) = text.parse().unwrap() else {
        panic!("not a collection")
    };
    let shape = |feature: geojson::Feature| {
        let area_code = AreaCode::new(feature.property("area_code").unwrap().as_str().unwrap());
        let geometry = feature.geometry.unwrap();
        let outline = Polygon::try_from(&geometry)
            .map(MultiPolygon::from)
            .or_else(|_| MultiPolygon::try_from(&geometry))
            .unwrap();
        AreaShape { area_code, outline }
    };
    collection.features.into_iter().map(shape).collect()
}

/// The outlines of a case.
fn outlines(folder: &Path) -> Vec<AreaShape> {
    shapes(&fs::read_to_string(folder.join("areas.geojson")).unwrap())
}

/// Pairs that we find and pairs of the table, each once, the earlier code first.
fn pairs(folder: &Path) -> [BTreeSet<(AreaCode, AreaCode)>; 2] {
    let shapes = outlines(folder);
    let derived = phantuyen_network::touching(&shapes);
    let ours = shapes.iter().map(|shape| &shape.area_code).flat_map(|a| {
        let later = derived.neighbours(a).filter(move |b| a < *b);
        later.map(move |b| (a.clone(), b.clone()))
    });
    let table = fs::read_to_string(folder.join("adjacency.csv")).unwrap();
    let theirs = table.lines().skip(1).map(|line| {
        let mut cells = line.split(',').map(AreaCode::new);
        let (a, b) = (cells.next().unwrap(), cells.next().unwrap());
        if a < b { (a, b) } else { (b, a) }
    });
    [ours.collect(), theirs.collect()]
}

#[test]
fn borders_of_748_blocks_are_those_of_the_published_table() {
    let Some(folder) = folder("fairfax-region6") else {
        println!("skipped: cases/fairfax-region6 absent");
        return;
    };
    let [ours, theirs] = pairs(&folder);
    assert_eq!(ours.difference(&theirs).collect::<Vec<_>>(), [] as [&(AreaCode, AreaCode); 0]);
    assert_eq!(theirs.difference(&ours).collect::<Vec<_>>(), [] as [&(AreaCode, AreaCode); 0]);
}

#[test]
fn borders_of_9404_blocks_hold_the_published_table_and_hardly_more() {
    let Some(folder) = folder("fairfax-ms") else {
        println!("skipped: cases/fairfax-ms absent");
        return;
    };
    let [ours, theirs] = pairs(&folder);
    assert_eq!(theirs.difference(&ours).collect::<Vec<_>>(), [] as [&(AreaCode, AreaCode); 0]);
    // One is a border of 5 m that the table lacks; three are wedges of half a degree.
    let extra: Vec<_> = ours.difference(&theirs).collect();
    assert!(extra.len() <= theirs.len() / 5000, "of {}: {extra:?}", theirs.len());
}

#[test]
fn outlines_of_real_blocks_are_sound() {
    let Some(folder) = folder("fairfax-region6") else {
        println!("skipped: cases/fairfax-region6 absent");
        return;
    };
    assert_eq!(phantuyen_network::outline_findings(&outlines(&folder), &[]), []);
}
