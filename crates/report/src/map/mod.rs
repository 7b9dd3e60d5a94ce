//! The catchment map: one page, A3 landscape, for the wall of the ward office and the school gate.
//!
//! Steps: project the outlines to the page (`scene`), place the labels so that none covers
//! another (`labels`), draw areas, borders, schools and labels, then the side panel (`panel`) and
//! the frame with title, scale and provenance (`frame`).

mod boxes;
mod frame;
mod insets;
mod labels;
mod lists;
pub(crate) mod names;
mod panel;
mod room;
mod scene;

use crate::colours::UNASSIGNED;
use crate::counts::count;
use crate::svg::{Drawing, INK, Style, escape, path};
use crate::{Hatch, Provenance, ReportError, SchoolColours};
use labels::{Mark, Placed};
use phantuyen_model::{Area, AreaShape, Grade, Plan, PlanRow, School};
use phantuyen_words::{Catalogue, Lang};
use scene::Scene;

pub use labels::{LabelBox, LabelKind};

/// What a catchment map shows.
pub struct MapInput<'a> {
    /// What the page says about itself.
    pub provenance: &'a Provenance,
    /// The grade.
    pub grade: Grade,
    /// The plan for that grade.
    pub plan: &'a Plan,
    /// The areas with their names.
    pub areas: &'a [Area],
    /// The outlines of the areas.
    pub shapes: &'a [AreaShape],
    /// The schools with their names and places.
    pub schools: &'a [School],
    /// The present catchments, of any grade; changes against them are marked.
    pub present: &'a [PlanRow],
    /// The look of each school, the same on every map.
    pub colours: &'a SchoolColours,
    /// The language of the page.
    pub lang: Lang,
}

/// Red of a number that is over its limit.
const OVER: &str = "#9B1C1C";
/// Brown of a number that may go over its limit.
const TIGHT: &str = "#7A4B00";

/// Draws the catchment map as SVG text, A3 landscape, one unit = one point (1/72 inch).
///
/// An area that the plan gives to several schools shows the one with most of its pupils.
///
/// # Errors
/// [`ReportError::NoOutlines`] when no area of the plan has an outline.
pub fn catchment_map(input: &MapInput<'_>, words: &Catalogue) -> Result<String, ReportError> {
    let scene = Scene::of(input)?;
    let placed = labels::place(input, &scene, words)?;

    let mut drawing = Drawing::default();
    frame::open(&mut drawing, input, &scene, words)?;
    patterns(&mut drawing, input, &scene);
    areas(&mut drawing, input, &scene, words);
    changes(&mut drawing, &scene);
    borders(&mut drawing, &scene);
    schools(&mut drawing, &scene);
    frame::strips(&mut drawing, input, &scene);
    for label in &placed {
        draw_label(&mut drawing, label);
    }
    let end = panel::draw(&mut drawing, input, &scene, &placed, words)?;
    frame::close(&mut drawing, input, &scene, end, words)?;
    Ok(drawing.finish())
}

/// The boxes of all labels on the map, in points, as [`catchment_map`] places them.
///
/// # Errors
/// As [`catchment_map`].
pub fn map_labels(input: &MapInput<'_>, words: &Catalogue) -> Result<Vec<LabelBox>, ReportError> {
    let scene = Scene::of(input)?;
    let placed = labels::place(input, &scene, words)?;
    Ok(placed.into_iter().map(|label| label.outer).collect())
}

/// One pattern a school: its colour with its hatch.
fn patterns(drawing: &mut Drawing, input: &MapInput<'_>, scene: &Scene<'_>) {
    drawing.raw("<defs>");
    for (number, legend) in scene.legend.iter().enumerate() {
        let swatch = input.colours.of(&legend.figures.school_code);
        let hatch = match swatch.hatch {
            Hatch::Rising => "<path d=\"M-2 2L2 -2M0 8L8 0M6 10L10 6\"/>",
            Hatch::Falling => "<path d=\"M-2 6L2 10M0 0L8 8M6 -2L10 2\"/>",
            Hatch::Upright => "<path d=\"M4 0V8\"/>",
            Hatch::Level => "<path d=\"M0 4H8\"/>",
            Hatch::Crossed => "<path d=\"M0 8L8 0M0 0L8 8\"/>",
            Hatch::Dotted => {
                "<path stroke-linecap=\"round\" stroke-width=\"2.2\" d=\"M2 2h0.01M6 6h0.01\"/>"
            }
            Hatch::Plain => "",
        };
        drawing.raw(&format!(
            "<pattern id=\"school-{number}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\"><rect width=\"8\" height=\"8\" fill=\"{}\"/><g fill=\"none\" stroke=\"{INK}\" stroke-opacity=\"0.55\" stroke-width=\"0.8\">{hatch}</g></pattern>",
            swatch.colour
        ));
    }
    drawing.raw("</defs>");
}

