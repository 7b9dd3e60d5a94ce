//! Results as text tables.

use super::Screen;
use super::goals::goals;
use super::table::{Align, table};
use phantuyen_model::{PlanFigures, PlanStatus};
use phantuyen_pipeline::catchments::{Catchments, Drawn};
use phantuyen_pipeline::sentences::Speaker;
use phantuyen_pipeline::{Checked, CoverageRow};
use phantuyen_words::{decimal, per_cent, whole};

use Align::{Left, Right};

/// Tables read, and how many rows of each count.
pub fn checked(screen: &Screen<'_>, checked: &Checked) -> String {
    let count = |n: u64| whole(screen.lang, n as f64);
    let rows: Vec<Vec<String>> = checked
        .tables
        .iter()
        .map(|t| {
            vec![t.table.clone(), t.file.clone(), count(t.rows), count(t.used), count(t.reported)]
        })
        .collect();
    let heading = ["table", "file", "rows", "used", "reported"]
        .map(|name| screen.term(&format!("column.{name}")));
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let total = [("count", count(checked.cohorts_total))];
    let ready = |step: &str, lacks: &[&str]| {
        let key = format!("check.{step}_{}", if lacks.is_empty() { "ready" } else { "lacks" });
        screen.say(&key, &[("tables", lacks.join(", "))])
    };
    format!(
        "{}\n{}{}\n{}{}\n{}\n\n",
        screen.strong(&screen.term("title.check")),
        table(&heading, &[Left, Left, Right, Right, Right], &rows),
        screen.say("check.cohorts", &total),
        covered(screen, checked),
        ready("forecast", &checked.forecast_lacks),
        ready("allocate", &checked.allocate_lacks),
    )
}

/// How complete the list of residents is: two sentences, and the areas that fall short.
fn covered(screen: &Screen<'_>, checked: &Checked) -> String {
    let share = |part: u64, of: u64| per_cent(screen.lang, part as f64 / of.max(1) as f64, 1);
    let count = |n: u64| whole(screen.lang, n as f64);
    let sum = |figure: fn(&CoverageRow) -> u64| checked.coverage.iter().map(figure).sum::<u64>();
    let mut text = String::new();
    let (accounted, children) = (sum(|row| row.accounted), sum(|row| row.children));
    let (in_time, changes) = (sum(|row| row.in_time), sum(|row| row.changes));
    for (key, part, of) in
        [("check.accounted", accounted, children), ("check.in_time", in_time, changes)]
    {
        if of > 0 {
            let facts = [("share", share(part, of)), ("count", count(part)), ("of", count(of))];
            text.push_str(&screen.say(key, &facts));
            text.push('\n');
        }
    }
    for row in checked.coverage.iter().filter(|row| row.accounted < row.children) {
        let nowhere = || screen.term("check.no_area");
        let area = row.area_code.as_ref().map_or_else(nowhere, ToString::to_string);
        let left = count(row.children - row.accounted);
        let facts =
            [("area", area), ("count", left), ("share", share(row.accounted, row.children))];
        text.push_str(&format!("  {}\n", screen.say("check.not_accounted", &facts)));
    }
    text
}

/// Plans by grade: schools, figures beside the baselines, areas not at their nearest school.
pub fn allocate(screen: &Screen<'_>, catchments: &Catchments, speaker: &Speaker<'_>) -> String {
    let plans = catchments.drawn.iter().map(|drawn| plan(screen, catchments, drawn, speaker));
    plans.collect()
}

fn plan(
    screen: &Screen<'_>,
    catchments: &Catchments,
    drawn: &Drawn,
    speaker: &Speaker<'_>,
) -> String {
    let plan = &drawn.allocated.plan;
    let facts = [
        ("grade", speaker.grade(drawn.grade)),
        ("year", catchments.school_year.to_string()),
        ("areas", plan.figures.assignment.len().to_string()),
        ("schools", plan.figures.schools.len().to_string()),
        ("gap", per_cent(screen.lang, plan.gap.max(0.0), 2)),
        ("seconds", decimal(screen.lang, drawn.seconds, 1)),
    ];
    let proof = match plan.status {
        PlanStatus::Optimal => "plan.optimal",
        PlanStatus::Feasible => "plan.feasible",
        PlanStatus::Infeasible => "plan.infeasible",
        PlanStatus::NotFound => "plan.not_found",
    };
    let mut text = format!(
        "{}\n{}\n",
        screen.strong(&screen.say("title.plan", &facts)),
        screen.say(proof, &facts)
    );
    text.push_str(&conflict(screen, drawn, speaker));
    text.push_str(&schools(screen, &plan.figures, speaker));
    text.push_str(&comparison(screen, drawn, speaker));
    text.push_str(&goals(screen, drawn, speaker));
    text.push_str(&elsewhere(screen, drawn, speaker));
    text.push('\n');
    text
}

