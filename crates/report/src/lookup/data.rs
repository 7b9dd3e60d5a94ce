//! What the script of the look-up page knows: areas, schools, answers, sentences.

use crate::dossier::Scribe;
use crate::map::names::listed_to;
use phantuyen_model::{Area, Assignment, Grade, Plan, SchoolCode};
use phantuyen_words::natural_order;
use serde_json::{Map, Value, json};

/// Other near schools that a card names.
const OTHERS: usize = 2;
/// Sentences that the script says.
const WORDS: [&str; 14] = [
    "nothing",
    "card",
    "way",
    "why",
    "nearest",
    "same",
    "other",
    "new",
    "others",
    "areas_of",
    "link",
    "copied",
    "old",
    "procedure",
];

pub(super) fn data(scribe: &Scribe<'_>) -> Value {
    let words: Map<String, Value> = WORDS
        .iter()
        .map(|key| ((*key).to_owned(), scribe.term(&format!("lookup.{key}")).into()))
        .collect();
    let areas: Vec<Value> = scribe.areas().iter().map(|area| of_area(scribe, area)).collect();
    json!({ "words": words, "areas": areas })
}

fn of_area(scribe: &Scribe<'_>, area: &Area) -> Value {
    let mut answers = Map::new();
    for (quota, plan) in scribe.plans() {
        let lines = plan.figures.assignment.iter().zip(scribe.hidden(plan));
        let own: Vec<Value> = lines
            .filter(|(line, _)| line.area_code == area.area_code)
            .map(|(line, hidden)| answer(scribe, quota.grade, line, hidden))
            .collect();
        answers.insert(quota.grade.to_string(), own.into());
    }
    json!({
        "code": area.area_code.as_str(),
        "name": area.name,
        "old": area.old_unit,
        "aliases": area.aliases,
        "answers": answers,
    })
}

fn answer(scribe: &Scribe<'_>, grade: Grade, line: &Assignment, hidden: bool) -> Value {
    let before = scribe.present(grade, &line.area_code).map(|row| &row.school_code);
    let nearest = line.nearest_school.as_ref().is_none_or(|near| *near == line.school_code);
    let near = scribe.input.near.iter();
    let others: Vec<Value> = near
        .filter(|near| near.grade == grade && near.area_code == line.area_code)
        .flat_map(|near| &near.schools)
        .filter(|(school, _)| *school != line.school_code)
        .take(OTHERS)
        .map(|(school, way)| json!({ "school": scribe.school(school), "way": scribe.way(Some(*way)) }))
        .collect();
    json!({
        "school": scribe.school(&line.school_code),
        "list": super::anchor(grade, line.school_code.as_str()),
        "way": scribe.way(line.distance_m),
        "nearest": nearest,
        "why": scribe.reason(grade, line, hidden),
        "before": before.map(|school| scribe.school(school)),
        "same": before.map(|school| *school == line.school_code),
        "others": others,
    })
}

/// Each school by its name with its code and the list of its areas.
pub(super) fn territories(scribe: &Scribe<'_>, plan: &Plan) -> Vec<(String, String, String)> {
    let to = format!(" {} ", scribe.term("paper.to"));
    let areas = |code: &SchoolCode| {
        let lines = plan.figures.assignment.iter().filter(|line| line.school_code == *code);
        let mut names: Vec<&str> = lines.map(|line| scribe.area(&line.area_code)).collect();
        names.sort_by(|a, b| natural_order(a, b).then_with(|| a.cmp(b)));
        listed_to(&names, &to)
    };
    let mut schools: Vec<(String, String, String)> = plan
        .figures
        .schools
        .iter()
        .map(|school| {
            let code = &school.school_code;
            (code.to_string(), scribe.school(code).to_owned(), areas(code))
        })
        .collect();
    schools.sort_by(|a, b| natural_order(&a.1, &b.1).then_with(|| a.0.cmp(&b.0)));
    schools
}
