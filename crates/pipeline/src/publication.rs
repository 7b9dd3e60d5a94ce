//! The publication story: plans and forecasts become maps, sheets and tables.

use crate::catchments::{Catchments, Drawn};
use crate::december::{December, LookedBack, Outlook, remember};
use crate::results::ResultFile;
use crate::way::Way;
use crate::{PipelineError, Project};
use phantuyen_data::WardData;
use phantuyen_model::{
    AccuracyAim, AreaCode, DistanceUnit, Finding, FindingCode, Forecast, Grade, InputFile,
    PlanFigures, RegisterYear, Rule, SchoolCode, SchoolYear,
};
use phantuyen_report::{
    ChartInput, DossierInput, MapInput, NearSchools, Provenance, QuotaSheet, ReportError, RoomRow,
    SchoolColours, ScorecardInput, WorkbookBase, WorkbookInput, YearPoint,
};
use phantuyen_words::{Catalogue, Lang, date};

/// Width of map and chart pictures: A3 at about 200 dots an inch.
const MAP_WIDTH_PX: u32 = 3300;
const CHART_WIDTH_PX: u32 = 1600;

/// Language and catalogue in which documents are written.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The sentences.
    pub words: &'a Catalogue,
    /// The language.
    pub lang: Lang,
}

/// The file name of a grade's map, without its ending.
pub fn map_name(grade: Grade) -> &'static str {
    match grade {
        Grade::Preschool3 => "BAN-DO_mau-giao-3-tuoi",
        Grade::Preschool4 => "BAN-DO_mau-giao-4-tuoi",
        Grade::Preschool5 => "BAN-DO_mau-giao-5-tuoi",
        Grade::G1 => "BAN-DO_lop-1",
        _ => "BAN-DO_lop-6",
    }
}

/// The maps among drawn files, by their grades.
pub fn map_pictures(files: &[ResultFile]) -> Vec<(Grade, Vec<u8>)> {
    let grades = [Grade::Preschool3, Grade::Preschool4, Grade::Preschool5, Grade::G1, Grade::G6];
    let of_grade = |grade: Grade| {
        let name = format!("{}.png", map_name(grade));
        let file = files.iter().find(|file| file.name == name)?;
        Some((grade, file.bytes.clone()))
    };
    grades.into_iter().filter_map(of_grade).collect()
}

/// What every page says about where it comes from.
pub fn provenance(
    project: &Project,
    inputs: &[InputFile],
    year: SchoolYear,
    origin: Option<RegisterYear>,
    program: &str,
    voice: Voice<'_>,
) -> Provenance {
    let digest: String = inputs.iter().map(|input| input.sha256.as_str()).collect();
    let hash = crate::results::sha256(digest.as_bytes());
    let data_until = origin.map_or_else(|| "–".to_owned(), |origin| date(origin.date()));
    let facts = [
        ("program", program.to_owned()),
        ("data", hash[..12].to_owned()),
        ("until", data_until.clone()),
        ("seed", project.settings.allocation.seed.to_string()),
    ];
    Provenance {
        ward_name: project.settings.ward.name.clone(),
        ward_kind: project.settings.ward.kind.name().to_owned(),
        school_year: year,
        made_up: project.settings.ward.made_up,
        data_until,
        line: voice.words.say(voice.lang, "provenance.line", &facts),
    }
}

