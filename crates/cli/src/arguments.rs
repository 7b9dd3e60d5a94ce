//! What can be typed. Help texts stand in the catalogue, under `help.*`.

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use phantuyen_model::{Grade, RegisterYear};
use phantuyen_words::Lang;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "phantuyen", version, propagate_version = true)]
pub struct Arguments {
    /// The command.
    #[command(subcommand)]
    pub verb: Verb,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Read the data, report what is questionable.
    #[command(visible_alias = "kiem-tra")]
    Check(CheckArgs),
    /// The December forecast.
    #[command(visible_alias = "du-bao")]
    Forecast(ForecastArgs),
    /// How good past forecasts would have been.
    #[command(visible_alias = "kiem-dinh")]
    Backtest(BacktestArgs),
    /// Catchments.
    #[command(visible_alias = "phan-tuyen")]
    Allocate(PlanArgs),
    /// Why not the nearest school.
    #[command(visible_alias = "giai-thich")]
    Explain(ExplainArgs),
    /// What if.
    #[command(visible_alias = "thu")]
    Simulate(SimulateArgs),
    /// Catchment maps.
    #[command(visible_alias = "ban-do")]
    Map(PlanArgs),
    /// The December workbook.
    #[command(visible_alias = "xuat")]
    Report(PlanArgs),
    /// Everything, one after the other.
    #[command(visible_alias = "lam-het")]
    Run(PlanArgs),
}

impl Verb {
    /// The English name, used in files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Check(_) => "check",
            Self::Forecast(_) => "forecast",
            Self::Backtest(_) => "backtest",
            Self::Allocate(_) => "allocate",
            Self::Explain(_) => "explain",
            Self::Simulate(_) => "simulate",
            Self::Map(_) => "map",
            Self::Report(_) => "report",
            Self::Run(_) => "run",
        }
    }
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What a way of writing means, or which table a file holds.
    #[arg(long, visible_alias = "xac-nhan", value_name = "TEXT=AREA|FILE=TABLE")]
    pub confirm: Vec<String>,
}

/// `forecast`.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// Use nothing dated later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<NaiveDate>,
    /// Years ahead.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=15))]
    pub horizon: Option<u32>,
}

/// `backtest`.
#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Only forecasts that were kept, beside what happened.
    #[arg(long)]
    pub frozen: bool,
    /// First and last register to forecast from.
    #[arg(long, value_name = "Y..Y", value_parser = origins)]
    pub origins: Option<RangeInclusive<i32>>,
    /// Years ahead.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=15))]
    pub horizon: Option<u32>,
    /// Use nothing dated later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<NaiveDate>,
}

impl BacktestArgs {
    /// The registers asked for; empty for all.
    pub fn registers(&self) -> Vec<RegisterYear> {
        self.origins.clone().into_iter().flatten().map(RegisterYear).collect()
    }
}

/// `allocate`, `map`, `report`, `run`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Only these grades.
    #[arg(long, value_name = "GRADE", value_delimiter = ',', value_parser = grade)]
    pub grade: Vec<Grade>,
    /// Pupils by area, in place of the forecast.
    #[arg(long, value_name = "FILE")]
    pub demand: Option<PathBuf>,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Areas, by code or exact name.
    #[arg(long, visible_alias = "kp", value_name = "AREA")]
    pub area: Vec<String>,
    /// Schools, by code or exact name.
    #[arg(long, visible_alias = "truong", value_name = "SCHOOL")]
    pub school: Vec<String>,
    /// The price of each rule.
    #[arg(long, visible_aliases = ["rules", "gia"])]
    pub prices: bool,
    /// A plan found before.
    #[arg(long, value_name = "FILE", conflicts_with = "prices")]
    pub plan: Option<PathBuf>,
    /// For which plan.
    #[command(flatten)]
    pub of: PlanArgs,
}

