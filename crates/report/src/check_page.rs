//! What `check` found, as a page: one HTML file that needs no network, for screen, paper and ear.
//! It shows places and codes, never a person.

use crate::svg::escape;
use phantuyen_model::{Finding, FindingCode, Severity};
use phantuyen_words::{Catalogue, Lang, whole};

/// Dark on white, one column that a phone can show; every colour has a word beside it, and every
/// text a contrast of 5.8 or more.
const STYLE: &str = "\
:root{color-scheme:light}*{box-sizing:border-box}\
body{font:16px/1.55 'Be Vietnam Pro','Segoe UI',Arial,sans-serif;color:#1d2733;background:#f5f7f9;\
margin:0;padding:0 1rem 3rem}\
main{max-width:62rem;margin:0 auto}\
header{padding:2rem 0 .6rem}h1{font-size:1.75rem;line-height:1.2;margin:0}\
header p{margin:.3rem 0;color:#46525f}\
h2{font-size:1.2rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:0}\
p{margin:.4rem 0;max-width:48rem}\
.made-up{border:2px solid #9b1c1c;color:#9b1c1c;font-weight:700;padding:.4rem .8rem;border-radius:6px;background:#fff}\
.sums{display:flex;flex-wrap:wrap;gap:.8rem;list-style:none;padding:0;margin:1rem 0}\
.sums li{flex:1 1 11rem;background:#fff;border:1px solid #d5dce3;border-top:5px solid #5b6875;\
border-radius:8px;padding:.7rem 1rem}\
.sums strong{display:block;font-size:1.9rem;line-height:1.2}\
.error{border-top-color:#b42318!important}.warning{border-top-color:#8a5a00!important}\
.info{border-top-color:#1f5d99!important}.ready{border-top-color:#1b6b34!important}\
.card{background:#fff;border:1px solid #d5dce3;border-left:5px solid #5b6875;border-radius:8px;\
padding:.8rem 1rem;margin:.7rem 0}\
.card.error{border-left-color:#b42318;border-top-color:#d5dce3!important}\
.card.warning{border-left-color:#8a5a00;border-top-color:#d5dce3!important}\
.card.info{border-left-color:#1f5d99;border-top-color:#d5dce3!important}\
.code{font:.8rem/1.4 Consolas,'DejaVu Sans Mono',monospace;color:#46525f;font-weight:400;margin-left:.4rem}\
.card ul{margin:.4rem 0;padding-left:1.2rem}.card li{margin:.25rem 0;overflow-wrap:anywhere}\
.place{color:#46525f;font-size:.9rem}\
.help{background:#eef3f8;border-radius:6px;padding:.5rem .8rem;margin:.5rem 0 0;max-width:none}\
.scroll{overflow-x:auto;background:#fff;border:1px solid #d5dce3;border-radius:8px}\
.scroll:focus{outline:3px solid #1f5d99}\
table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.7rem 1rem;color:#46525f}\
th,td{padding:.45rem 1rem;border-top:1px solid #e3e8ed;text-align:left}\
thead th{background:#eef3f8;font-size:.9rem}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}\
tbody th{font-weight:600}\
summary{cursor:pointer;font-weight:600;padding:.3rem 0}summary:focus{outline:3px solid #1f5d99}\
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.4rem}\
footer{border-top:1px solid #d5dce3;margin-top:2.5rem;padding-top:.6rem;font-size:.88rem;color:#46525f}\
@page{size:A4;margin:15mm}@media print{body{background:#fff;font-size:10.5pt;padding:0}\
main{max-width:none}.card,.sums li,tr{break-inside:avoid}.scroll{overflow:visible}}";

/// What became of one table.
#[derive(Clone, Debug)]
pub struct TableLine {
    /// The table.
    pub table: String,
    /// Its file.
    pub file: String,
    /// Rows with anything in them, rows used, rows reported.
    pub counts: [u64; 3],
}

