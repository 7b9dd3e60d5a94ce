//! The ward on the page: outlines, catchments and schools in points.

use super::insets::{Overview, Panels};
use super::names::{ShortNames, shorten_names};
use super::{MapInput, labels::Mark};
use crate::ReportError;
use crate::geojson_files::{by_area, dissolve};
use geo::Area as _;
use geo_types::{MultiPolygon, Polygon};
use phantuyen_model::{AreaCode, Assignment, School, SchoolCode, SchoolFigures};
use phantuyen_words::natural_order;
use std::collections::{BTreeMap, BTreeSet};

/// The window of the map on the page, in points.
pub(super) const WINDOW: [f64; 4] = [28.0, 84.0, 838.0, 708.0];
/// The frame of the whole ward, small, at the foot of the side panel.
pub(super) const OVERVIEW: [f64; 4] = [882.0, 730.0, 210.0, 62.0];
/// Side of a school's square.
pub(super) const MARK: f64 = 9.0;

/// An area of the plan that has an outline.
pub(super) struct DrawnArea<'a> {
    pub code: &'a AreaCode,
    pub name: &'a str,
    pub short: String,
    pub bare: String,
    pub school: &'a SchoolCode,
    pub pupils: f64,
    /// The school it went to before, where that is another one.
    pub from: Option<&'a SchoolCode>,
    pub outline: MultiPolygon<f64>,
}

/// A school that has a place on the page.
pub(super) struct SchoolMark<'a> {
    pub school: &'a School,
    pub at: [f64; 2],
    pub mark: Mark,
}

/// A school of the plan as the legend shows it.
pub(super) struct LegendSchool<'a> {
    pub figures: &'a SchoolFigures,
    pub name: &'a str,
    /// Its areas, in natural order, without the common words.
    pub areas: Vec<String>,
    pub mark: Mark,
}

/// Everything that is drawn, in the order of names.
pub(super) struct Scene<'a> {
    pub areas: Vec<DrawnArea<'a>>,
    pub catchments: Vec<MultiPolygon<f64>>,
    pub marks: Vec<SchoolMark<'a>>,
    pub legend: Vec<LegendSchool<'a>>,
    pub panels: Panels,
    /// The whole ward, small, where it is drawn in several panels.
    pub overview: Option<Overview>,
    /// The words that all area names begin with.
    pub common: String,
    /// Names of areas without an outline, of schools without a place on the page.
    pub without_outline: Vec<&'a str>,
    pub without_place: Vec<&'a str>,
    /// Areas with an outline that the plan gives to no school.
    pub unassigned: Vec<(&'a AreaCode, &'a str, MultiPolygon<f64>)>,
    names: BTreeMap<&'a SchoolCode, &'a str>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(input: &MapInput<'a>) -> Result<Self, ReportError> {
        let assigned = one_school_each(input);
        let area_names: BTreeMap<&AreaCode, &str> =
            input.areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
        let mut lines: Vec<(&'a Assignment, &'a str)> = assigned
            .into_values()
            .map(|line| {
                let code = &line.area_code;
                (line, area_names.get(code).copied().unwrap_or(code.as_str()))
            })
            .collect();
        lines.sort_by(|a, b| natural_order(a.1, b.1).then(a.0.area_code.cmp(&b.0.area_code)));
        let all_names: Vec<&str> = lines.iter().map(|(_, name)| *name).collect();
        let ShortNames { common, short, bare } = shorten_names(&all_names);

        let outlines = by_area(input.shapes);
        if !lines.iter().any(|(line, _)| outlines.contains_key(&line.area_code)) {
            return Err(ReportError::NoOutlines);
        }
        let panels = Panels::of(outlines.values().copied())?;
        let assigned: BTreeSet<&AreaCode> = lines.iter().map(|(line, _)| &line.area_code).collect();
        let mut unassigned: Vec<(&AreaCode, &str, MultiPolygon<f64>)> = outlines
            .iter()
            .filter(|(code, _)| !assigned.contains(*code))
            .map(|(code, outline)| {
                let name = area_names.get(code).copied().unwrap_or(code.as_str());
                (*code, name, panels.outline(outline))
            })
            .collect();
        unassigned.sort_by(|a, b| natural_order(a.1, b.1).then(a.0.cmp(b.0)));
        let present = present_schools(input);
        let names: BTreeMap<&SchoolCode, &str> =
            input.schools.iter().map(|s| (&s.school_code, s.name.as_str())).collect();

        let mut areas = Vec::new();
        let mut without_outline = Vec::new();
        let mut areas_of: BTreeMap<&SchoolCode, Vec<String>> = BTreeMap::new();
        for ((line, name), (short, bare)) in lines.into_iter().zip(short.into_iter().zip(bare)) {
            areas_of.entry(&line.school_code).or_default().push(bare.clone());
            let Some(outline) = outlines.get(&line.area_code) else {
                without_outline.push(name);
                continue;
            };
            let before = present.get(&line.area_code).copied();
            areas.push(DrawnArea {
                code: &line.area_code,
                name,
                short,
                bare,
                school: &line.school_code,
                pupils: line.pupils,
                from: before.filter(|before| **before != line.school_code),
                outline: panels.outline(outline),
            });
        }

        let legend = legend(input, &names, &areas_of);
        let (marks, without_place) = marks(input, &legend, &panels);
        let overview = panels.are_several().then(|| {
            panels.overview(outlines.values().map(|outline| (*outline).clone()), OVERVIEW)
        });
        let overview = overview.transpose()?;
        let catchments = legend
            .iter()
            .map(|school| {
                let own: Vec<&MultiPolygon<f64>> = areas
                    .iter()
                    .filter(|area| *area.school == school.figures.school_code)
                    .map(|area| &area.outline)
                    .collect();
                without_slivers(&dissolve(own.iter()))
            })
            .collect();
        Ok(Self {
            areas,
            catchments,
            marks,
            legend,
            overview,
            panels,
            common,
            without_outline,
            without_place,
            unassigned,
            names,
        })
    }

    /// The name of a school, its code where the table of schools does not hold it.
    pub(super) fn school_name<'s>(&'s self, code: &'s SchoolCode) -> &'s str {
        self.names.get(code).copied().unwrap_or(code.as_str())
    }

    /// The place of a school in the legend.
    pub(super) fn legend_number(&self, code: &SchoolCode) -> Option<usize> {
        self.legend.iter().position(|school| school.figures.school_code == *code)
    }
}

