//! Answers about a plan: an area, a school, the price of a rule.

use crate::catchments::{Catchments, Drawn};
use crate::sentences::Speaker;
use crate::{Desk, Done, PipelineError};
use phantuyen_allocation::{Watch, explain, judge, prices};
use phantuyen_data::WardData;
use phantuyen_model::{
    AreaCode, Assignment, Explanation, Grade, PlanFigures, RulePrice, SchoolCode, SchoolFigures,
    SchoolYear,
};
use serde_json::{Value, json};
use std::path::Path;

/// Names offered where a name is not known.
const NEAR: usize = 3;

/// What is asked about a plan.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// About these areas.
    pub areas: Vec<AreaCode>,
    /// About these schools.
    pub schools: Vec<SchoolCode>,
    /// About the price of each rule.
    pub prices: bool,
}

impl Asked {
    /// Finds areas and schools by code, name or, for areas, another name they are known by, in any
    /// spelling (`KP5`, `Khu phố 05`). Only what is certain counts; near names are offered.
    ///
    /// # Errors
    /// [`PipelineError::UnknownName`] for the first one that is not there.
    pub fn find(
        ward: &WardData,
        areas: &[String],
        schools: &[String],
        prices: bool,
    ) -> Result<Self, PipelineError> {
        Ok(Self {
            areas: areas.iter().map(|name| area(ward, name)).collect::<Result<_, _>>()?,
            schools: schools.iter().map(|name| school(ward, name)).collect::<Result<_, _>>()?,
            prices,
        })
    }

    fn is_about_nothing(&self) -> bool {
        self.areas.is_empty() && self.schools.is_empty() && !self.prices
    }
}

/// The area of this code or name.
///
/// # Errors
/// [`PipelineError::UnknownName`] with near names.
pub fn area(ward: &WardData, asked: &str) -> Result<AreaCode, PipelineError> {
    let named = |area: &&phantuyen_model::Area| {
        area.area_code.as_str() == asked
            || same(&area.name, asked)
            || area.aliases.iter().any(|alias| same(alias, asked))
    };
    let found: Vec<_> = ward.areas.iter().filter(named).collect();
    match found[..] {
        [only] => Ok(only.area_code.clone()),
        _ => phantuyen_data::area_named(&ward.areas, asked).ok_or_else(|| {
            let names = ward.areas.iter().map(|a| (a.area_code.as_str(), a.name.as_str()));
            unknown("area", asked, names)
        }),
    }
}

/// The school of this code or name.
///
/// # Errors
/// [`PipelineError::UnknownName`] with near names.
pub fn school(ward: &WardData, asked: &str) -> Result<SchoolCode, PipelineError> {
    let named = |school: &&phantuyen_model::School| {
        school.school_code.as_str() == asked || same(&school.name, asked)
    };
    let found: Vec<_> = ward.schools.iter().filter(named).collect();
    match found[..] {
        [only] => Ok(only.school_code.clone()),
        _ => {
            let names = ward.schools.iter().map(|s| (s.school_code.as_str(), s.name.as_str()));
            Err(unknown("school", asked, names))
        }
    }
}

/// Accents tell places apart, so only case and spaces may differ.
fn same(name: &str, asked: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(name) == plain(asked)
}

fn unknown<'n>(
    kind: &'static str,
    asked: &str,
    names: impl Iterator<Item = (&'n str, &'n str)>,
) -> PipelineError {
    let bare = |text: &str| phantuyen_words::without_accents(text).to_lowercase();
    let wanted = bare(asked);
    let mut near: Vec<(usize, String)> = names
        .map(|(code, name)| {
            let away = distance(&bare(name), &wanted).min(distance(&bare(code), &wanted));
            (away, format!("{name} ({code})"))
        })
        .filter(|(away, _)| *away <= 2 + wanted.chars().count() / 4)
        .collect();
    near.sort();
    let near = near.into_iter().take(NEAR).map(|(_, name)| name).collect();
    PipelineError::UnknownName { kind, asked: asked.to_owned(), near }
}

/// Letters to change, add or drop between two words (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let change = corner + usize::from(letter != *other);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Answers of one grade.
#[derive(Clone, Debug)]
pub struct GradeAnswers {
    /// The grade.
    pub grade: Grade,
    /// The areas asked about; all that pass a nearer school where nothing was asked.
    pub areas: Vec<AreaAnswer>,
    /// The schools asked about that take the grade.
    pub schools: Vec<SchoolAnswer>,
    /// The price of each rule, where asked.
    pub prices: Vec<RulePrice>,
}

