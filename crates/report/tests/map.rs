//! The catchment map of a made-up ward: what it must show, and what must never happen on it.

mod common;

use common::{Ward, show, ward};
use geo_types::MultiPolygon;
use phantuyen_model::{AreaShape, Grade, PlanRow};
use phantuyen_report::*;
use phantuyen_words::{Catalogue, Lang};
use proptest::prelude::*;

struct Page {
    svg: String,
    labels: Vec<LabelBox>,
}

fn draw(ward: &Ward, shapes: &[AreaShape], lang: Lang) -> Result<Page, ReportError> {
    let words = Catalogue::shipped().expect("catalogue");
    let colours = SchoolColours::choose(&ward.schools, &[&ward.plan.figures], &ward.adjacency);
    let input = MapInput {
        provenance: &ward.provenance,
        grade: Grade::G1,
        plan: &ward.plan,
        areas: &ward.areas,
        shapes,
        schools: &ward.schools,
        present: &ward.present,
        colours: &colours,
        lang,
    };
    Ok(Page { svg: catchment_map(&input, &words)?, labels: map_labels(&input, &words)? })
}

fn overlapping(labels: &[LabelBox]) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (i, a) in labels.iter().enumerate() {
        for b in &labels[i + 1..] {
            let apart = a.x + a.width <= b.x
                || b.x + b.width <= a.x
                || a.y + a.height <= b.y
                || b.y + b.height <= a.y;
            if !apart {
                pairs.push((a.text.clone(), b.text.clone()));
            }
        }
    }
    pairs
}

/// The width a label's text really needs, by the bundled font.
fn text_fits(label: &LabelBox) -> bool {
    label
        .text
        .lines()
        .all(|line| text_width(line, 7.0, Weight::Regular).expect("width") <= label.width)
}

#[test]
fn the_map_of_a_ward_shows_every_area_once_and_no_label_covers_another() {
    let ward = ward(7, 4, 7);
    let page = draw(&ward, &ward.shapes, Lang::Vi).expect("map");
    show("map.svg", page.svg.as_bytes());
    show("map.png", &png(&page.svg, 2400).expect("picture"));

    assert_eq!(overlapping(&page.labels), []);
    assert!(page.labels.iter().all(text_fits));
    for area in &ward.areas {
        let place = format!("data-area=\"{}\"", area.area_code);
        assert_eq!(page.svg.matches(&place).count(), 1, "{place}");
        let labels = page.labels.iter().filter(|label| match &label.kind {
            LabelKind::Area(code) | LabelKind::Key(code) => *code == area.area_code,
            LabelKind::School(_) => false,
        });
        assert_eq!(labels.count(), 1, "label of {}", area.area_code);
    }
    for school in &ward.schools {
        let labels = page
            .labels
            .iter()
            .filter(|label| label.kind == LabelKind::School(school.school_code.clone()));
        assert_eq!(labels.count(), 1, "label of {}", school.name);
    }
}

