//! Which triples of areas a fractional choice of catchments violates.

use super::master::{Master, Relaxation};

/// Shares this close to nothing or to all are whole.
const WHOLE: f64 = 1e-6;
/// A triple must be violated by this much.
const VIOLATION: f64 = 0.02;
/// An area may be in so many triples of one round, so that they spread.
const PER_AREA: usize = 5;

/// The most violated triples, at most so many.
///
/// With y(a,b) the share of catchments that have both areas, a triple {a, b, c} of which at most
/// one catchment may have two is violated by y(a,b) + y(a,c) + y(b,c) − 2·y(a,b,c) − 1.
pub(super) fn violated(master: &Master, relaxation: &Relaxation, most: usize) -> Vec<[u32; 3]> {
    let split: Vec<(&[u32], f64)> = master
        .columns
        .iter()
        .zip(&relaxation.shares)
        .filter(|(_, share)| **share > WHOLE && **share < 1.0 - WHOLE)
        .map(|(column, &share)| (&*column.areas, share))
        .collect();
    let mut areas: Vec<u32> = split.iter().flat_map(|(areas, _)| areas.iter().copied()).collect();
    areas.sort_unstable();
    areas.dedup();
    let count = areas.len();
    let mut both = vec![0.0; count * count];
    for (catchment, share) in &split {
        let places: Vec<usize> =
            catchment.iter().filter_map(|area| areas.binary_search(area).ok()).collect();
        for &a in &places {
            places.iter().for_each(|&b| both[a * count + b] += share);
        }
    }
    let mut found: Vec<(f64, [u32; 3])> = Vec::new();
    for a in 0..count {
        for b in a + 1..count {
            for c in b + 1..count {
                let pairs = both[a * count + b] + both[a * count + c] + both[b * count + c];
                if pairs <= 1.0 + VIOLATION {
                    continue;
                }
                let triple = [areas[a], areas[b], areas[c]];
                let has_all = |catchment: &[u32]| {
                    triple.iter().all(|area| catchment.binary_search(area).is_ok())
                };
                let all = split.iter().filter(|(catchment, _)| has_all(catchment));
                let violation = pairs - 2.0 * all.map(|(_, share)| share).sum::<f64>() - 1.0;
                if violation > VIOLATION {
                    found.push((violation, triple));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut times = vec![0; count];
    let mut chosen = Vec::new();
    for (_, triple) in found {
        if chosen.len() >= most {
            break;
        }
        let places: Vec<usize> =
            triple.iter().filter_map(|area| areas.binary_search(area).ok()).collect();
        if master.triples.contains(&triple) || places.iter().any(|&p| times[p] >= PER_AREA) {
            continue;
        }
        places.iter().for_each(|&place| times[place] += 1);
        chosen.push(triple);
    }
    chosen
}
