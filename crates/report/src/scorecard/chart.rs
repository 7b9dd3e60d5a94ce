//! The scorecard as a chart: how far past forecasts of the ward's total lay off, dot and range.

use super::{ScorecardInput, WardLine};
use crate::ReportError;
use crate::chart::{
    Area, DrawError, EXPECTED, FAINT, FOOT, GREY, HEAD, INK, MADE_UP, PROVENANCE, capital, font,
    register_fonts, with_title,
};
use crate::font::{Weight, shorten};
use phantuyen_model::{AccuracyAim, Grade};
use phantuyen_words::{Catalogue, per_cent};
use plotters::prelude::*;
use plotters::style::{
    FontStyle,
    text_anchor::{HPos, Pos, VPos},
};
use std::collections::BTreeSet;

const PANEL_WIDTH: u32 = 300;
const HEIGHT: u32 = 440;
/// The band of the plan's least accuracy, and inside it the band of its aim.
const LEAST_BAND: RGBColor = RGBColor(234, 240, 246);
const AIM_BAND: RGBColor = RGBColor(205, 221, 236);

/// Draws the scorecard as SVG text, one panel a grade: over the years ahead a ring at the mean
/// deviation, a bar from the lowest to the highest year and a dot for each year; behind them the
/// bands in which the plan wants forecasts to lie.
///
/// # Errors
/// [`ReportError::Chart`] when nothing could be scored or the drawing fails.
pub fn scorecard_chart(
    input: &ScorecardInput<'_>,
    words: &Catalogue,
) -> Result<String, ReportError> {
    let lines = input.ward_lines();
    let grades: BTreeSet<Grade> = lines.iter().map(|line| line.grade).collect();
    if grades.is_empty() {
        return Err(ReportError::Chart("there is no score to draw".to_owned()));
    }
    register_fonts()?;
    let panels = u32::try_from(grades.len()).unwrap_or(1).max(2);
    let size = (PANEL_WIDTH * panels, HEIGHT);
    let room = f64::from(size.0) - 32.0;
    let provenance = shorten(&input.provenance.line, PROVENANCE, Weight::Regular, room)?;
    let mut text = String::new();
    {
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(&root, input, &grades, &lines, &provenance, words)
            .map_err(|cause| ReportError::Chart(cause.to_string()))?;
    }
    Ok(with_title(&text, &title(input, words), &description(input, &lines, words)))
}

fn title(input: &ScorecardInput<'_>, words: &Catalogue) -> String {
    let ward = input.provenance.ward(input.lang, words);
    words.say(input.lang, "doc.score.chart_title", &[("ward", ward)])
}

/// Each number as text, for readers who hear the chart.
fn description(input: &ScorecardInput<'_>, lines: &[WardLine], words: &Catalogue) -> String {
    let sentence = |line: &WardLine| {
        let (low, high) = line.range();
        let facts = [
            ("grade", words.term(input.lang, &format!("term.grade.{}", line.grade))),
            ("horizon", line.horizon.to_string()),
            ("n", line.n.to_string()),
            ("bias", signed_share(input, line.bias)),
            ("low", signed_share(input, low)),
            ("high", signed_share(input, high)),
        ];
        words.say(input.lang, "doc.score.chart_line", &facts)
    };
    lines.iter().map(sentence).collect::<Vec<_>>().join(" ")
}

/// A share with its sign.
pub(super) fn signed_share(input: &ScorecardInput<'_>, share: f64) -> String {
    let text = per_cent(input.lang, share, 1);
    if share > 0.0 && !text.starts_with("0,0") && !text.starts_with("0.0") {
        format!("+{text}")
    } else {
        text
    }
}

fn draw<'a>(
    root: &Area<'a, '_>,
    input: &ScorecardInput<'_>,
    grades: &BTreeSet<Grade>,
    lines: &[WardLine],
    provenance: &str,
    words: &Catalogue,
) -> Result<(), DrawError<'a>> {
    root.fill(&WHITE)?;
    let lang = input.lang;
    let (width, height) = root.dim_in_pixel();
    root.draw_text(&title(input, words), &font(19.0, FontStyle::Bold, INK), (16, 12))?;
    key(root, input, words)?;
    let foot = height.cast_signed() - FOOT.cast_signed();
    if input.provenance.made_up {
        let style = font(13.0, FontStyle::Bold, MADE_UP).pos(Pos::new(HPos::Right, VPos::Top));
        let mark = words.term(lang, "doc.made_up");
        root.draw_text(&mark, &style, (width.cast_signed() - 16, foot + 12))?;
    }
    let until = [("date", input.provenance.data_until.clone())];
    let until = words.say(lang, "doc.data_until", &until);
    root.draw_text(&until, &font(11.0, FontStyle::Normal, GREY), (16, foot + 12))?;
    root.draw_text(provenance, &font(PROVENANCE, FontStyle::Normal, GREY), (16, foot + 28))?;

    let (_, body) = root.split_vertically(HEAD.cast_signed());
    let (body, _) = body.split_vertically((height - HEAD - FOOT).cast_signed());
    let reach = reach(lines, input.aim);
    for (place, grade) in body.split_evenly((1, grades.len())).iter().zip(grades) {
        let own: Vec<&WardLine> = lines.iter().filter(|line| line.grade == *grade).collect();
        let name = capital(&words.term(lang, &format!("term.grade.{grade}")));
        panel(place, input, &name, &own, reach, words)?;
    }
    root.present()
}

