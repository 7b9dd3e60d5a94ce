//! The tables of docs/method/allocation.md, as Markdown:
//!
//! ```text
//! cargo bench --workspace --bench tables -- kong-zy_13a fairfax-ms --seconds 10,60
//! cargo bench --workspace --bench tables -- wards robust moves
//! ```
//!
//! Without names, everything is measured, cases at 1, 10, 60 and 120 s. Threads are those of
//! `RAYON_NUM_THREADS`. Cases that are not beside the project are named and left out.

#![expect(clippy::print_stdout, reason = "the tables are its result")]

use phantuyen_allocation::{Problem, ProblemParts, SearchProgress, Watch, allocate, walk_moves};
use phantuyen_benches::{CASES, best_known, case_problem, entry_problem, folder, robust_problem};
use phantuyen_model::Plan;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Ceilings of the cases, in seconds.
const SECONDS: [f64; 4] = [1.0, 10.0, 60.0, 120.0];
/// Random wards, and the ceiling of each.
const WARDS: u64 = 50;
const WARD_SECONDS: f64 = 10.0;
/// The gap wanted of the robust ward, and its ceiling.
const ROBUST_GAP: f64 = 0.01;
const ROBUST_SECONDS: f64 = 20.0;
/// Whether each step of a search is told, by `--course`.
static COURSE: AtomicBool = AtomicBool::new(false);

fn main() {
    let mut names: Vec<String> = Vec::new();
    let mut seconds = SECONDS.to_vec();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seconds" => {
                let list = arguments.next().unwrap_or_default();
                seconds = list.split(',').filter_map(|part| part.parse().ok()).collect();
            }
            "--course" => COURSE.store(true, Ordering::Relaxed),
            flag if flag.starts_with("--") => {}
            name => names.push(name.to_owned()),
        }
    }
    let asked = |name: &str| names.is_empty() || names.iter().any(|asked| asked == name);
    println!("threads: {}\n", std::env::var("RAYON_NUM_THREADS").as_deref().unwrap_or("all"));
    if CASES.into_iter().any(asked) {
        cases(&asked, &seconds);
    }
    if asked("wards") {
        wards();
    }
    if asked("robust") {
        robust();
    }
    if asked("moves") {
        moves();
    }
}

fn cases(asked: &dyn Fn(&str) -> bool, seconds: &[f64]) {
    println!(
        "| case | ceiling s | objective | above best known | bound | gap | overload | pieces | status | wall s | CPU s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for name in CASES.into_iter().filter(|name| asked(name)) {
        let Some(folder) = folder(name) else {
            println!("| {name} | absent, left out |");
            continue;
        };
        for &ceiling in seconds {
            match case_problem(name, &folder) {
                Ok(parts) => println!("{}", case_row(name, parts, ceiling)),
                Err(fault) => println!("| {name} | {fault} |"),
            }
        }
    }
    println!();
}

fn case_row(name: &str, mut parts: ProblemParts, ceiling: f64) -> String {
    parts.settings.time_limit_s = Some(ceiling);
    let run = Run::of(parts);
    let plan = &run.plan;
    let above = best_known(name).map_or("–".to_owned(), |best| {
        format!("{:+.4} %", 100.0 * (plan.objective / best - 1.0))
    });
    format!(
        "| {name} | {ceiling} | {:.3} | {above} | {:.3} | {:.4} % | {:.1} | {} | {:?} by {:?} | {:.1} | {} |",
        plan.objective / 1e3,
        plan.bound / 1e3,
        100.0 * plan.gap,
        plan.figures.overload_pupils,
        plan.figures.pieces,
        plan.status,
        plan.stopped_by,
        run.seconds,
        run.cpu_seconds.map_or("–".to_owned(), |cpu| format!("{cpu:.1}")),
    )
}

