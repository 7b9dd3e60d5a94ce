//! The scorecard as a page: one HTML file that needs no network, for screen, paper and ear.

use super::chart::signed_share;
use super::{AreaLine, ScorecardInput, WardLine, scorecard_chart, verdict_key};
use crate::ReportError;
use crate::chart::capital;
use crate::svg::escape;
use phantuyen_model::{ErrorPart, FrozenScore, Grade, Verdict, told_at_the_time};
use phantuyen_words::{Catalogue, decimal, per_cent, signed, whole};
use std::collections::BTreeSet;

/// Dark on white, links to nothing, one column that a phone can show; A4 in print.
const STYLE: &str = "\
:root{color-scheme:light}\
body{font:16px/1.5 'Be Vietnam Pro','Segoe UI',Arial,sans-serif;color:#1a1a1a;background:#fff;\
margin:0 auto;max-width:64rem;padding:1rem}\
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.2rem;margin:1.6rem 0 .4rem}\
p{margin:.4rem 0;max-width:46rem}\
.made-up{border:2px solid #9b1c1c;color:#9b1c1c;font-weight:700;padding:.4rem .7rem;margin:.6rem 0}\
.scroll{overflow-x:auto}.scroll:focus{outline:3px solid #1f4e79}\
table{border-collapse:collapse;margin:.4rem 0}\
caption{text-align:left;font-weight:700;padding:.2rem 0}\
th,td{border:1px solid #8a97a3;padding:.25rem .5rem;vertical-align:top}\
thead th{background:#1f4e79;color:#fff;text-align:center}\
tbody th{text-align:left;background:#e8eef4;white-space:nowrap}td{text-align:right;white-space:nowrap}\
td.text{text-align:left;white-space:normal;min-width:9rem}\
ul.verdicts{list-style:none;padding:0;margin:.6rem 0}\
ul.verdicts li{border-left:.5rem solid #555;padding:.3rem .7rem;margin:.35rem 0;background:#f4f6f8}\
ul.verdicts li.above{border-color:#1b5e20}ul.verdicts li.within{border-color:#1f4e79}\
ul.verdicts li.below{border-color:#9b1c1c}\
.mark{font-weight:700}svg{max-width:100%;height:auto}\
svg text{font-family:'Be Vietnam Pro','Segoe UI',Arial,sans-serif}\
footer{border-top:1px solid #8a97a3;margin-top:2rem;font-size:.85rem;color:#444}\
@page{size:A4;margin:15mm}\
@media print{body{font-size:10.5pt;max-width:none;padding:0}.scroll{overflow:visible}\
h2{break-after:avoid}tr,li,svg{break-inside:avoid}}";

/// Writes the scorecard as one HTML page with its chart inside.
///
/// # Errors
/// When the chart cannot be drawn. A ward without scores gets a page that says so.
pub fn scorecard_page(
    input: &ScorecardInput<'_>,
    words: &Catalogue,
) -> Result<String, ReportError> {
    let lines = input.ward_lines();
    let page = Page { input, words };
    let mut html = page.head();
    html.push_str(&page.verdicts(&lines));
    if !lines.is_empty() {
        html.push_str(&page.section("doc.score.chart", &scorecard_chart(input, words)?));
        html.push_str(&page.ward_table(&lines));
    }
    html.push_str(&page.areas());
    html.push_str(&page.frozen());
    html.push_str(&page.choices());
    html.push_str(&page.reading());
    html.push_str(&page.foot());
    Ok(html)
}

struct Page<'a> {
    input: &'a ScorecardInput<'a>,
    words: &'a Catalogue,
}

