//! The forecast chart: intakes of the past and forecasts with their ranges, one panel a grade.

use crate::font::{BOLD, FAMILY, REGULAR, Weight, shorten};
use crate::svg::escape;
use crate::{Provenance, ReportError};
use phantuyen_model::{Grade, SchoolYear};
use phantuyen_words::{Catalogue, Lang, whole};
use plotters::prelude::*;
use plotters::style::{
    FontStyle, register_font,
    text_anchor::{HPos, Pos, VPos},
};

/// One year of a grade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearPoint {
    /// The school year.
    pub school_year: SchoolYear,
    /// Pupils: counted, or expected.
    pub value: f64,
    /// Low end of what may happen.
    pub lower: Option<f64>,
    /// High end of what may happen.
    pub upper: Option<f64>,
    /// Whether it is counted rather than expected.
    pub observed: bool,
}

/// What a forecast chart shows.
pub struct ChartInput<'a> {
    /// What the page says about itself.
    pub provenance: &'a Provenance,
    /// The years of each grade, one panel a grade.
    pub series: Vec<(Grade, Vec<YearPoint>)>,
    /// The language of the labels.
    pub lang: Lang,
}

const PANEL_WIDTH: u32 = 400;
const HEIGHT: u32 = 430;
pub(crate) const HEAD: u32 = 62;
pub(crate) const FOOT: u32 = 44;
/// Size of the provenance line.
pub(crate) const PROVENANCE: f64 = 9.0;
pub(crate) const INK: RGBColor = RGBColor(26, 26, 26);
pub(crate) const GREY: RGBColor = RGBColor(85, 85, 85);
pub(crate) const FAINT: RGBColor = RGBColor(221, 221, 221);
const COUNTED: RGBColor = RGBColor(26, 26, 26);
pub(crate) const EXPECTED: RGBColor = RGBColor(160, 82, 0);
pub(crate) const MADE_UP: RGBColor = RGBColor(155, 28, 28);

/// A place to draw on.
pub(crate) type Area<'a, 'b> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// Draws the chart as SVG text: counted intakes as dots on a line, forecasts as rings with a bar
/// over the range of what may happen. The axis of pupils need not begin at zero.
///
/// # Errors
/// [`ReportError::Chart`] when there is no year to draw or the drawing fails.
pub fn forecast_chart(input: &ChartInput<'_>, words: &Catalogue) -> Result<String, ReportError> {
    let series: Vec<(Grade, Vec<YearPoint>)> = input
        .series
        .iter()
        .filter(|(_, years)| !years.is_empty())
        .map(|(grade, years)| {
            let mut years = years.clone();
            years.sort_by_key(|year| (year.school_year, !year.observed));
            (*grade, years)
        })
        .collect();
    if series.is_empty() {
        return Err(ReportError::Chart("there is no year to draw".to_owned()));
    }
    register_fonts()?;
    let panels = u32::try_from(series.len()).unwrap_or(1);
    let mut text = String::new();
    {
        let size = (PANEL_WIDTH * panels, HEIGHT);
        let root = SVGBackend::with_string(&mut text, size).into_drawing_area();
        let room = f64::from(size.0) - 32.0;
        let provenance = shorten(&input.provenance.line, PROVENANCE, Weight::Regular, room)?;
        draw(&root, input, &series, &provenance, words)
            .map_err(|cause| ReportError::Chart(cause.to_string()))?;
    }
    Ok(with_title(&text, &title(input, words), &description(input, &series, words)))
}

/// Gives plotters the bundled font.
pub(crate) fn register_fonts() -> Result<(), ReportError> {
    for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
        register_font(FAMILY, style, bytes)
            .map_err(|_| ReportError::Font("plotters does not take it".to_owned()))?;
    }
    Ok(())
}

fn title(input: &ChartInput<'_>, words: &Catalogue) -> String {
    let ward = input.provenance.ward(input.lang, words);
    words.say(input.lang, "doc.chart.title", &[("ward", ward)])
}