/// A workbook of rows that goes back to their sender.
#[derive(Clone, Debug)]
pub struct ReturnedWorkbook {
    /// What it is called.
    pub name: String,
    /// How many rows it asks to correct.
    pub rows: u64,
}

/// What the page tells.
#[derive(Clone, Copy)]
pub struct CheckPage<'a> {
    /// The ward, with its kind.
    pub ward: &'a str,
    /// Whether the data are invented for demonstration.
    pub made_up: bool,
    /// The tables, in order.
    pub tables: &'a [TableLine],
    /// What can be done with them, a sentence each.
    pub ready: &'a [String],
    /// Everything found, gravest first.
    pub findings: &'a [Finding],
    /// Workbooks that go back.
    pub returned: &'a [ReturnedWorkbook],
    /// Name and version of the program.
    pub program: &'a str,
}

/// Writes the page.
pub fn check_page(input: &CheckPage<'_>, words: &Catalogue, lang: Lang) -> String {
    let page = Page { input, words, lang };
    let mut html = page.head();
    html.push_str(&page.sums());
    html.push_str(&page.returned());
    for severity in [Severity::Error, Severity::Warning] {
        html.push_str(&page.of_severity(severity));
    }
    html.push_str(&page.tables());
    html.push_str(&page.of_severity(Severity::Info));
    html.push_str(&page.foot());
    html
}

struct Page<'a> {
    input: &'a CheckPage<'a>,
    words: &'a Catalogue,
    lang: Lang,
}

