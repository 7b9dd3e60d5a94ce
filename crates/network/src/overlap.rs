//! Where two outlines lie on each other.

use crate::ground::{Ground, Plot};
use crate::tolerance::{OVERLAP_M2, TOLERANCE_M};
use geo::{Area, BooleanOps, Euclidean, Length};
use rayon::prelude::*;

/// Two areas whose outlines overlap, by their places in [`Ground::plots`], and by how much.
pub(crate) struct Overlap {
    pub(crate) pair: (usize, usize),
    pub(crate) square_metres: f64,
}

/// All pairs that overlap by more than rounding explains, in the order of their codes.
pub(crate) fn overlaps(ground: &Ground) -> Vec<Overlap> {
    let measured = ground.pairs_of_boxes().into_par_iter().map(|pair| Overlap {
        pair,
        square_metres: overlap_m2(&ground.plots[pair.0], &ground.plots[pair.1]),
    });
    measured.filter(|overlap| overlap.square_metres > OVERLAP_M2).collect()
}

/// The common area in square metres, without the slivers along a rounded border.
fn overlap_m2(a: &Plot, b: &Plot) -> f64 {
    let common = a.outline.intersection(&b.outline);
    let pieces = common.iter().map(|piece| {
        let area = piece.unsigned_area();
        let perimeter = Euclidean.length(piece.exterior());
        if 2.0 * area > TOLERANCE_M * perimeter { area } else { 0.0 }
    });
    pieces.sum()
}
