//! What if: changes named on the command line, tried on the plan of each grade they concern.

use crate::answers::{area, has_school, school};
use crate::catchments::Drawn;
use crate::december::forecast_december;
use crate::demand::GradeDemand;
use crate::sentences::Speaker;
use crate::way::{Way, area_places};
use crate::{Desk, Done, PipelineError};
use phantuyen_allocation::{
    Change, Forecast, SchoolSeats, SimulateError, Simulated, Watch, simulate,
};
use phantuyen_model::{
    AreaCode, Finding, FindingCode, Grade, HousingRow, PlanFigures, School, SchoolCode, SchoolYear,
    WayChange,
};
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
    /// `AREA=DWELLINGS@DAY`, with `:YIELD` children of a year of age for each dwelling where that is
    /// known: an estate handed over on that day.
    pub housing: Vec<String>,
}

impl Scenario {
    /// All changes as they were typed.
    fn typed(&self) -> String {
        let all =
            [&self.classes, &self.pupils, &self.merge, &self.close, &self.open, &self.housing];
        all.into_iter().flatten().cloned().collect::<Vec<String>>().join(", ")
    }
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
        let housed = self.forecast_with(&scenario.housing, &mut findings)?;
        let mut tried = Vec::new();
        for drawn in &catchments.drawn {
            // What is forecast anew comes first: the other changes are to it.
            let forecast = housed.iter().find(|demand| demand.grade == drawn.grade);
            let forecast = forecast.map(|demand| Change::Forecast(Box::new(as_forecast(demand))));
            let others = named.iter().filter_map(|named| self.change_for(named, drawn, way));
            let changes: Vec<Change> = forecast.into_iter().chain(others).collect();
            if changes.is_empty() {
                continue;
            }
            let plan = &drawn.allocated.plan;
            let after = simulate(&drawn.problem, plan, &changes, watch).map_err(fault)?;
            findings.extend(after.allocated.findings.iter().cloned());
            tried.push(Tried { grade: drawn.grade, before: plan.figures.clone(), after });
        }
        if tried.is_empty() {
            return Err(PipelineError::NothingToTry { asked: scenario.typed() });
        }
        crate::settle(&mut findings);
        let data = Trial { school_year: catchments.school_year, tried };
        Ok(Done { data, findings, rules: done.rules, files: Vec::new() })
    }

    /// The demand of each grade, forecast with estates that the ward does not have yet; none where
    /// there are no estates.
    fn forecast_with(
        &self,
        estates: &[String],
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<GradeDemand>, PipelineError> {
        if estates.is_empty() {
            return Ok(Vec::new());
        }
        if self.ward.demand.is_some() || !self.has_registers() {
            let finding = Finding::new(FindingCode::HousingNeedsForecast).table("demand");
            return Err(PipelineError::Blocked(vec![finding]));
        }
        let mut ward = self.ward.clone();
        for text in estates {
            ward.housing.push(self.estate(text)?);
        }
        let december = forecast_december(self.project, &ward)?;
        let is_new = |finding: &&Finding| {
            finding.table.as_deref() == Some("housing") && !findings.contains(finding)
        };
        let told: Vec<Finding> = december.findings.iter().filter(is_new).cloned().collect();
        findings.extend(told);
        let year = self.planned_year(Some(&december))?;
        self.demand(Some(&december), year)
    }

    /// `AREA=DWELLINGS@DAY` or `AREA=DWELLINGS@DAY:YIELD`.
    fn estate(&self, text: &str) -> Result<HousingRow, PipelineError> {
        let (name, rest) = split(text, '=')?;
        let (dwellings, rest) = split(rest, '@')?;
        let (day, given) = match rest.split_once(':') {
            Some((day, given)) => (day.trim(), Some(given.trim())),
            None => (rest, None),
        };
        let yield_per_dwelling = given.map(|given| {
            let children: Option<f64> = given.parse().ok();
            children.filter(|n| n.is_finite() && *n >= 0.0).ok_or_else(|| bad(text))
        });
        Ok(HousingRow {
            project: text.to_owned(),
            area_code: area(&self.ward, name)?,
            dwellings: dwellings.parse().map_err(|_| bad(text))?,
            handover: day.parse().map_err(|_| bad(text))?,
            yield_per_dwelling: yield_per_dwelling.transpose()?,
            announced: None,
        })
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
            let (from, into) = (school(ward, from)?, school(ward, into)?);
            if from == into {
                return Err(bad(text));
            }
            named.push(Named::Merge { from, into });
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
        area: &AreaCode,
        way: &Way,
    ) -> Vec<(AreaCode, phantuyen_model::Metres)> {
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
        let known = |(from, _): &(AreaCode, _)| Some((from.clone(), ways.get(from, code)?));
        places.iter().filter_map(known).collect()
    }
}

/// A change with its names found.
enum Named {
    Classes { school: SchoolCode, more: i32 },
    Pupils { area: AreaCode, more: f64 },
    Merge { from: SchoolCode, into: SchoolCode },
    Close { school: SchoolCode },
    Open { code: SchoolCode, area: AreaCode, classes: u32 },
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

/// What a grade asks for, as a change of its problem.
fn as_forecast(demand: &GradeDemand) -> Forecast {
    let later = demand.later.iter().map(|year| (year.school_year, year.areas.clone()));
    Forecast {
        demand: demand.areas.clone(),
        common_error: demand.common_error,
        later: later.collect(),
        draws: demand.draws.clone(),
        unseen_draws: demand.unseen_draws.clone(),
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

    /// The areas whose pupils become more or fewer: the area, its pupils before and after.
    pub fn grown(&self) -> impl Iterator<Item = (&AreaCode, f64, f64)> {
        let after = &self.after.allocated.plan.figures.assignment;
        self.before.assignment.iter().filter_map(move |old| {
            let new = after.iter().find(|new| new.area_code == old.area_code)?;
            let differs = (new.pupils - old.pupils).abs() > f64::EPSILON * old.pupils.max(1.0);
            differs.then_some((&old.area_code, old.pupils, new.pupils))
        })
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
            "pupils": tried.grown().map(|(area, before, after)| json!({
                "area_code": area, "before": before, "after": after,
            })).collect::<Vec<Value>>(),
            "longer_areas": tried.longer().count(),
            "longer_pupils": longer,
            "ways": ways,
        }));
    }
    Ok(json!({ "school_year": trial.school_year, "grades": grades }))
}
