//! The steps that commands run, each from the ward's data to its result.

use crate::catchments::{Catchments, draw_catchments};
use crate::december::{December, LookedBack, Outlook, forecast_december, look_back, score_kept};
use crate::demand::GradeDemand;
use crate::publication::{
    Voice, WorkbookParts, draw_maps, figures, near_schools, provenance, write_report,
};
use crate::results::ResultFile;
use crate::way::{Way, find_way};
use crate::{PipelineError, Project, blocking, demand, document, frozen, rooms};
use phantuyen_allocation::Watch;
use phantuyen_data::{
    CorrectionWorkbook, CoverageRow, TableCount, WardData, correction_workbooks, read_demand,
};
use phantuyen_model::{
    AccuracyAim, Finding, FindingCode, FrozenScore, Grade, HousingStandard, InputFile,
    RegisterYear, Rule, SchoolYear,
};
use serde::Serialize;
use std::borrow::Cow;
use std::path::Path;

/// The result of a step, not yet stored.
#[derive(Clone, Debug)]
pub struct Done<T> {
    /// What it worked out.
    pub data: T,
    /// What was found on the way, gravest first.
    pub findings: Vec<Finding>,
    /// Rules used.
    pub rules: Vec<Rule>,
    /// Files to store.
    pub files: Vec<ResultFile>,
}

impl<T> Done<T> {
    fn new(data: T, mut findings: Vec<Finding>) -> Self {
        settle(&mut findings);
        Self { data, findings, rules: Vec::new(), files: Vec::new() }
    }
}

/// Gravest first, each once.
pub fn settle(findings: &mut Vec<Finding>) {
    findings.sort();
    findings.dedup();
}

/// What `check` says about the tables.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Rows read, used and reported, by table.
    pub tables: Vec<TableCount>,
    /// Children counted, over all areas, registers and ages.
    pub cohorts_total: u64,
    /// How complete the list of residents is, by area; the row without an area is of rows that
    /// name none.
    pub coverage: Vec<CoverageRow>,
    /// Tables without which no forecast can be made; none where it can.
    pub forecast_lacks: Vec<&'static str>,
    /// Tables without which no catchments can be drawn; none where they can.
    pub allocate_lacks: Vec<&'static str>,
}

/// An open project with its data read: what every step starts from.
pub struct Desk<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its data.
    pub ward: WardData,
    /// Name and version of the program.
    pub program: &'a str,
    /// Catalogue and language.
    pub voice: Voice<'a>,
    /// Grades asked for; those of the settings where empty.
    pub grades: Vec<Grade>,
}

impl<'a> Desk<'a> {
    /// Reads the project's data.
    ///
    /// # Errors
    /// When a file's bytes cannot be read.
    pub fn open(
        project: &'a Project,
        program: &'a str,
        voice: Voice<'a>,
    ) -> Result<Self, PipelineError> {
        Ok(Self { project, ward: project.read()?, program, voice, grades: Vec::new() })
    }

    /// Takes the demand from a file given on the command line in place of the project's.
    ///
    /// # Errors
    /// When the file's bytes cannot be read; findings about its rows join the ward's.
    pub fn take_demand(&mut self, path: &Path) -> Result<(), PipelineError> {
        let (rows, findings, file) = read_demand(path, &self.ward.areas).map_err(|cause| {
            PipelineError::Read { path: path.to_owned(), cause: cause.to_string() }
        })?;
        self.ward.demand = Some(rows);
        self.ward.findings.extend(findings);
        self.ward.files.push(file);
        self.ward.files.sort();
        Ok(())
    }

    /// All inputs, the settings file included, in the order of their paths.
    pub fn inputs(&self) -> Vec<InputFile> {
        let mut inputs = self.ward.files.clone();
        inputs.push(self.project.settings_file.clone());
        inputs.sort();
        inputs
    }

    fn findings(&self) -> Vec<Finding> {
        self.project.findings.iter().chain(&self.ward.findings).cloned().collect()
    }

    /// Whether anything here can be forecast.
    pub fn has_registers(&self) -> bool {
        !self.ward.cohorts.is_empty()
    }

