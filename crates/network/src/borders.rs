//! Which areas share a border.

use crate::ground::Ground;
use crate::overlap::overlaps;
use crate::tolerance::{BORDER_M, TOLERANCE_M};
use geo::{BoundingRect, Coord, Line, LinesIter};
use phantuyen_model::{Adjacency, AreaShape};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};
use std::collections::BTreeMap;

/// The areas that share a border of some length; meeting at a corner does not count.
///
/// # Algorithm
/// 1. All edges of all outlines, in metres, go into one R-tree.
/// 2. For each edge of an area, the stretches of it that run within w metres beside an edge of
///    another area are cut out and united, to the length L(w). Whether the two have their
///    vertices at the same places does not matter: a T-junction is nothing special.
/// 3. This is done for w = [`TOLERANCE_M`] and for twice that, and drawn out to w = 0:
///    2 · L(w) − L(2w). Beside a true border L does not depend on w and stays; in the wedge
///    between two lines that only meet at a corner L grows like w and vanishes, however sharp
///    the wedge.
/// 4. The lengths of all edges are added. From [`BORDER_M`] on the two areas touch.
/// 5. Areas that overlap by more than [`crate::OVERLAP_M2`] touch as well: on a badly drawn map
///    no border may run beside another, but there is no gap between them either.
///
/// Gaps wider than the tolerance are not bridged. Islands touch nothing: declare a link.
pub fn touching(shapes: &[AreaShape]) -> Adjacency {
    let ground = Ground::of(shapes);
    let edges: Vec<Edge> = ground
        .plots
        .iter()
        .enumerate()
        .flat_map(|(owner, plot)| plot.outline.lines_iter().map(move |line| Edge { owner, line }))
        .filter(|edge| edge.line.start != edge.line.end)
        .collect();
    let tree = RTree::bulk_load(edges);
    let bordering = (0..ground.plots.len())
        .into_par_iter()
        .flat_map_iter(|area| bordering(area, &ground, &tree));
    let mut pairs: Vec<(usize, usize)> = bordering.collect();
    pairs.extend(overlaps(&ground).into_iter().map(|overlap| overlap.pair));
    let code = |at: usize| ground.plots[at].area_code.clone();
    Adjacency::from_pairs(pairs.into_iter().map(|(a, b)| (code(a), code(b))))
}

/// One side of an outline.
struct Edge {
    owner: usize,
    line: Line,
}

impl RTreeObject for Edge {
    type Envelope = AABB<(f64, f64)>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.line.start.x_y(), self.line.end.x_y())
    }
}

/// The later areas that share at least [`BORDER_M`] with this one.
fn bordering(area: usize, ground: &Ground, tree: &RTree<Edge>) -> Vec<(usize, usize)> {
    let mut shared_m: BTreeMap<usize, f64> = BTreeMap::new();
    for line in ground.plots[area].outline.lines_iter().filter(|line| line.start != line.end) {
        let mut beside: BTreeMap<usize, Vec<Line>> = BTreeMap::new();
        for edge in tree.locate_in_envelope_intersecting(&around(line)) {
            if edge.owner > area {
                beside.entry(edge.owner).or_default().push(edge.line);
            }
        }
        for (owner, edges) in beside {
            *shared_m.entry(owner).or_default() += shared(line, &edges);
        }
    }
    let long = shared_m.into_iter().filter(|(_, metres)| *metres >= BORDER_M);
    long.map(|(other, _)| (area, other)).collect()
}

/// How many metres of the line lie on these edges.
fn shared(line: Line, edges: &[Line]) -> f64 {
    let within = |width: f64| {
        let stretches = edges.iter().filter_map(|edge| stretch_beside(line, *edge, width));
        length(line.delta()) * united(stretches.collect())
    };
    (2.0 * within(TOLERANCE_M) - within(2.0 * TOLERANCE_M)).max(0.0)
}

