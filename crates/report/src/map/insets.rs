//! Where the ward lies on the page: in one window, or, where islands lie far apart, in a panel for
//! each group of them, each as large as the page allows and with a scale of its own.
//!
//! 1. **Groups.** Polygons whose boxes lie nearer to each other than [`APART`] of the ward's extent
//!    belong together; with more than [`MOST`] groups, farther ones join too.
//! 2. **Cuts.** The window is cut straight into one panel a group, in their order from west to east
//!    or north to south. Of all ways to cut, that one is taken whose panels are worth most: each
//!    area counts with the logarithm of the scale at which it is drawn.
//! 3. Panels are kept only where they draw the ward at least [`GAIN`] times as large as one window.
//!
//! Panels share no point, and scale and letter stand in a strip of their own: nothing on the map
//! can be covered by them.

use super::scene::WINDOW;
use crate::ReportError;
use geo::{BoundingRect as _, MapCoords as _};
use geo_types::{Coord, MultiPolygon, Rect};
use phantuyen_model::LonLat;

/// White kept free between a frame and what it holds.
const MARGIN: f64 = 14.0;
/// White between panels.
const GAP: f64 = 6.0;
/// Height of the strip under a panel for its letter and scale.
pub(super) const STRIP: f64 = 22.0;
/// The least side of a panel.
const LEAST: f64 = 110.0;
/// Polygons farther apart than this share of the ward's extent are drawn apart.
const APART: f64 = 0.12;
/// Most panels on a page.
const MOST: usize = 5;
/// How much larger panels must draw the ward.
const GAIN: f64 = 1.5;
/// Where a frame may be cut.
const CUTS: [f64; 7] = [0.25, 1.0 / 3.0, 0.4, 0.5, 0.6, 2.0 / 3.0, 0.75];
/// Metres of one degree of latitude on a sphere of 6 371 008.8 m.
const METRES_PER_DEGREE: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0;

/// A part of the ward in a frame of its own.
pub(super) struct Panel {
    /// Left, top, width and height on the page, the strip included.
    pub frame: [f64; 4],
    /// What it shows, in degrees.
    bounds: Rect<f64>,
    page: Page,
}

impl Panel {
    /// Points on the page for each metre.
    pub(super) fn points_per_metre(&self) -> f64 {
        self.page.scale
    }

    /// Whether a box lies in the frame and, of several panels, above the strip.
    fn holds(&self, spot: &Rect<f64>, is_only: bool) -> bool {
        let [left, top, width, height] = self.frame;
        let strip = if is_only { 0.0 } else { STRIP };
        spot.min().x >= left
            && spot.min().y >= top
            && spot.max().x <= left + width
            && spot.max().y <= top + height - strip
    }
}

/// All panels of a map, one of them in most wards.
pub(super) struct Panels {
    pub panels: Vec<Panel>,
    /// The whole ward, in degrees.
    bounds: Rect<f64>,
}