    /// `check`: what the tables hold and what is questionable in them.
    ///
    /// # Errors
    /// When a result table cannot be written out.
    pub fn check(&self) -> Result<Done<Checked>, PipelineError> {
        let mut findings = self.findings();
        if !self.ward.schools.is_empty() || !self.ward.shapes.is_empty() {
            match find_way(self.project, &self.ward) {
                Ok(way) => findings.extend(way.findings),
                Err(PipelineError::Blocked(more)) => findings.extend(more),
                Err(fault) => return Err(fault),
            }
            findings.extend(self.seat_findings()?);
        }
        let checked = Checked {
            tables: self.ward.tables.clone(),
            cohorts_total: self.ward.cohorts.iter().map(|row| u64::from(row.headcount)).sum(),
            coverage: self.ward.coverage.clone(),
            forecast_lacks: blocking::missing_tables(&self.ward, blocking::FORECAST),
            allocate_lacks: blocking::missing_tables(&self.ward, blocking::ALLOCATE),
        };
        let mut done = Done::new(checked, findings);
        let (words, lang) = (self.voice.words, self.voice.lang);
        let books = correction_workbooks(&self.ward, words, lang).map_err(PipelineError::fault)?;
        let page = self.check_page(&done, &books);
        done.files = vec![
            ResultFile::new("kiem-tra.html", page),
            ResultFile::new("kiem-tra.csv", crate::tables::findings(&done.findings, words, lang)),
            ResultFile::new("cohorts.csv", crate::tables::cohorts(&self.ward.cohorts)),
        ];
        done.files.extend(books.into_iter().map(|book| ResultFile::new(book.name, book.bytes)));
        Ok(done)
    }

    /// What was found, to read in a browser.
    fn check_page(&self, done: &Done<Checked>, books: &[CorrectionWorkbook]) -> String {
        let (words, lang) = (self.voice.words, self.voice.lang);
        let ward = &self.project.settings.ward;
        let tables = done.data.tables.iter().map(|line| phantuyen_report::TableLine {
            table: line.table.clone(),
            file: line.file.clone(),
            counts: [line.rows, line.used, line.reported],
        });
        let ready = |step: &str, lacks: &[&str]| {
            let key = format!("check.{step}_{}", if lacks.is_empty() { "ready" } else { "lacks" });
            words.say(lang, &key, &[("tables", lacks.join(", "))])
        };
        let returned = books.iter().map(|book| phantuyen_report::ReturnedWorkbook {
            name: book.name.clone(),
            rows: book.rows,
        });
        let input = phantuyen_report::CheckPage {
            ward: &phantuyen_report::ward_title(&ward.name, ward.kind.name(), lang, words),
            made_up: ward.made_up,
            tables: &tables.collect::<Vec<_>>(),
            ready: &[
                ready("forecast", &done.data.forecast_lacks),
                ready("allocate", &done.data.allocate_lacks),
            ],
            findings: &done.findings,
            returned: &returned.collect::<Vec<_>>(),
            program: self.program,
        };
        phantuyen_report::check_page(&input, words, lang)
    }

    /// What is questionable about the seats of the grades that get catchments.
    fn seat_findings(&self) -> Result<Vec<Finding>, PipelineError> {
        let Some(year) = self.project.settings.ward.school_year else { return Ok(Vec::new()) };
        if self.ward.schools.is_empty() {
            return Ok(Vec::new());
        }
        let mut findings = Vec::new();
        for grade in self.grades() {
            let seats =
                crate::catchments::seats(self.project, &self.ward, &self.ward.schools, grade, year);
            findings.extend(seats?.findings);
        }
        Ok(findings)
    }

    /// `forecast`: the December forecast, the rooms it asks for, and how earlier ones turned out.
    ///
    /// # Errors
    /// [`PipelineError::Blocked`] by errors in the tables it needs.
    pub fn forecast(&self) -> Result<Done<Outlook>, PipelineError> {
        blocking::stop(self.project, &self.ward, blocking::FORECAST)?;
        let december = forecast_december(self.project, &self.ward)?;
        let mut findings = self.findings();
        findings.extend(december.findings.clone());
        let found = rooms::look_ahead(self.project, &self.ward, &december);
        findings.extend(found.findings);
        let to_keep = frozen::freeze(self.project, &self.ward, &december, self.program);
        let frozen = self.frozen(&mut findings);
        let files = vec![
            ResultFile::new(
                "forecasts.csv",
                phantuyen_report::forecasts_csv(&december.projected.forecast),
            ),
            ResultFile::new("rooms.csv", crate::tables::rooms(&found.levels)),
        ];
        let next = december.origin.school_year(1);
        let whys = self.speaker().whys(&december.projected, next);
        let outlook = Outlook { december, whys, rooms: found.levels, to_keep, frozen };
        let mut done = Done::new(outlook, findings);
        done.rules = found.rules;
        done.files = files;
        Ok(done)
    }

