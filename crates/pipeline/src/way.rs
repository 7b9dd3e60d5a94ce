//! The way to school: distances, which areas touch, target and alarm.

use crate::settings::{DistanceMethod, MissingDistance, Terrain};
use crate::{PipelineError, Project};
use phantuyen_data::WardData;
use phantuyen_model::{
    Adjacency, AreaCode, DistanceUnit, Distances, Finding, FindingCode, Grade, Level, LonLat,
    MissingRule, Rule, School, SchoolYear, Severity,
};

/// All that allocation needs to know about space.
#[derive(Clone, Debug)]
pub struct Way {
    /// Distances from areas to schools.
    pub distances: Distances,
    /// Which areas touch, declared links included.
    pub adjacency: Adjacency,
    /// Schools, each with the area it stands in where that is known.
    pub schools: Vec<School>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Target and alarm of one grade, in the project's unit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// The way should not be longer.
    pub target_m: Option<f64>,
    /// From here the way is too long.
    pub alarm_m: Option<f64>,
    /// Rules used.
    pub rules: Vec<Rule>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Works out distances and borders from what the ward has: tables first, then outlines, then
/// points.
///
/// # Errors
/// [`PipelineError::Blocked`] when nothing says how far a school is.
pub fn find_way(project: &Project, ward: &WardData) -> Result<Way, PipelineError> {
    let mut schools = ward.schools.clone();
    let mut findings = phantuyen_network::outline_findings(&ward.shapes, &ward.areas);
    findings.extend(phantuyen_network::place_schools(&mut schools, &ward.shapes));
    let places = area_places(ward);
    let distances = distances(project, ward, &schools, &places, &mut findings)?;
    let adjacency = adjacency(ward, &places, &mut findings);
    Ok(Way { distances, adjacency, schools, findings })
}

/// A point for each area: inside its outline, else the one of the table.
pub(crate) fn area_places(ward: &WardData) -> Vec<(AreaCode, LonLat)> {
    let mut places = phantuyen_network::inner_points(&ward.shapes);
    for area in &ward.areas {
        if let Some(place) = area.place
            && !places.iter().any(|(code, _)| *code == area.area_code)
        {
            places.push((area.area_code.clone(), place));
        }
    }
    places.sort_by(|a, b| a.0.cmp(&b.0));
    places
}

fn distances(
    project: &Project,
    ward: &WardData,
    schools: &[School],
    places: &[(AreaCode, LonLat)],
    findings: &mut Vec<Finding>,
) -> Result<Distances, PipelineError> {
    let keys = &project.settings.distance;
    let straight = || phantuyen_network::straight_line(places, schools, keys.detour);
    let table = keys.method.map_or(ward.distances.is_some(), |m| m == DistanceMethod::Table);
    let estimated = Finding::new(FindingCode::DistanceEstimated).fact("detour", keys.detour);
    if !table {
        findings.push(estimated);
        return Ok(straight());
    }
    let Some(mut distances) = ward.distances.clone() else {
        let missing = Finding::new(FindingCode::MissingTable).table("distances");
        return Err(PipelineError::Blocked(vec![missing]));
    };
    // Seconds of travel cannot be guessed from a straight line.
    let in_metres = keys.unit == DistanceUnit::Metres;
    if keys.missing == MissingDistance::Straight && in_metres {
        let estimates = straight();
        for (area, _) in places {
            for school in schools {
                if let Some(metres) = estimates.get(area, &school.school_code) {
                    distances.fill(area.clone(), school.school_code.clone(), metres);
                }
            }
        }
        findings.push(estimated);
    }
    Ok(distances)
}

fn adjacency(
    ward: &WardData,
    places: &[(AreaCode, LonLat)],
    findings: &mut Vec<Finding>,
) -> Adjacency {
    let mut adjacency = match &ward.adjacency {
        Some(table) => table.clone(),
        None if !ward.shapes.is_empty() => phantuyen_network::touching(&ward.shapes),
        None if !places.is_empty() => phantuyen_network::touching_points(places),
        None => {
            findings.push(Finding::new(FindingCode::AdjacencyMissing));
            Adjacency::default()
        }
    };
    for (a, b) in &ward.links {
        adjacency.join(a.clone(), b.clone());
    }
    if ward.adjacency.is_none() && !ward.shapes.is_empty() {
        join_without_outline(ward, places, &mut adjacency, findings);
    }
    adjacency
}

/// An area without an outline among areas with one: it is joined by its place, as if all areas were
/// points. Without a place or a link nobody knows where it lies, and no catchment is safe.
fn join_without_outline(
    ward: &WardData,
    places: &[(AreaCode, LonLat)],
    adjacency: &mut Adjacency,
    findings: &mut Vec<Finding>,
) {
    let has_outline = |code: &AreaCode| ward.shapes.iter().any(|shape| shape.area_code == *code);
    let bare: Vec<&AreaCode> =
        ward.areas.iter().map(|area| &area.area_code).filter(|code| !has_outline(code)).collect();
    if bare.is_empty() {
        return;
    }
    let as_points = phantuyen_network::touching_points(places);
    for code in bare {
        for neighbour in as_points.neighbours(code) {
            adjacency.join(code.clone(), neighbour.clone());
        }
        if adjacency.neighbours(code).next().is_none() {
            findings.push(Finding::new(FindingCode::BorderUnknown).area(code));
        }
    }
}

/// Target and alarm for a grade: the project's own, else the rule book's where distances are in
/// metres.
///
/// # Errors
/// [`MissingRule`] when the book has no rule for the day.
pub fn limits(project: &Project, grade: Grade, year: SchoolYear) -> Result<Limits, MissingRule> {
    let keys = &project.settings.allocation;
    let day = project.rule_day(year);
    let mut limits = Limits {
        target_m: keys.target_m.as_ref().and_then(|by| by.of(grade)),
        alarm_m: keys.alarm_m.as_ref().and_then(|by| by.of(grade)),
        ..Limits::default()
    };
    if project.settings.distance.unit != DistanceUnit::Metres {
        return Ok(limits);
    }
    if limits.alarm_m.is_none() {
        let rule = project.rules.get(&format!("way.alarm_{}", grade.level()), day)?;
        limits.alarm_m = Some(rule.value);
        limits.rules.push(rule.clone());
    }
    // The law sets no target for lower secondary schools.
    if limits.target_m.is_none() && grade.level() != Level::LowerSecondary {
        let terrain = match project.settings.ward.terrain {
            Some(Terrain::Mountain) => Some("mountain"),
            Some(Terrain::Plain | Terrain::Island) => Some("plain"),
            None => None,
        };
        match terrain {
            Some(terrain) => {
                let id = format!("way.target_{}_{terrain}", grade.level());
                let rule = project.rules.get(&id, day)?;
                limits.target_m = Some(rule.value);
                limits.rules.push(rule.clone());
            }
            // Without a target only the figure `beyond_target` is missing: no reason to stop.
            None => limits.findings.push(
                Finding::new(FindingCode::WardFactMissing)
                    .severity(Severity::Warning)
                    .fact("key", "ward.terrain")
                    .fact("rule", format!("way.target_{}", grade.level())),
            ),
        }
    }
    Ok(limits)
}
