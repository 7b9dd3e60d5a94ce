//! The side panel: schools with their areas, pupils and seats; signs; changes; names that found
//! no room on the map; notes.

use super::labels::{LabelKind, Mark, Placed};
use super::scene::{LegendSchool, Scene};
use super::{MapInput, OVER, TIGHT, names::joined};
use crate::ReportError;
use crate::counts::count;
use crate::font::{Weight, shorten, text_width, wrap};
use crate::svg::{Drawing, INK, Style};
use phantuyen_model::AreaCode;
use phantuyen_words::{Catalogue, whole};
use std::collections::BTreeSet;

/// The panel on the page, in points.
pub(super) const PANEL: [f64; 4] = [882.0, 84.0, 280.0, 708.0];
/// Room at its foot for scale and north arrow.
const FOOT: f64 = 66.0;
const SMALL: f64 = 7.5;
/// Height of a heading and of a line of a list.
const HEADING: f64 = 19.0;
const STEP: f64 = 10.0;
/// Most schools that the legend has room for; a plan with more is read from its list.
const MOST_SCHOOLS: usize = 44;
const GREY: &str = "#333333";

struct Panel<'d> {
    drawing: &'d mut Drawing,
    y: f64,
}

/// Draws the panel and gives the height at which it ends.
pub(super) fn draw(
    drawing: &mut Drawing,
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    placed: &[Placed],
    words: &Catalogue,
) -> Result<f64, ReportError> {
    let mut panel = Panel { drawing, y: PANEL[1] };
    panel.schools(input, scene, words)?;
    panel.signs(input, scene, words);
    let lists = [
        ("doc.map.other_names", margin_names(input, scene, placed, words), 2),
        ("doc.map.changes", changes(input, scene, words), 1),
        ("doc.map.notes", notes(input, scene, words), 1),
    ];
    for (place, (heading, items, columns)) in lists.iter().enumerate() {
        // Each list that follows keeps room for its heading and two lines.
        let following = lists[place + 1..].iter().filter(|(_, items, _)| !items.is_empty());
        let kept: f64 = following.map(|_| HEADING + 2.0 * STEP).sum();
        let foot = PANEL[1] + PANEL[3] - FOOT - kept;
        panel.list(input, words, (heading, items, *columns), foot)?;
    }
    Ok(panel.y)
}