/// Each number as text, for readers who hear the chart.
fn description(
    input: &ChartInput<'_>,
    series: &[(Grade, Vec<YearPoint>)],
    words: &Catalogue,
) -> String {
    let mut sentences = Vec::new();
    for (grade, years) in series {
        for year in years {
            let facts = [
                ("grade", words.term(input.lang, &format!("term.grade.{grade}"))),
                ("year", year.school_year.to_string()),
                ("pupils", whole(input.lang, year.value)),
            ];
            let key =
                if year.observed { "doc.chart.counted_year" } else { "doc.chart.expected_year" };
            sentences.push(words.say(input.lang, key, &facts));
        }
    }
    sentences.join(" ")
}

/// Puts title and description, which plotters does not write, behind the opening tag.
pub(crate) fn with_title(svg: &str, title: &str, description: &str) -> String {
    let Some((open, rest)) = svg.split_once('>') else { return svg.to_owned() };
    format!(
        "{open} role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>{rest}",
        escape(title),
        escape(description)
    )
}

/// What may go wrong while drawing.
pub(crate) type DrawError<'a> = DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>;

/// Letters of the bundled font.
pub(crate) fn font(size: f64, style: FontStyle, colour: RGBColor) -> TextStyle<'static> {
    TextStyle {
        color: colour.to_backend_color(),
        ..TextStyle::from((FAMILY, size, style).into_font())
    }
}

fn draw<'a>(
    root: &Area<'a, '_>,
    input: &ChartInput<'_>,
    series: &[(Grade, Vec<YearPoint>)],
    provenance: &str,
    words: &Catalogue,
) -> Result<(), DrawError<'a>> {
    root.fill(&WHITE)?;
    let lang = input.lang;
    let (width, height) = root.dim_in_pixel();
    let width = width.cast_signed();
    root.draw_text(&title(input, words), &font(19.0, FontStyle::Bold, INK), (16, 12))?;
    key(root, input, words)?;
    if input.provenance.made_up {
        let mark = format!(
            "{} – {}",
            words.term(lang, "doc.made_up"),
            words.term(lang, "doc.made_up_purpose")
        );
        let style = font(13.0, FontStyle::Bold, MADE_UP).pos(Pos::new(HPos::Right, VPos::Top));
        root.draw_text(&mark, &style, (width - 16, 40))?;
    }
    let foot = height.cast_signed() - FOOT.cast_signed();
    let until = [("date", input.provenance.data_until.clone())];
    let until = words.say(lang, "doc.data_until", &until);
    root.draw_text(&until, &font(11.0, FontStyle::Normal, GREY), (16, foot + 12))?;
    root.draw_text(provenance, &font(PROVENANCE, FontStyle::Normal, GREY), (16, foot + 28))?;

    let (_, body) = root.split_vertically(HEAD.cast_signed());
    let (body, _) = body.split_vertically((height - HEAD - FOOT).cast_signed());
    let places = body.split_evenly((1, series.len()));
    for (place, (grade, years)) in places.iter().zip(series) {
        let name = words.term(lang, &format!("term.grade.{grade}"));
        panel(place, lang, &capital(&name), years)?;
    }
    root.present()
}

/// What the signs mean, in one line.
fn key<'a>(
    root: &Area<'a, '_>,
    input: &ChartInput<'_>,
    words: &Catalogue,
) -> Result<(), DrawError<'a>> {
    const MIDDLE: i32 = 48;
    let label = font(13.0, FontStyle::Normal, INK);
    root.draw(&Circle::new((22, MIDDLE), 4, COUNTED.filled()))?;
    root.draw_text(&words.term(input.lang, "doc.chart.counted"), &label, (34, MIDDLE - 5))?;
    root.draw(&PathElement::new(
        vec![(170, MIDDLE - 8), (170, MIDDLE + 8)],
        EXPECTED.stroke_width(5),
    ))?;
    root.draw(&Circle::new((170, MIDDLE), 4, WHITE.filled()))?;
    root.draw(&Circle::new((170, MIDDLE), 4, EXPECTED.stroke_width(2)))?;
    root.draw_text(&words.term(input.lang, "doc.chart.expected"), &label, (182, MIDDLE - 5))
}

