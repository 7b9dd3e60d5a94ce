//! What if: changes named on the command line, tried on the plan of each grade they concern.

use crate::answers::{area, has_school, school};
use crate::catchments::Drawn;
use crate::sentences::Speaker;
use crate::way::{Way, area_places};
use crate::{Desk, Done, PipelineError};
use phantuyen_allocation::{Change, SchoolSeats, SimulateError, Simulated, Watch, simulate};
use phantuyen_model::{Finding, Grade, PlanFigures, School, SchoolCode, SchoolYear, WayChange};
use serde_json::{Value, json};

/// Changes as they were typed.
#[derive(Clone, Debug, Default)]
pub struct Scenario {
    /// `SCHOOL=±N`: entry classes more or fewer.
    pub classes: Vec<String>,
    /// `AREA=±N`: pupils more or fewer.
    pub pupils: Vec<String>,
    /// `SCHOOL>SCHOOL`: the first merges into the second.
    pub merge: Vec<String>,
    /// `SCHOOL`: closes.
    pub close: Vec<String>,
    /// `CODE=AREA:N`: a new school in the area with so many entry classes.
    pub open: Vec<String>,
}

/// One grade before and after.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The grade.
    pub grade: Grade,
    /// The plan without the changes.
    pub before: PlanFigures,
    /// The plan with them.
    pub after: Simulated,
}

/// All grades that the changes concern.
#[derive(Clone, Debug)]
pub struct Trial {
    /// The school year.
    pub school_year: SchoolYear,
    /// By grade.
    pub tried: Vec<Tried>,
}

impl Desk<'_> {
    /// `simulate`: the plan of today's ward beside the plan of the changed one.
    ///
    /// # Errors
    /// A change that cannot be understood or names what is not there; as `allocate`.
    pub fn simulate(
        &self,
        scenario: &Scenario,
        watch: &Watch<'_>,
    ) -> Result<Done<Trial>, PipelineError> {
        let named = self.changes(scenario)?;
        let done = self.allocate(watch)?;
        let (way, catchments) = &done.data;
        for code in named.iter().filter_map(|named| named.school()) {
            if !has_school(catchments, code) {
                let asked = code.to_string();
                return Err(PipelineError::UnknownName { kind: "school", asked, near: Vec::new() });
            }
        }
        let mut findings = done.findings.clone();
        let mut tried = Vec::new();
        for drawn in &catchments.drawn {
            let changes: Vec<Change> =
                named.iter().filter_map(|named| self.change_for(named, drawn, way)).collect();
            if changes.is_empty() {
                continue;
            }
            let plan = &drawn.allocated.plan;
            let after = simulate(&drawn.problem, plan, &changes, watch).map_err(fault)?;
            findings.extend(after.allocated.findings.iter().cloned());
            tried.push(Tried { grade: drawn.grade, before: plan.figures.clone(), after });
        }
        crate::settle(&mut findings);
        let data = Trial { school_year: catchments.school_year, tried };
        Ok(Done { data, findings, rules: done.rules, files: Vec::new() })
    }

    fn changes(&self, scenario: &Scenario) -> Result<Vec<Named>, PipelineError> {
        let ward = &self.ward;
        let mut named = Vec::new();
        for text in &scenario.classes {
            let (name, more) = split(text, '=')?;
            let more = more.parse().map_err(|_| bad(text))?;
            named.push(Named::Classes { school: school(ward, name)?, more });
        }
        for text in &scenario.pupils {
            let (name, more) = split(text, '=')?;
            let more: f64 = more.parse().ok().filter(|n: &f64| n.is_finite()).ok_or(bad(text))?;
            named.push(Named::Pupils { area: area(ward, name)?, more });
        }
        for text in &scenario.merge {
            let (from, into) = split(text, '>')?;
            named.push(Named::Merge { from: school(ward, from)?, into: school(ward, into)? });
        }
        for text in &scenario.close {
            named.push(Named::Close { school: school(ward, text.trim())? });
        }
        for text in &scenario.open {
            let (code, rest) = split(text, '=')?;
            let (name, classes) = split(rest, ':')?;
            let classes = classes.parse().map_err(|_| bad(text))?;
            let code = SchoolCode::new(code);
            named.push(Named::Open { code, area: area(ward, name)?, classes });
        }
        Ok(named)
    }

    /// The change for one grade; `None` where it does not concern the grade. Pupils and new schools
    /// concern every grade asked for.
    fn change_for(&self, named: &Named, drawn: &Drawn, way: &Way) -> Option<Change> {
        let takes = |code: &SchoolCode| drawn.problem.schools().any(|school| school == code);
        let seats = |code: &SchoolCode| {
            drawn.problem.parts().schools.iter().find(|school| school.school_code == *code)
        };
        match named {
            Named::Classes { school, more } => {
                let seats = seats(school)?;
                let school_code = school.clone();
                if seats.class_size.is_some() {
                    return Some(Change::Classes { school_code, more: *more });
                }
                Some(Change::Seats { school_code, more: f64::from(*more) })
            }
            Named::Pupils { area, more } => {
                Some(Change::Pupils { area_code: area.clone(), more: *more })
            }
            Named::Merge { from, into } => (takes(from) && takes(into))
                .then(|| Change::Merge { from: from.clone(), into: into.clone() }),
            Named::Close { school } => {
                takes(school).then(|| Change::Close { school_code: school.clone() })
            }
            Named::Open { code, area, classes } => {
                let sizes = drawn.problem.parts().schools.iter().filter_map(|s| s.class_size);
                let size = sizes.max()?;
                let school = SchoolSeats {
                    school_code: code.clone(),
                    area_code: Some(area.clone()),
                    seats: f64::from(*classes) * f64::from(size),
                    classes: Some(*classes),
                    class_size: Some(size),
                    rooms: None,
                };
                Some(Change::Open { school, ways: self.ways_to(code, area, way) })
            }
        }
    }

    /// The way to a school that is not there yet: straight lines from the middle of its area.
    fn ways_to(
        &self,
        code: &SchoolCode,
        area: &phantuyen_model::AreaCode,
        way: &Way,
    ) -> Vec<(phantuyen_model::AreaCode, phantuyen_model::Metres)> {
        let places = area_places(&self.ward);
        let place = places.iter().find(|(known, _)| known == area).map(|(_, place)| *place);
        let Some(like) = way.schools.first() else { return Vec::new() };
        let school = School {
            school_code: code.clone(),
            place,
            area_code: Some(area.clone()),
            ..like.clone()
        };
        let detour = self.project.settings.distance.detour;
        let ways = phantuyen_network::straight_line(&places, &[school], detour);
        let known = |(from, _): &(phantuyen_model::AreaCode, _)| {
            Some((from.clone(), ways.get(from, code)?))
        };
        places.iter().filter_map(known).collect()
    }
}

