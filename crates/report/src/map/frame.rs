//! The frame of the page: title, made-up mark, scale, north arrow, disclaimer, provenance.

use super::insets::{Overview, Panel, STRIP, letter};
use super::panel::PANEL;
use super::scene::{OVERVIEW, Scene, WINDOW};
use super::{MapInput, OVER};
use crate::ReportError;
use crate::counts::count;
use crate::font::{Weight, shorten, text_width, wrap};
use crate::svg::{self, Drawing, INK, Style};
use phantuyen_words::{Catalogue, decimal, whole};

/// A3 landscape in points.
const PAGE: [f64; 2] = [1190.55, 841.89];
/// Longest scale bar.
const LONGEST: f64 = 130.0;
/// Size of the title where it is not too long.
const TITLE: f64 = 22.0;

/// Opens the page: description for readers who hear it, paper, title, window.
pub(super) fn open(
    drawing: &mut Drawing,
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let facts = [
        ("grade", words.term(input.lang, &format!("term.grade.{}", input.grade)).to_uppercase()),
        ("year", input.plan.school_year.to_string()),
    ];
    let title = words.say(input.lang, "doc.map.title", &facts);
    let description = description(input, scene, words);
    let code = input.lang.code();
    drawing.raw(&svg::open(PAGE[0], PAGE[1], code, &title, &description));
    drawing.rect([0.0, 0.0, PAGE[0], PAGE[1]], "fill=\"#ffffff\"");
    let fitting = TITLE * WINDOW[2] / text_width(&title, TITLE, Weight::Bold)?;
    drawing.text(WINDOW[0], 46.0, Style::bold(fitting.min(TITLE)), &title);
    let ward = input.provenance.ward(input.lang, words);
    let ward = shorten(&ward, 14.0, Weight::Bold, WINDOW[2])?;
    drawing.text(WINDOW[0], 70.0, Style::bold(14.0), &ward);
    if input.provenance.made_up {
        let width = PANEL[2];
        drawing.rect([PANEL[0], 26.0, width, 40.0], &format!("fill=\"{OVER}\""));
        let white = |size: f64, weight| Style {
            weight,
            anchor: "middle",
            colour: "#ffffff",
            ..Style::plain(size)
        };
        let middle = PANEL[0] + width / 2.0;
        let line = |key: &str| words.term(input.lang, key);
        drawing.text(middle, 45.0, white(15.0, Weight::Bold), &line("doc.made_up"));
        drawing.text(middle, 59.0, white(9.5, Weight::Regular), &line("doc.made_up_purpose"));
    }
    for panel in &scene.panels.panels {
        let edge = "fill=\"#ffffff\" stroke=\"#999999\" stroke-width=\"0.6\"";
        drawing.rect(panel.frame, edge);
    }
    Ok(())
}

/// Each school with its areas, pupils and seats, as sentences.
fn description(input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) -> String {
    let schools: Vec<String> = scene
        .legend
        .iter()
        .map(|school| {
            let facts = [
                ("school", school.name.to_owned()),
                ("areas", format!("{} {}", scene.common, school.areas.join(", "))),
                ("pupils", count(input.lang, school.figures.pupils)),
                ("seats", count(input.lang, school.figures.seats)),
            ];
            words.say(input.lang, "doc.map.school_sentence", &facts)
        })
        .collect();
    schools.join(" ")
}

/// Closes the page: scale, north arrow, disclaimer and provenance. `panel_end` is the height at
/// which the side panel ended; all this stands below it.
pub(super) fn close(
    drawing: &mut Drawing,
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    panel_end: f64,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let [left, top, width, height] = PANEL;
    let foot = top + height;
    debug_assert!(panel_end <= foot, "the panel keeps room for the scale");
    match &scene.overview {
        None => {
            let only = scene.panels.panels.first().map_or(1.0, Panel::points_per_metre);
            scale_bar(drawing, input, only, LONGEST, [left, foot - 26.0]);
        }
        Some(overview) => whole_ward(drawing, overview),
    }
    north_arrow(drawing, input, words, [left + width - 22.0, foot - 50.0]);

    let disclaimer = words.term(input.lang, "doc.map.disclaimer");
    drawing.text(WINDOW[0], foot + 15.0, Style::bold(9.0), &disclaimer);
    let until = [("date", input.provenance.data_until.clone())];
    let until = words.say(input.lang, "doc.data_until", &until);
    let end = Style { anchor: "end", ..Style::plain(8.0) };
    drawing.text(left + width, foot + 15.0, end, &until);
    let line = wrap(&input.provenance.line, 7.0, Weight::Regular, left + width - WINDOW[0])?;
    for (text, y) in line.iter().zip([foot + 26.0, foot + 35.0]) {
        let grey = Style { colour: "#555555", ..Style::plain(7.0) };
        drawing.text(WINDOW[0], y, grey, text);
    }
    drawing.raw("</svg>");
    Ok(())
}