/// A map for each grade as SVG and PNG, and the catchments as GeoJSON.
///
/// # Errors
/// When a drawing fails. A ward without outlines gets a finding instead of maps.
pub fn draw_maps(
    provenance: &Provenance,
    ward: &WardData,
    way: &Way,
    catchments: &Catchments,
    voice: Voice<'_>,
) -> Result<(Vec<ResultFile>, Vec<Finding>), PipelineError> {
    if ward.shapes.is_empty() {
        return Ok((
            Vec::new(),
            vec![Finding::new(FindingCode::NoOutlines).table("areas.geojson")],
        ));
    }
    let figures: Vec<(Grade, &PlanFigures)> = figures(catchments);
    let plans: Vec<&PlanFigures> = figures.iter().map(|(_, plan)| *plan).collect();
    let colours = SchoolColours::choose(&way.schools, &plans, &way.adjacency);
    let mut files = Vec::new();
    for drawn in &catchments.drawn {
        let svg = phantuyen_report::catchment_map(
            &MapInput {
                provenance,
                grade: drawn.grade,
                plan: &drawn.allocated.plan,
                areas: &ward.areas,
                shapes: &ward.shapes,
                schools: &way.schools,
                present: &ward.current_plan,
                colours: &colours,
                lang: voice.lang,
            },
            voice.words,
        )
        .map_err(PipelineError::fault)?;
        files.extend(picture(map_name(drawn.grade), svg, MAP_WIDTH_PX)?);
    }
    let made_up = provenance.made_up;
    let catchments =
        phantuyen_report::catchments_geojson(&figures, &ward.shapes, &way.schools, made_up);
    let areas = phantuyen_report::areas_geojson(&figures, &ward.areas, &ward.shapes, made_up);
    files.push(ResultFile::new("catchments.geojson", catchments.map_err(PipelineError::fault)?));
    files.push(ResultFile::new("areas.geojson", areas.map_err(PipelineError::fault)?));
    Ok((files, Vec::new()))
}

/// All that the December workbook shows.
pub struct WorkbookParts<'a> {
    /// Where the ward's data come from.
    pub ward: &'a WardData,
    /// The forecast and what follows from it.
    pub outlook: &'a Outlook,
    /// How good forecasts were.
    pub looked_back: &'a LookedBack,
    /// How right the plan asks forecasts to be.
    pub aim: AccuracyAim,
    /// Rules used.
    pub rules: &'a [Rule],
    /// Plans with their seats, where there are schools.
    pub catchments: Option<&'a Catchments>,
    /// Why each area goes where it goes, by grade and area.
    pub reasons: Vec<(Grade, AreaCode, String)>,
    /// The same in one short sentence each, as it is printed beside the list.
    pub short_reasons: Vec<(Grade, AreaCode, String)>,
    /// The maps as PNG.
    pub maps: &'a [(Grade, Vec<u8>)],
    /// Counts of children below this are hidden in what is published.
    pub suppress_below: u32,
    /// The province of the ward.
    pub province: &'a str,
    /// What distances are measured in.
    pub unit: DistanceUnit,
    /// Schools that each area may use, with the way to each, nearest first.
    pub near: Vec<NearSchools>,
    /// Every finding of the run.
    pub findings: &'a [Finding],
    /// Every input.
    pub inputs: &'a [InputFile],
}

/// The December workbook, the scorecard, the charts and the machine-readable tables.
///
/// # Errors
/// When a document cannot be made.
pub fn write_report(
    provenance: &Provenance,
    parts: &WorkbookParts<'_>,
    voice: Voice<'_>,
) -> Result<Vec<ResultFile>, PipelineError> {
    let december = &parts.outlook.december;
    let forecast = &december.projected.forecast;
    let backtest = &parts.looked_back.backtest;
    let history = past_intakes(parts.ward, december.origin);
    let chart = phantuyen_report::forecast_chart(
        &ChartInput { provenance, series: series(forecast, &history), lang: voice.lang },
        voice.words,
    )
    .map_err(PipelineError::fault)?;
    let mut files = picture("bieu-do_du-bao", chart, CHART_WIDTH_PX)?;
    let chart_png = png_of(&files);
    let scorecard = scorecard(provenance, parts, voice)?;
    let score_png = png_of(&scorecard);
    files.extend(scorecard);

    let input = WorkbookInput {
        provenance,
        lang: voice.lang,
        areas: &parts.ward.areas,
        forecast,
        history,
        base: base(december),
        whys: &parts.outlook.whys,
        scores: &backtest.scores,
        errors: &backtest.errors,
        frozen: &parts.looked_back.frozen,
        rooms: &parts.outlook.rooms,
        schools: &parts.ward.schools,
        aim: parts.aim,
        quotas: parts.catchments.map(|c| quotas(c, parts.ward)).unwrap_or_default(),
        reasons: parts.reasons.clone(),
        present: &parts.ward.current_plan,
        files: parts.inputs,
        rules: parts.rules,
        findings: parts.findings,
        chart_png,
        score_png,
        date: None,
    };
    let workbook = phantuyen_report::forecast_workbook(&input, voice.words)
        .map_err(|cause: ReportError| PipelineError::fault(cause))?;
    files.push(ResultFile::new(format!("DU-BAO_{}.xlsx", provenance.school_year), workbook));
    files.push(ResultFile::new("forecasts.csv", phantuyen_report::forecasts_csv(forecast)));
    files.push(ResultFile::new("rooms.csv", crate::tables::rooms(&parts.outlook.rooms)));
    files.push(ResultFile::new("scores.csv", phantuyen_report::scores_csv(&backtest.scores)));
    files.extend(papers(&input, parts, voice)?);
    if let Some(catchments) = parts.catchments {
        let table = phantuyen_report::assignment_csv(&figures(catchments));
        files.push(ResultFile::new("assignment.csv", table));
    }
    Ok(files)
}