/// `simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Classes more or fewer.
    #[arg(long, visible_alias = "lop", value_name = "SCHOOL=±N", allow_hyphen_values = true)]
    pub classes: Vec<String>,
    /// Pupils more or fewer.
    #[arg(long, visible_alias = "hoc-sinh", value_name = "AREA=±N", allow_hyphen_values = true)]
    pub pupils: Vec<String>,
    /// Schools that become one.
    #[arg(long, visible_alias = "gop", value_name = "SCHOOL>SCHOOL")]
    pub merge: Vec<String>,
    /// Schools that close.
    #[arg(long, visible_alias = "dong", value_name = "SCHOOL")]
    pub close: Vec<String>,
    /// Schools that open.
    #[arg(long, visible_alias = "mo-truong", value_name = "SCHOOL=AREA:N")]
    pub open: Vec<String>,
    /// Estates handed over.
    #[arg(long, visible_alias = "nha-o", value_name = "AREA=DWELLINGS@DAY[:YIELD]")]
    pub housing: Vec<String>,
    /// For which plan.
    #[command(flatten)]
    pub of: PlanArgs,
}

/// How results are written to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// The main table.
    Csv,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// The project folder.
    #[arg(long, global = true, value_name = "DIR", default_value = ".", hide_default_value = true)]
    pub project: PathBuf,
    /// Language.
    #[arg(long, global = true, value_name = "vi|en", value_parser = language)]
    pub lang: Option<Lang>,
    /// Form of the result on stdout.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        hide_possible_values = true,
        hide_default_value = true,
        value_name = "text|json|csv"
    )]
    pub format: Format,
    /// Where to write, in place of the results folder.
    #[arg(short, long, global = true, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Say only what stops the work.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say everything.
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Warnings count: exit code 4.
    #[arg(long, global = true)]
    pub strict: bool,
    /// No colours.
    #[arg(long, global = true)]
    pub no_color: bool,
    /// No progress.
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Answer yes to questions.
    #[arg(short = 'y', long, global = true)]
    pub yes: bool,
    /// Work it out, write nothing.
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
    /// Go on without the rows that have errors.
    #[arg(long, visible_alias = "tam", global = true)]
    pub provisional: bool,
    /// Seed.
    #[arg(long, global = true, value_name = "N")]
    pub seed: Option<u64>,
    /// Today.
    #[arg(long, global = true, value_name = "YYYY-MM-DD")]
    pub date: Option<NaiveDate>,
    /// Threads.
    #[arg(long, global = true, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Seconds for each search.
    #[arg(long, global = true, value_name = "S", value_parser = seconds)]
    pub time_limit: Option<f64>,
    /// Interval levels.
    #[arg(long, global = true, value_name = "0.8[,0.9]", value_delimiter = ',', value_parser = level)]
    pub level: Vec<f64>,
}

fn origins(text: &str) -> Result<RangeInclusive<i32>, String> {
    let wrong = || format!("`{text}`: 2014..2017");
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let year = |part: &str| part.trim_start_matches('=').trim().parse::<i32>().map_err(|_| wrong());
    let range = year(first)?..=year(last)?;
    if range.is_empty() || range.end() - range.start() > 200 { Err(wrong()) } else { Ok(range) }
}

fn grade(text: &str) -> Result<Grade, String> {
    text.parse::<Grade>().ok().filter(|grade| grade.is_entry()).ok_or_else(entry_grades)
}

fn entry_grades() -> String {
    Grade::ENTRY.map(Grade::name).join(" | ")
}

fn language(text: &str) -> Result<Lang, String> {
    text.parse().map_err(|wrong: phantuyen_words::UnknownLang| wrong.to_string())
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err(format!("`{text}`: 1 … 1024")),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.0..=1e7).contains(&seconds) => Ok(seconds),
        _ => Err(format!("`{text}`: 60")),
    }
}

fn level(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(level) if 0.0 < level && level < 1.0 => Ok(level),
        _ => Err(format!("`{text}`: 0.01 … 0.99, 0.8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_a_closed_range() {
        assert_eq!(origins("2009..2012"), Ok(2009..=2012));
        assert_eq!(origins("2009"), Ok(2009..=2009));
        assert!(origins("2012..2009").is_err());
        assert!(origins("soon").is_err());
    }

    #[test]
    fn only_entry_grades_have_catchments() {
        assert_eq!(grade("6"), Ok(Grade::G6));
        assert!(grade("7").is_err());
    }

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
