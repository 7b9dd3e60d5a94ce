//! Boxes on the page: where they overlap and where they may be tried.

use super::scene::{MARK, WINDOW};
use geo_types::{Coord, Rect};

/// Points on wider and wider rings.
pub(super) fn rings(centre: [f64; 2]) -> Vec<[f64; 2]> {
    const RADII: [f64; 12] =
        [14.0, 20.0, 28.0, 38.0, 50.0, 65.0, 85.0, 110.0, 145.0, 190.0, 250.0, 330.0];
    const DIRECTIONS: u32 = 24;
    RADII
        .iter()
        .flat_map(|radius| {
            (0..DIRECTIONS).map(move |step| {
                let angle = std::f64::consts::TAU * f64::from(step) / f64::from(DIRECTIONS);
                [centre[0] + radius * angle.cos(), centre[1] + radius * angle.sin()]
            })
        })
        .collect()
}

/// The box that a school's square takes.
pub(super) fn square(at: [f64; 2]) -> Rect<f64> {
    let half = MARK / 2.0 + 1.0;
    Rect::new(
        Coord { x: at[0] - half, y: at[1] - half },
        Coord { x: at[0] + half, y: at[1] + half },
    )
}

/// The area that two boxes share.
pub(super) fn overlap(a: &Rect<f64>, b: &Rect<f64>) -> f64 {
    let width = a.max().x.min(b.max().x) - a.min().x.max(b.min().x);
    let height = a.max().y.min(b.max().y) - a.min().y.max(b.min().y);
    width.max(0.0) * height.max(0.0)
}

/// Whether a box shares nothing with the others.
pub(super) fn is_free(spot: &Rect<f64>, taken: &[Rect<f64>]) -> bool {
    taken.iter().all(|other| overlap(spot, other) <= 0.0)
}

/// Whether a box lies inside the window of the map.
pub(super) fn in_window(spot: &Rect<f64>) -> bool {
    let [left, top, width, height] = WINDOW;
    spot.min().x >= left
        && spot.min().y >= top
        && spot.max().x <= left + width
        && spot.max().y <= top + height
}

/// A box of that size around its middle.
pub(super) fn around(centre: [f64; 2], size: [f64; 2]) -> Rect<f64> {
    let half = Coord { x: size[0] / 2.0, y: size[1] / 2.0 };
    let centre = Coord { x: centre[0], y: centre[1] };
    Rect::new(centre - half, centre + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_only_touch_do_not_overlap() {
        let a = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 2.0, y: 2.0 });
        let b = Rect::new(Coord { x: 2.0, y: 0.0 }, Coord { x: 4.0, y: 2.0 });
        assert!(is_free(&a, &[b]));
        assert_eq!(overlap(&a, &a), 4.0);
    }
}