/// One area.
#[derive(Clone, Debug)]
pub struct AreaAnswer {
    /// Where it goes.
    pub assignment: Assignment,
    /// Why it passes a nearer school; `None` where it does not.
    pub explanation: Option<Explanation>,
}

/// One school.
#[derive(Clone, Debug)]
pub struct SchoolAnswer {
    /// Its figures.
    pub figures: SchoolFigures,
    /// The areas that go there, the nearest first.
    pub comes: Vec<Assignment>,
    /// Areas that it is nearest to and that go elsewhere.
    pub nearly: Vec<Explanation>,
}

/// Answers of all grades asked for.
#[derive(Clone, Debug)]
pub struct Answers {
    /// The school year.
    pub school_year: SchoolYear,
    /// By grade.
    pub grades: Vec<GradeAnswers>,
    /// Whether every grade has a plan that keeps the hard rules.
    pub all_hold: bool,
}

impl Desk<'_> {
    /// `explain`: answers about the plan that `allocate` finds, or about one found before.
    ///
    /// # Errors
    /// As `allocate`; where the file of the plan cannot be read or used.
    pub fn explain(
        &self,
        asked: &Asked,
        plan: Option<&Path>,
        watch: &Watch<'_>,
    ) -> Result<Done<Answers>, PipelineError> {
        let done = self.allocate(watch)?;
        let catchments = &done.data.1;
        let given = plan.map(read_plan).transpose()?;
        let mut grades = Vec::new();
        for drawn in &catchments.drawn {
            grades.push(answer(drawn, asked, given.as_ref(), watch)?);
        }
        let answers = Answers {
            school_year: catchments.school_year,
            grades,
            all_hold: catchments.all_hold() || given.is_some(),
        };
        Ok(Done { data: answers, findings: done.findings, rules: done.rules, files: Vec::new() })
    }
}

fn answer(
    drawn: &Drawn,
    asked: &Asked,
    given: Option<&Value>,
    watch: &Watch<'_>,
) -> Result<GradeAnswers, PipelineError> {
    let (figures, explanations) = match given.and_then(|file| rows_of(file, drawn.grade)) {
        Some(rows) => {
            let figures = judged(drawn, &rows);
            let explanations = explain(&drawn.problem, &figures);
            (figures, explanations)
        }
        None => (drawn.allocated.plan.figures.clone(), drawn.explanations.clone()),
    };
    let told = |area: &AreaCode| explanations.iter().find(|told| told.area_code == *area);
    let wanted = |row: &&Assignment| {
        asked.areas.contains(&row.area_code)
            || (asked.is_about_nothing() && told(&row.area_code).is_some())
    };
    let areas = figures.assignment.iter().filter(wanted).map(|row| AreaAnswer {
        assignment: row.clone(),
        explanation: told(&row.area_code).cloned(),
    });
    let schools = figures.schools.iter().filter(|s| asked.schools.contains(&s.school_code));
    let schools = schools.map(|school| of_school(school, &figures, &explanations));
    let priced = if asked.prices {
        prices(&drawn.problem, &drawn.allocated.plan, watch).map_err(PipelineError::fault)?
    } else {
        Vec::new()
    };
    Ok(GradeAnswers {
        grade: drawn.grade,
        areas: areas.collect(),
        schools: schools.collect(),
        prices: priced,
    })
}

fn of_school(
    school: &SchoolFigures,
    figures: &PlanFigures,
    explanations: &[Explanation],
) -> SchoolAnswer {
    let here = |row: &&Assignment| row.school_code == school.school_code;
    let mut comes: Vec<Assignment> = figures.assignment.iter().filter(here).cloned().collect();
    let far = |row: &Assignment| row.distance_m.unwrap_or(f64::INFINITY);
    comes.sort_by(|a, b| far(a).total_cmp(&far(b)).then(a.area_code.cmp(&b.area_code)));
    let passes = |told: &&Explanation| {
        told.nearer.first().is_some_and(|nearest| nearest.school_code == school.school_code)
    };
    let nearly = explanations.iter().filter(passes).cloned().collect();
    SchoolAnswer { figures: school.clone(), comes, nearly }
}

