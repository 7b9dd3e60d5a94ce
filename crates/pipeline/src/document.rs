//! The JSON document on stdout: one envelope for all commands.

use crate::catchments::{Catchments, Drawn};
use crate::sentences::Speaker;
use phantuyen_model::{Finding, InputFile, PlanFigures};
use phantuyen_words::{Catalogue, Lang};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Everything a command says, in the shape of the file format `phantuyen.<verb>/1`.
pub fn envelope(
    verb: &str,
    program: &str,
    inputs: &[InputFile],
    findings: &[Finding],
    data: Value,
    words: &Catalogue,
    lang: Lang,
) -> Value {
    let findings: Vec<Value> = findings.iter().map(|f| finding(f, words, lang)).collect();
    json!({
        "schema": format!("phantuyen.{verb}/1"),
        "program": program,
        "inputs": inputs,
        "findings": findings,
        "data": data,
    })
}

/// A finding with its sentences.
pub fn finding(finding: &Finding, words: &Catalogue, lang: Lang) -> Value {
    json!({
        "code": finding.code,
        "severity": finding.severity,
        "table": finding.table,
        "file": finding.file,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "cell": finding.cell,
        "area_code": finding.area_code,
        "count": finding.count,
        "message": words.message(lang, finding),
        "help": words.help(lang, finding),
    })
}

/// `allocate.data`: plans with their baselines, one per grade.
///
/// # Errors
/// Never for plans of this program; serde asks for it.
pub fn allocate_data(
    catchments: &Catchments,
    speaker: &Speaker<'_>,
) -> Result<Value, serde_json::Error> {
    let mut plans = Vec::new();
    let (mut current, mut nearest, mut quota) = (Vec::new(), Vec::new(), Vec::new());
    for drawn in &catchments.drawn {
        plans.push(plan(drawn, speaker)?);
        let baselines = &drawn.allocated.baselines;
        if let Some(figures) = &baselines.current {
            current.push(baseline(drawn, figures, speaker)?);
        }
        nearest.push(baseline(drawn, &baselines.nearest, speaker)?);
        quota.push(baseline(drawn, &baselines.nearest_first_quota, speaker)?);
    }
    Ok(json!({
        "school_year": catchments.school_year,
        "plans": plans,
        "conflicts": conflicts(catchments, speaker)?,
        "baselines": { "current": current, "nearest": nearest, "nearest_first_quota": quota },
    }))
}

/// One entry for each grade without a plan: what clashes, and the ways out, cheapest first.
fn conflicts(
    catchments: &Catchments,
    speaker: &Speaker<'_>,
) -> Result<Vec<Value>, serde_json::Error> {
    let mut conflicts = Vec::new();
    for drawn in &catchments.drawn {
        let Some(diagnosis) = &drawn.diagnosis else { continue };
        let mut clashes = Vec::new();
        for clash in &diagnosis.clashes {
            let mut value = object(clash)?;
            value.insert("message".to_owned(), json!(speaker.clash(clash)));
            clashes.push(Value::Object(value));
        }
        let mut repairs = Vec::new();
        for repair in &diagnosis.repairs {
            let mut value = object(repair)?;
            value.insert("message".to_owned(), json!(speaker.repair(repair)));
            repairs.push(Value::Object(value));
        }
        let figures = &drawn.allocated.plan.figures;
        conflicts.push(json!({
            "grade": drawn.grade,
            "clashes": clashes,
            "repairs": repairs,
            "least_overload_pupils": figures.overload_pupils,
        }));
    }
    Ok(conflicts)
}

fn plan(drawn: &Drawn, speaker: &Speaker<'_>) -> Result<Value, serde_json::Error> {
    let plan = &drawn.allocated.plan;
    let mut value = object(plan)?;
    value.insert("seconds".to_owned(), json!(drawn.seconds));
    value.insert("assignment".to_owned(), explained(drawn, speaker)?);
    if !drawn.yearly.is_empty() {
        value.insert("yearly".to_owned(), yearly(drawn)?);
    }
    Ok(Value::Object(value))
}

/// The plans of the years after the first, each with the areas that it moves.
fn yearly(drawn: &Drawn) -> Result<Value, serde_json::Error> {
    let mut before = &drawn.allocated.plan.figures;
    let mut years = Vec::new();
    for later in drawn.yearly.iter().map(|later| &later.plan) {
        let mut value = object(later)?;
        let rows = before.assignment.iter().zip(&later.figures.assignment);
        let moved = rows.filter(|(old, new)| old.school_code != new.school_code);
        let changes = moved.map(|(old, new)| {
            json!({
                "area_code": new.area_code,
                "from": old.school_code,
                "to": new.school_code,
                "pupils": new.pupils,
            })
        });
        value.insert("changes".to_owned(), changes.collect());
        let row = |row: &phantuyen_model::Assignment| {
            json!({
                "area_code": row.area_code,
                "school_code": row.school_code,
                "pupils": row.pupils,
                "distance_m": row.distance_m,
            })
        };
        value.insert("assignment".to_owned(), later.figures.assignment.iter().map(row).collect());
        years.push(Value::Object(value));
        before = &later.figures;
    }
    Ok(Value::Array(years))
}

/// The rows of a plan; where an area passes a nearer school, with the whole answer.
fn explained(drawn: &Drawn, speaker: &Speaker<'_>) -> Result<Value, serde_json::Error> {
    let mut rows = assignment(&drawn.allocated.plan.figures, speaker);
    let figures = drawn.allocated.plan.figures.assignment.iter();
    for (row, figures) in rows.iter_mut().zip(figures) {
        if let Some(told) = drawn.explanation(&figures.area_code) {
            let sentences = speaker.explain(told);
            row["reason"] = json!(sentences.join(" "));
            row["explanation"] = json!(sentences);
            row["present_school"] = json!(told.present_school);
            row["nearer"] = serde_json::to_value(&told.nearer)?;
            row["ways_out"] = serde_json::to_value(&told.ways_out)?;
        }
    }
    Ok(Value::Array(rows))
}

fn baseline(
    drawn: &Drawn,
    figures: &PlanFigures,
    speaker: &Speaker<'_>,
) -> Result<Value, serde_json::Error> {
    let mut value = Map::new();
    value.insert("grade".to_owned(), json!(drawn.grade));
    value.insert("school_year".to_owned(), json!(drawn.allocated.plan.school_year));
    value.extend(object(figures)?);
    value.insert("assignment".to_owned(), Value::Array(assignment(figures, speaker)));
    Ok(Value::Object(value))
}

fn assignment(figures: &PlanFigures, speaker: &Speaker<'_>) -> Vec<Value> {
    let rows = figures.assignment.iter().map(|row| {
        json!({
            "area_code": row.area_code,
            "school_code": row.school_code,
            "pupils": row.pupils,
            "distance_m": row.distance_m,
            "nearest_school": row.nearest_school,
            "reason_code": row.reason.code(),
            "reason": speaker.reason(row),
        })
    });
    rows.collect()
}

fn object(value: &impl Serialize) -> Result<Map<String, Value>, serde_json::Error> {
    match serde_json::to_value(value)? {
        Value::Object(map) => Ok(map),
        other => Ok(Map::from_iter([("value".to_owned(), other)])),
    }
}