/// The box around a line, wider by twice the tolerance.
fn around(line: Line) -> AABB<(f64, f64)> {
    let bounds = line.bounding_rect();
    let margin = Coord { x: 2.0 * TOLERANCE_M, y: 2.0 * TOLERANCE_M };
    AABB::from_corners((bounds.min() - margin).x_y(), (bounds.max() + margin).x_y())
}

/// The stretch of `line` inside the strip of half-width `width` along `edge`, as shares of its
/// length (Liang and Barsky 1984, doi:10.1145/357332.357333).
fn stretch_beside(line: Line, edge: Line, width: f64) -> Option<(f64, f64)> {
    let edge_length = length(edge.delta());
    let along = edge.delta() / edge_length;
    let across = Coord { x: -along.y, y: along.x };
    let (from, step) = (line.start - edge.start, line.delta());
    let beside = part_between(dot(from, along), dot(step, along), 0.0, edge_length)?;
    let near = part_between(dot(from, across), dot(step, across), -width, width)?;
    let stretch = (beside.0.max(near.0), beside.1.min(near.1));
    (stretch.0 < stretch.1).then_some(stretch)
}

/// The part of 0 ≤ t ≤ 1 for which `low ≤ start + t · step ≤ high`.
fn part_between(start: f64, step: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if step == 0.0 {
        return (low <= start && start <= high).then_some((0.0, 1.0));
    }
    let (a, b) = ((low - start) / step, (high - start) / step);
    let part = (a.min(b).max(0.0), a.max(b).min(1.0));
    (part.0 < part.1).then_some(part)
}

/// The length of the union of stretches.
fn united(mut stretches: Vec<(f64, f64)>) -> f64 {
    stretches.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut covered = 0.0;
    let mut reached = 0.0_f64;
    for (from, to) in stretches {
        covered += (to - from.max(reached)).max(0.0);
        reached = reached.max(to);
    }
    covered
}

fn length(vector: Coord) -> f64 {
    vector.x.hypot(vector.y)
}