/// A file of plans as `allocate` writes it.
fn read_plan(path: &Path) -> Result<Value, PipelineError> {
    let unreadable = |cause: String| PipelineError::Read { path: path.to_owned(), cause };
    let bytes = std::fs::read(path).map_err(|cause| unreadable(cause.to_string()))?;
    let file: Value =
        serde_json::from_slice(&bytes).map_err(|cause| unreadable(cause.to_string()))?;
    if file["plans"].is_array() { Ok(file) } else { Err(unreadable("`plans`: –".to_owned())) }
}

/// Area and school codes of the file's plan for the grade.
fn rows_of(file: &Value, grade: Grade) -> Option<Vec<(String, String)>> {
    let plans = file["plans"].as_array()?;
    let plan = plans.iter().find(|plan| plan["grade"] == json!(grade))?;
    let row = |row: &Value| {
        Some((row["area_code"].as_str()?.to_owned(), row["school_code"].as_str()?.to_owned()))
    };
    plan["assignment"].as_array()?.iter().map(row).collect()
}

fn judged(drawn: &Drawn, rows: &[(String, String)]) -> PlanFigures {
    let school_of = |area: &AreaCode| {
        let (_, school) = rows.iter().find(|(code, _)| code == area.as_str())?;
        drawn.problem.schools().position(|code| code.as_str() == school)
    };
    let assignment: Vec<Option<usize>> = drawn.problem.areas().map(school_of).collect();
    judge(&drawn.problem, &assignment).figures
}

/// `explain.data`.
///
/// # Errors
/// Never for answers of this program; serde asks for it.
pub fn explain_data(answers: &Answers, speaker: &Speaker<'_>) -> Result<Value, serde_json::Error> {
    let mut grades = Vec::new();
    for of_grade in &answers.grades {
        let mut areas = Vec::new();
        for area in &of_grade.areas {
            areas.push(area_value(area, speaker)?);
        }
        let mut schools = Vec::new();
        for school in &of_grade.schools {
            let mut value = serde_json::to_value(&school.figures)?;
            value["comes"] = serde_json::to_value(&school.comes)?;
            value["nearly"] = school
                .nearly
                .iter()
                .map(|told| told_value(told, speaker))
                .collect::<Result<Vec<_>, _>>()?
                .into();
            schools.push(value);
        }
        let mut priced = Vec::new();
        for price in &of_grade.prices {
            let mut value = serde_json::to_value(price)?;
            value["message"] = json!(speaker.price(price));
            priced.push(value);
        }
        grades.push(json!({
            "grade": of_grade.grade, "areas": areas, "schools": schools, "prices": priced,
        }));
    }
    Ok(json!({ "school_year": answers.school_year, "grades": grades }))
}

fn area_value(area: &AreaAnswer, speaker: &Speaker<'_>) -> Result<Value, serde_json::Error> {
    let row = &area.assignment;
    let mut value = match &area.explanation {
        Some(told) => told_value(told, speaker)?,
        None => json!({
            "area_code": row.area_code, "school_code": row.school_code, "pupils": row.pupils,
            "distance_m": row.distance_m, "explanation": [speaker.reason(row)],
        }),
    };
    value["reason_code"] = json!(row.reason.code());
    Ok(value)
}

fn told_value(told: &Explanation, speaker: &Speaker<'_>) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(told)?;
    value["explanation"] = json!(speaker.explain(told));
    Ok(value)
}

/// `explain` as a table: one row an area.
pub fn explain_csv(answers: &Answers, speaker: &Speaker<'_>) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut csv = "grade,area_code,school_code,reason_code,reason\n".to_owned();
    for of_grade in &answers.grades {
        for area in &of_grade.areas {
            let row = &area.assignment;
            let why = area
                .explanation
                .as_ref()
                .map_or_else(|| speaker.reason(row), |told| speaker.explain(told).join(" "));
            let cells = [
                of_grade.grade.to_string(),
                quoted(row.area_code.as_str()),
                quoted(row.school_code.as_str()),
                row.reason.code().to_owned(),
                quoted(&why),
            ];
            csv.push_str(&format!("{}\n", cells.join(",")));
        }
    }
    csv
}

/// The grades of catchments that some school of this code takes part in.
pub(crate) fn has_school(catchments: &Catchments, code: &SchoolCode) -> bool {
    catchments.drawn.iter().any(|drawn| drawn.problem.schools().any(|school| school == code))
}