impl Panel<'_> {
    fn heading(&mut self, text: &str) {
        self.y += HEADING - 4.0;
        self.drawing.text(PANEL[0], self.y, Style::bold(9.5), text);
        self.y += 4.0;
        self.drawing.line(
            [PANEL[0], self.y],
            [PANEL[0] + PANEL[2], self.y],
            &format!("stroke=\"{INK}\" stroke-width=\"0.8\""),
        );
    }

    fn schools(
        &mut self,
        input: &MapInput<'_>,
        scene: &Scene<'_>,
        words: &Catalogue,
    ) -> Result<(), ReportError> {
        let term = |key: &str| words.term(input.lang, key);
        self.y -= 4.0;
        self.heading(&term("doc.map.legend"));
        let right = |size: f64| Style { anchor: "end", ..Style::plain(size) };
        for (x, key) in
            [(COLUMNS[0], "doc.map.column_pupils"), (COLUMNS[1], "doc.map.column_seats")]
        {
            self.drawing.text(x, self.y - 5.0, right(SMALL), &term(key));
        }
        // Two lines a school where they take less than three fifths of the panel, else one.
        let rows = f64::from(u32::try_from(scene.legend.len()).unwrap_or(u32::MAX));
        let height = (PANEL[3] * 0.62 / rows).clamp(11.0, 27.0);
        for (number, school) in scene.legend.iter().take(MOST_SCHOOLS).enumerate() {
            self.school(input, scene, words, (number, school), height)?;
        }
        if let Some(left_out) = scene.legend.len().checked_sub(MOST_SCHOOLS).filter(|n| *n > 0) {
            self.y += STEP;
            let facts = [("count", left_out.to_string())];
            let more = words.say(input.lang, "doc.map.more", &facts);
            self.drawing.text(PANEL[0], self.y, Style::plain(SMALL), &more);
        }
        let figures = &input.plan.figures;
        let seats: f64 = figures.schools.iter().map(|school| school.seats).sum();
        self.drawing.line(
            [PANEL[0], self.y + 1.0],
            [PANEL[0] + PANEL[2], self.y + 1.0],
            &format!("stroke=\"{INK}\" stroke-width=\"0.5\""),
        );
        self.y += 12.0;
        self.drawing.text(PANEL[0] + 30.0, self.y, Style::bold(9.0), &term("doc.map.total"));
        for (x, value) in [(COLUMNS[0], figures.pupils), (COLUMNS[1], seats)] {
            let style = Style { anchor: "end", ..Style::bold(9.0) };
            self.drawing.text(x, self.y, style, &count(input.lang, value));
        }
        Ok(())
    }

    fn school(
        &mut self,
        input: &MapInput<'_>,
        scene: &Scene<'_>,
        words: &Catalogue,
        (number, school): (usize, &LegendSchool<'_>),
        height: f64,
    ) -> Result<(), ReportError> {
        let two_lines = height >= 21.0;
        let box_height = (height - 5.0).min(17.0);
        let top = self.y + (height - box_height) / 2.0 + 1.0;
        self.drawing.rect(
            [PANEL[0], top, 24.0, box_height],
            &format!("fill=\"url(#school-{number})\" stroke=\"{INK}\" stroke-width=\"0.8\""),
        );
        let size = if two_lines { 9.0 } else { 8.0 };
        let baseline = self.y + if two_lines { 11.0 } else { height * 0.78 };
        let name = shorten(school.name, size, Weight::Bold, NAME_ROOM)?;
        self.drawing.text(PANEL[0] + 30.0, baseline, Style::bold(size), &name);

        let lang = input.lang;
        let figures = school.figures;
        let colour = match school.mark {
            Mark::None => INK,
            Mark::Tight => TIGHT,
            Mark::Over => OVER,
        };
        let number_style = |colour| Style { anchor: "end", colour, ..Style::bold(size) };
        let pupils = count(lang, figures.pupils);
        self.drawing.text(COLUMNS[0], baseline, number_style(colour), &pupils);
        self.drawing.text(COLUMNS[1], baseline, number_style(INK), &count(lang, figures.seats));
        super::draw_mark(self.drawing, school.mark, COLUMNS[1] + 5.0, baseline);
        if school.mark == Mark::Over {
            let over = format!("+{}", count(lang, figures.pupils - figures.seats));
            let style = Style { colour: OVER, ..Style::bold(SMALL) };
            self.drawing.text(COLUMNS[1] + 15.0, baseline, style, &over);
        }
        if two_lines {
            let second = baseline + 10.0;
            let style = Style { colour: GREY, ..Style::plain(SMALL) };
            let areas = areas_in_words(input, scene, school, words)?;
            self.drawing.text(PANEL[0] + 30.0, second, style, &areas);
            if let (Some(lower), Some(upper)) = (figures.lower, figures.upper) {
                let range = format!("{}–{}", whole(lang, lower), whole(lang, upper));
                let style = Style { anchor: "end", ..style };
                self.drawing.text(COLUMNS[0], second, style, &range);
            }
        }
        self.y += height;
        Ok(())
    }

    fn signs(&mut self, input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) {
        let term = |key: &str| words.term(input.lang, key);
        self.heading(&term("doc.map.signs"));
        let left = PANEL[0];
        let text_at = left + 30.0;
        let row = |panel: &mut Self, sign: &dyn Fn(&mut Drawing, f64), key: &str| {
            panel.y += 12.0;
            sign(panel.drawing, panel.y - 3.0);
            panel.drawing.text(text_at, panel.y, Style::plain(8.0), &term(key));
        };
        let stroke = |colour: &str, width: f64, dashes: &str| {
            format!("stroke=\"{colour}\" stroke-width=\"{width}\"{dashes}")
        };
        row(
            self,
            &|drawing, y| {
                drawing.line([left, y], [left + 24.0, y], &stroke(INK, 2.4, ""));
            },
            "doc.map.sign_catchment",
        );
        row(
            self,
            &|drawing, y| {
                drawing.line([left, y], [left + 24.0, y], &stroke("#4d4d4d", 0.5, ""));
            },
            "doc.map.sign_area",
        );
        row(
            self,
            &|drawing, y| {
                drawing.rect([left + 8.0, y - 4.5, 9.0, 9.0], "fill=\"#000000\"");
            },
            "doc.map.sign_school",
        );
        if scene.areas.iter().any(|area| area.from.is_some()) {
            row(
                self,
                &|drawing, y| {
                    let dashes = " stroke-dasharray=\"5 3\"";
                    drawing.line([left, y], [left + 24.0, y], &stroke(OVER, 1.5, dashes));
                },
                "doc.map.sign_changed",
            );
        }
        for (mark, key) in [(Mark::Over, "doc.map.sign_over"), (Mark::Tight, "doc.map.sign_tight")]
        {
            if scene.legend.iter().any(|school| school.mark == mark) {
                let sign = |drawing: &mut Drawing, y: f64| {
                    super::draw_mark(drawing, mark, left + 8.0, y + 3.0);
                };
                row(self, &sign, key);
            }
        }
    }

    /// A list in columns under a heading; what finds no room is counted in the last line.
    fn list(
        &mut self,
        input: &MapInput<'_>,
        words: &Catalogue,
        (heading, items, columns): (&str, &[String], usize),
        foot: f64,
    ) -> Result<(), ReportError> {
        if items.is_empty() || self.y + HEADING + STEP > foot {
            return Ok(());
        }
        self.heading(&words.term(input.lang, heading));
        let width = PANEL[2] / f64::from(u32::try_from(columns).unwrap_or(1));
        let mut lines: Vec<String> = Vec::new();
        for item in items {
            if columns == 1 {
                lines.extend(wrap(item, SMALL, Weight::Regular, width)?);
            } else {
                lines.push(shorten(item, SMALL, Weight::Regular, width - 6.0)?);
            }
        }
        let fits = rows_between(self.y, foot, STEP) * columns;
        if lines.len() > fits {
            let left_out = lines.len() - fits.saturating_sub(1);
            lines.truncate(fits.saturating_sub(1));
            let facts = [("count", left_out.to_string())];
            lines.push(words.say(input.lang, "doc.map.more", &facts));
        }
        for row in lines.chunks(columns) {
            self.y += STEP;
            let mut x = PANEL[0];
            for cell in row {
                self.drawing.text(x, self.y, Style::plain(SMALL), cell);
                x += width;
            }
        }
        Ok(())
    }
}

