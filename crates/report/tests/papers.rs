//! The papers of April: read back part by part, and held against Decree 30/2020/NĐ-CP, Annex I.

mod common;

use common::{Ward, forecast, history, scores, show, ward};
use phantuyen_model::*;
use phantuyen_report::*;
use phantuyen_words::{Catalogue, Lang};
use std::io::{Cursor, Read as _};

const LANGS: [Lang; 2] = [Lang::Vi, Lang::En];
const BELOW: u32 = 5;

fn papers(ward: &Ward, lang: Lang) -> [Vec<u8>; 2] {
    let ([plan, annex], _) = written(ward, lang);
    [plan, annex]
}

/// Both papers and the page for parents.
fn written(ward: &Ward, lang: Lang) -> ([Vec<u8>; 2], String) {
    let words = Catalogue::shipped().expect("catalogue");
    let forecast = forecast(ward);
    let scores = scores();
    let rules = RuleBook::shipped().expect("rules");
    let rules: Vec<Rule> = ["class_size.primary", "class_size.preschool_5"]
        .map(|id| rules.get(id, common::day(2026, 12, 31)).expect("rule").clone())
        .into();
    let rooms = ward.plan.figures.schools.iter().map(|school| RoomRow {
        school_code: school.school_code.clone(),
        rooms: Some(30),
        usable_classes: Some(30),
        staying_classes: Some(24),
        free_classes: school.classes,
        class_size: Some(35),
        seats: school.seats,
    });
    let figures = WorkbookInput {
        provenance: &ward.provenance,
        lang,
        areas: &ward.areas,
        forecast: &forecast,
        history: history(),
        base: vec![],
        scores: &scores,
        whys: &[],
        errors: &[],
        frozen: &[],
        rooms: &[],
        schools: &ward.schools,
        score_png: None,
        aim: AccuracyAim { least: 0.90, aim: 0.95 },
        quotas: vec![QuotaSheet {
            grade: Grade::G1,
            plan: Some(&ward.plan),
            schools: &ward.schools,
            rooms: rooms.collect(),
        }],
        reasons: vec![],
        present: &ward.present,
        files: &[],
        rules: &rules,
        findings: &[],
        chart_png: None,
        date: None,
    };
    let lines = ward.plan.figures.assignment.iter();
    let reasons: Vec<(Grade, AreaCode, String)> =
        lines.map(|l| (Grade::G1, l.area_code.clone(), format!("Lý do {}", l.area_code))).collect();
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"/>";
    let maps = [(Grade::G1, png(svg, 40).expect("picture"))];
    let schools = |area: &AreaCode| {
        let ways = ward
            .schools
            .iter()
            .zip(1..)
            .map(|(s, n)| (s.school_code.clone(), 700.0 * f64::from(n)));
        NearSchools { grade: Grade::G1, area_code: area.clone(), schools: ways.collect() }
    };
    let near: Vec<NearSchools> = ward.areas.iter().map(|area| schools(&area.area_code)).collect();
    let input = DossierInput {
        figures: &figures,
        reasons: &reasons,
        maps: &maps,
        suppress_below: BELOW,
        province: "Mẫu",
        unit: DistanceUnit::Metres,
        near: &near,
    };
    let plan = enrolment_plan(&input, &words).expect("plan");
    let annex = catchment_annex(&input, &words).expect("annex");
    ([plan, annex], lookup_page(&input, &words).expect("page"))
}

fn part(docx: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx)).expect("a package");
    let mut text = String::new();
    zip.by_name(name).expect("the part").read_to_string(&mut text).expect("text");
    text
}

/// The text of each table row, its cells apart.
fn rows(document: &str) -> Vec<Vec<String>> {
    let cells = |row: &str| row.split("<w:tc>").skip(1).map(text).collect();
    document
        .split("<w:tr>")
        .skip(1)
        .map(|row| cells(row.split("</w:tr>").next().unwrap_or("")))
        .collect()
}

/// What is read between the marks of a piece of markup.
fn text(markup: &str) -> String {
    let pieces = markup.split("<w:t xml:space=\"preserve\">").skip(1);
    pieces.map(|piece| piece.split("</w:t>").next().unwrap_or("")).collect()
}