#[test]
fn the_page_says_what_it_is() {
    let ward = ward(7, 4, 7);
    let svg = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    for words in [
        "BẢN ĐỒ PHÂN TUYẾN TUYỂN SINH LỚP 1 – NĂM HỌC 2027-2028",
        "Phường Mẫu",
        "DỮ LIỆU HƯ CẤU",
        "Bản đồ minh họa; danh sách phân tuyến là căn cứ.",
        "Dữ liệu đến ngày 31/12/2026",
        "phantuyen 0.1.0",
        "role=\"img\"",
        "<title id=\"title\">",
        "<desc id=\"desc\">",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    assert!(!svg.contains('⟨'), "a sentence is missing in the catalogue");
    let total: f64 = ward.plan.figures.pupils;
    let written = phantuyen_words::whole(Lang::Vi, total);
    assert!(svg.contains(&format!(">{written}</text>")), "total {written}");
    assert!(!draw(&ward, &ward.shapes, Lang::En).expect("map").svg.contains('⟨'));
}

#[test]
fn real_data_bear_no_made_up_mark() {
    let mut ward = ward(3, 3, 2);
    ward.provenance.made_up = false;
    let svg = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    assert!(!svg.contains("HƯ CẤU"));
}

#[test]
fn the_smallest_print_is_seven_points() {
    let ward = ward(15, 10, 40);
    let svg = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    let sizes: Vec<f64> = svg
        .split("font-size=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("size").parse().expect("number"))
        .collect();
    assert!(sizes.iter().all(|size| *size >= 7.0), "{sizes:?}");
}

#[test]
fn a_large_ward_with_forty_schools_still_has_room_for_its_labels() {
    let ward = ward(15, 10, 40);
    let page = draw(&ward, &ward.shapes, Lang::Vi).expect("map");
    show("map_large.png", &png(&page.svg, 2400).expect("picture"));
    assert_eq!(overlapping(&page.labels), []);
    assert_eq!(page.svg.matches("data-area=").count(), 150);
    let areas =
        page.labels.iter().filter(|label| !matches!(label.kind, LabelKind::School(_))).count();
    assert_eq!(areas, 150);
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let ward = ward(7, 4, 7);
    let first = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    let second = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    assert_eq!(first, second);
    assert_eq!(png(&first, 600).expect("picture"), png(&second, 600).expect("picture"));
}

#[test]
fn a_plan_without_outlines_cannot_be_drawn() {
    let ward = ward(3, 3, 2);
    assert!(matches!(draw(&ward, &[], Lang::Vi), Err(ReportError::NoOutlines)));
}

#[test]
fn an_area_without_an_outline_is_named_in_a_note() {
    let ward = ward(3, 3, 2);
    let svg = draw(&ward, &ward.shapes[1..], Lang::Vi).expect("map").svg;
    assert!(svg.contains("Chưa có ranh giới nên không vẽ được: Khu phố 1."));
    assert_eq!(svg.matches("data-area=").count(), 8);
}

#[test]
fn an_area_that_the_plan_leaves_out_is_grey_and_named() {
    let mut ward = ward(3, 3, 2);
    ward.plan.figures.assignment.remove(4);
    let svg = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    assert!(svg.contains("Chưa phân về trường nào (màu xám): Khu phố 5."));
    assert!(svg.contains("data-area=\"KP-005\" fill=\"#D9D9D9\""));
    assert_eq!(svg.matches("data-area=").count(), 9);
}

#[test]
fn nothing_is_written_beyond_the_edge_of_the_page() {
    for (across, down, schools) in [(7, 4, 7), (15, 10, 40), (20, 12, 60)] {
        let ward = ward(across, down, schools);
        let svg = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
        for line in svg.lines().filter(|line| line.starts_with("<text")) {
            let number = |name: &str| -> f64 {
                let rest = line.split(&format!(" {name}=\"")).nth(1).expect("attribute");
                rest.split('"').next().expect("value").parse().expect("number")
            };
            let words = line.split('>').nth(1).and_then(|rest| rest.split('<').next());
            let weight = if line.contains("font-weight") { Weight::Bold } else { Weight::Regular };
            let width =
                text_width(words.expect("words"), number("font-size"), weight).expect("width");
            let left = match line {
                _ if line.contains("\"middle\"") => number("x") - width / 2.0,
                _ if line.contains("\"end\"") => number("x") - width,
                _ => number("x"),
            };
            assert!(left >= 0.0 && left + width <= 1170.0, "{line}");
            assert!(number("y") > 10.0 && number("y") < 838.0, "{line}");
        }
    }
}

#[test]
fn islands_and_long_names_are_drawn() {
    let mut ward = ward(3, 3, 2);
    let island = ward.shapes[8].outline.clone();
    ward.shapes[7].outline =
        MultiPolygon::new(ward.shapes[7].outline.0.iter().chain(&island.0).cloned().collect());
    ward.shapes.pop();
    let long = "Trường Tiểu học ".repeat(5).trim().to_owned();
    ward.schools[0].name = long.clone();
    for (n, area) in ward.areas.iter_mut().enumerate() {
        let first = ["Đông", "Tây", "Nam", "Bắc"][n % 4];
        area.name = format!("Thôn {first} {} {n}", "Bình Hoà Thượng ".repeat(4 + n % 3).trim());
        assert!(area.name.chars().count() >= 70);
    }
    let page = draw(&ward, &ward.shapes, Lang::Vi).expect("map");
    show("map_long_names.png", &png(&page.svg, 2400).expect("picture"));
    assert_eq!(overlapping(&page.labels), []);
    let school = page.labels.iter().find(|label| label.text.starts_with("Trường Tiểu học"));
    assert!(school.is_some_and(|label| label.text.ends_with('…')));
}

#[test]
fn a_changed_area_says_where_it_comes_from() {
    let mut ward = ward(4, 3, 2);
    let own = ward.plan.figures.assignment[0].school_code.clone();
    let other = ward.schools.iter().find(|s| s.school_code != own).expect("other");
    let (other_code, other_name) = (other.school_code.clone(), other.name.clone());
    ward.present = vec![PlanRow {
        grade: Grade::G1,
        area_code: ward.areas[0].area_code.clone(),
        school_code: other_code,
        share: 1.0,
    }];
    let svg = draw(&ward, &ward.shapes, Lang::Vi).expect("map").svg;
    assert_eq!(svg.matches("stroke-dasharray").count(), 2, "one area and its sign");
    assert!(svg.contains(&format!("từ {other_name}")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the size of the ward and the number of schools: no label covers another, every
    /// label stays on the page, and every area is labelled once.
    #[test]
    fn labels_never_cover_each_other(across in 1..12_usize, down in 1..9_usize, schools in 1..14_usize) {
        let ward = ward(across, down, schools.min(across * down));
        let labels = draw(&ward, &ward.shapes, Lang::Vi).expect("map").labels;
        prop_assert_eq!(overlapping(&labels), vec![]);
        for label in &labels {
            prop_assert!(label.x >= 0.0 && label.x + label.width <= 1190.55);
            prop_assert!(label.y >= 0.0 && label.y + label.height <= 841.89);
        }
        let mut areas: Vec<String> = labels
            .iter()
            .filter_map(|label| match &label.kind {
                LabelKind::Area(code) | LabelKind::Key(code) => Some(code.to_string()),
                LabelKind::School(_) => None,
            })
            .collect();
        areas.sort();
        let expected: Vec<String> =
            ward.areas.iter().map(|area| area.area_code.to_string()).collect();
        prop_assert_eq!(areas, expected);
    }
}
