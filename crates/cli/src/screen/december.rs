//! What December says, as text tables: forecast, rooms, accuracy, forecasts that were kept.

use super::Screen;
use super::table::{Align, table};
use phantuyen_model::{
    AccuracyAim, BacktestError, ErrorPart, FrozenScore, Grade, LevelRooms, SchoolCode, Score,
    Shortage, SizeClass, UnitLevel, Verdict, told_at_the_time,
};
use phantuyen_pipeline::Backtest;
use phantuyen_pipeline::december::{December, LookedBack, Outlook};
use phantuyen_pipeline::sentences::Speaker;
use phantuyen_words::{decimal, per_cent, signed, whole};
use std::collections::BTreeMap;

use Align::{Left, Right};

/// More schools than this are left to `rooms.csv`.
const LONGEST_LIST: usize = 20;

/// Fewer children than this are spoken of by their range alone.
const FEW: f64 = 20.0;

/// The ward's forecast for the next school year, and the years after it.
pub fn forecast(screen: &Screen<'_>, outlook: &Outlook, speaker: &Speaker<'_>) -> String {
    let mut text = next_year(screen, &outlook.december);
    text.push_str(&rooms(screen, &outlook.rooms, speaker));
    text.push_str(&kept(screen, &outlook.frozen));
    text
}

fn next_year(screen: &Screen<'_>, december: &December) -> String {
    let forecast = &december.projected.forecast;
    let first = december.origin.school_year(1);
    let mut rows = Vec::new();
    for grade in Grade::ENTRY {
        let Some(row) = forecast.ward(grade, first) else { continue };
        let last = december
            .projected
            .base
            .iter()
            .find(|b| b.grade == grade && b.area_code.is_none() && b.school_year == first)
            .and_then(|b| b.last_intake);
        let later: Vec<String> = forecast
            .rows
            .iter()
            .filter(|r| {
                r.grade == grade
                    && r.level == UnitLevel::Ward
                    && r.school_year > first
                    && r.level_pct == row.level_pct
            })
            .map(|r| whole(screen.lang, r.pupils as f64))
            .collect();
        rows.push(vec![
            screen.term(&format!("term.grade.{grade}")),
            whole(screen.lang, row.pupils as f64),
            format!("{} – {}", whole(screen.lang, row.lower), whole(screen.lang, row.upper)),
            last.map_or_else(|| "–".into(), |n| whole(screen.lang, f64::from(n))),
            last.map_or_else(
                || "–".into(),
                |n| signed(screen.lang, row.pupils as f64 - f64::from(n)),
            ),
            later.join("  "),
        ]);
    }
    let level = forecast.rows.first().map_or(0.0, |row| row.level_pct);
    let facts = [
        ("year", first.to_string()),
        ("register", phantuyen_words::date(december.origin.date())),
        ("level", whole(screen.lang, level)),
    ];
    let heading = [
        String::new(),
        screen.term("column.forecast"),
        screen.say("column.range", &facts),
        screen.term("column.this_year"),
        screen.term("column.change"),
        screen.term("column.later"),
    ];
    let heading: Vec<&str> = heading.iter().map(String::as_str).collect();
    format!(
        "{}\n{}\n",
        screen.strong(&screen.say("title.forecast", &facts)),
        table(&heading, &[Left, Right, Right, Right, Right, Left], &rows),
    )
}

/// Accuracy by grade and horizon, beside the plan's 90–95 % and two simpler ways; areas by their
/// range; and forecasts that were kept. `only_kept` leaves out all but the last.
pub fn backtest(
    screen: &Screen<'_>,
    looked_back: &LookedBack,
    aim: AccuracyAim,
    only_kept: bool,
) -> String {
    if only_kept {
        return kept(screen, &looked_back.frozen);
    }
    let backtest = &looked_back.backtest;
    let mut text = ward_accuracy(screen, backtest, aim);
    text.push_str(&area_ranges(screen, &backtest.errors));
    text.push_str(&kept(screen, &looked_back.frozen));
    text
}