impl Panels {
    /// Panels for these outlines.
    pub(super) fn of<'b>(
        outlines: impl Iterator<Item = &'b MultiPolygon<f64>>,
    ) -> Result<Self, ReportError> {
        let outlines: Vec<&MultiPolygon<f64>> = outlines.collect();
        let boxes: Vec<Rect<f64>> = outlines
            .iter()
            .flat_map(|outline| outline.iter().filter_map(|polygon| polygon.bounding_rect()))
            .collect();
        let bounds = boxes.iter().copied().reduce(around_both).ok_or(ReportError::NoOutlines)?;
        let one = Panel { frame: WINDOW, bounds, page: Page::fit(bounds, WINDOW)? };
        let groups = groups(&boxes, bounds, &outlines);
        if groups.len() < 2 {
            return Ok(Self { panels: vec![one], bounds });
        }
        let cut = best_cut(&groups, WINDOW);
        let alone: f64 = groups.iter().map(|group| group.worth(one.page.scale)).sum();
        let areas: f64 = groups.iter().map(|group| group.areas).sum();
        if cut.worth < alone + areas * GAIN.ln() {
            return Ok(Self { panels: vec![one], bounds });
        }
        let panel = |(group, frame): (&Group, [f64; 4])| {
            let page = Page::fit(group.bounds, above_strip(frame))?;
            Ok(Panel { frame, bounds: group.bounds, page })
        };
        let panels =
            groups.iter().zip(cut.frames).map(panel).collect::<Result<_, ReportError>>()?;
        Ok(Self { panels, bounds })
    }

    /// Whether the ward is drawn in several panels.
    pub(super) fn are_several(&self) -> bool {
        self.panels.len() > 1
    }

    /// An outline on the page, each of its polygons in its panel.
    pub(super) fn outline(&self, outline: &MultiPolygon<f64>) -> MultiPolygon<f64> {
        let placed = outline.iter().map(|polygon| {
            let middle = polygon.bounding_rect().map_or_else(Coord::zero, |rect| rect.center());
            let page = &self.panels[self.nearest(middle)].page;
            polygon.map_coords(|point| page.place(point))
        });
        MultiPolygon::new(placed.collect())
    }

    /// A place on the page; `None` where it lies outside the panel of the land next to it.
    pub(super) fn at(&self, place: LonLat, half: f64) -> Option<[f64; 2]> {
        let place = Coord { x: place.lon, y: place.lat };
        let panel = &self.panels[self.nearest(place)];
        let at = panel.page.place(place);
        let reach = Coord { x: half, y: half };
        let inside = panel.holds(&Rect::new(at - reach, at + reach), !self.are_several());
        inside.then_some([at.x, at.y])
    }

    /// Whether a box lies in the same panel as a point of the page.
    pub(super) fn holds(&self, spot: &Rect<f64>, beside: [f64; 2]) -> bool {
        let point = Coord { x: beside[0], y: beside[1] };
        let is_only = !self.are_several();
        let panel = self.panels.iter().find(|panel| panel.holds(&Rect::new(point, point), is_only));
        panel.is_some_and(|panel| panel.holds(spot, is_only))
    }

    /// The whole ward in a small frame: outlines, and the box of each panel.
    pub(super) fn overview(
        &self,
        outlines: impl Iterator<Item = MultiPolygon<f64>>,
        frame: [f64; 4],
    ) -> Result<Overview, ReportError> {
        let page = Page::fit_with(self.bounds, frame, 4.0)?;
        let outlines =
            outlines.map(|outline| outline.map_coords(|point| page.place(point))).collect();
        let boxes = self.panels.iter().map(|panel| {
            let (a, b) = (page.place(panel.bounds.min()), page.place(panel.bounds.max()));
            Rect::new(a, b)
        });
        Ok(Overview { outlines, boxes: boxes.collect() })
    }

    /// The panel whose land is nearest to a place.
    fn nearest(&self, place: Coord<f64>) -> usize {
        let away = |panel: &Panel| gap(&panel.bounds, &Rect::new(place, place));
        let panels = 0..self.panels.len();
        panels
            .min_by(|&a, &b| away(&self.panels[a]).total_cmp(&away(&self.panels[b])))
            .unwrap_or_default()
    }
}

/// The whole ward, small.
pub(super) struct Overview {
    pub outlines: Vec<MultiPolygon<f64>>,
    /// The box of each panel, in their order.
    pub boxes: Vec<Rect<f64>>,
}

/// The letter of a panel.
pub(super) fn letter(number: usize) -> char {
    char::from(b'A' + u8::try_from(number).unwrap_or_default())
}

/// Land that is drawn together.
struct Group {
    bounds: Rect<f64>,
    /// Areas whose largest polygon lies here.
    areas: f64,
}

impl Group {
    fn worth(&self, scale: f64) -> f64 {
        self.areas * scale.ln()
    }
}