fn dot(a: Coord, b: Coord) -> f64 {
    a.x * b.x + a.y * b.y
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::{block, codes, grid, rounded, shape};
    use geo::polygon;
    use phantuyen_model::AreaCode;
    use proptest::prelude::*;

    fn touch(graph: &Adjacency, a: &str, b: &str) -> bool {
        graph.touch(&AreaCode::new(a), &AreaCode::new(b))
    }

    #[test]
    fn a_grid_of_nine_has_twelve_borders_and_no_diagonals() {
        let graph = touching(&grid(3, 3));
        let count: usize = codes(3, 3).iter().map(|code| graph.neighbours(code).count()).sum();
        assert_eq!(count, 2 * 12);
        assert!(touch(&graph, "R1C1", "R0C1") && !touch(&graph, "R1C1", "R0C0"));
    }

    #[test]
    fn a_vertex_on_the_edge_of_another_area_is_no_obstacle() {
        // One tall block on the left, two half as tall on its right: no common vertex between
        // the tall one and the lower right corner of the upper one.
        let shapes = rounded(&[
            shape("TALL", &[block(0.0, 0.0, 700.0, 1000.0)]),
            shape("LOW", &[block(700.0, 0.0, 1300.0, 433.3)]),
            shape("HIGH", &[block(700.0, 433.3, 1300.0, 1000.0)]),
        ]);
        let graph = touching(&shapes);
        assert!(touch(&graph, "TALL", "LOW") && touch(&graph, "TALL", "HIGH"));
        assert!(touch(&graph, "LOW", "HIGH"));
    }

    #[test]
    fn a_slanting_border_survives_rounding_and_a_vertex_that_only_one_side_has() {
        let corner = |x: f64, y: f64| Coord { x, y };
        let (south, north) = (corner(0.0, 0.0), corner(777.0, 2333.0));
        // The east side has an extra vertex a third along the common line.
        let third = (north - south) / 3.0;
        let shapes = rounded(&[
            shape("WEST", &[vec![south, north, corner(-900.0, 900.0)]]),
            shape("EAST", &[vec![south, corner(1900.0, 800.0), north, third]]),
        ]);
        assert!(touch(&touching(&shapes), "WEST", "EAST"));
    }

    #[test]
    fn a_sharp_corner_is_no_border_and_two_metres_of_wall_are_one() {
        // Two areas that only meet at their tips, with 3° between them: for four metres they are
        // less than twenty centimetres apart.
        let tip = |x: f64, y: f64| vec![Coord::zero(), Coord { x, y }, Coord { x, y: y * 3.0 }];
        let tips = [shape("A", &[tip(1000.0, 26.0)]), shape("B", &[tip(1000.0, -26.0)])];
        assert!(!touch(&touching(&tips), "A", "B"));
        let wall = [
            shape("A", &[block(0.0, 0.0, 100.0, 100.0)]),
            shape("B", &[block(100.0, 98.0, 200.0, 200.0)]),
        ];
        assert!(touch(&touching(&rounded(&wall)), "A", "B"));
    }

    #[test]
    fn a_lane_of_one_metre_is_a_gap_and_an_overlap_of_two_is_none() {
        let beside = |from: f64| {
            let left = shape("A", &[block(0.0, 0.0, 500.0, 500.0)]);
            touching(&[left, shape("B", &[block(from, 0.0, 1000.0, 500.0)])])
        };
        assert!(!touch(&beside(501.0), "A", "B"));
        assert!(touch(&beside(500.1), "A", "B"));
        assert!(touch(&beside(498.0), "A", "B"));
    }

    #[test]
    fn islands_touch_nothing_and_a_second_part_counts() {
        let shapes = [
            shape("A", &[block(0.0, 0.0, 500.0, 500.0), block(3000.0, 0.0, 3500.0, 500.0)]),
            shape("B", &[block(3500.0, 0.0, 4000.0, 500.0)]),
            shape("ISLE", &[block(8000.0, 8000.0, 8100.0, 8100.0)]),
        ];
        let graph = touching(&shapes);
        assert!(touch(&graph, "A", "B"));
        assert_eq!(graph.neighbours(&AreaCode::new("ISLE")).count(), 0);
    }

    #[test]
    fn an_area_inside_another_touches_it() {
        let ring = polygon!(
            exterior: [(x: 107.0, y: 11.8), (x: 107.1, y: 11.8), (x: 107.1, y: 11.9), (x: 107.0, y: 11.9)],
            interiors: [[(x: 107.04, y: 11.84), (x: 107.06, y: 11.84), (x: 107.06, y: 11.86), (x: 107.04, y: 11.86)]],
        );
        let hole = geo::Polygon::new(ring.interiors()[0].clone(), vec![]);
        let shapes = [("RING", ring), ("HOLE", hole)].map(|(code, polygon)| AreaShape {
            area_code: AreaCode::new(code),
            outline: polygon.into(),
        });
        assert!(touch(&touching(&shapes), "RING", "HOLE"));
    }

    proptest! {
        #[test]
        fn symmetric_and_blind_to_the_order_of_input(
            columns in 1_usize..5,
            rows in 1_usize..5,
            order in Just(()).prop_perturb(|(), mut random| random.next_u64()),
        ) {
            let shapes = rounded(&grid(columns, rows));
            let graph = touching(&shapes);
            for (a, b) in codes(columns, rows).iter().zip(codes(columns, rows).iter().rev()) {
                prop_assert_eq!(graph.touch(a, b), graph.touch(b, a));
            }
            let count: usize =
                codes(columns, rows).iter().map(|code| graph.neighbours(code).count()).sum();
            prop_assert_eq!(count, 2 * ((columns - 1) * rows + columns * (rows - 1)));
            prop_assert_eq!(touching(&crate::sketch::shuffled(shapes, order)), graph);
        }
    }
}
