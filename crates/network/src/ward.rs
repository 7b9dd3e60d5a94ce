//! The outline of the whole ward.

use crate::ground::Ground;
use crate::tolerance::TOLERANCE_M;
use geo::{Area, Euclidean, Length, LineString, MapCoords, MultiPolygon, Polygon, unary_union};
use phantuyen_model::AreaShape;

/// The union of all outlines, in degrees.
///
/// Rounded coordinates leave hair-thin gaps between neighbours; inner rings narrower than
/// [`TOLERANCE_M`] on average (2 · area / perimeter) are such gaps and are closed. Lakes and
/// enclaves stay.
pub fn ward_outline(shapes: &[AreaShape]) -> MultiPolygon<f64> {
    let ground = Ground::of(shapes);
    let union = unary_union(ground.plots.iter().map(|plot| &plot.outline));
    let polygons = union.into_iter().map(|polygon| {
        let (outer, mut holes) = polygon.into_inner();
        holes.retain(is_wide);
        Polygon::new(outer, holes)
    });
    let closed: MultiPolygon = polygons.collect();
    closed.map_coords(|metres| ground.plane.degrees(metres))
}

/// Whether a ring is wider than a gap of rounding.
fn is_wide(ring: &LineString) -> bool {
    let area = Polygon::new(ring.clone(), vec![]).unsigned_area();
    2.0 * area > TOLERANCE_M * Euclidean.length(ring)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plane::Plane;
    use crate::sketch::{block, grid, rounded, shape};
    use geo::CoordsIter;

    fn square_metres(outline: &MultiPolygon) -> f64 {
        let plane = Plane::around(outline.coords_iter());
        outline.map_coords(|c| plane.metres(c)).unsigned_area()
    }

    #[test]
    fn a_grid_of_nine_makes_one_block_of_the_same_size() {
        let ward = ward_outline(&rounded(&grid(3, 3)));
        assert_eq!(ward.0.len(), 1);
        assert!(ward.0[0].interiors().is_empty());
        let expected = 9.0 * 1000.0 * 800.0;
        assert!((square_metres(&ward) / expected - 1.0).abs() < 1e-3);
    }

    #[test]
    fn a_missing_block_stays_a_hole_and_an_island_a_part() {
        let mut shapes = grid(3, 3);
        shapes.remove(4);
        shapes.push(shape("ISLE", &[block(9000.0, 0.0, 9500.0, 500.0)]));
        let ward = ward_outline(&shapes);
        let holes: usize = ward.iter().map(|polygon| polygon.interiors().len()).sum();
        assert_eq!((ward.0.len(), holes), (2, 1));
    }

    #[test]
    fn nothing_makes_nothing() {
        assert!(ward_outline(&[]).0.is_empty());
    }
}