/// What the signs mean, in one line.
fn key<'a>(
    root: &Area<'a, '_>,
    input: &ScorecardInput<'_>,
    words: &Catalogue,
) -> Result<(), DrawError<'a>> {
    const MIDDLE: i32 = 48;
    const STEPS: [i32; 4] = [16, 175, 330, 455];
    let label = font(12.0, FontStyle::Normal, INK);
    let x = STEPS[0] + 6;
    root.draw(&PathElement::new(
        vec![(x, MIDDLE - 8), (x, MIDDLE + 8)],
        EXPECTED.mix(0.45).stroke_width(5),
    ))?;
    root.draw(&Circle::new((x, MIDDLE), 4, WHITE.filled()))?;
    root.draw(&Circle::new((x, MIDDLE), 4, EXPECTED.stroke_width(2)))?;
    let say = |key: &str| words.term(input.lang, key);
    root.draw_text(&say("doc.score.key_range"), &label, (x + 12, MIDDLE - 6))?;
    root.draw(&Circle::new((STEPS[1] + 6, MIDDLE), 3, INK.filled()))?;
    root.draw_text(&say("doc.score.key_year"), &label, (STEPS[1] + 16, MIDDLE - 6))?;
    let bands = [(AIM_BAND, input.aim.aim), (LEAST_BAND, input.aim.least)];
    for ((colour, share), x) in bands.into_iter().zip(&STEPS[2..]) {
        let corners = [(*x, MIDDLE - 7), (x + 18, MIDDLE + 7)];
        root.draw(&Rectangle::new(corners, colour.filled()))?;
        root.draw(&Rectangle::new(corners, GREY.stroke_width(1)))?;
        let facts = [("accuracy", per_cent(input.lang, share, 0))];
        let text = words.say(input.lang, "doc.score.key_band", &facts);
        root.draw_text(&text, &label, (x + 24, MIDDLE - 6))?;
    }
    Ok(())
}

/// How far the axis goes to both sides: past every dot and past the plan's least band.
fn reach(lines: &[WardLine], aim: AccuracyAim) -> f64 {
    let farthest = lines
        .iter()
        .flat_map(|line| line.deviations.iter().copied().chain([line.bias]))
        .map(f64::abs)
        .fold(1.0 - aim.least, f64::max);
    farthest * 1.15
}

fn panel<'a>(
    place: &Area<'a, '_>,
    input: &ScorecardInput<'_>,
    name: &str,
    lines: &[&WardLine],
    reach: f64,
    words: &Catalogue,
) -> Result<(), DrawError<'a>> {
    let last = lines.iter().map(|line| line.horizon).max().unwrap_or(1);
    let (left, right) = (0.4, f64::from(last) + 0.6);
    let mut chart = ChartBuilder::on(place)
        .caption(name, font(15.0, FontStyle::Bold, INK))
        .margin_left(8)
        .margin_right(12)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(left..right, -reach..reach)?;
    for (share, colour) in [(input.aim.least, LEAST_BAND), (input.aim.aim, AIM_BAND)] {
        let half = 1.0 - share;
        chart.draw_series([Rectangle::new([(left, -half), (right, half)], colour.filled())])?;
    }
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT)
        .axis_style(GREY)
        .x_labels(usize::try_from(last).unwrap_or(1) + 1)
        .y_labels(7)
        .x_desc(words.term(input.lang, "doc.score.axis_horizon"))
        .x_label_formatter(&|years| {
            let is_year = years.fract() == 0.0 && *years >= 1.0;
            if is_year { format!("{years}") } else { String::new() }
        })
        .y_label_formatter(&|share| {
            let text = per_cent(input.lang, *share, 0);
            if *share > 0.0 { format!("+{text}") } else { text }
        })
        .label_style(font(12.0, FontStyle::Normal, INK))
        .draw()?;
    chart.draw_series([PathElement::new(vec![(left, 0.0), (right, 0.0)], GREY.stroke_width(1))])?;
    for line in lines {
        let x = f64::from(line.horizon);
        let (low, high) = line.range();
        chart.draw_series([PathElement::new(
            vec![(x, low), (x, high)],
            EXPECTED.mix(0.45).stroke_width(6),
        )])?;
        let years = line.deviations.iter().map(|share| Circle::new((x, *share), 2, INK.filled()));
        chart.draw_series(years)?;
        chart.draw_series([
            Circle::new((x, line.bias), 4, WHITE.filled()),
            Circle::new((x, line.bias), 4, EXPECTED.stroke_width(2)),
        ])?;
    }
    Ok(())
}
