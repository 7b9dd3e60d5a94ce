//! The body of the enrolment plan.

use super::form::{letterhead, made_up, signature};
use super::{Scribe, quotas};
use crate::paper::{Align, Block, Section, Table, TableCell, TableRow, Text};
use phantuyen_model::{Grade, Plan, Score, SizeClass, UnitLevel};
use phantuyen_words::per_cent;
use std::collections::BTreeMap;

pub(super) fn body(scribe: &Scribe<'_>) -> Section {
    let facts = scribe.facts();
    let mut blocks = vec![letterhead(scribe)];
    let centred = |key: &str| Text::line(scribe.say(key, &facts), 14, Align::Centre).bold();
    blocks.push(Block::Text(centred("paper.plan.kind")));
    blocks.push(Block::Text(centred("paper.plan.subject").ruled().after(8)));
    blocks.extend(made_up(scribe).map(Block::Text));
    blocks.extend(grounds(scribe).into_iter().map(|text| Block::Text(text.italic())));
    let body = |key: &str| Block::Text(Text::body(scribe.say(key, &facts)));
    let head = |key: &str| Block::Text(Text::heading(scribe.say(key, &facts)));
    blocks.push(body("paper.plan.opening"));
    blocks.push(head("paper.plan.aims"));
    for key in ["seats", "near", "fair"] {
        blocks.push(body(&format!("paper.plan.aims.{key}")));
    }
    blocks.push(head("paper.plan.whom"));
    blocks.extend(ages(scribe).into_iter().map(|text| Block::Text(Text::body(text))));
    blocks.push(body("paper.plan.whom.residents"));
    blocks.push(body("paper.plan.whom.catchments"));
    blocks.push(head("paper.plan.quota"));
    blocks.push(body("paper.plan.quota.forecast"));
    blocks.push(Block::Table(forecasts(scribe)));
    blocks.push(body("paper.plan.quota.range"));
    blocks.extend(accuracy(scribe).into_iter().map(|text| Block::Text(Text::body(text))));
    blocks.extend(fulness(scribe).into_iter().map(|text| Block::Text(Text::body(text))));
    blocks.push(head("paper.plan.way"));
    for key in ["method", "time"] {
        blocks.push(body(&format!("paper.plan.way.{key}")));
    }
    blocks.push(head("paper.plan.doing"));
    for key in ["office", "schools", "police", "heads", "redraw"] {
        blocks.push(body(&format!("paper.plan.doing.{key}")));
    }
    blocks.push(body("paper.plan.closing"));
    blocks.push(signature(scribe));
    Section { landscape: false, blocks }
}

/// On which texts the plan stands: those of the rules it used, and those to be filled in.
fn grounds(scribe: &Scribe<'_>) -> Vec<Text> {
    let mut verified: BTreeMap<&str, bool> = BTreeMap::new();
    for rule in scribe.input.figures.rules.iter().filter(|rule| rule.source.starts_with("Thông tư"))
    {
        *verified.entry(rule.source.as_str()).or_insert(true) &= rule.verified;
    }
    let mut grounds: Vec<String> = ["local_government", "education"]
        .map(|key| scribe.term(&format!("paper.ground.{key}")))
        .into();
    grounds.extend(verified.into_iter().map(|(source, verified)| {
        let key = if verified { "paper.ground.rule" } else { "paper.ground.rule_unverified" };
        scribe.say(key, &[("source", source.to_owned())])
    }));
    grounds.push(scribe.term("paper.ground.guidance"));
    grounds.push(scribe.term("paper.ground.proposal"));
    grounds.into_iter().map(Text::body).collect()
}

fn ages(scribe: &Scribe<'_>) -> Vec<String> {
    let year = scribe.input.figures.provenance.school_year;
    let age = |grade: Grade| {
        let key = if grade == Grade::G6 { "paper.plan.age_6" } else { "paper.plan.age" };
        let facts = [
            ("grade", scribe.grade_title(grade)),
            ("birth_year", grade.birth_year(year).to_string()),
        ];
        scribe.say(key, &facts)
    };
    scribe.grades().map(age).collect()
}

