//! Labels that never cover each other.
//!
//! 1. Schools first: each name takes the free place around its square that hides least of the
//!    middle of any area; if none is free, one farther away with a leader line.
//! 2. Areas next, smallest room first: name, pupils and change at the largest size whose box lies
//!    inside the outline and free of all others, tried at the pole of inaccessibility and then at
//!    the inner points nearest to it; then without the change; then with the name on two lines;
//!    then with a key (the bare number,
//!    or a letter explained in the margin) for the name; then without the pupils; at last the key
//!    on a leader line.

use super::MapInput;
use super::boxes::{around, is_free, overlap, rings, square};
use super::insets::Panels;
use super::room::Room;
use super::scene::{DrawnArea, MARK, Scene};
use crate::ReportError;
use crate::counts::count;
use crate::font::{LINE, Weight, shorten, text_width};
use crate::svg::INK;
use geo_types::{Coord, Rect};
use phantuyen_model::{AreaCode, SchoolCode, SchoolFigures};
use phantuyen_words::Catalogue;

/// What a label names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// A school.
    School(SchoolCode),
    /// An area with its pupils.
    Area(AreaCode),
    /// An area by a key or without its pupils; name and pupils stand in the margin.
    Key(AreaCode),
}

/// The box of a label on the page, in points from the top left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelBox {
    /// What it names.
    pub kind: LabelKind,
    /// Its text, lines joined by line feeds.
    pub text: String,
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Whether a school's pupils are above, or may go above, its seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Tight,
    Over,
}

impl Mark {
    pub(super) fn of(figures: &SchoolFigures) -> Self {
        if figures.pupils > figures.seats {
            Self::Over
        } else if figures.upper.is_some_and(|upper| upper > figures.seats) {
            Self::Tight
        } else {
            Self::None
        }
    }
}

/// White kept free around a text.
pub(super) const PADDING: f64 = 1.5;
/// The smallest print, in points.
const SMALLEST: f64 = 7.0;
const SCHOOL_SIZE: f64 = 9.5;
const SCHOOL_ROOM: f64 = 130.0;

#[derive(Clone)]
pub(super) struct TextLine {
    pub text: String,
    pub size: f64,
    pub weight: Weight,
    pub colour: &'static str,
}

/// A label at its place.
pub(super) struct Placed {
    pub outer: LabelBox,
    pub lines: Vec<TextLine>,
    pub mark: Mark,
    /// The point that a leader line leads to.
    pub leader: Option<[f64; 2]>,
}

impl Placed {
    /// The point of the box nearest to the target, where a leader line starts.
    pub(super) fn anchor_towards(&self, target: [f64; 2]) -> [f64; 2] {
        let LabelBox { x, y, width, height, .. } = self.outer;
        [target[0].clamp(x, x + width), target[1].clamp(y, y + height)]
    }
}

struct Draft {
    kind: LabelKind,
    lines: Vec<TextLine>,
    mark: Mark,
    size: [f64; 2],
}

impl Draft {
    fn new(kind: LabelKind, lines: Vec<TextLine>, mark: Mark) -> Result<Self, ReportError> {
        let mut width: f64 = 0.0;
        for line in &lines {
            width = width.max(text_width(&line.text, line.size, line.weight)?);
        }
        let height: f64 = lines.iter().map(|line| line.size * LINE).sum();
        let size = [width + super::mark_width(mark) + 2.0 * PADDING, height + 2.0 * PADDING];
        Ok(Self { kind, lines, mark, size })
    }

    fn at(self, area: Rect<f64>, leader: Option<[f64; 2]>) -> Placed {
        let text: Vec<&str> = self.lines.iter().map(|line| line.text.as_str()).collect();
        let outer = LabelBox {
            kind: self.kind,
            text: text.join("\n"),
            x: area.min().x,
            y: area.min().y,
            width: area.width(),
            height: area.height(),
        };
        Placed { outer, lines: self.lines, mark: self.mark, leader }
    }
}