/// Polygons that lie near each other, from west to east or from north to south, whichever way the
/// ward is longer.
fn groups(boxes: &[Rect<f64>], bounds: Rect<f64>, outlines: &[&MultiPolygon<f64>]) -> Vec<Group> {
    let across = metres_per_degree(bounds);
    let extent = (bounds.width() * across.x).hypot(bounds.height() * across.y);
    let flat = |rect: &Rect<f64>| {
        let scaled = |point: Coord<f64>| Coord { x: point.x * across.x, y: point.y * across.y };
        Rect::new(scaled(rect.min()), scaled(rect.max()))
    };
    let mut near = APART * extent;
    let mut joined: Vec<Rect<f64>> = boxes.iter().map(flat).collect();
    loop {
        joined = join(joined, near);
        if joined.len() <= MOST {
            break;
        }
        near *= GAIN;
    }
    let back = |rect: &Rect<f64>| {
        let scaled = |point: Coord<f64>| Coord { x: point.x / across.x, y: point.y / across.y };
        Rect::new(scaled(rect.min()), scaled(rect.max()))
    };
    let mut groups: Vec<Group> =
        joined.iter().map(|rect| Group { bounds: back(rect), areas: 0.0 }).collect();
    let is_wide = bounds.width() * across.x >= bounds.height() * across.y;
    groups.sort_by(|a, b| {
        let (a, b) = (a.bounds.center(), b.bounds.center());
        if is_wide { a.x.total_cmp(&b.x) } else { b.y.total_cmp(&a.y) }
    });
    for outline in outlines {
        let size = |rect: &Rect<f64>| rect.width() * rect.height();
        let largest = outline.iter().filter_map(|polygon| polygon.bounding_rect());
        let Some(largest) = largest.max_by(|a, b| size(a).total_cmp(&size(b))) else { continue };
        let away = |group: &&mut Group| gap(&group.bounds, &largest);
        let home = groups.iter_mut().min_by(|a, b| away(a).total_cmp(&away(b)));
        home.into_iter().for_each(|group| group.areas += 1.0);
    }
    groups
}

/// Boxes joined until no two are nearer to each other than `near`.
fn join(mut boxes: Vec<Rect<f64>>, near: f64) -> Vec<Rect<f64>> {
    loop {
        boxes.sort_by(|a, b| a.min().x.total_cmp(&b.min().x));
        let before = boxes.len();
        let mut apart: Vec<Rect<f64>> = Vec::new();
        for rect in boxes {
            match apart.iter_mut().find(|known| gap(known, &rect) < near) {
                Some(known) => *known = around_both(*known, rect),
                None => apart.push(rect),
            }
        }
        boxes = apart;
        if boxes.len() == before {
            return boxes;
        }
    }
}

/// How far two boxes lie apart.
fn gap(a: &Rect<f64>, b: &Rect<f64>) -> f64 {
    let apart = |low: f64, high: f64, other_low: f64, other_high: f64| {
        (other_low - high).max(low - other_high).max(0.0)
    };
    let x = apart(a.min().x, a.max().x, b.min().x, b.max().x);
    let y = apart(a.min().y, a.max().y, b.min().y, b.max().y);
    x.hypot(y)
}

fn around_both(a: Rect<f64>, b: Rect<f64>) -> Rect<f64> {
    Rect::new(
        Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
        Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
    )
}

/// Frames for groups, and what they are worth together.
struct Cut {
    worth: f64,
    frames: Vec<[f64; 4]>,
}

/// The best way to cut a frame straight into one for each group, in their order.
fn best_cut(groups: &[Group], frame: [f64; 4]) -> Cut {
    if let [only] = groups {
        let [_, _, width, height] = frame;
        let page = Page::fit(only.bounds, above_strip(frame));
        let worth = match page {
            Ok(page) if width >= LEAST && height >= LEAST => only.worth(page.scale),
            _ => f64::NEG_INFINITY,
        };
        return Cut { worth, frames: vec![frame] };
    }
    let mut best = Cut { worth: f64::NEG_INFINITY, frames: vec![frame; groups.len()] };
    for first in 1..groups.len() {
        for share in CUTS {
            for halves in [beside(frame, share), below(frame, share)] {
                let (one, other) = groups.split_at(first);
                let (a, b) = (best_cut(one, halves[0]), best_cut(other, halves[1]));
                if a.worth + b.worth > best.worth {
                    let frames = a.frames.into_iter().chain(b.frames).collect();
                    best = Cut { worth: a.worth + b.worth, frames };
                }
            }
        }
    }
    best
}

fn beside([left, top, width, height]: [f64; 4], share: f64) -> [[f64; 4]; 2] {
    let first = (width - GAP) * share;
    [[left, top, first, height], [left + first + GAP, top, width - GAP - first, height]]
}