/// Ways out that are listed, marked a), b), c) ….
const WAYS_OUT: [char; 8] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/// Where no plan keeps all rules: what clashes, and the ways out.
fn conflict(screen: &Screen<'_>, drawn: &Drawn, speaker: &Speaker<'_>) -> String {
    let Some(diagnosis) = &drawn.diagnosis else { return String::new() };
    let mut text = String::new();
    for clash in &diagnosis.clashes {
        text.push_str(&format!("  {}\n", speaker.clash(clash)));
    }
    let key = if diagnosis.repairs.is_empty() { "plan.no_repair" } else { "plan.repairs" };
    text.push_str(&format!("  {}\n", screen.term(key)));
    for (letter, repair) in WAYS_OUT.iter().zip(&diagnosis.repairs) {
        text.push_str(&format!("    {letter}) {}\n", speaker.repair(repair)));
    }
    text
}

/// More areas than this are left to `plans.json`.
const LONGEST_LIST: usize = 30;
/// Of an answer, the first sentences say where the area goes and what stands against the nearer
/// school; `explain` tells the rest.
const FIRST_SENTENCES: usize = 2;

/// The areas that pass a nearer school, and why.
fn elsewhere(screen: &Screen<'_>, drawn: &Drawn, speaker: &Speaker<'_>) -> String {
    if drawn.explanations.is_empty() {
        return String::new();
    }
    let count = [("count", drawn.explanations.len().to_string())];
    let mut text = format!("{}\n", screen.say("plan.elsewhere", &count));
    for told in drawn.explanations.iter().take(LONGEST_LIST) {
        let said = speaker.explain(told);
        let said = said.get(..FIRST_SENTENCES).unwrap_or(&said);
        text.push_str(&format!("    · {}\n", said.join(" ")));
    }
    if drawn.explanations.len() > LONGEST_LIST {
        let rest = [("count", (drawn.explanations.len() - LONGEST_LIST).to_string())];
        text.push_str(&format!("      {}\n", screen.say("findings.more", &rest)));
    }
    if let Some(first) = drawn.explanations.first() {
        let example = [("area", first.area_code.to_string()), ("grade", drawn.grade.to_string())];
        text.push_str(&format!("    {}\n", screen.say("plan.ask_why", &example)));
    }
    text
}

fn schools(screen: &Screen<'_>, figures: &PlanFigures, speaker: &Speaker<'_>) -> String {
    let none = || "–".to_owned();
    let rows: Vec<Vec<String>> = figures
        .schools
        .iter()
        .map(|school| {
            let over = school.pupils > school.seats + 1e-6;
            let tight = school.upper.is_some_and(|upper| upper > school.seats);
            let mark = if over {
                "▲"
            } else if tight {
                "!"
            } else {
                ""
            };
            let range = match (school.lower, school.upper) {
                (Some(low), Some(high)) => {
                    format!("{} – {}", whole(screen.lang, low), whole(screen.lang, high))
                }
                _ => none(),
            };
            let size = school.classes.filter(|classes| *classes > 0).map_or_else(none, |classes| {
                decimal(screen.lang, school.pupils / f64::from(classes), 1)
            });
            vec![
                mark.to_owned(),
                speaker.school(&school.school_code).to_owned(),
                school.areas.to_string(),
                school.classes.map_or_else(none, |classes| classes.to_string()),
                whole(screen.lang, school.seats),
                whole(screen.lang, school.pupils),
                range,
                size,
                school.mean_m.map_or_else(none, |m| speaker.distance(m)),
                school.farthest_m.map_or_else(none, |m| speaker.distance(m)),
            ]
        })
        .collect();
    let names = [
        "school",
        "areas",
        "classes",
        "seats",
        "pupils",
        "low_high",
        "class_size",
        "mean",
        "farthest",
    ]
    .map(|name| screen.term(&format!("column.{name}")));
    // The marks ▲ and ! stand in a column without a name.
    let heading: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    let align = [Left, Left, Right, Right, Right, Right, Right, Right, Right, Right];
    table(&heading, &align, &rows)
}

/// The plan beside last year's catchments and the two simple rules.
fn comparison(screen: &Screen<'_>, drawn: &Drawn, speaker: &Speaker<'_>) -> String {
    let allocated = &drawn.allocated;
    let row = |key: &str, figures: &PlanFigures| {
        vec![
            screen.term(key),
            speaker.distance(figures.mean_m),
            speaker.distance(figures.farthest_m),
            whole(screen.lang, figures.overload_pupils),
            figures.overloaded_schools.to_string(),
            figures.beyond_alarm.map_or_else(|| "–".into(), |n| whole(screen.lang, n)),
            figures.moved_pupils.map_or_else(|| "–".into(), |n| whole(screen.lang, n)),
            figures.pieces.to_string(),
        ]
    };
    let mut rows = vec![row("plan.this", &allocated.plan.figures)];
    rows.extend(allocated.baselines.current.as_ref().map(|f| row("plan.current", f)));
    rows.push(row("plan.nearest", &allocated.baselines.nearest));
    rows.push(row("plan.nearest_first_quota", &allocated.baselines.nearest_first_quota));
    let heading = [
        "compare",
        "mean",
        "farthest",
        "overload",
        "overloaded",
        "beyond_alarm",
        "moved",
        "pieces",
    ]
    .map(|name| screen.term(&format!("column.{name}")));
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    table(&heading, &[Left, Right, Right, Right, Right, Right, Right, Right], &rows)
}