/// A change with its names found.
enum Named {
    Classes { school: SchoolCode, more: i32 },
    Pupils { area: phantuyen_model::AreaCode, more: f64 },
    Merge { from: SchoolCode, into: SchoolCode },
    Close { school: SchoolCode },
    Open { code: SchoolCode, area: phantuyen_model::AreaCode, classes: u32 },
}

impl Named {
    fn school(&self) -> Option<&SchoolCode> {
        match self {
            Self::Classes { school, .. } | Self::Close { school } => Some(school),
            Self::Merge { from, .. } => Some(from),
            Self::Pupils { .. } | Self::Open { .. } => None,
        }
    }
}

fn split(text: &str, at: char) -> Result<(&str, &str), PipelineError> {
    let (name, rest) = text.split_once(at).ok_or_else(|| bad(text))?;
    Ok((name.trim(), rest.trim()))
}

fn bad(asked: &str) -> PipelineError {
    PipelineError::BadChange { asked: asked.to_owned() }
}

fn fault(error: SimulateError) -> PipelineError {
    let unknown =
        |kind, asked: String| PipelineError::UnknownName { kind, asked, near: Vec::new() };
    match error {
        SimulateError::UnknownSchool(code) => unknown("school", code.to_string()),
        SimulateError::UnknownArea(code) => unknown("area", code.to_string()),
        SimulateError::IllPosed(findings) => PipelineError::Blocked(grave_first(findings)),
        SimulateError::Allocate(error) => PipelineError::fault(error),
    }
}

fn grave_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    crate::settle(&mut findings);
    findings
}

impl Tried {
    /// The areas whose pupils have a longer way.
    pub fn longer(&self) -> impl Iterator<Item = &WayChange> {
        self.after.ways.iter().filter(|way| way.is_longer)
    }

    /// The areas that go to another school than before.
    pub fn moved(&self) -> impl Iterator<Item = &WayChange> {
        self.after.ways.iter().filter(|way| way.from != way.to)
    }
}

/// `simulate.data`.
///
/// # Errors
/// Never for plans of this program; serde asks for it.
pub fn simulate_data(trial: &Trial, speaker: &Speaker<'_>) -> Result<Value, serde_json::Error> {
    let mut grades = Vec::new();
    for tried in &trial.tried {
        let mut ways = Vec::new();
        for way in &tried.after.ways {
            let mut value = serde_json::to_value(way)?;
            value["message"] = json!(speaker.way_change(way));
            ways.push(value);
        }
        let longer = tried.longer().map(|way| way.pupils).sum::<f64>() + 0.0;
        grades.push(json!({
            "grade": tried.grade,
            "before": tried.before,
            "after": tried.after.allocated.plan,
            "longer_areas": tried.longer().count(),
            "longer_pupils": longer,
            "ways": ways,
        }));
    }
    Ok(json!({ "school_year": trial.school_year, "grades": grades }))
}
