//! The outlines in metres, one entry an area, in the order of their codes.

use crate::plane::Plane;
use geo::{BoundingRect, CoordsIter, MapCoords, MultiPolygon, Orient, Rect, orient::Direction};
use phantuyen_model::{AreaCode, AreaShape};
use rstar::{AABB, RTree, primitives::GeomWithData, primitives::Rectangle};
use std::collections::BTreeMap;

/// One area on the plane. Its outline has at least one polygon, all coordinates finite,
/// outer rings counter-clockwise.
pub(crate) struct Plot {
    pub(crate) area_code: AreaCode,
    pub(crate) outline: MultiPolygon,
    pub(crate) bounds: Rect,
}

/// All areas that have a usable outline.
pub(crate) struct Ground {
    pub(crate) plane: Plane,
    pub(crate) plots: Vec<Plot>,
}

impl Ground {
    /// Lays the outlines on a plane around them. Shapes of one code are parts of one area;
    /// polygons with fewer than three corners or without finite coordinates are left out.
    pub(crate) fn of<'a>(shapes: impl IntoIterator<Item = &'a AreaShape>) -> Self {
        let mut parts: BTreeMap<&AreaCode, MultiPolygon> = BTreeMap::new();
        for shape in shapes {
            let usable = shape.outline.iter().filter(|p| {
                p.exterior().0.len() > 3
                    && p.coords_iter().all(|c| c.x.is_finite() && c.y.is_finite())
            });
            let of_area = parts.entry(&shape.area_code).or_insert_with(MultiPolygon::empty);
            of_area.0.extend(usable.cloned());
        }
        let plane = Plane::around(parts.values().flat_map(CoordsIter::coords_iter));
        let plots = parts.into_iter().filter_map(|(area_code, degrees)| {
            let outline =
                degrees.map_coords(|degrees| plane.metres(degrees)).orient(Direction::Default);
            let bounds = outline.bounding_rect()?;
            Some(Plot { area_code: area_code.clone(), outline, bounds })
        });
        Self { plane, plots: plots.collect() }
    }

    /// Every pair of areas whose boxes meet, each once, the earlier code first, in order.
    pub(crate) fn pairs_of_boxes(&self) -> Vec<(usize, usize)> {
        let boxes = self.plots.iter().enumerate().map(|(at, plot)| {
            let corners = (plot.bounds.min().x_y(), plot.bounds.max().x_y());
            GeomWithData::new(Rectangle::from_corners(corners.0, corners.1), at)
        });
        let tree = RTree::bulk_load(boxes.collect());
        let mut pairs = Vec::new();
        for (at, plot) in self.plots.iter().enumerate() {
            let around = AABB::from_corners(plot.bounds.min().x_y(), plot.bounds.max().x_y());
            let mut others: Vec<usize> = tree
                .locate_in_envelope_intersecting(&around)
                .map(|found| found.data)
                .filter(|other| *other > at)
                .collect();
            others.sort_unstable();
            pairs.extend(others.into_iter().map(|other| (at, other)));
        }
        pairs
    }
}
