//! Which areas touch when only a point of each is known.

use crate::plane::Plane;
use geo::Coord;
use phantuyen_model::{Adjacency, AreaCode, LonLat};
use rayon::prelude::*;
use rstar::{RTree, primitives::GeomWithData};

/// How far below a right angle still counts as one, as a cosine: coordinates are rounded.
const RIGHT_ANGLE: f64 = 1e-3;

/// The areas taken to touch, from one point of each: the **Gabriel graph**.
///
/// Two areas touch unless a third point sees their line under a right angle or a wider one, that
/// is, unless it lies in the circle over their line. On a regular grid this gives the four
/// neighbours across the sides and no diagonals, as [`crate::touching`] does. The graph contains
/// the shortest tree over all points, hence it is connected; it lies within the Delaunay graph.
/// It knows nothing of rivers and of the sea: give `adjacency` or outlines where they matter.
///
/// Of several points of one area the westernmost counts; a place that is not finite is left out.
/// Areas at the very same place touch each other.
///
/// Source: K. R. Gabriel, R. R. Sokal (1969), A new statistical approach to geographic variation
/// analysis, Systematic Zoology 18(3), 259–278, doi:10.2307/2412323.
pub fn touching_points(places: &[(AreaCode, LonLat)]) -> Adjacency {
    let mut known: Vec<(&AreaCode, Coord)> = places
        .iter()
        .map(|(code, place)| (code, Coord { x: place.lon, y: place.lat }))
        .filter(|(_, degrees)| degrees.x.is_finite() && degrees.y.is_finite())
        .collect();
    known.sort_by(|(a, p), (b, q)| a.cmp(b).then(p.x.total_cmp(&q.x)).then(p.y.total_cmp(&q.y)));
    known.dedup_by_key(|(code, _)| *code);
    let plane = Plane::around(known.iter().map(|(_, degrees)| *degrees));
    let points: Vec<Coord> = known.iter().map(|(_, degrees)| plane.metres(*degrees)).collect();

    let numbered = points.iter().enumerate().map(|(at, p)| GeomWithData::new(p.x_y(), at));
    let tree: Tree = RTree::bulk_load(numbered.collect());
    let pairs: Vec<(usize, usize)> = (0..points.len())
        .into_par_iter()
        .flat_map_iter(|a| {
            let free = |b: &usize| !has_third_between((a, *b), &points, &tree);
            (a + 1..points.len()).filter(free).map(|b| (a, b)).collect::<Vec<_>>()
        })
        .collect();
    Adjacency::from_pairs(pairs.into_iter().map(|(a, b)| (known[a].0.clone(), known[b].0.clone())))
}

type Tree = RTree<GeomWithData<(f64, f64), usize>>;

/// Whether a third point sees the pair under a right angle or wider. It must also be nearer to
/// both than they are to each other, which keeps the shortest tree whole when points coincide.
fn has_third_between((a, b): (usize, usize), points: &[Coord], tree: &Tree) -> bool {
    let (from, to) = (points[a], points[b]);
    let apart = squared(to - from);
    let radius = apart / 4.0 * (1.0 + 4.0 * RIGHT_ANGLE);
    tree.locate_within_distance(((from + to) / 2.0).x_y(), radius).any(|third| {
        let point = points[third.data];
        let (one, other) = (squared(point - from), squared(point - to));
        one < apart && other < apart && one + other <= apart * (1.0 + 2.0 * RIGHT_ANGLE)
    })
}

fn squared(vector: Coord) -> f64 {
    vector.x * vector.x + vector.y * vector.y
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::{place, shuffled};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn at(code: &str, x: f64, y: f64) -> (AreaCode, LonLat) {
        (AreaCode::new(code), place(Coord { x, y }))
    }

    #[test]
    fn a_square_has_its_sides_and_no_diagonal() {
        let square = [
            at("SW", 0.0, 0.0),
            at("SE", 1000.0, 0.0),
            at("NE", 1000.0, 1000.0),
            at("NW", 0.0, 1000.0),
        ];
        let graph = touching_points(&square);
        let (sw, se, ne, nw) = (&square[0].0, &square[1].0, &square[2].0, &square[3].0);
        assert!(graph.touch(sw, se) && graph.touch(se, ne));
        assert!(graph.touch(ne, nw) && graph.touch(nw, sw));
        assert!(!graph.touch(sw, ne) && !graph.touch(se, nw));
    }

    #[test]
    fn of_three_in_a_row_only_neighbours_touch() {
        let row = [at("A", 0.0, 0.0), at("B", 600.0, 10.0), at("C", 1500.0, 0.0)];
        let graph = touching_points(&row);
        assert!(graph.touch(&row[0].0, &row[1].0) && graph.touch(&row[1].0, &row[2].0));
        assert!(!graph.touch(&row[0].0, &row[2].0));
    }

    /// The areas that can be reached from the first.
    fn reached(graph: &Adjacency, first: &AreaCode) -> BTreeSet<AreaCode> {
        let mut seen = BTreeSet::from([first.clone()]);
        let mut open = vec![first.clone()];
        while let Some(area) = open.pop() {
            for next in graph.neighbours(&area) {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    }

    proptest! {
        /// Coordinates fall on a coarse lattice, so that points often coincide or stand in line.
        #[test]
        fn connected_symmetric_and_blind_to_order(
            spots in prop::collection::vec((0_u8..6, 0_u8..6), 1..30),
            order in any::<u64>(),
        ) {
            let places: Vec<_> = spots
                .iter()
                .enumerate()
                .map(|(i, (x, y))| at(&format!("A{i}"), f64::from(*x) * 400.0, f64::from(*y) * 300.0))
                .collect();
            let graph = touching_points(&places);
            prop_assert_eq!(reached(&graph, &places[0].0).len(), places.len());
            for (a, _) in &places {
                prop_assert!(places.iter().all(|(b, _)| graph.touch(a, b) == graph.touch(b, a)));
            }
            prop_assert_eq!(touching_points(&shuffled(places, order)), graph);
        }
    }
}