fn panel<'a>(
    place: &Area<'a, '_>,
    lang: Lang,
    name: &str,
    years: &[YearPoint],
) -> Result<(), DrawError<'a>> {
    let (first, last) = (years[0].school_year.0, years[years.len() - 1].school_year.0);
    let (low, high) = pupils_axis(years);
    let mut chart = ChartBuilder::on(place)
        .caption(name, font(16.0, FontStyle::Bold, INK))
        .margin_left(10)
        .margin_right(18)
        .x_label_area_size(28)
        .y_label_area_size(50)
        .build_cartesian_2d(f64::from(first) - 0.6..f64::from(last) + 0.6, low..high)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(FAINT)
        .axis_style(GREY)
        .x_labels(8)
        .y_labels(6)
        .x_label_formatter(&|year| {
            if year.fract() == 0.0 { format!("{year}") } else { String::new() }
        })
        .y_label_formatter(&|pupils| whole(lang, *pupils))
        .label_style(font(12.0, FontStyle::Normal, INK))
        .draw()?;

    let at = |year: &YearPoint| (f64::from(year.school_year.0), year.value);
    let counted: Vec<&YearPoint> = years.iter().filter(|year| year.observed).collect();
    let expected: Vec<&YearPoint> = years.iter().filter(|year| !year.observed).collect();
    let joined = counted.last().into_iter().chain(&expected).map(|year| at(year));
    chart.draw_series(DashedLineSeries::new(joined, 4, 4, EXPECTED.stroke_width(1)))?;
    for year in &expected {
        if let (Some(lower), Some(upper)) = (year.lower, year.upper) {
            let x = f64::from(year.school_year.0);
            chart.draw_series([PathElement::new(
                vec![(x, lower), (x, upper)],
                EXPECTED.mix(0.45).stroke_width(5),
            )])?;
        }
    }
    chart.draw_series(LineSeries::new(
        counted.iter().map(|year| at(year)),
        COUNTED.stroke_width(2),
    ))?;
    chart.draw_series(counted.iter().map(|year| Circle::new(at(year), 4, COUNTED.filled())))?;
    chart.draw_series(expected.iter().map(|year| Circle::new(at(year), 4, WHITE.filled())))?;
    chart.draw_series(
        expected.iter().map(|year| Circle::new(at(year), 4, EXPECTED.stroke_width(2))),
    )?;
    // The next year is the one that is planned for: its number is written out, on the side of the
    // range from which the line does not come.
    let falls = counted.last().zip(expected.first()).is_some_and(|(a, b)| a.value > b.value);
    let side = if falls { VPos::Top } else { VPos::Bottom };
    let style = font(13.0, FontStyle::Bold, EXPECTED).pos(Pos::new(HPos::Center, side));
    chart.draw_series(expected.first().map(|year| {
        let (end, gap) = if falls { (year.lower, 6) } else { (year.upper, -6) };
        let at = (f64::from(year.school_year.0), end.unwrap_or(year.value));
        EmptyElement::at(at) + Text::new(whole(lang, year.value), (0, gap), style.clone())
    }))?;
    Ok(())
}

/// From a tenth of the spread below the least to a fifth above the most, never below zero.
fn pupils_axis(years: &[YearPoint]) -> (f64, f64) {
    let low =
        years.iter().map(|y| y.lower.unwrap_or(y.value).min(y.value)).fold(f64::MAX, f64::min);
    let high = years.iter().map(|y| y.upper.unwrap_or(y.value).max(y.value)).fold(0.0, f64::max);
    let spread = (high - low).max(1.0);
    ((low - spread * 0.1).max(0.0), high + spread * 0.2)
}

/// The first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
