//! Small maps for tests, drawn in metres from a corner near Phước Bình.

use geo::{Coord, Haversine, LineString, MapCoords, MultiPolygon, Polygon};
use phantuyen_model::{AreaCode, AreaShape, LonLat};

/// Where the sketches have their lower left corner, in degrees.
const CORNER: Coord = Coord { x: 107.0, y: 11.8 };

/// The place so many metres east and north of the corner.
pub(crate) fn place(metres: Coord) -> LonLat {
    let degree = Haversine.radius() * 1.0_f64.to_radians();
    LonLat {
        lon: CORNER.x + metres.x / (degree * CORNER.y.to_radians().cos()),
        lat: CORNER.y + metres.y / degree,
    }
}

/// The corners of an upright rectangle, in metres.
pub(crate) fn block(west: f64, south: f64, east: f64, north: f64) -> Vec<Coord> {
    [(west, south), (east, south), (east, north), (west, north)].map(Coord::from).into()
}

/// An area of one or more rings, given in metres.
pub(crate) fn shape(code: &str, rings: &[Vec<Coord>]) -> AreaShape {
    let polygons = rings.iter().map(|ring| {
        let corners = ring.iter().map(|corner| place(*corner));
        let ring: LineString = corners.map(|p| Coord { x: p.lon, y: p.lat }).collect();
        Polygon::new(ring, vec![])
    });
    AreaShape { area_code: AreaCode::new(code), outline: MultiPolygon::new(polygons.collect()) }
}

/// Blocks of 1,000 × 800 m, named by row and column from the lower left: `R0C0`.
pub(crate) fn grid(columns: usize, rows: usize) -> Vec<AreaShape> {
    let metres = |count: usize, size: f64| f64::from(u32::try_from(count).unwrap()) * size;
    let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let areas = cells.map(|(row, column)| {
        let (x, y) = (metres(column, 1000.0), metres(row, 800.0));
        shape(&format!("R{row}C{column}"), &[block(x, y, x + 1000.0, y + 800.0)])
    });
    areas.collect()
}

/// The codes of [`grid`].
pub(crate) fn codes(columns: usize, rows: usize) -> Vec<AreaCode> {
    grid(columns, rows).into_iter().map(|shape| shape.area_code).collect()
}

/// The same map with coordinates of six decimals, as files carry them.
pub(crate) fn rounded(shapes: &[AreaShape]) -> Vec<AreaShape> {
    let six = |degrees: f64| (degrees * 1e6).round() / 1e6;
    let rounded = shapes.iter().map(|shape| AreaShape {
        area_code: shape.area_code.clone(),
        outline: shape.outline.map_coords(|c| Coord { x: six(c.x), y: six(c.y) }),
    });
    rounded.collect()
}

/// The same things in another order, told by a number.
pub(crate) fn shuffled<T>(mut things: Vec<T>, mut order: u64) -> Vec<T> {
    for last in (1..things.len()).rev() {
        order =
            order.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let choices = u64::try_from(last + 1).unwrap();
        things.swap(last, usize::try_from((order >> 33) % choices).unwrap());
    }
    things
}
