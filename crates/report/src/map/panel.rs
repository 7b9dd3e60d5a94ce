//! The side panel: schools with their areas, pupils and seats; signs; changes; names that found
//! no room on the map; notes.

use super::labels::{Mark, Placed};
use super::lists::{areas_in_words, changes, margin_names, notes};
use super::scene::{LegendSchool, Scene};
use super::{MapInput, OVER, TIGHT};
use crate::ReportError;
use crate::counts::count;
use crate::font::{Weight, shorten, text_width, wrap};
use crate::svg::{Drawing, INK, Style};
use phantuyen_words::{Catalogue, whole};

/// The panel on the page, in points.
pub(super) const PANEL: [f64; 4] = [882.0, 84.0, 280.0, 708.0];
/// Room at its foot for scale and north arrow.
const FOOT: f64 = 66.0;
pub(super) const SMALL: f64 = 7.5;
/// Height of a heading and of a line of a list.
const HEADING: f64 = 19.0;
const STEP: f64 = 10.0;
/// Height of the line of the total, and of a sign; at most so many signs are explained.
const TOTAL: f64 = 12.0;
const SIGN: f64 = 12.0;
const MOST_SIGNS: f64 = 6.0;
/// From this height on, a school has a second line.
pub(super) const TWO_LINES: f64 = 21.0;
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
    // Long names take the whole width of the panel.
    let mut longest: f64 = 0.0;
    for area in &scene.areas {
        longest = longest.max(text_width(area.name, SMALL, Weight::Regular)?);
    }
    const ROOM: [f64; 2] = [84.0, 216.0];
    let (columns, room) = if longest <= ROOM[0] { (2, ROOM[0]) } else { (1, ROOM[1]) };
    let names = margin_names(input, scene, placed, room, words)?;
    let lists = [
        ("doc.map.other_names", names, columns),
        ("doc.map.changes", changes(input, scene, words), 1),
        ("doc.map.notes", notes(input, scene, words), 1),
    ];
    let areas = areas_in_words(input, scene, &lists, words)?;
    let mut panel = Panel { drawing, y: PANEL[1] };
    panel.schools(input, scene, &areas, words)?;
    panel.signs(input, scene, words);
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
        areas: &[Vec<String>],
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
        let height = school_height(scene);
        let shown = scene.legend.iter().zip(areas).take(MOST_SCHOOLS);
        for (number, (school, areas)) in shown.enumerate() {
            self.school(input, (number, school), areas, height)?;
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
        self.y += TOTAL;
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
        (number, school): (usize, &LegendSchool<'_>),
        areas: &[String],
        height: f64,
    ) -> Result<(), ReportError> {
        let two_lines = height >= TWO_LINES;
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
            let mut line_at = second;
            for line in areas {
                self.drawing.text(PANEL[0] + 30.0, line_at, style, line);
                line_at += STEP;
            }
            if let (Some(lower), Some(upper)) = (figures.lower, figures.upper) {
                let range = format!("{}–{}", whole(lang, lower), whole(lang, upper));
                let style = Style { anchor: "end", ..style };
                self.drawing.text(COLUMNS[0], second, style, &range);
            }
            self.y += further_lines(areas);
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
            panel.y += SIGN;
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
        let width = column_width(columns);
        let mut lines = list_lines(items, columns)?;
        let fits = rows_between(self.y, foot, STEP) * columns;
        let left_out = (lines.len() > fits).then(|| {
            // The last row says how much is missing.
            let kept = fits - columns;
            let left_out = lines.len() - kept;
            lines.truncate(kept);
            left_out
        });
        for row in lines.chunks(columns) {
            self.y += STEP;
            let mut x = PANEL[0];
            for cell in row {
                self.drawing.text(x, self.y, Style::plain(SMALL), cell);
                x += width;
            }
        }
        if let Some(count) = left_out {
            self.y += STEP;
            let more = words.say(input.lang, "doc.map.more", &[("count", count.to_string())]);
            self.drawing.text(PANEL[0], self.y, Style::plain(SMALL), &more);
        }
        Ok(())
    }
}

/// Right edges of the numbers.
const COLUMNS: [f64; 2] = [PANEL[0] + 206.0, PANEL[0] + 244.0];
pub(super) const NAME_ROOM: f64 = 142.0;

fn rows_between(from: f64, to: f64, step: f64) -> usize {
    let mut rows = 0;
    let mut y = from + step;
    while y <= to {
        rows += 1;
        y += step;
    }
    rows
}

/// The height of a school: two lines where they take less than three fifths of the panel, else one.
pub(super) fn school_height(scene: &Scene<'_>) -> f64 {
    (PANEL[3] * 0.62 / number_of(scene.legend.len())).clamp(11.0, 27.0)
}

fn number_of(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The height of the lines of areas after the first.
pub(super) fn further_lines(areas: &[String]) -> f64 {
    STEP * number_of(areas.len().saturating_sub(1))
}

fn column_width(columns: usize) -> f64 {
    PANEL[2] / f64::from(u32::try_from(columns).unwrap_or(1))
}

/// The items of a list as they stand in its columns; one column has room for wrapped lines.
fn list_lines(items: &[String], columns: usize) -> Result<Vec<String>, ReportError> {
    let width = column_width(columns);
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        if columns == 1 {
            lines.extend(wrap(item, SMALL, Weight::Regular, width)?);
        } else {
            lines.push(shorten(item, SMALL, Weight::Regular, width - 6.0)?);
        }
    }
    Ok(lines)
}

/// A list below the signs: the key of its heading, its items, its columns.
pub(super) type List<'l> = (&'l str, Vec<String>, usize);

/// The height that is left when signs and lists have all the room that they need.
pub(super) fn free_height(scene: &Scene<'_>, lists: &[List<'_>]) -> Result<f64, ReportError> {
    let mut taken = HEADING + number_of(scene.legend.len()) * school_height(scene) + TOTAL;
    taken += HEADING + MOST_SIGNS * SIGN;
    for (_, items, columns) in lists {
        if !items.is_empty() {
            // A list before it keeps two lines for it even where it has one.
            let rows = list_lines(items, *columns)?.len().div_ceil(*columns).max(2);
            taken += HEADING + STEP * number_of(rows);
        }
    }
    Ok(PANEL[3] - FOOT - taken)
}