/// The papers of April and the page for parents, where there are catchments to publish.
fn papers(
    figures: &WorkbookInput<'_>,
    parts: &WorkbookParts<'_>,
    voice: Voice<'_>,
) -> Result<Vec<ResultFile>, PipelineError> {
    if parts.catchments.is_none() {
        return Ok(Vec::new());
    }
    let input = DossierInput {
        figures,
        reasons: &parts.short_reasons,
        maps: parts.maps,
        suppress_below: parts.suppress_below,
        province: parts.province,
        unit: parts.unit,
        near: &parts.near,
    };
    let plan = phantuyen_report::enrolment_plan(&input, voice.words);
    let annex = phantuyen_report::catchment_annex(&input, voice.words);
    let page = phantuyen_report::lookup_page(&input, voice.words);
    Ok(vec![
        ResultFile::new("KE-HOACH_tuyen-sinh.docx", plan.map_err(PipelineError::fault)?),
        ResultFile::new("PHU-LUC_phan-tuyen.docx", annex.map_err(PipelineError::fault)?),
        ResultFile::new("tra-cuu.html", page.map_err(PipelineError::fault)?),
    ])
}

/// Findings of a forecast that tell what the method chose by the ward's own past.
const CHOICES: [FindingCode; 7] = [
    FindingCode::PastWeighed,
    FindingCode::CovariatesUsed,
    FindingCode::CovariatesLeftOut,
    FindingCode::BirthsUsed,
    FindingCode::BirthsLeftOut,
    FindingCode::RollsUsed,
    FindingCode::PriorInterval,
];

/// The scorecard as a page and as a chart; the chart is left out where nothing could be scored.
fn scorecard(
    provenance: &Provenance,
    parts: &WorkbookParts<'_>,
    voice: Voice<'_>,
) -> Result<Vec<ResultFile>, PipelineError> {
    let findings = parts.outlook.december.findings.iter();
    let choices: Vec<String> = findings
        .filter(|finding| CHOICES.contains(&finding.code))
        .map(|finding| voice.words.message(voice.lang, finding))
        .collect();
    let input = ScorecardInput {
        provenance,
        lang: voice.lang,
        aim: parts.aim,
        scores: &parts.looked_back.backtest.scores,
        errors: &parts.looked_back.backtest.errors,
        frozen: &parts.looked_back.frozen,
        choices: &choices,
    };
    let page = phantuyen_report::scorecard_page(&input, voice.words);
    let mut files =
        vec![ResultFile::new("bang-diem_du-bao.html", page.map_err(PipelineError::fault)?)];
    if input.has_scores() {
        let chart = phantuyen_report::scorecard_chart(&input, voice.words);
        let chart = chart.map_err(PipelineError::fault)?;
        files.extend(picture("bang-diem_du-bao", chart, CHART_WIDTH_PX)?);
    }
    Ok(files)
}

fn png_of(files: &[ResultFile]) -> Option<Vec<u8>> {
    files.iter().find(|file| file.name.ends_with(".png")).map(|file| file.bytes.clone())
}