fn areas(drawing: &mut Drawing, input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) {
    drawing.raw("<g stroke=\"#4d4d4d\" stroke-width=\"0.5\" stroke-linejoin=\"round\" fill-rule=\"evenodd\">");
    for (code, name, outline) in &scene.unassigned {
        drawing.raw(&format!(
            "<path data-area=\"{}\" fill=\"{UNASSIGNED}\" d=\"{}\"><title>{}</title></path>",
            escape(code.as_str()),
            path(outline),
            escape(name),
        ));
    }
    for area in &scene.areas {
        let facts = [
            ("area", area.name.to_owned()),
            ("school", scene.school_name(area.school).to_owned()),
            ("pupils", count(input.lang, area.pupils)),
        ];
        let fill = match scene.legend_number(area.school) {
            Some(number) => format!("url(#school-{number})"),
            None => input.colours.of(area.school).colour.to_owned(),
        };
        drawing.raw(&format!(
            "<path data-area=\"{}\" fill=\"{fill}\" d=\"{}\"><title>{}</title></path>",
            escape(area.code.as_str()),
            path(&area.outline),
            escape(&words.say(input.lang, "doc.map.area_title", &facts)),
        ));
    }
    drawing.raw("</g>");
}

fn borders(drawing: &mut Drawing, scene: &Scene<'_>) {
    drawing.raw("<g fill=\"none\" stroke-linejoin=\"round\">");
    for catchment in &scene.catchments {
        drawing.raw(&format!(
            "<path stroke=\"{INK}\" stroke-width=\"2.4\" d=\"{}\"/>",
            path(catchment)
        ));
    }
    drawing.raw("</g>");
}

/// A dashed line along the inner side of each area that changes its school; clipped to the area,
/// it hides no border of a catchment.
fn changes(drawing: &mut Drawing, scene: &Scene<'_>) {
    let changed = scene.areas.iter().filter(|area| area.from.is_some());
    for (number, area) in changed.enumerate() {
        let outline = path(&area.outline);
        drawing.raw(&format!(
            "<clipPath id=\"changed-{number}\"><path clip-rule=\"evenodd\" d=\"{outline}\"/></clipPath><g clip-path=\"url(#changed-{number})\" fill=\"none\"><path stroke=\"#ffffff\" stroke-width=\"7\" d=\"{outline}\"/><path stroke=\"{OVER}\" stroke-width=\"5\" stroke-dasharray=\"7 4\" d=\"{outline}\"/></g>"
        ));
    }
}

fn schools(drawing: &mut Drawing, scene: &Scene<'_>) {
    for mark in &scene.marks {
        let half = scene::MARK / 2.0;
        drawing.rect(
            [mark.at[0] - half, mark.at[1] - half, scene::MARK, scene::MARK],
            "fill=\"#000000\" stroke=\"#ffffff\" stroke-width=\"1.6\"",
        );
    }
}

fn draw_label(drawing: &mut Drawing, label: &Placed) {
    if let Some(target) = label.leader {
        drawing.line(
            label.anchor_towards(target),
            target,
            &format!("stroke=\"{INK}\" stroke-width=\"0.7\""),
        );
        drawing.raw(&format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"1.4\" fill=\"{INK}\"/>",
            crate::svg::number(target[0]),
            crate::svg::number(target[1])
        ));
    }
    let centre = label.outer.x + label.outer.width / 2.0;
    let mut foot = label.outer.y + labels::PADDING;
    for line in &label.lines {
        foot += line.size * crate::font::LINE;
        let style = Style {
            anchor: "middle",
            weight: line.weight,
            colour: line.colour,
            halo: 3.0,
            ..Style::plain(line.size)
        };
        let shift = mark_width(label.mark) / 2.0;
        drawing.text(centre + shift, foot - line.size * crate::font::BASELINE, style, &line.text);
    }
    let left = label.outer.x + labels::PADDING;
    let baseline = label.outer.y + label.outer.height - labels::PADDING - 2.5;
    draw_mark(drawing, label.mark, left, baseline);
}

/// Room that a mark takes before a text.
fn mark_width(mark: Mark) -> f64 {
    match mark {
        Mark::None => 0.0,
        Mark::Over => 11.0,
        Mark::Tight => 6.0,
    }
}

/// ▲ for more pupils than seats, ! where the high end of the range is above the seats. Drawn, as
/// the font has no triangle.
fn draw_mark(drawing: &mut Drawing, mark: Mark, left: f64, baseline: f64) {
    match mark {
        Mark::None => {}
        Mark::Over => {
            let [x, middle, right] = [0.0, 4.0, 8.0].map(|dx| crate::svg::number(left + dx));
            let [top, foot] = [baseline - 7.0, baseline].map(crate::svg::number);
            drawing.raw(&format!(
                "<path d=\"M{x} {foot}L{middle} {top}L{right} {foot}Z\" fill=\"{OVER}\" stroke=\"#ffffff\" stroke-width=\"1.6\" paint-order=\"stroke\"/>"
            ));
        }
        Mark::Tight => {
            let style = Style { colour: TIGHT, halo: 2.6, ..Style::bold(11.0) };
            drawing.text(left, baseline, style, "!");
        }
    }
}
