//! What a plan does for the goals beyond seats and ways, one line each where there is one.

use super::Screen;
use phantuyen_model::{PlanFigures, SchoolCode};
use phantuyen_pipeline::catchments::Drawn;
use phantuyen_pipeline::sentences::Speaker;
use phantuyen_words::{per_cent, whole};

/// A school this likely to be overloaded is named.
const WORTH_NAMING: f64 = 0.05;

/// Walkers, siblings, feeder schools, split units, likely overload and the years of a plan.
pub(super) fn goals(screen: &Screen<'_>, drawn: &Drawn, speaker: &Speaker<'_>) -> String {
    let figures = &drawn.allocated.plan.figures;
    let goals = &figures.goals;
    let count = |value: f64| vec![("count", whole(screen.lang, value))];
    let mut lines: Vec<(&str, Vec<(&str, String)>)> = Vec::new();
    lines.extend(goals.walkers.map(|pupils| ("plan.walkers", count(pupils))));
    lines.extend(goals.siblings_apart.map(|pupils| ("plan.siblings_apart", count(pupils))));
    lines.extend(goals.off_feeder_pupils.map(|pupils| ("plan.off_feeder", count(pupils))));
    lines.extend(goals.split_feeders.map(|n| ("plan.split_feeders", count(f64::from(n)))));
    if let Some(split) = goals.split_units.as_ref().filter(|split| !split.is_empty()) {
        let schools = |codes: &[SchoolCode]| {
            let names: Vec<&str> = codes.iter().map(|code| speaker.school(code)).collect();
            names.join(", ")
        };
        let named: Vec<String> =
            split.iter().map(|one| format!("{} ({})", one.unit, schools(&one.schools))).collect();
        lines.push(("plan.split_units", vec![("units", named.join("; "))]));
    }
    lines.extend(
        likely(screen, figures, speaker)
            .map(|schools| ("plan.likely_overload", vec![("schools", schools)])),
    );
    for year in &goals.years {
        let facts = vec![
            ("year", year.school_year.to_string()),
            ("pupils", whole(screen.lang, year.pupils)),
            ("overload", whole(screen.lang, year.overload_pupils)),
        ];
        lines.push(("plan.year", facts));
    }
    for later in drawn.yearly.iter().map(|later| &later.plan) {
        let facts = vec![
            ("year", later.school_year.to_string()),
            ("pupils", whole(screen.lang, later.figures.pupils)),
            ("overload", whole(screen.lang, later.figures.overload_pupils)),
            ("moved", whole(screen.lang, later.figures.moved_pupils.unwrap_or(0.0))),
        ];
        lines.push(("plan.later_year", facts));
    }
    let say = |(key, facts): (&str, Vec<(&str, String)>)| {
        let facts: Vec<(&str, String)> = facts.into_iter().collect();
        format!("{}\n", screen.say(key, &facts))
    };
    lines.into_iter().map(say).collect()
}

/// The schools that may well be overloaded, likeliest first; `None` where there is none.
fn likely(screen: &Screen<'_>, figures: &PlanFigures, speaker: &Speaker<'_>) -> Option<String> {
    let chance = |school: &phantuyen_model::SchoolFigures| {
        school.risk.overload_probability_unseen.or(school.risk.overload_probability)
    };
    let mut named: Vec<(f64, &SchoolCode)> = figures
        .schools
        .iter()
        .filter_map(|school| Some((chance(school)?, &school.school_code)))
        .filter(|(chance, _)| *chance >= WORTH_NAMING)
        .collect();
    named.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let said: Vec<String> = named
        .iter()
        .map(|(chance, code)| {
            format!("{} ({})", speaker.school(code), per_cent(screen.lang, *chance, 0))
        })
        .collect();
    (!said.is_empty()).then(|| said.join(", "))
}