/// Right edges of the numbers.
const COLUMNS: [f64; 2] = [PANEL[0] + 206.0, PANEL[0] + 244.0];
const NAME_ROOM: f64 = 142.0;

fn rows_between(from: f64, to: f64, step: f64) -> usize {
    let mut rows = 0;
    let mut y = from + step;
    while y <= to {
        rows += 1;
        y += step;
    }
    rows
}

/// The areas of a school where the list fits its line, else how many they are.
fn areas_in_words(
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    school: &LegendSchool<'_>,
    words: &Catalogue,
) -> Result<String, ReportError> {
    let bare: Vec<&str> = school.areas.iter().map(String::as_str).collect();
    let list = format!("{} {}", scene.common, joined(&bare)).trim().to_owned();
    if !bare.is_empty() && text_width(&list, SMALL, Weight::Regular)? <= NAME_ROOM {
        return Ok(list);
    }
    let facts = [("count", bare.len().to_string())];
    Ok(words.say(input.lang, "doc.map.areas", &facts))
}

fn changes(input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) -> Vec<String> {
    let changed = scene.areas.iter().filter_map(|area| Some((area, area.from?)));
    changed
        .map(|(area, from)| {
            let facts = [
                ("area", area.short.clone()),
                ("from", scene.school_name(from).to_owned()),
                ("to", scene.school_name(area.school).to_owned()),
                ("pupils", count(input.lang, area.pupils)),
            ];
            words.say(input.lang, "doc.map.change", &facts)
        })
        .collect()
}

/// Areas whose pupils do not stand on the map, with the key under which they stand there.
fn margin_names(
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    placed: &[Placed],
    words: &Catalogue,
) -> Vec<String> {
    let whole_labels: BTreeSet<&AreaCode> = placed
        .iter()
        .filter_map(|label| match &label.outer.kind {
            LabelKind::Area(code) => Some(code),
            LabelKind::School(_) | LabelKind::Key(_) => None,
        })
        .collect();
    scene
        .areas
        .iter()
        .filter(|area| !whole_labels.contains(area.code))
        .map(|area| {
            let key = placed.iter().find(
                |label| matches!(&label.outer.kind, LabelKind::Key(code) if code == area.code),
            );
            let facts =
                [("area", area.name.to_owned()), ("pupils", count(input.lang, area.pupils))];
            let name = words.say(input.lang, "doc.map.name_and_pupils", &facts);
            match key.map(|key| &key.outer.text).filter(|key| !area.name.ends_with(*key)) {
                Some(key) if *key != area.short => format!("{key} – {name}"),
                _ => name,
            }
        })
        .collect()
}

fn notes(input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) -> Vec<String> {
    let note = |key: &str, names: &[&str]| {
        (!names.is_empty()).then(|| words.say(input.lang, key, &[("names", names.join(", "))]))
    };
    [
        note("doc.map.without_outline", &scene.without_outline),
        note("doc.map.without_place", &scene.without_place),
    ]
    .into_iter()
    .flatten()
    .collect()
}
