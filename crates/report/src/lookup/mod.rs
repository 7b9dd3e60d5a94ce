//! The page on which parents look up their school: one file that works from a disk, without
//! network and, as a table, without script.

mod data;

use crate::ReportError;
use crate::chart::capital;
use crate::dossier::{DossierInput, Scribe};
use crate::svg::escape;
use phantuyen_model::{Grade, Plan};
use phantuyen_words::Catalogue;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the look-up page.
///
/// # Errors
/// [`ReportError::Json`] when its data cannot be written.
pub fn lookup_page(input: &DossierInput<'_>, words: &Catalogue) -> Result<String, ReportError> {
    let scribe = Scribe { input, words };
    let page = Page { scribe: &scribe };
    let facts = scribe.facts();
    let lang = input.figures.lang.code();
    let title = escape(&scribe.say("lookup.title", &facts));
    // A closing tag inside the data would end it: `<` is written as its number.
    let data = serde_json::to_string(&data::data(&scribe))?.replace('<', "\\u003c");
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <h1>{}</h1>\n<p>{}</p>\n{}<p class=\"draft\">{}</p>\n{}{}{}</main>\n<footer>\n\
         <p>{}</p>\n<p>{}</p>\n<p>{}</p>\n</footer>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        page.term("lookup.question"),
        escape(&capital(&scribe.say("lookup.of", &facts))),
        page.made_up(),
        page.term("lookup.draft"),
        page.search(),
        page.by_area(),
        page.by_school(),
        page.term("lookup.private"),
        page.term("doc.map.disclaimer"),
        escape(&input.figures.provenance.line),
    ))
}

struct Page<'p, 'a> {
    scribe: &'p Scribe<'a>,
}

impl Page<'_, '_> {
    fn term(&self, key: &str) -> String {
        escape(&self.scribe.term(key))
    }

    fn made_up(&self) -> String {
        if !self.scribe.input.figures.provenance.made_up {
            return String::new();
        }
        let purpose = self.term("doc.made_up_purpose");
        format!("<p class=\"made-up\">{} – {purpose}</p>\n", self.term("doc.made_up"))
    }

    /// The question and its answer; the script shows them, without it the tables are enough.
    fn search(&self) -> String {
        let grades: String = self
            .scribe
            .plans()
            .iter()
            .enumerate()
            .map(|(place, (quota, _))| {
                let checked = if place == 0 { " checked" } else { "" };
                format!(
                    "<label><input type=\"radio\" name=\"grade\" value=\"{}\"{checked}> <span>{}\
                     </span></label>\n",
                    quota.grade,
                    escape(&self.scribe.grade_title(quota.grade))
                )
            })
            .collect();
        format!(
            "<section id=\"ask\" hidden>\n<fieldset>\n<legend>{}</legend>\n<div class=\"grades\">\n\
             {grades}</div>\n</fieldset>\n<label for=\"where\">{}</label>\n\
             <input id=\"where\" type=\"text\" autocomplete=\"off\" role=\"combobox\" \
             aria-expanded=\"false\" aria-controls=\"found\" aria-autocomplete=\"list\">\n\
             <ul id=\"found\" role=\"listbox\" aria-label=\"{}\" hidden></ul>\n\
             <p id=\"said\" role=\"status\"></p>\n<div id=\"card\" hidden></div>\n</section>\n",
            self.term("lookup.grade"),
            self.term("lookup.where"),
            self.term("lookup.suggestions"),
        )
    }

    /// All areas with their school of each grade, in plain HTML.
    fn by_area(&self) -> String {
        let plans = self.scribe.plans();
        let head: String = plans
            .iter()
            .map(|(quota, _)| {
                format!("<th scope=\"col\">{}</th>", escape(&self.scribe.grade_title(quota.grade)))
            })
            .collect();
        let rows: String = self
            .scribe
            .areas()
            .iter()
            .map(|area| {
                let old =
                    area.old_unit.iter().map(|old| format!(" <small>({})</small>", escape(old)));
                let cells: String = plans
                    .iter()
                    .map(|(_, plan)| format!("<td>{}</td>", escape(&self.schools(plan, area))))
                    .collect();
                format!(
                    "<tr><th scope=\"row\">{}{}</th>{cells}</tr>\n",
                    escape(&area.name),
                    old.collect::<String>()
                )
            })
            .collect();
        format!(
            "<details id=\"all\" open>\n<summary><h2>{}</h2></summary>\n\
             <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n\
             <thead><tr><th scope=\"col\">{}</th>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n\
             </table>\n</div>\n</details>\n",
            self.term("lookup.all"),
            self.term("lookup.all"),
            self.term("paper.column.area"),
        )
    }

    fn schools(&self, plan: &Plan, area: &phantuyen_model::Area) -> String {
        let lines = plan.figures.assignment.iter();
        let schools: Vec<&str> = lines
            .filter(|line| line.area_code == area.area_code)
            .map(|line| self.scribe.school(&line.school_code))
            .collect();
        if schools.is_empty() { "–".to_owned() } else { schools.join("; ") }
    }

    /// Each school with its areas.
    fn by_school(&self) -> String {
        let mut lists = String::new();
        for (quota, plan) in self.scribe.plans() {
            lists.push_str(&format!(
                "<h3>{}</h3>\n<dl>\n",
                escape(&self.scribe.grade_title(quota.grade))
            ));
            for (code, name, areas) in data::territories(self.scribe, plan) {
                let id = anchor(quota.grade, &code);
                let areas = if areas.is_empty() { "–".to_owned() } else { escape(&areas) };
                lists
                    .push_str(&format!("<dt id=\"{id}\">{}</dt><dd>{areas}</dd>\n", escape(&name)));
            }
            lists.push_str("</dl>\n");
        }
        format!(
            "<details id=\"schools\">\n<summary><h2>{}</h2></summary>\n{lists}</details>\n",
            self.term("lookup.by_school")
        )
    }
}

/// The place of a school's list on the page.
fn anchor(grade: Grade, school: &str) -> String {
    let safe: String =
        school.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("school-{grade}-{safe}")
}