impl Page<'_> {
    fn term(&self, key: &str) -> String {
        escape(&self.words.term(self.lang, key))
    }

    fn say(&self, key: &str, facts: &[(&str, String)]) -> String {
        escape(&self.words.say(self.lang, key, facts))
    }

    fn count(&self, count: u64) -> String {
        whole(self.lang, count as f64)
    }

    fn head(&self) -> String {
        let (title, ward) = (self.term("page.check.title"), escape(self.input.ward));
        let made_up = match self.input.made_up {
            true => format!("<p class=\"made-up\">{}</p>\n", self.term("doc.made_up")),
            false => String::new(),
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} – {ward}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#found\">{}</a>\n<main>\n<header>\n<h1>{title}</h1>\n\
             <p>{ward}</p>\n{made_up}<p>{}</p>\n</header>\n",
            self.lang.code(),
            self.term("page.check.skip"),
            self.term("page.check.lead"),
        )
    }

    /// The answer first: how much of each kind, and what can be done.
    fn sums(&self) -> String {
        let kinds = [Severity::Error, Severity::Warning, Severity::Info];
        let items: String = kinds
            .into_iter()
            .map(|severity| {
                let of_kind = self.input.findings.iter().filter(|f| f.severity == severity);
                let count = of_kind.count() as u64;
                let class = match (severity, count) {
                    (Severity::Error, 0) => "ready",
                    _ => name(severity),
                };
                format!(
                    "<li class=\"{class}\"><strong>{}</strong>{}</li>\n",
                    self.count(count),
                    self.term(&format!("page.check.sum.{}", name(severity)))
                )
            })
            .collect();
        let ready = self.input.ready.iter().map(|line| format!("<p>{}</p>\n", escape(line.trim())));
        let ready: String = ready.collect();
        format!("<ul class=\"sums\" id=\"found\">\n{items}</ul>\n{ready}")
    }

    /// The workbooks that go back, and what to do with them.
    fn returned(&self) -> String {
        if self.input.returned.is_empty() {
            return String::new();
        }
        let items: String = self
            .input
            .returned
            .iter()
            .map(|book| {
                let facts = [("name", book.name.clone()), ("count", self.count(book.rows))];
                format!("<li>{}</li>\n", self.say("page.check.returned", &facts))
            })
            .collect();
        format!(
            "<section>\n<h2>{}</h2>\n<ul>\n{items}</ul>\n<p>{}</p>\n</section>\n",
            self.term("page.check.returned_title"),
            self.term("page.check.returned_how"),
        )
    }

    fn of_severity(&self, severity: Severity) -> String {
        let of_kind: Vec<&Finding> =
            self.input.findings.iter().filter(|f| f.severity == severity).collect();
        if of_kind.is_empty() {
            return String::new();
        }
        let groups = of_kind.chunk_by(|a, b| a.code == b.code);
        let cards: String = groups.map(|group| self.card(severity, group)).collect();
        let title = self.term(&format!("page.check.{}", name(severity)));
        match severity {
            Severity::Info => format!(
                "<section>\n<h2>{title}</h2>\n<details>\n<summary>{}</summary>\n{cards}</details>\n</section>\n",
                self.say("page.check.show", &[("count", self.count(of_kind.len() as u64))])
            ),
            _ => format!("<section>\n<h2>{title}</h2>\n{cards}</section>\n"),
        }
    }

    /// Everything of one kind; the remedy once where it is one.
    fn card(&self, severity: Severity, group: &[&Finding]) -> String {
        let code = group.first().map_or(FindingCode::BadValue, |finding| finding.code);
        let help = |finding: &Finding| self.words.help(self.lang, finding);
        let mut body = String::new();
        let mut items = String::new();
        for (place, finding) in group.iter().enumerate() {
            let message = escape(&self.words.message(self.lang, finding));
            items.push_str(&format!("<li>{message}{}</li>\n", self.place(finding)));
            let next = group.get(place + 1);
            if next.is_none_or(|next| help(next) != help(finding)) {
                let items = std::mem::take(&mut items);
                let help = escape(&help(finding));
                body.push_str(&format!("<ul>\n{items}</ul>\n<p class=\"help\">{help}</p>\n"));
            }
        }
        let title = format!("finding.{code}.title");
        let title = match self.words.has(&title) {
            true => self.term(&title),
            false => self.term(&format!("page.check.other.{}", name(severity))),
        };
        format!(
            "<article class=\"card {}\">\n<h3>{title} <span class=\"code\">[{code}]</span></h3>\n\
             {body}</article>\n",
            name(severity)
        )
    }

    /// Where it stands: file, sheet, row.
    fn place(&self, finding: &Finding) -> String {
        let mut parts = Vec::new();
        parts.extend(finding.file.clone());
        parts.extend(finding.sheet.clone());
        if let Some(row) = finding.row {
            parts.push(self.words.say(self.lang, "page.check.row", &[("row", row.to_string())]));
        }
        if parts.is_empty() {
            return String::new();
        }
        format!(" <span class=\"place\">({})</span>", escape(&parts.join(", ")))
    }

    fn tables(&self) -> String {
        if self.input.tables.is_empty() {
            return String::new();
        }
        let head: String = ["table", "file", "rows", "used", "reported"]
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let class = if place > 1 { " class=\"n\"" } else { "" };
                format!("<th scope=\"col\"{class}>{}</th>", self.term(&format!("column.{column}")))
            })
            .collect();
        let rows: String = self
            .input
            .tables
            .iter()
            .map(|line| {
                let counts: String = line
                    .counts
                    .iter()
                    .map(|n| format!("<td class=\"n\">{}</td>", self.count(*n)))
                    .collect();
                format!(
                    "<tr><th scope=\"row\">{}</th><td>{}</td>{counts}</tr>\n",
                    escape(&line.table),
                    escape(&line.file)
                )
            })
            .collect();
        let title = self.term("page.check.tables");
        format!(
            "<section>\n<h2>{title}</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" \
             aria-label=\"{title}\">\n<table>\n<caption>{}</caption>\n<thead><tr>{head}</tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n</div>\n</section>\n",
            self.term("page.check.tables_lead"),
        )
    }

    fn foot(&self) -> String {
        format!(
            "<footer><p>{}</p><p>{}</p></footer>\n</main>\n</body>\n</html>\n",
            self.term("page.check.foot"),
            escape(self.input.program)
        )
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