/// One row a grade: what is expected, in which range, and how many classes and places there are.
fn forecasts(scribe: &Scribe<'_>) -> Table {
    let keys = ["grade", "forecast", "range", "last_intake", "needed_classes", "places"];
    let rows = scribe.plans().into_iter().map(|(quota, plan)| {
        let figures = scribe.input.figures;
        let year = figures.provenance.school_year;
        let row = figures.forecast.ward(quota.grade, year);
        let last = figures
            .history
            .iter()
            .find(|(grade, known, _)| *grade == quota.grade && known.0 == year.0 - 1);
        let seats: f64 = quota.rooms.iter().map(|room| room.seats).sum();
        let none = || "–".to_owned();
        TableRow::plain(vec![
            TableCell::text(scribe.grade_title(quota.grade)),
            TableCell::number(row.map_or_else(none, |row| scribe.whole(children(row.pupils)))),
            TableCell::centred(row.map_or_else(none, |row| scribe.range(row.lower, row.upper))),
            TableCell::number(last.map_or_else(none, |last| scribe.whole(f64::from(last.2)))),
            TableCell::number(needed(plan).map_or_else(none, |n| scribe.whole(f64::from(n)))),
            TableCell::number(scribe.count(seats)),
        ])
    });
    Table {
        widths: vec![26, 13, 20, 15, 12, 14],
        header: keys.map(|key| scribe.term(&format!("paper.column.{key}"))).into(),
        rows: rows.collect(),
    }
}

fn children(count: u64) -> f64 {
    crate::workbook::whole_children(count)
}

/// Classes that the pupils of all catchments need; unknown where one is.
pub(super) fn needed(plan: &Plan) -> Option<u32> {
    plan.figures.schools.iter().map(|school| school.classes).sum()
}

/// How right the forecasts of the past were, one year ahead, for the whole ward.
fn accuracy(scribe: &Scribe<'_>) -> Option<String> {
    let figures = scribe.input.figures;
    let of_ward = |grade: Grade| {
        figures.scores.iter().find(|score| {
            score.grade == grade
                && score.level == UnitLevel::Ward
                && score.size_class == SizeClass::All
                && score.horizon == 1
        })
    };
    let scored: Vec<(&Score, f64)> = scribe
        .grades()
        .filter_map(of_ward)
        .filter_map(|score| Some((score, score.wape?)))
        .collect();
    let said = scored.iter().map(|(score, wape)| {
        let facts =
            [("grade", scribe.grade(score.grade)), ("off", per_cent(figures.lang, *wape, 1))];
        scribe.say("paper.plan.accuracy.grade", &facts)
    });
    let grades: Vec<String> = said.collect();
    let years = scored.iter().map(|(score, _)| score.origins).max()?;
    let facts = [("grades", scribe.listed(&grades)), ("count", years.to_string())];
    Some(scribe.say("paper.plan.accuracy", &facts))
}

/// Which schools have too few places, and how far children go.
fn fulness(scribe: &Scribe<'_>) -> Vec<String> {
    let said = |quota: &crate::QuotaSheet<'_>, plan: &Plan| {
        let short = quotas::short(scribe, quota, plan);
        let key = if short.is_empty() { "paper.plan.enough" } else { "paper.plan.short" };
        let facts = [
            ("grade", scribe.grade_title(quota.grade)),
            ("schools", scribe.listed(&short)),
            ("mean", scribe.way(Some(plan.figures.mean_m))),
            ("farthest", scribe.way(Some(plan.figures.farthest_m))),
        ];
        scribe.say(key, &facts)
    };
    scribe.plans().into_iter().map(|(quota, plan)| said(quota, plan)).collect()
}

impl Scribe<'_> {
    /// A range as people write it, in whole children.
    pub(super) fn range(&self, lower: f64, upper: f64) -> String {
        let facts = [("lower", self.whole(lower)), ("upper", self.whole(upper))];
        self.say("paper.range", &facts)
    }
}