/// The line with most pupils of each area, the first by school code of equals.
fn one_school_each<'a>(input: &MapInput<'a>) -> BTreeMap<&'a AreaCode, &'a Assignment> {
    let mut chosen: BTreeMap<&AreaCode, &Assignment> = BTreeMap::new();
    for line in &input.plan.figures.assignment {
        let known = chosen.entry(&line.area_code).or_insert(line);
        let more = line.pupils.total_cmp(&known.pupils);
        if more.then_with(|| known.school_code.cmp(&line.school_code)).is_gt() {
            *known = line;
        }
    }
    chosen
}

/// The school that has the largest share of each area at present.
fn present_schools<'a>(input: &MapInput<'a>) -> BTreeMap<&'a AreaCode, &'a SchoolCode> {
    let mut largest: BTreeMap<&AreaCode, (f64, &SchoolCode)> = BTreeMap::new();
    for row in input.present.iter().filter(|row| row.grade == input.grade) {
        let known = largest.entry(&row.area_code).or_insert((row.share, &row.school_code));
        if row.share > known.0 {
            *known = (row.share, &row.school_code);
        }
    }
    largest.into_iter().map(|(area, (_, school))| (area, school)).collect()
}

fn legend<'a>(
    input: &MapInput<'a>,
    names: &BTreeMap<&'a SchoolCode, &'a str>,
    areas_of: &BTreeMap<&SchoolCode, Vec<String>>,
) -> Vec<LegendSchool<'a>> {
    let mut legend: Vec<LegendSchool<'a>> = input
        .plan
        .figures
        .schools
        .iter()
        .map(|figures| LegendSchool {
            figures,
            name: names
                .get(&figures.school_code)
                .copied()
                .unwrap_or_else(|| figures.school_code.as_str()),
            areas: areas_of.get(&figures.school_code).cloned().unwrap_or_default(),
            mark: Mark::of(figures),
        })
        .collect();
    legend.sort_by(|a, b| {
        natural_order(a.name, b.name).then(a.figures.school_code.cmp(&b.figures.school_code))
    });
    legend
}

fn marks<'a>(
    input: &MapInput<'a>,
    legend: &[LegendSchool<'a>],
    panels: &Panels,
) -> (Vec<SchoolMark<'a>>, Vec<&'a str>) {
    let mut marks = Vec::new();
    let mut without_place = Vec::new();
    for shown in legend {
        let school =
            input.schools.iter().find(|school| school.school_code == shown.figures.school_code);
        let Some(school) = school else { continue };
        match school.place.and_then(|place| panels.at(place, MARK)) {
            Some(at) => marks.push(SchoolMark { school, at, mark: shown.mark }),
            None => without_place.push(school.name.as_str()),
        }
    }
    (marks, without_place)
}

/// Outlines of neighbours that do not meet exactly leave hair-thin gaps in a union; on paper they
/// would look like borders. Holes and pieces below a square point are not drawn.
fn without_slivers(outline: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    const SLIVER: f64 = 1.0;
    let seen = |ring: &geo_types::LineString<f64>| {
        Polygon::new(ring.clone(), vec![]).unsigned_area() > SLIVER
    };
    let polygons = outline.iter().filter(|polygon| seen(polygon.exterior())).map(|polygon| {
        let holes = polygon.interiors().iter().filter(|hole| seen(hole)).cloned().collect();
        Polygon::new(polygon.exterior().clone(), holes)
    });
    MultiPolygon::new(polygons.collect())
}