/// Places all labels; the order is that of drawing.
pub(super) fn place(
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    words: &Catalogue,
) -> Result<Vec<Placed>, ReportError> {
    let rooms: Vec<Room> = scene.areas.iter().map(Room::of).collect();
    let mut taken: Vec<Rect<f64>> = scene.marks.iter().map(|mark| square(mark.at)).collect();
    let mut placed = Vec::new();

    for school in &scene.marks {
        let name = shorten(&school.school.name, SCHOOL_SIZE, Weight::Bold, SCHOOL_ROOM)?;
        let line =
            TextLine { text: name, size: SCHOOL_SIZE, weight: Weight::Bold, colour: "#0b2a5b" };
        let kind = LabelKind::School(school.school.school_code.clone());
        let draft = Draft::new(kind, vec![line], school.mark)?;
        if let Some((area, leader)) =
            beside_school(&draft, school.at, &taken, (&rooms, &scene.panels))
        {
            taken.push(area);
            placed.push(draft.at(area, leader));
        }
    }

    let mut order: Vec<usize> = (0..rooms.len()).collect();
    order.sort_by(|a, b| rooms[*a].extent.total_cmp(&rooms[*b].extent).then(a.cmp(b)));
    for index in order {
        let key = key_of(&scene.areas[index], index);
        let texts = full_texts(input, scene, words, &scene.areas[index], &key);
        let label =
            area_label(&scene.areas[index], texts, key, (&rooms[index], &scene.panels), &taken)?;
        if let Some(label) = label {
            let LabelBox { x, y, width, height, .. } = label.outer;
            taken.push(Rect::new(Coord { x, y }, Coord { x: x + width, y: y + height }));
            placed.push(label);
        }
    }
    Ok(placed)
}

fn area_label(
    area: &DrawnArea<'_>,
    texts: Vec<(LabelKind, Vec<TextLine>)>,
    key: String,
    (room, panels): (&Room, &Panels),
    taken: &[Rect<f64>],
) -> Result<Option<Placed>, ReportError> {
    for (kind, lines) in texts {
        let draft = Draft::new(kind, lines, Mark::None)?;
        if let Some(spot) = room.spot(draft.size, taken) {
            return Ok(Some(draft.at(spot, None)));
        }
    }
    let line = TextLine { text: key, size: SMALLEST + 0.5, weight: Weight::Bold, colour: INK };
    let draft = Draft::new(LabelKind::Key(area.code.clone()), vec![line], Mark::None)?;
    if let Some(spot) = room.spot(draft.size, taken) {
        return Ok(Some(draft.at(spot, None)));
    }
    let outside = rings(room.pole).into_iter().find_map(|centre| {
        let spot = around(centre, draft.size);
        (panels.holds(&spot, room.pole) && is_free(&spot, taken)).then_some(spot)
    });
    Ok(outside.map(|spot| draft.at(spot, Some(room.pole))))
}

/// The shortest text that stands for an area: its number, or a letter where its bare name is a
/// word that would be as wide as the name.
fn key_of(area: &DrawnArea<'_>, index: usize) -> String {
    const SHORT: usize = 4;
    if area.bare.chars().count() <= SHORT { area.bare.clone() } else { letters(index) }
}