#[test]
fn pages_have_the_measures_of_the_decree() {
    let ward = ward(6, 5, 4);
    for lang in LANGS {
        for docx in papers(&ward, lang) {
            let document = part(&docx, "word/document.xml");
            let sections: Vec<&str> = document.split("<w:sectPr>").skip(1).collect();
            assert!(sections.len() > 1, "annexes are sections of their own");
            for section in sections {
                // 20 mm above and below, 30 mm at the bound side, 15 mm at the other.
                let margins = "w:top=\"1134\" w:right=\"850\" w:bottom=\"1134\" w:left=\"1701\"";
                assert!(section.contains(margins), "{section}");
                assert!(section.contains("<w:titlePg/>"), "no number on a first page");
                let upright = section.contains("w:w=\"11906\" w:h=\"16838\"");
                let lying = section.contains("w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"");
                assert!(upright || lying, "A4: {section}");
            }
            assert!(part(&docx, "word/styles.xml").contains("w:ascii=\"Times New Roman\""));
            let header = part(&docx, "word/header1.xml");
            assert!(header.contains("PAGE") && header.contains("w:jc w:val=\"center\""));
            assert!(!part(&docx, "word/header2.xml").contains("PAGE"));
            let half_points: Vec<u32> = document
                .split("<w:sz w:val=\"")
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap_or("").parse().expect("a size"))
                .collect();
            assert!(half_points.iter().all(|size| (22..=28).contains(size)), "11 to 14 points");
        }
    }
}

#[test]
fn every_table_repeats_its_header_and_no_row_is_cut() {
    for docx in papers(&ward(6, 5, 4), Lang::Vi) {
        let document = part(&docx, "word/document.xml");
        let framed = document.split("<w:tbl>").filter(|table| table.contains("<w:tblBorders>"));
        for table in framed {
            assert_eq!(table.matches("<w:tblHeader/>").count(), 1);
        }
        assert_eq!(document.matches("<w:tr>").count(), document.matches("<w:cantSplit/>").count());
    }
}

#[test]
fn the_plan_leaves_number_date_and_signature_open_and_marks_what_to_check() {
    let [plan, _] = papers(&ward(6, 5, 4), Lang::Vi);
    let document = part(&plan, "word/document.xml");
    let said = text(&document);
    for phrase in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "PHƯỜNG MẪU",
        "Số:       /KH-UBND",
        "ngày      tháng      năm 2027",
        "Tuyển sinh lớp 1 năm học 2027 - 2028",
        "trẻ em sinh năm 2021",
        "TM. ỦY BAN NHÂN DÂN",
        "DỮ LIỆU HƯ CẤU",
    ] {
        assert!(said.contains(phrase), "{phrase}");
    }
    let marked: Vec<String> = document
        .split("<w:r>")
        .filter(|run| run.contains("<w:highlight w:val=\"yellow\"/>"))
        .map(text)
        .collect();
    assert!(marked.iter().any(|run| run.contains("cần kiểm tra hiệu lực")), "{marked:?}");
    assert!(!said.contains("[[") && !said.contains('⟨'), "nothing is left unsaid");
}

#[test]
fn the_list_has_every_area_once_and_the_figures_of_the_plan() {
    let ward = ward(6, 5, 4);
    let [_, annex] = papers(&ward, Lang::Vi);
    let rows = rows(&part(&annex, "word/document.xml"));
    for area in &ward.areas {
        let line = ward.plan.figures.assignment.iter().find(|l| l.area_code == area.area_code);
        let code = &line.expect("assigned").school_code;
        let school = ward.schools.iter().find(|s| s.school_code == *code).expect("school");
        let found = rows
            .iter()
            .filter(|row| row.len() == 3 && row[1] == area.name && row[2] == school.name);
        assert_eq!(found.count(), 1, "{}", area.name);
    }
    for figures in &ward.plan.figures.schools {
        let school = ward.schools.iter().find(|s| s.school_code == figures.school_code);
        let name = &school.expect("school").name;
        let row = rows.iter().find(|row| row.len() == 6 && row[1] == *name).expect("its row");
        assert_eq!(row[4], figures.seats.to_string(), "{name}");
    }
    let moved = ward.present.iter().zip(&ward.plan.figures.assignment);
    let moved: Vec<&PlanRow> =
        moved.filter(|(a, b)| a.school_code != b.school_code).map(|(a, _)| a).collect();
    assert!(!moved.is_empty());
    for row in moved {
        let area = ward.areas.iter().find(|a| a.area_code == row.area_code).expect("area");
        let reason = format!("Lý do {}", row.area_code);
        assert!(rows.iter().any(|r| r.len() == 6 && r[0] == area.name && r[5] == reason));
    }
}