/// The schools that each area may use by its distances, nearest first.
pub fn near_schools(drawn: &Drawn) -> Vec<NearSchools> {
    let distances = &drawn.problem.parts().distances;
    let of_area = |area: &AreaCode| {
        let way = |school: &SchoolCode| Some((school.clone(), distances.get(area, school)?.0));
        let mut schools: Vec<(SchoolCode, f64)> = drawn.problem.schools().filter_map(way).collect();
        schools.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        NearSchools { grade: drawn.grade, area_code: area.clone(), schools }
    };
    drawn.problem.areas().map(of_area).collect()
}

/// The figures of each grade's plan.
pub fn figures(catchments: &Catchments) -> Vec<(Grade, &PlanFigures)> {
    catchments.drawn.iter().map(|drawn| (drawn.grade, &drawn.allocated.plan.figures)).collect()
}

/// What happened in the years up to the origin: the intake, or the children of the entry age
/// where no intake is known.
pub fn past_intakes(ward: &WardData, origin: RegisterYear) -> Vec<(Grade, SchoolYear, u32)> {
    let (history, _) = remember(ward);
    phantuyen_forecast::past_intakes(&history, origin)
}

fn picture(name: &str, svg: String, width_px: u32) -> Result<Vec<ResultFile>, PipelineError> {
    let png = phantuyen_report::png(&svg, width_px).map_err(PipelineError::fault)?;
    Ok(vec![
        ResultFile::new(format!("{name}.svg"), svg),
        ResultFile::new(format!("{name}.png"), png),
    ])
}

fn series(
    forecast: &Forecast,
    history: &[(Grade, SchoolYear, u32)],
) -> Vec<(Grade, Vec<YearPoint>)> {
    let first_level = forecast.rows.first().map_or(0.0, |row| row.level_pct);
    [Grade::Preschool5, Grade::G1, Grade::G6]
        .into_iter()
        .map(|grade| {
            let past =
                history.iter().filter(|(g, _, _)| *g == grade).map(|(_, year, pupils)| YearPoint {
                    school_year: *year,
                    value: f64::from(*pupils),
                    lower: None,
                    upper: None,
                    observed: true,
                });
            let ahead = forecast
                .rows
                .iter()
                .filter(|row| {
                    row.grade == grade && row.area_code.is_none() && row.level_pct == first_level
                })
                .map(|row| YearPoint {
                    school_year: row.school_year,
                    value: row.mean,
                    lower: Some(row.lower),
                    upper: Some(row.upper),
                    observed: false,
                });
            (grade, past.chain(ahead).collect())
        })
        .collect()
}

fn base(december: &December) -> Vec<WorkbookBase> {
    let first = december.origin.school_year(1);
    let rows = december.projected.base.iter().filter(|row| row.school_year == first);
    rows.map(|row| WorkbookBase {
        grade: row.grade,
        area_code: row.area_code.clone(),
        children_now: row.children_now,
        capture: row.capture,
        last_intake: row.last_intake,
    })
    .collect()
}

fn quotas<'a>(catchments: &'a Catchments, ward: &'a WardData) -> Vec<QuotaSheet<'a>> {
    let sheet = |drawn: &'a Drawn| QuotaSheet {
        grade: drawn.grade,
        plan: Some(&drawn.allocated.plan),
        schools: &ward.schools,
        rooms: rooms(drawn),
    };
    catchments.drawn.iter().map(sheet).collect()
}

fn rooms(drawn: &Drawn) -> Vec<RoomRow> {
    let row = |school: &phantuyen_allocation::SchoolSeats| RoomRow {
        school_code: school.school_code.clone(),
        rooms: school.rooms.map(|rooms| rooms.rooms),
        usable_classes: school.rooms.map(|rooms| rooms.usable_classes),
        staying_classes: school.rooms.map(|rooms| rooms.staying_classes),
        free_classes: school.classes,
        class_size: school.class_size,
        seats: school.seats,
    };
    drawn.seats.schools.iter().map(row).collect()
}