/// The letter and the scale of each panel, in the strip below it.
pub(super) fn strips(drawing: &mut Drawing, input: &MapInput<'_>, scene: &Scene<'_>) {
    if !scene.panels.are_several() {
        return;
    }
    for (number, panel) in scene.panels.panels.iter().enumerate() {
        let [left, top, width, height] = panel.frame;
        let y = top + height - STRIP;
        drawing.text(left + 7.0, y + 15.0, Style::bold(13.0), &letter(number).to_string());
        let room = (width - 90.0).min(LONGEST);
        scale_bar(drawing, input, panel.points_per_metre(), room, [left + 34.0, y]);
    }
}

/// The whole ward, small, with the letter of each panel beside its box.
fn whole_ward(drawing: &mut Drawing, overview: &Overview) {
    let edge = "fill=\"#ffffff\" stroke=\"#999999\" stroke-width=\"0.6\"";
    drawing.rect(OVERVIEW, edge);
    drawing.raw("<g fill=\"#777777\">");
    for outline in &overview.outlines {
        drawing.raw(&format!("<path d=\"{}\"/>", svg::path(outline)));
    }
    drawing.raw("</g>");
    let right = OVERVIEW[0] + OVERVIEW[2];
    for (number, land) in overview.boxes.iter().enumerate() {
        let frame =
            [land.min().x - 2.0, land.min().y - 2.0, land.width() + 4.0, land.height() + 4.0];
        drawing.rect(frame, &format!("fill=\"none\" stroke=\"{INK}\" stroke-width=\"0.7\""));
        // The letter stands on the side that has room for it.
        let is_far_right = land.max().x + 12.0 > right;
        let (x, anchor) = match is_far_right {
            true => (land.min().x - 4.0, "end"),
            false => (land.max().x + 4.0, "start"),
        };
        let style = Style { anchor, halo: 1.5, ..Style::bold(8.5) };
        drawing.text(x, land.center().y + 3.0, style, &letter(number).to_string());
    }
}

/// A bar of 1, 2 or 5 × 10ⁿ metres, as long as the room allows.
fn scale_bar(
    drawing: &mut Drawing,
    input: &MapInput<'_>,
    points_per_metre: f64,
    room: f64,
    at: [f64; 2],
) {
    let longest = room / points_per_metre;
    let power = 10_f64.powf(longest.log10().floor());
    let metres = [5.0, 2.0, 1.0]
        .into_iter()
        .map(|step| step * power)
        .find(|metres| *metres <= longest)
        .unwrap_or(power);
    let length = metres * points_per_metre;
    let half = length / 2.0;
    let edge = format!("stroke=\"{INK}\" stroke-width=\"0.8\"");
    drawing.rect([at[0], at[1], half, 5.0], &format!("fill=\"{INK}\" {edge}"));
    drawing.rect([at[0] + half, at[1], half, 5.0], &format!("fill=\"#ffffff\" {edge}"));
    let label = if metres >= 1000.0 {
        format!("{} km", decimal(input.lang, metres / 1000.0, 0))
    } else {
        format!("{} m", whole(input.lang, metres))
    };
    drawing.text(at[0], at[1] + 16.0, Style::plain(8.5), "0");
    let middle = Style { anchor: "middle", ..Style::plain(8.5) };
    drawing.text(at[0] + length, at[1] + 16.0, middle, &label);
}

fn north_arrow(drawing: &mut Drawing, input: &MapInput<'_>, words: &Catalogue, at: [f64; 2]) {
    let [x, y] = at;
    let point = |dx: f64, dy: f64| format!("{} {}", svg::number(x + dx), svg::number(y + dy));
    drawing.raw(&format!(
        "<path d=\"M{}L{}L{}Z\" fill=\"{INK}\"/><path d=\"M{}L{}L{}Z\" fill=\"#ffffff\" stroke=\"{INK}\" stroke-width=\"0.8\"/>",
        point(0.0, 0.0),
        point(-9.0, 30.0),
        point(0.0, 23.0),
        point(0.0, 0.0),
        point(9.0, 30.0),
        point(0.0, 23.0),
    ));
    let north = words.term(input.lang, "doc.map.north");
    drawing.text(x, y + 43.0, Style { anchor: "middle", ..Style::bold(11.0) }, &north);
}