fn below([left, top, width, height]: [f64; 4], share: f64) -> [[f64; 4]; 2] {
    let first = (height - GAP) * share;
    [[left, top, width, first], [left, top + first + GAP, width, height - GAP - first]]
}

fn above_strip([left, top, width, height]: [f64; 4]) -> [f64; 4] {
    [left, top, width, height - STRIP]
}

fn metres_per_degree(bounds: Rect<f64>) -> Coord<f64> {
    let middle = bounds.center();
    Coord { x: METRES_PER_DEGREE * middle.y.to_radians().cos(), y: METRES_PER_DEGREE }
}

/// The way from degrees to points: equirectangular at the middle latitude, north up, as large as
/// the frame allows. Over a ward (below 30 km) its error is under a metre a kilometre.
struct Page {
    middle: Coord<f64>,
    centre: Coord<f64>,
    metres_per_degree: Coord<f64>,
    scale: f64,
}

impl Page {
    fn fit(bounds: Rect<f64>, frame: [f64; 4]) -> Result<Self, ReportError> {
        Self::fit_with(bounds, frame, MARGIN)
    }

    fn fit_with(bounds: Rect<f64>, frame: [f64; 4], margin: f64) -> Result<Self, ReportError> {
        let metres_per_degree = metres_per_degree(bounds);
        let [left, top, width, height] = frame;
        let across = (width - 2.0 * margin) / (bounds.width() * metres_per_degree.x);
        let down = (height - 2.0 * margin) / (bounds.height() * metres_per_degree.y);
        let scale = across.min(down);
        if !scale.is_finite() || scale <= 0.0 {
            return Err(ReportError::NoOutlines);
        }
        let centre = Coord { x: left + width / 2.0, y: top + height / 2.0 };
        Ok(Self { middle: bounds.center(), centre, metres_per_degree, scale })
    }

    fn place(&self, point: Coord<f64>) -> Coord<f64> {
        let east = (point.x - self.middle.x) * self.metres_per_degree.x;
        let north = (point.y - self.middle.y) * self.metres_per_degree.y;
        Coord { x: self.centre.x + east * self.scale, y: self.centre.y - north * self.scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{LineString, Polygon};

    /// A square of so many degrees with its south-west corner there.
    fn square(lon: f64, lat: f64, side: f64) -> MultiPolygon<f64> {
        let corners = [
            (lon, lat),
            (lon + side, lat),
            (lon + side, lat + side),
            (lon, lat + side),
            (lon, lat),
        ];
        MultiPolygon::new(vec![Polygon::new(LineString::from(corners.to_vec()), vec![])])
    }

    #[test]
    fn land_in_one_piece_has_one_window() {
        let ward = [square(106.0, 10.0, 0.05), square(106.05, 10.0, 0.05)];
        let panels = Panels::of(ward.iter()).expect("panels");
        assert_eq!(panels.panels.len(), 1);
        assert_eq!(panels.panels[0].frame, WINDOW);
    }

    #[test]
    fn islands_far_apart_have_panels_that_share_nothing_and_draw_them_larger() {
        let ward = [square(104.0, 9.5, 0.03), square(104.5, 9.8, 0.02), square(104.9, 9.6, 0.04)];
        let panels = Panels::of(ward.iter()).expect("panels");
        assert_eq!(panels.panels.len(), 3);
        let inside = |panel: &Panel| {
            let [left, top, width, height] = panel.frame;
            Rect::new(Coord { x: left, y: top }, Coord { x: left + width, y: top + height })
        };
        for (place, panel) in panels.panels.iter().enumerate() {
            for other in &panels.panels[place + 1..] {
                assert!(gap(&inside(panel), &inside(other)) >= GAP - 1e-9);
            }
        }
        let all = ward.iter().filter_map(|island| island.bounding_rect()).reduce(around_both);
        let one = Page::fit(all.expect("land"), WINDOW).expect("a page");
        for (island, panel) in ward.iter().zip(&panels.panels) {
            assert!(panel.points_per_metre() > 3.0 * one.scale);
            let drawn = panels.outline(island).bounding_rect().expect("an outline");
            assert!(panel.holds(&drawn, false), "{drawn:?} in {:?}", panel.frame);
        }
    }
}
