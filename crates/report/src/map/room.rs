//! The room that an area has for its label.

use super::boxes::{around, in_window, is_free};
use super::scene::DrawnArea;
use geo::{Area as _, BoundingRect as _, Intersects as _};
use geo_types::{Coord, Line, Point, Polygon, Rect};

/// Where a label of an area may stand.
pub(super) struct Room {
    polygon: Polygon<f64>,
    pub pole: [f64; 2],
    /// Inner points, nearest to the pole first, each with its distance from the border.
    points: Vec<([f64; 2], f64)>,
    pub extent: f64,
}

impl Room {
    /// The largest part of the outline, its pole of inaccessibility and a grid of inner points.
    pub(super) fn of(area: &DrawnArea<'_>) -> Self {
        let mut largest: Option<(&Polygon<f64>, f64)> = None;
        for polygon in &area.outline {
            let extent = polygon.unsigned_area();
            if largest.is_none_or(|(_, known)| extent > known) {
                largest = Some((polygon, extent));
            }
        }
        let Some((polygon, extent)) = largest else {
            let polygon = Polygon::new(geo_types::LineString::new(vec![]), vec![]);
            return Self { polygon, pole: [0.0; 2], points: vec![], extent: 0.0 };
        };
        const TOLERANCE: f64 = 0.5;
        // An outline without an inside has no pole; any of its points will do.
        let pole = polylabel::polylabel(polygon, &TOLERANCE).map_or_else(
            |_| polygon.exterior().0.first().map_or([0.0; 2], |point| [point.x, point.y]),
            |point: Point<f64>| [point.x(), point.y()],
        );
        let points = inner_points(polygon, pole);
        Self { polygon: polygon.clone(), pole, points, extent }
    }

    /// The first free box of that size inside, nearest to the pole first.
    pub(super) fn spot(&self, size: [f64; 2], taken: &[Rect<f64>]) -> Option<Rect<f64>> {
        self.points
            .iter()
            .map(|(point, clearance)| (around(*point, size), *clearance))
            .find(|(spot, clearance)| {
                is_free(spot, taken) && in_window(spot) && self.holds(spot, *clearance)
            })
            .map(|(spot, _)| spot)
    }

    /// Whether a box around an inner point lies inside, that is, no border crosses it. Most boxes
    /// are decided by the point's distance from the border alone.
    fn holds(&self, spot: &Rect<f64>, clearance: f64) -> bool {
        let (half_width, half_height) = (spot.width() / 2.0, spot.height() / 2.0);
        if half_width.hypot(half_height) < clearance {
            return true;
        }
        if half_width.min(half_height) > clearance {
            return false;
        }
        let crosses = |line: Line<f64>| line.intersects(spot);
        !self.polygon.exterior().lines().any(crosses)
            && !self.polygon.interiors().iter().any(|hole| hole.lines().any(crosses))
    }
}

fn inner_points(polygon: &Polygon<f64>, pole: [f64; 2]) -> Vec<([f64; 2], f64)> {
    const ACROSS: u32 = 16;
    let mut points = vec![pole];
    if let Some(bounds) = polygon.bounding_rect() {
        for i in 1..ACROSS {
            for j in 1..ACROSS {
                let share = |step: u32| f64::from(step) / f64::from(ACROSS);
                let point = [
                    bounds.min().x + bounds.width() * share(i),
                    bounds.min().y + bounds.height() * share(j),
                ];
                if polygon.intersects(&Coord { x: point[0], y: point[1] }) {
                    points.push(point);
                }
            }
        }
    }
    let far = |point: &[f64; 2]| (point[0] - pole[0]).hypot(point[1] - pole[1]);
    points.sort_by(|a, b| far(a).total_cmp(&far(b)));
    points.into_iter().map(|point| (point, clearance(polygon, point))).collect()
}

/// The distance of a point from the nearest border of the polygon.
fn clearance(polygon: &Polygon<f64>, [x, y]: [f64; 2]) -> f64 {
    let from_line = |line: Line<f64>| {
        let (along, to) = (line.delta(), Coord { x: x - line.start.x, y: y - line.start.y });
        let length = along.x * along.x + along.y * along.y;
        let share = if length > 0.0 { (to.x * along.x + to.y * along.y) / length } else { 0.0 };
        let share = share.clamp(0.0, 1.0);
        (to.x - share * along.x).hypot(to.y - share * along.y)
    };
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    rings.flat_map(|ring| ring.lines()).map(from_line).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearance_is_the_distance_from_the_nearest_border() {
        let square = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 10.0, y: 4.0 }).to_polygon();
        assert_eq!(clearance(&square, [5.0, 1.0]), 1.0);
        assert_eq!(clearance(&square, [2.0, 2.0]), 2.0);
    }
}