    /// `backtest`: how good past forecasts would have been, and how good those were that were kept.
    ///
    /// # Errors
    /// [`PipelineError::Blocked`] by errors in the tables it needs.
    pub fn backtest(&self, origins: &[RegisterYear]) -> Result<Done<LookedBack>, PipelineError> {
        blocking::stop(self.project, &self.ward, blocking::FORECAST)?;
        let backtest = look_back(self.project, &self.ward, origins)?;
        let mut findings = self.findings();
        findings.extend(backtest.findings.clone());
        let frozen = self.frozen(&mut findings);
        let files = vec![
            ResultFile::new("scores.csv", phantuyen_report::scores_csv(&backtest.scores)),
            ResultFile::new("errors.csv", crate::tables::errors(&backtest.errors)),
            ResultFile::new("frozen.csv", crate::tables::frozen(&frozen)),
        ];
        let mut done = Done::new(LookedBack { backtest, frozen }, findings);
        done.files = files;
        Ok(done)
    }

    /// Kept forecasts beside what has happened since.
    fn frozen(&self, findings: &mut Vec<Finding>) -> Vec<FrozenScore> {
        let kept = frozen::kept(self.project, findings);
        score_kept(self.project, &self.ward, &kept)
    }

    /// `allocate`: catchments of each grade, from the demand table or else from the forecast.
    ///
    /// # Errors
    /// [`PipelineError::Blocked`] by errors in the tables it needs or by an ill-posed problem.
    pub fn allocate(&self, watch: &Watch<'_>) -> Result<Done<(Way, Catchments)>, PipelineError> {
        blocking::stop(self.project, &self.ward, blocking::ALLOCATE)?;
        let mut findings = self.findings();
        let december = if self.ward.demand.is_none() && self.has_registers() {
            let december = forecast_december(self.project, &self.ward)?;
            findings.extend(december.findings.clone());
            Some(december)
        } else {
            None
        };
        let year = self.planned_year(december.as_ref())?;
        let demand = self.demand(december.as_ref(), year)?;
        let way = find_way(self.project, &self.ward)?;
        blocking::stop_at(self.project, &way.findings, &findings)?;
        let catchments = draw_catchments(self.project, &self.ward, &way, year, &demand, watch)?;
        findings.extend(catchments.findings.clone());
        let rules = catchments.rules.clone();
        let files = vec![
            ResultFile::new(
                "assignment.csv",
                phantuyen_report::assignment_csv(&figures(&catchments)),
            ),
            ResultFile::new("plans.json", self.plans_json(&catchments)?),
        ];
        let mut done = Done::new((way, catchments), findings);
        done.rules = rules;
        done.files = files;
        Ok(done)
    }

    /// `map`: a map for each grade.
    ///
    /// # Errors
    /// When a drawing fails.
    pub fn map(&self, way: &Way, catchments: &Catchments) -> Result<Done<()>, PipelineError> {
        let provenance = self.provenance(catchments.school_year);
        let (files, findings) = draw_maps(&provenance, &self.ward, way, catchments, self.voice)?;
        let mut done = Done::new((), findings);
        done.rules.clone_from(&catchments.rules);
        done.files = files;
        Ok(done)
    }

    /// `report`: the December workbook, the papers of April, the chart and the tables.
    ///
    /// # Errors
    /// When a document cannot be made.
    pub fn report(
        &self,
        outlook: &Outlook,
        looked_back: &LookedBack,
        catchments: Option<&Catchments>,
        maps: &[(Grade, Vec<u8>)],
        findings: &[Finding],
    ) -> Result<Done<()>, PipelineError> {
        let provenance = self.provenance(outlook.december.origin.school_year(1));
        let inputs = self.inputs();
        let (aim, aim_rules) = self.aim()?;
        let mut rules = catchments.map(|c| c.rules.clone()).unwrap_or_default();
        rules.extend(aim_rules);
        if !self.ward.housing.is_empty() {
            let housing = HousingStandard::of(&self.project.rules).ok();
            rules.extend(housing.into_iter().flat_map(|(_, rules)| rules));
        }
        crate::rules_used::settle(&mut rules);
        let speaker = self.speaker();
        let drawn = catchments.iter().flat_map(|catchments| &catchments.drawn);
        let reasons = drawn.flat_map(|drawn| {
            let rows = drawn.allocated.plan.figures.assignment.iter();
            rows.map(|row| {
                let told = drawn.explanation(&row.area_code);
                let why = told
                    .map_or_else(|| speaker.reason(row), |told| speaker.explain(told).join(" "));
                (drawn.grade, row.area_code.clone(), why)
            })
        });
        let drawn = catchments.iter().flat_map(|catchments| &catchments.drawn);
        let short_reasons = drawn.flat_map(|drawn| {
            let rows = drawn.allocated.plan.figures.assignment.iter();
            rows.map(|row| (drawn.grade, row.area_code.clone(), speaker.reason(row)))
        });
        let parts = WorkbookParts {
            ward: &self.ward,
            outlook,
            looked_back,
            aim,
            rules: &rules,
            catchments,
            reasons: reasons.collect(),
            short_reasons: short_reasons.collect(),
            maps,
            suppress_below: self.project.settings.publish.suppress_below,
            province: &self.project.settings.ward.province,
            unit: self.project.settings.distance.unit,
            near: catchments.iter().flat_map(|c| &c.drawn).flat_map(near_schools).collect(),
            findings,
            inputs: &inputs,
        };
        let mut done = Done::new((), Vec::new());
        done.files = write_report(&provenance, &parts, self.voice)?;
        done.rules = rules;
        Ok(done)
    }