impl Page<'_> {
    fn term(&self, key: &str) -> String {
        escape(&self.words.term(self.input.lang, key))
    }

    fn say(&self, key: &str, facts: &[(&str, String)]) -> String {
        escape(&self.words.say(self.input.lang, key, facts))
    }

    fn grade(&self, grade: Grade) -> String {
        capital(&self.words.term(self.input.lang, &format!("term.grade.{grade}")))
    }

    fn share(&self, share: f64) -> String {
        per_cent(self.input.lang, share, 1)
    }

    fn section(&self, title: &str, content: &str) -> String {
        format!("<section>\n<h2>{}</h2>\n{content}\n</section>\n", self.term(title))
    }

    fn head(&self) -> String {
        let (lang, aim) = (self.input.lang, self.input.aim);
        let ward = escape(&self.input.provenance.ward(lang, self.words));
        let title = self.term("doc.score.title");
        let made_up = if self.input.provenance.made_up {
            let purpose = self.term("doc.made_up_purpose");
            format!("<p class=\"made-up\">{} – {purpose}</p>\n", self.term("doc.made_up"))
        } else {
            String::new()
        };
        let facts = [("least", per_cent(lang, aim.least, 0)), ("aim", per_cent(lang, aim.aim, 0))];
        let until = [("date", self.input.provenance.data_until.clone())];
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} – {ward}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
             <h1>{title}</h1>\n<p>{ward} · {}</p>\n{made_up}<p>{}</p>\n",
            lang.code(),
            self.say("doc.data_until", &until),
            self.say("doc.score.lead", &facts),
        )
    }

    /// The answer first: one sentence a grade.
    fn verdicts(&self, lines: &[WardLine]) -> String {
        if lines.is_empty() {
            return format!("<p>{}</p>\n", self.term("doc.score.nothing"));
        }
        let grades: BTreeSet<Grade> = lines.iter().map(|line| line.grade).collect();
        let items: String = grades
            .iter()
            .filter_map(|grade| {
                let own = || lines.iter().filter(|line| line.grade == *grade);
                let (next, last) = (own().next()?, own().next_back()?);
                let later =
                    if last.horizon > next.horizon { self.later(last) } else { String::new() };
                Some(format!(
                    "<li class=\"{}\"><span class=\"mark\">{} {}.</span> {}{later}</li>\n",
                    next.verdict.name(),
                    mark(next.verdict),
                    self.verdict(next.verdict),
                    self.say("doc.score.headline", &self.facts(next)),
                ))
            })
            .collect();
        format!("<ul class=\"verdicts\">\n{items}</ul>\n")
    }

    fn later(&self, line: &WardLine) -> String {
        let mut facts = self.facts(line).to_vec();
        let verdict = self.words.term(self.input.lang, verdict_key(line.verdict));
        facts.push(("verdict", verdict.to_lowercase()));
        format!(" {}", self.say("doc.score.later", &facts))
    }

    fn facts(&self, line: &WardLine) -> [(&'static str, String); 6] {
        let lean = if line.bias.abs() < 0.005 {
            "doc.score.lean_none"
        } else if line.bias > 0.0 {
            "doc.score.lean_high"
        } else {
            "doc.score.lean_low"
        };
        let by = [("bias", self.share(line.bias.abs()))];
        [
            ("grade", self.grade(line.grade)),
            ("horizon", line.horizon.to_string()),
            ("accuracy", self.share(line.accuracy)),
            ("n", line.n.to_string()),
            ("inside", line.inside.to_string()),
            ("lean", self.words.say(self.input.lang, lean, &by)),
        ]
    }

    fn verdict(&self, verdict: Verdict) -> String {
        self.term(verdict_key(verdict))
    }

    fn ward_table(&self, lines: &[WardLine]) -> String {
        let heads = [
            "grade",
            "horizon",
            "verdict_against_aim",
            "accuracy",
            "bias",
            "lowest",
            "highest",
            "range_held",
            "same_as_last_year",
            "practice",
        ];
        let rows = lines.iter().map(|line| {
            let (low, high) = line.range();
            let other = |share: Option<f64>| share.map_or_else(|| "–".into(), |s| self.share(s));
            let held = [("inside", line.inside.to_string()), ("n", line.n.to_string())];
            vec![
                Cell::Head(escape(&self.grade(line.grade))),
                Cell::Number(line.horizon.to_string()),
                Cell::Text(format!("{} {}", mark(line.verdict), self.verdict(line.verdict))),
                Cell::Number(self.share(line.accuracy)),
                Cell::Number(signed_share(self.input, line.bias)),
                Cell::Number(signed_share(self.input, low)),
                Cell::Number(signed_share(self.input, high)),
                Cell::Number(self.say("doc.score.held", &held)),
                Cell::Number(other(line.same_as_last_year)),
                Cell::Number(other(line.practice)),
            ]
        });
        self.table("doc.score.ward_caption", &heads, rows)
    }

    fn areas(&self) -> String {
        let lines = self.input.area_lines();
        if lines.is_empty() {
            return String::new();
        }
        let lang = self.input.lang;
        let heads =
            ["grade", "expected_there", "range_width", "range_held", "error_children", "accuracy"];
        let rows = lines.iter().map(|line: &AreaLine| {
            let held = [("inside", line.inside.to_string()), ("n", line.n.to_string())];
            let accuracy = line
                .accuracy
                .map_or_else(|| self.term("doc.score.see_range"), |accuracy| self.share(accuracy));
            vec![
                Cell::Head(escape(&self.grade(line.grade))),
                Cell::Number(line.size.name().to_owned()),
                Cell::Number(format!("± {}", decimal(lang, line.half_width, 1))),
                Cell::Number(self.say("doc.score.held", &held)),
                Cell::Number(decimal(lang, line.error, 1)),
                Cell::Number(accuracy),
            ]
        });
        let table = self.table("doc.score.area_caption", &heads, rows);
        let note = self.term("doc.score.area_note");
        self.section("doc.score.areas", &format!("<p>{note}</p>\n{table}"))
    }

    /// What was said at the time, and what happened.
    fn frozen(&self) -> String {
        let told: Vec<&FrozenScore> = told_at_the_time(self.input.frozen)
            .into_iter()
            .filter(|score| score.area_code.is_none())
            .collect();
        if told.is_empty() {
            return self.section(
                "doc.score.frozen",
                &format!("<p>{}</p>", self.term("doc.score.frozen_none")),
            );
        }
        let lang = self.input.lang;
        let heads = [
            "said_on",
            "grade",
            "school_year",
            "said",
            "range",
            "happened",
            "error_children",
            "cohort",
            "movement",
            "housing",
            "capture",
            "other_parts",
        ];
        let rows = told.iter().map(|score| {
            let part = |part: ErrorPart| match score.parts.part(part) {
                Some(value) => signed(lang, value),
                None => self.term("doc.score.not_told"),
            };
            let mut row = vec![
                Cell::Head(phantuyen_words::date(score.origin.date())),
                Cell::Text(escape(&self.grade(score.grade))),
                Cell::Text(score.school_year.to_string()),
                Cell::Number(whole(lang, score.said)),
                Cell::Number(format!(
                    "{} – {}",
                    whole(lang, score.lower),
                    whole(lang, score.upper)
                )),
                Cell::Number(whole(lang, score.happened)),
                Cell::Number(signed(lang, score.error)),
            ];
            row.extend(ErrorPart::ALL.map(|which| Cell::Number(part(which))));
            row.push(Cell::Number(signed(lang, score.parts.adjusted + score.parts.together)));
            row
        });
        let table = self.table("doc.score.frozen_caption", &heads, rows);
        let note = self.term("doc.score.frozen_note");
        self.section("doc.score.frozen", &format!("<p>{note}</p>\n{table}"))
    }

    fn choices(&self) -> String {
        if self.input.choices.is_empty() {
            return String::new();
        }
        let items: String =
            self.input.choices.iter().map(|text| format!("<li>{}</li>\n", escape(text))).collect();
        self.section("doc.score.choices", &format!("<ul>\n{items}</ul>"))
    }

    fn reading(&self) -> String {
        let items: String = (1..=5)
            .map(|n| format!("<li>{}</li>\n", self.term(&format!("doc.score.reading_{n}"))))
            .collect();
        self.section("doc.score.reading", &format!("<ul>\n{items}</ul>"))
    }

    fn foot(&self) -> String {
        let line = escape(&self.input.provenance.line);
        format!("</main>\n<footer><p>{line}</p></footer>\n</body>\n</html>\n")
    }

    /// A table with its caption; its rows are headed by their first cell. It scrolls by itself
    /// where the screen is narrow, and can then be reached by keyboard.
    fn table(
        &self,
        caption: &str,
        heads: &[&str],
        rows: impl Iterator<Item = Vec<Cell>>,
    ) -> String {
        let caption = self.term(caption);
        let heads: String = heads
            .iter()
            .map(|name| {
                format!("<th scope=\"col\">{}</th>", self.term(&format!("doc.score.column.{name}")))
            })
            .collect();
        let rows: String = rows
            .map(|row| {
                let cells: String = row.iter().map(Cell::html).collect();
                format!("<tr>{cells}</tr>\n")
            })
            .collect();
        format!(
            "<div class=\"scroll\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n<table>\n\
             <caption>{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
             </table>\n</div>"
        )
    }
}

/// A cell of a table; its text is markup already.
enum Cell {
    Head(String),
    Text(String),
    Number(String),
}

impl Cell {
    fn html(&self) -> String {
        match self {
            Self::Head(text) => format!("<th scope=\"row\">{text}</th>"),
            Self::Text(text) => format!("<td class=\"text\">{text}</td>"),
            Self::Number(text) => format!("<td>{text}</td>"),
        }
    }
}

/// A sign beside the words, for those who do not see the colour.
fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Above => "★",
        Verdict::Within => "✔",
        Verdict::Below => "▲",
    }
}