/// Random wards of 30 to 200 areas and 3 to 20 schools.
fn wards() {
    let mut first = Vec::new();
    let mut proven = Vec::new();
    for seed in 0..WARDS {
        let step = u32::try_from(seed).unwrap_or(0);
        let (columns, rows) = (6 + step % 9, 5 + step % 10);
        let schools = (3 + step % 18).min(columns * rows / 5);
        let mut parts = entry_problem(columns, rows, schools, seed);
        parts.settings.gap = 1e-4;
        parts.settings.time_limit_s = Some(WARD_SECONDS);
        let run = Run::of(parts);
        first.push(run.first_seconds);
        let is_proven = run.plan.gap <= 1e-4 + 1e-9;
        proven.push(if is_proven { run.seconds } else { f64::INFINITY });
    }
    first.sort_by(f64::total_cmp);
    proven.sort_by(f64::total_cmp);
    let within = |limit: f64| proven.iter().filter(|&&seconds| seconds <= limit).count();
    println!(
        "| random wards | first plan s, median / worst | proven s, median / worst | proven within 2 s | within {WARD_SECONDS} s |"
    );
    println!("|---|---|---|---|---|");
    println!(
        "| {WARDS} | {:.3} / {:.3} | {:.2} / {:.2} | {} | {} |\n",
        first[first.len() / 2],
        first[first.len() - 1],
        proven[proven.len() / 2],
        proven[proven.len() - 1],
        within(2.0),
        within(WARD_SECONDS),
    );
}

/// A plan for five years that must hold in most of 200 futures of each.
fn robust() {
    println!("| robust | objective | bound | gap | overload | status | wall s | CPU s |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut parts = robust_problem((20, 10), 20, 5, 200, 1);
    parts.settings.gap = ROBUST_GAP;
    parts.settings.time_limit_s = Some(ROBUST_SECONDS);
    let run = Run::of(parts);
    let plan = &run.plan;
    println!(
        "| 200 areas × 20 schools, 5 years, 200 futures | {:.3} | {:.3} | {:.3} % | {:.1} | {:?} by {:?} | {:.1} | {} |\n",
        plan.objective / 1e3,
        plan.bound / 1e3,
        100.0 * plan.gap,
        plan.figures.overload_pupils,
        plan.status,
        plan.stopped_by,
        run.seconds,
        run.cpu_seconds.map_or("–".to_owned(), |cpu| format!("{cpu:.1}")),
    );
}

/// Moves evaluated in one walk on one thread, borders asked.
fn moves() {
    println!("| case | moves evaluated | a second and core |");
    println!("|---|---|---|");
    for name in ["kong-zy_13a", "kong-gy2_22a", "fairfax-ms", "ward of 200 areas × 20 schools"] {
        let parts = match folder(name) {
            Some(folder) => case_problem(name, &folder),
            None if name.starts_with("ward") => Ok(entry_problem(20, 10, 20, 1)),
            None => Err("absent, left out".to_owned()),
        };
        match parts {
            Ok(parts) => {
                let problem = posed(parts);
                let begun = Instant::now();
                let moves = walk_moves(&problem, 2_000_000);
                let rate = moves as f64 / begun.elapsed().as_secs_f64() / 1e6;
                println!("| {name} | {moves} | {rate:.1} million |");
            }
            Err(fault) => println!("| {name} | {fault} |"),
        }
    }
    println!();
}

/// One allocation and what it took.
struct Run {
    plan: Plan,
    seconds: f64,
    first_seconds: f64,
    cpu_seconds: Option<f64>,
}

impl Run {
    fn of(parts: ProblemParts) -> Self {
        let problem = posed(parts);
        let interrupted = AtomicBool::new(false);
        let first = Mutex::new(None);
        let before = cpu_seconds();
        let begun = Instant::now();
        let progress = |step: &SearchProgress| {
            if COURSE.load(Ordering::Relaxed) {
                let value =
                    |known: Option<f64>| known.map_or("–".to_owned(), |v| format!("{v:.0}"));
                let (at, phase) = (begun.elapsed().as_secs_f64(), step.phase);
                println!("{at:.2} s, {phase}: {} ≥ {}", value(step.best), value(step.bound));
            }
            if let Ok(mut first) = first.lock() {
                first.get_or_insert(begun.elapsed().as_secs_f64());
            }
        };
        let watch = Watch { interrupted: &interrupted, progress: &progress };
        let allocated = allocate(&problem, &watch).expect("a plan");
        let seconds = begun.elapsed().as_secs_f64();
        let cpu_seconds = before.and_then(|before| Some(cpu_seconds()? - before));
        let first_seconds = first.lock().ok().and_then(|first| *first).unwrap_or(seconds);
        Self { plan: allocated.plan, seconds, first_seconds, cpu_seconds }
    }
}

fn posed(parts: ProblemParts) -> Problem {
    Problem::new(parts).expect("a well-posed problem").0
}

/// Seconds of processor of this program so far; known on Linux.
fn cpu_seconds() -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let after_name = stat.rsplit_once(')')?.1;
    let times: Vec<f64> =
        after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse().ok()).collect();
    Some(times.iter().sum::<f64>() / TICKS_PER_SECOND)
}