fn ward_accuracy(screen: &Screen<'_>, backtest: &Backtest, aim: AccuracyAim) -> String {
    let first = backtest.scores.first().map_or(0.0, |score| score.level_pct);
    let is_of_ward = |s: &&Score| {
        s.level == UnitLevel::Ward && s.size_class == SizeClass::All && s.level_pct == first
    };
    let of_ward: Vec<&Score> = backtest.scores.iter().filter(is_of_ward).collect();
    if of_ward.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = of_ward.iter().map(|score| accuracy(screen, score, aim)).collect();
    let names = [
        "horizon",
        "accuracy",
        "verdict",
        "bias",
        "coverage",
        "n",
        "same_as_last_year",
        "practice",
    ];
    let align = [Left, Right, Right, Left, Left, Right, Right, Right, Right];
    let mut text = format!(
        "{}\n{}",
        screen.strong(&screen.term("title.backtest_ward")),
        named_table(screen, &names, &align, &rows)
    );
    let missed: Vec<String> = of_ward
        .iter()
        .filter(|score| score.horizon == 1 && aim.verdict(score) == Some(Verdict::Below))
        .map(|score| screen.term(&format!("term.grade.{}", score.grade)))
        .collect();
    let advice = if missed.is_empty() { "backtest.advice_good" } else { "backtest.advice_missed" };
    text.push_str(&format!("{}\n\n", screen.say(advice, &[("grades", missed.join(", "))])));
    text
}

/// Areas a year ahead, by the children expected there: never a percentage of a dozen children.
fn area_ranges(screen: &Screen<'_>, errors: &[BacktestError]) -> String {
    let first = errors.first().map_or(0.0, |error| error.level_pct);
    let mut sums: BTreeMap<(Grade, bool), (u32, u32, f64, f64)> = BTreeMap::new();
    let rows =
        errors.iter().filter(|e| e.area_code.is_some() && e.horizon == 1 && e.level_pct == first);
    for error in rows {
        let sum = sums.entry((error.grade, error.mean >= FEW)).or_default();
        sum.0 += 1;
        sum.1 += u32::from((error.lower..=error.upper).contains(&error.actual));
        sum.2 += (error.upper - error.lower) / 2.0;
        sum.3 += (error.mean - error.actual).abs();
    }
    if sums.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = sums
        .into_iter()
        .map(|((grade, many), (n, inside, half_width, error))| {
            let mean = |sum: f64| decimal(screen.lang, sum / f64::from(n), 1);
            vec![
                screen.term(&format!("term.grade.{grade}")),
                screen.term(if many { "backtest.many" } else { "backtest.few" }),
                format!("± {}", mean(half_width)),
                format!("{inside}/{n}"),
                mean(error),
            ]
        })
        .collect();
    let names = ["area_size", "range_children", "held", "off_children"];
    format!(
        "{}\n{}\n",
        screen.strong(&screen.term("title.backtest_area")),
        named_table(screen, &names, &[Left, Left, Right, Right, Right], &rows)
    )
}

fn accuracy(screen: &Screen<'_>, score: &Score, aim: AccuracyAim) -> Vec<String> {
    let share = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| per_cent(screen.lang, value, 1))
    };
    let right = |wape: Option<f64>| share(wape.map(|wape| 1.0 - wape));
    let verdict = aim.verdict(score).map_or("interval", Verdict::name);
    let lean = |bias: f64| {
        let key = match bias {
            bias if bias.abs() < 0.005 => "bias.none",
            bias if bias > 0.0 => "bias.high",
            _ => "bias.low",
        };
        screen.say(key, &[("bias", per_cent(screen.lang, bias.abs(), 1))])
    };
    vec![
        screen.term(&format!("term.grade.{}", score.grade)),
        score.horizon.to_string(),
        right(score.wape),
        screen.term(&format!("verdict.{verdict}")),
        score.bias.map_or_else(|| "–".into(), lean),
        share(score.coverage),
        score.n.to_string(),
        right(score.wape_same_as_last_year),
        right(score.wape_practice),
    ]
}

/// A table whose columns are named in the catalogue; the first has no name.
fn named_table(
    screen: &Screen<'_>,
    names: &[&str],
    align: &[Align],
    rows: &[Vec<String>],
) -> String {
    let names: Vec<String> =
        names.iter().map(|name| screen.term(&format!("column.{name}"))).collect();
    let heading: Vec<&str> = std::iter::once("").chain(names.iter().map(String::as_str)).collect();
    table(&heading, align, rows)
}

/// Classes and rooms: each level over the years, then every school that lacks rooms, by name.
fn rooms(screen: &Screen<'_>, levels: &[LevelRooms], speaker: &Speaker<'_>) -> String {
    if levels.is_empty() {
        return String::new();
    }
    let count = |n: u32| whole(screen.lang, f64::from(n));
    let short = |shortage: Option<Shortage>| {
        screen.term(&format!("shortage.{}", shortage.map_or("unknown", Shortage::name)))
    };
    let rows: Vec<Vec<String>> = levels
        .iter()
        .filter(|level| level.school_code.is_none())
        .map(|level| {
            let needed = level.needed_classes;
            vec![
                screen.term(&format!("term.level.{}", level.level)),
                level.school_year.to_string(),
                count(needed.expected),
                format!("{} – {}", count(needed.lower), count(needed.upper)),
                level.usable_classes.map_or_else(|| "–".to_owned(), count),
                short(level.shortage),
            ]
        })
        .collect();
    let names = ["year", "needed", "low_high", "usable", "rooms"];
    let mut text = format!(
        "{}\n{}",
        screen.strong(&screen.term("title.rooms")),
        named_table(screen, &names, &[Left, Left, Right, Right, Right, Left], &rows)
    );
    text.push_str(&shortages(screen, levels, speaker));
    text.push('\n');
    text
}

