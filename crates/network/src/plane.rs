//! The plane laid around a ward: degrees at the edges, metres inside.

use geo::{Coord, Haversine};

/// An equirectangular projection around the middle of the map.
///
/// ```text
/// x = R · cos(lat₀) · (lon − lon₀)      y = R · (lat − lat₀)      in metres, R = 6,371,008.8 m
/// ```
///
/// R is the mean radius that the haversine distance uses too. Thirty kilometres from the middle,
/// at the latitudes of Việt Nam, a length is off by at most two metres in a thousand: far below
/// what matters for borders, which need only neighbouring lines to fall on each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plane {
    middle: Coord,
    metres_per_degree: Coord,
}

impl Plane {
    /// The plane around the middle of the box that holds all places, whatever their order.
    pub(crate) fn around(degrees: impl Iterator<Item = Coord>) -> Self {
        let nowhere = (
            Coord { x: f64::INFINITY, y: f64::INFINITY },
            Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
        );
        let (low, high) = degrees.fold(nowhere, |(low, high), c| {
            (
                Coord { x: low.x.min(c.x), y: low.y.min(c.y) },
                Coord { x: high.x.max(c.x), y: high.y.max(c.y) },
            )
        });
        let middle = if low.x <= high.x { (low + high) / 2.0 } else { Coord::zero() };
        let y = Haversine.radius() * 1.0_f64.to_radians();
        let x = y * middle.y.to_radians().cos();
        Self { middle, metres_per_degree: Coord { x, y } }
    }

    /// Degrees to metres.
    pub(crate) fn metres(&self, degrees: Coord) -> Coord {
        let from_middle = degrees - self.middle;
        Coord {
            x: from_middle.x * self.metres_per_degree.x,
            y: from_middle.y * self.metres_per_degree.y,
        }
    }

    /// Metres to degrees.
    pub(crate) fn degrees(&self, metres: Coord) -> Coord {
        let from_middle = Coord {
            x: metres.x / self.metres_per_degree.x,
            y: metres.y / self.metres_per_degree.y,
        };
        from_middle + self.middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_minute_of_latitude_is_about_1853_metres() {
        let plane = Plane::around([Coord { x: 107.0, y: 11.8 }].into_iter());
        let north = plane.metres(Coord { x: 107.0, y: 11.8 + 1.0 / 60.0 });
        assert!((north.y - 1853.25).abs() < 0.01, "{}", north.y);
        assert!(north.x.abs() < 1e-9);
    }

    #[test]
    fn degrees_come_back() {
        let place = Coord { x: 106.96, y: 11.82 };
        let plane = Plane::around([Coord { x: 107.2, y: 11.9 }, place].into_iter());
        let back = plane.degrees(plane.metres(place));
        assert!((back.x - place.x).abs() < 1e-12 && (back.y - place.y).abs() < 1e-12);
    }

    #[test]
    fn no_places_make_a_plane_that_is_never_used() {
        let plane = Plane::around(std::iter::empty());
        assert_eq!(plane.metres(Coord::zero()), Coord::zero());
    }
}