#[test]
fn small_numbers_cannot_be_worked_out() {
    let mut ward = ward(6, 5, 4);
    // One area of three children in the catchment of the first school.
    let school = ward.plan.figures.schools[0].school_code.clone();
    let lines = &mut ward.plan.figures.assignment;
    let small = lines.iter_mut().find(|line| line.school_code == school).expect("an area");
    let lost = small.pupils - 3.0;
    small.pupils = 3.0;
    let small = small.area_code.clone();
    ward.plan.figures.schools[0].pupils -= lost;
    ward.plan.figures.pupils -= lost;
    let [plan, _] = papers(&ward, Lang::Vi);
    let rows = rows(&part(&plan, "word/document.xml"));
    let shown = |area: &Area| {
        let row = rows
            .iter()
            .find(|row| row.len() == 3 && row[1] == area.name && row[2].parse::<f64>().is_ok());
        row.map(|row| row[2].parse::<f64>().expect("a number"))
    };
    let own: Vec<&Area> = ward
        .areas
        .iter()
        .filter(|area| {
            let lines = ward.plan.figures.assignment.iter();
            lines.filter(|l| l.school_code == school).any(|l| l.area_code == area.area_code)
        })
        .collect();
    assert!(own.len() > 2);
    let hidden: Vec<&&Area> = own.iter().filter(|area| shown(area).is_none()).collect();
    assert!(hidden.iter().any(|area| area.area_code == small));
    assert!(hidden.len() >= 2, "a single hidden number is the sum less the others");
    // What the sum leaves for each hidden area reaches to numbers that need no hiding.
    let sum: f64 = own.iter().filter_map(|area| shown(area)).sum();
    let left = ward.plan.figures.schools[0].pupils - sum;
    assert!(left - (hidden.len() as f64 - 1.0) >= f64::from(BELOW), "{left}");
}

#[test]
fn the_page_for_parents_says_all_without_script_and_asks_no_network() {
    let mut ward = ward(6, 5, 4);
    ward.areas[0].old_unit = Some("Phường <5> cũ".into());
    for lang in LANGS {
        let (_, page) = written(&ward, lang);
        show(&format!("tra-cuu_{lang}.html"), page.as_bytes());
        assert!(page.len() <= 250 * 1024, "{} bytes", page.len());
        assert!(!page.contains('⟨'), "nothing is left unsaid");
        for address in ["http:", "https:", "src=", "@import", "url(", "fetch(", "<link"] {
            assert!(!page.contains(address), "{address}");
        }
        let (plain, data) = page.split_once("<script type=\"application/json\"").expect("data");
        assert!(plain.contains("Phường &lt;5&gt; cũ") && !data.contains("<5>"));
        for line in &ward.plan.figures.assignment {
            let area = ward.areas.iter().find(|a| a.area_code == line.area_code).expect("area");
            let school = ward.schools.iter().find(|s| s.school_code == line.school_code);
            let row = plain.split("<tr>").find(|row| {
                row.contains(&format!(">{}</th>", area.name))
                    || row.contains(&format!(">{} <small>", area.name))
            });
            let name = &school.expect("school").name;
            assert!(row.expect("a row").contains(&format!("<td>{name}</td>")), "{}", area.name);
        }
        let json = data.split_once('>').expect("data").1.split("</script>").next().unwrap_or("");
        let known: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(known["areas"].as_array().map(Vec::len), Some(ward.areas.len()));
        assert_eq!(
            known["areas"][0]["answers"]["1"][0]["others"].as_array().map(Vec::len),
            Some(2)
        );
    }
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    let ward = ward(6, 5, 4);
    for lang in LANGS {
        let (first, second) = (papers(&ward, lang), papers(&ward, lang));
        assert_eq!(first, second);
        show(&format!("KE-HOACH_{lang}.docx"), &first[0]);
        show(&format!("PHU-LUC_{lang}.docx"), &first[1]);
    }
}