/// The texts to try, the fullest and largest first.
fn full_texts(
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    words: &Catalogue,
    area: &DrawnArea<'_>,
    key: &str,
) -> Vec<(LabelKind, Vec<TextLine>)> {
    const SIZES: [f64; 4] = [10.0, 9.0, 8.0, SMALLEST];
    let pupils =
        words.say(input.lang, "doc.map.pupils", &[("pupils", count(input.lang, area.pupils))]);
    let from = area.from.map(|school| {
        words.say(input.lang, "doc.map.from", &[("school", scene.school_name(school).to_owned())])
    });
    let kind = LabelKind::Area(area.code.clone());
    let name = |size: f64, text: &str| TextLine {
        text: text.to_owned(),
        size,
        weight: Weight::Bold,
        colour: INK,
    };
    let small = |size: f64, text: &str, colour: &'static str| TextLine {
        text: text.to_owned(),
        size: (size - 1.0).max(SMALLEST),
        weight: Weight::Regular,
        colour,
    };
    let mut texts = Vec::new();
    if let Some(from) = &from {
        for size in SIZES {
            let lines = vec![
                name(size, &area.short),
                small(size, &pupils, INK),
                small(size, from, super::OVER),
            ];
            texts.push((kind.clone(), lines));
        }
    }
    for size in SIZES {
        texts.push((kind.clone(), vec![name(size, &area.short), small(size, &pupils, INK)]));
    }
    if let Some([first, second]) = halves(&area.short) {
        for size in SIZES {
            let lines = vec![name(size, &first), name(size, &second), small(size, &pupils, INK)];
            texts.push((kind.clone(), lines));
        }
    }
    texts.push((kind.clone(), vec![name(SMALLEST, &area.bare), small(SMALLEST, &pupils, INK)]));
    let short = LabelKind::Key(area.code.clone());
    for size in SIZES {
        texts.push((short.clone(), vec![name(size, key), small(size, &pupils, INK)]));
    }
    texts.push((short, vec![name(SMALLEST, &area.short)]));
    texts
}

/// A name in two lines of about the same length, broken at a space.
fn halves(name: &str) -> Option<[String; 2]> {
    let words: Vec<&str> = name.split_whitespace().collect();
    (1..words.len())
        .map(|cut| [words[..cut].join(" "), words[cut..].join(" ")])
        .min_by_key(|lines| lines.iter().map(|line| line.chars().count()).max())
}

/// A, B, … Z, AA, AB, …
fn letters(mut number: usize) -> String {
    let mut text = String::new();
    loop {
        let letter = b'A' + u8::try_from(number % 26).unwrap_or_default();
        text.insert(0, char::from(letter));
        if number < 26 {
            return text;
        }
        number = number / 26 - 1;
    }
}

/// The free place beside a school's square that hides least of the middle of areas.
fn beside_school(
    draft: &Draft,
    at: [f64; 2],
    taken: &[Rect<f64>],
    (rooms, panels): (&[Room], &Panels),
) -> Option<(Rect<f64>, Option<[f64; 2]>)> {
    let [width, height] = draft.size;
    let (up, side) = (MARK / 2.0 + height / 2.0 + 1.0, MARK / 2.0 + width / 2.0 + 1.0);
    let near = [
        [0.0, -up],
        [0.0, up],
        [side, 0.0],
        [-side, 0.0],
        [side, -up],
        [-side, -up],
        [side, up],
        [-side, up],
        [side / 2.0, -up],
        [-side / 2.0, -up],
        [side / 2.0, up],
        [-side / 2.0, up],
    ];
    let usable = |centre: [f64; 2]| {
        let spot = around(centre, draft.size);
        (panels.holds(&spot, at) && is_free(&spot, taken)).then_some(spot)
    };
    let hidden = |spot: &Rect<f64>| -> f64 {
        rooms.iter().map(|room| overlap(spot, &middle_of(room.pole))).sum()
    };
    let mut best: Option<(f64, Rect<f64>)> = None;
    for shift in near {
        let Some(spot) = usable([at[0] + shift[0], at[1] + shift[1]]) else { continue };
        let cost = hidden(&spot);
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, spot));
        }
    }
    if let Some((_, spot)) = best {
        return Some((spot, None));
    }
    rings(at).into_iter().find_map(usable).map(|spot| (spot, Some(at)))
}

/// The room that a label of two lines usually takes at the pole of its area.
fn middle_of(pole: [f64; 2]) -> Rect<f64> {
    const HALF: Coord<f64> = Coord { x: 20.0, y: 13.0 };
    let pole = Coord { x: pole[0], y: pole[1] };
    Rect::new(pole - HALF, pole + HALF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([letters(0), letters(25), letters(26), letters(52)], ["A", "Z", "AA", "BA"]);
    }

    #[test]
    fn a_name_is_halved_where_its_lines_come_out_alike() {
        assert_eq!(halves("Xã Bình Giang Đông"), Some(["Xã Bình".into(), "Giang Đông".into()]));
        assert_eq!(halves("12"), None);
    }
}