/// Each school and grade that lacks rooms, with the years.
fn shortages(screen: &Screen<'_>, levels: &[LevelRooms], speaker: &Speaker<'_>) -> String {
    let mut likely: BTreeMap<(Grade, &SchoolCode), Vec<String>> = BTreeMap::new();
    let mut possible = 0_u64;
    for level in levels {
        let Some(school) = &level.school_code else { continue };
        for grade in &level.grades {
            match grade.shortage {
                Some(Shortage::Likely) => {
                    let short = grade.short_classes;
                    let facts = [
                        ("year", level.school_year.to_string()),
                        ("classes", short.expected.to_string()),
                        ("upper", short.upper.to_string()),
                    ];
                    let more = short.upper > short.expected;
                    let key = if more { "rooms.year_up_to" } else { "rooms.year" };
                    likely.entry((grade.grade, school)).or_default().push(screen.say(key, &facts));
                }
                Some(Shortage::Possible) => possible += 1,
                _ => {}
            }
        }
    }
    let mut text = String::new();
    if likely.is_empty() {
        text.push_str(&format!("{}\n", screen.term("rooms.no_school_short")));
    } else {
        let facts = [("count", likely.len().to_string())];
        text.push_str(&format!("{}\n", screen.say("rooms.schools_short", &facts)));
    }
    for ((grade, school), years) in likely.iter().take(LONGEST_LIST) {
        let facts = [
            ("school", speaker.school(school).to_owned()),
            ("grade", speaker.grade(*grade)),
            ("years", years.join("; ")),
        ];
        text.push_str(&format!("    · {}\n", screen.say("rooms.short", &facts)));
    }
    if likely.len() > LONGEST_LIST {
        let rest = [("count", (likely.len() - LONGEST_LIST).to_string())];
        text.push_str(&format!("      {}\n", screen.say("rooms.more", &rest)));
    }
    if possible > 0 {
        let facts = [("count", possible.to_string())];
        text.push_str(&format!("{}\n", screen.say("rooms.possible", &facts)));
    }
    text
}

/// Forecasts that were kept, for the whole ward, beside what happened; the latest school year of
/// each grade and origin that is known.
fn kept(screen: &Screen<'_>, frozen: &[FrozenScore]) -> String {
    let told = told_at_the_time(frozen);
    let of_ward: Vec<&FrozenScore> =
        told.into_iter().filter(|score| score.area_code.is_none()).collect();
    if of_ward.is_empty() {
        return String::new();
    }
    let part = |value: Option<f64>| {
        value.map_or_else(|| "?".to_owned(), |value| signed(screen.lang, value))
    };
    let rows: Vec<Vec<String>> = of_ward
        .iter()
        .map(|score| {
            let mut row = vec![
                phantuyen_words::date(score.origin.date()),
                screen.term(&format!("term.grade.{}", score.grade)),
                score.school_year.to_string(),
                whole(screen.lang, score.said),
                format!(
                    "{} – {}",
                    whole(screen.lang, score.lower),
                    whole(screen.lang, score.upper)
                ),
                whole(screen.lang, score.happened),
                signed(screen.lang, score.error),
            ];
            row.extend(ErrorPart::ALL.map(|which| part(score.parts.part(which))));
            row.push(signed(screen.lang, score.parts.adjusted + score.parts.together));
            row
        })
        .collect();
    let names = [
        "grade",
        "year",
        "said",
        "low_high",
        "happened",
        "off",
        "cohort",
        "movement",
        "housing",
        "capture",
        "other_parts",
    ];
    let align = [Left, Left, Left, Right, Right, Right, Right, Right, Right, Right, Right, Right];
    let mut text = format!(
        "{}\n{}{}\n",
        screen.strong(&screen.term("title.kept")),
        named_table(screen, &names, &align, &rows),
        screen.term("kept.note")
    );
    if of_ward.iter().any(|score| score.hindsight) {
        text.push_str(&format!("{}\n", screen.term("kept.hindsight")));
    }
    text.push('\n');
    text
}