    /// How right the plan asks a forecast to be, and the rules that say so.
    ///
    /// # Errors
    /// When the rule book has no such rule.
    pub fn aim(&self) -> Result<(AccuracyAim, [Rule; 2]), PipelineError> {
        AccuracyAim::of(&self.project.rules).map_err(PipelineError::fault)
    }

    /// The register from which this project forecasts.
    fn origin(&self) -> Result<RegisterYear, PipelineError> {
        let (history, _) = crate::december::remember(&self.ward);
        crate::december::origin(&history, self.project.settings.as_of)
    }

    /// The grades that get catchments.
    fn grades(&self) -> Vec<Grade> {
        if self.grades.is_empty() {
            self.project.settings.allocation.grades.clone()
        } else {
            self.grades.clone()
        }
    }

    pub(crate) fn planned_year(
        &self,
        december: Option<&December>,
    ) -> Result<SchoolYear, PipelineError> {
        let forecast = december.map(|december| december.origin.school_year(1));
        self.project.settings.ward.school_year.or(forecast).ok_or_else(|| {
            PipelineError::Blocked(vec![
                Finding::new(FindingCode::WardFactMissing)
                    .file(crate::project::SETTINGS_FILE)
                    .fact("key", "ward.school_year")
                    .fact("rule", "class_size"),
            ])
        })
    }

    pub(crate) fn demand(
        &self,
        december: Option<&December>,
        year: SchoolYear,
    ) -> Result<Vec<GradeDemand>, PipelineError> {
        let keys = &self.project.settings.allocation;
        let planned = keys.draws as usize;
        // As many again are never shown to the search, and judge what it found.
        let seed = self.project.settings.forecast.seed;
        let futures = december.map_or_else(Vec::new, |december| {
            phantuyen_forecast::draws(&december.projected, 2 * planned, seed)
        });
        let of_grade = |grade| {
            let demand = match (&self.ward.demand, december) {
                (Some(rows), _) => {
                    let level = self.project.settings.forecast.level;
                    let range = (level, 2 * planned, seed);
                    demand::of_table(rows, &self.ward.areas, grade, (year, keys.years), range)
                        .map(|(demand, futures)| (demand, Cow::Owned(futures)))
                }
                (None, Some(december)) => {
                    let (forecast, quantile) =
                        (&december.projected.forecast, keys.planning_quantile);
                    demand::of_forecast(forecast, grade, (year, keys.years), quantile)
                        .map(|demand| (demand, Cow::Borrowed(&*futures)))
                }
                (None, None) => Err(demand::nothing_to_plan_with()),
            };
            let bounded = keys.max_overload_probability.is_some();
            demand.map(|(demand, draws)| demand.with_draws(&draws, planned, bounded))
        };
        self.grades().into_iter().map(of_grade).collect()
    }

    fn provenance(&self, year: SchoolYear) -> phantuyen_report::Provenance {
        let origin = self.origin().ok();
        provenance(self.project, &self.inputs(), year, origin, self.program, self.voice)
    }

    /// The plans as JSON, without anything that depends on the clock.
    fn plans_json(&self, catchments: &Catchments) -> Result<Vec<u8>, PipelineError> {
        let mut data =
            document::allocate_data(catchments, &self.speaker()).map_err(PipelineError::fault)?;
        data["made_up"] = self.project.settings.ward.made_up.into();
        if let Some(plans) = data["plans"].as_array_mut() {
            for plan in plans.iter_mut().filter_map(serde_json::Value::as_object_mut) {
                plan.shift_remove("seconds");
            }
        }
        let mut bytes = serde_json::to_vec_pretty(&data).map_err(PipelineError::fault)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Names and sentences for plans of this ward.
    pub fn speaker(&self) -> crate::sentences::Speaker<'_> {
        crate::sentences::Speaker::new(
            self.voice.words,
            self.voice.lang,
            self.project.settings.distance.unit,
            &self.ward.areas,
            &self.ward.schools,
        )
    }
}
