//! Answers about a plan as text.

use super::Screen;
use super::table::{Align, table};
use phantuyen_model::{PlanFigures, WayChange};
use phantuyen_pipeline::answers::{Answers, AreaAnswer, GradeAnswers, SchoolAnswer};
use phantuyen_pipeline::scenario::{Trial, Tried};
use phantuyen_pipeline::sentences::Speaker;
use phantuyen_words::whole;

/// Areas with their reasons, schools with who comes and who nearly came, prices of rules.
pub fn explained(screen: &Screen<'_>, answers: &Answers, speaker: &Speaker<'_>) -> String {
    let mut text = String::new();
    for of_grade in &answers.grades {
        let facts =
            [("grade", speaker.grade(of_grade.grade)), ("year", answers.school_year.to_string())];
        text.push_str(&format!("{}\n", screen.strong(&screen.say("title.explain", &facts))));
        text.push_str(&of_one_grade(screen, of_grade, speaker));
        text.push('\n');
    }
    text
}

fn of_one_grade(screen: &Screen<'_>, of_grade: &GradeAnswers, speaker: &Speaker<'_>) -> String {
    let mut text = String::new();
    for area in &of_grade.areas {
        text.push_str(&one_area(area, speaker));
    }
    for school in &of_grade.schools {
        text.push_str(&one_school(screen, school, speaker));
    }
    if !of_grade.prices.is_empty() {
        text.push_str(&format!("  {}\n", screen.strong(&screen.term("title.prices"))));
        for price in &of_grade.prices {
            text.push_str(&format!("    · {}\n", speaker.price(price)));
        }
    }
    if text.is_empty() {
        text.push_str(&format!("{}\n", screen.term("explain.all_nearest")));
    }
    text
}

fn one_area(area: &AreaAnswer, speaker: &Speaker<'_>) -> String {
    let said = match &area.explanation {
        Some(told) => speaker.explain(told),
        None => vec![speaker.reason(&area.assignment)],
    };
    let lines = said.iter().enumerate().map(|(place, sentence)| {
        let mark = if place == 0 { "  " } else { "      " };
        format!("{mark}{sentence}\n")
    });
    lines.collect()
}

fn one_school(screen: &Screen<'_>, school: &SchoolAnswer, speaker: &Speaker<'_>) -> String {
    let figures = &school.figures;
    let none = || "–".to_owned();
    let facts = [
        ("school", speaker.school(&figures.school_code).to_owned()),
        ("pupils", whole(screen.lang, figures.pupils)),
        ("areas", figures.areas.to_string()),
        ("seats", whole(screen.lang, figures.seats)),
        ("classes", figures.classes.map_or_else(none, |classes| classes.to_string())),
        ("mean", speaker.way(figures.mean_m)),
        ("farthest", speaker.way(figures.farthest_m)),
    ];
    let mut text = format!("  {}\n", screen.say("explain.school", &facts));
    for row in &school.comes {
        let facts = [
            ("area", speaker.area(&row.area_code).to_owned()),
            ("pupils", whole(screen.lang, row.pupils)),
            ("distance", speaker.way(row.distance_m)),
        ];
        text.push_str(&format!("    · {}\n", screen.say("explain.comes", &facts)));
    }
    let key = if school.nearly.is_empty() { "explain.nobody_nearly" } else { "explain.nearly" };
    text.push_str(&format!("  {}\n", screen.term(key)));
    for told in &school.nearly {
        text.push_str(&format!("    · {}\n", speaker.explain(told).join(" ")));
    }
    text
}

/// The plan before and after, and whose way to school gets longer.
pub fn simulated(screen: &Screen<'_>, trial: &Trial, speaker: &Speaker<'_>) -> String {
    let mut text = String::new();
    for tried in &trial.tried {
        let facts =
            [("grade", speaker.grade(tried.grade)), ("year", trial.school_year.to_string())];
        text.push_str(&format!("{}\n", screen.strong(&screen.say("title.simulate", &facts))));
        text.push_str(&figures(screen, tried, speaker));
        for (area, before, after) in tried.grown() {
            let facts = [
                ("area", speaker.area(area).to_owned()),
                ("before", whole(screen.lang, before)),
                ("after", whole(screen.lang, after)),
            ];
            text.push_str(&format!("{}\n", screen.say("simulate.pupils", &facts)));
        }
        let longer: Vec<&WayChange> = tried.longer().collect();
        if longer.is_empty() {
            text.push_str(&format!("{}\n", screen.term("simulate.none_longer")));
        } else {
            let pupils = longer.iter().map(|way| way.pupils).sum();
            let facts =
                [("count", longer.len().to_string()), ("pupils", whole(screen.lang, pupils))];
            text.push_str(&format!("{}\n", screen.say("simulate.longer", &facts)));
            text.push_str(&list(&longer, speaker));
        }
        let others: Vec<&WayChange> = tried.moved().filter(|way| !way.is_longer).collect();
        if !others.is_empty() {
            let count = [("count", others.len().to_string())];
            text.push_str(&format!("{}\n", screen.say("simulate.moved", &count)));
            text.push_str(&list(&others, speaker));
        }
        text.push('\n');
    }
    text
}

fn list(ways: &[&WayChange], speaker: &Speaker<'_>) -> String {
    ways.iter().map(|way| format!("    · {}\n", speaker.way_change(way))).collect()
}

fn figures(screen: &Screen<'_>, tried: &Tried, speaker: &Speaker<'_>) -> String {
    let row = |key: &str, figures: &PlanFigures| {
        vec![
            screen.term(key),
            speaker.distance(figures.mean_m),
            speaker.distance(figures.farthest_m),
            whole(screen.lang, figures.overload_pupils),
            figures.overloaded_schools.to_string(),
            figures.beyond_alarm.map_or_else(|| "–".into(), |n| whole(screen.lang, n)),
        ]
    };
    let rows = [
        row("simulate.before", &tried.before),
        row("simulate.after", &tried.after.allocated.plan.figures),
    ];
    let heading = ["compare", "mean", "farthest", "overload", "overloaded", "beyond_alarm"]
        .map(|name| screen.term(&format!("column.{name}")));
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    let align = [Align::Left, Align::Right, Align::Right, Align::Right, Align::Right, Align::Right];
    table(&heading, &align, &rows)
}

/// The way of each area before and after, for machines.
pub fn ways_csv(trial: &Trial) -> String {
    let mut csv = "grade,area_code,pupils,from,to,before_m,after_m,is_longer\n".to_owned();
    let metres = |way: Option<f64>| way.map_or_else(String::new, |way| way.to_string());
    for tried in &trial.tried {
        for way in &tried.after.ways {
            csv.push_str(&format!(
                "{},{},{},{},{},{},{},{}\n",
                tried.grade,
                way.area_code,
                way.pupils,
                way.from,
                way.to,
                metres(way.before_m),
                metres(way.after_m),
                way.is_longer
            ));
        }
    }
    csv
}
