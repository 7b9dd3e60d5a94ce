//! Whether an area may leave its catchment, seen from the areas around it.

use crate::terms::Borders;

/// Areas of one ring that fit into the bits of a word.
const MOST: usize = 64;

/// The surroundings of each area: its neighbours, then the areas that touch two of them or more.
/// On a map these close the ring around the area, so that what hangs together without it mostly
/// does so inside the ring.
#[derive(Clone, Debug)]
pub(crate) struct Rings {
    first: Vec<u32>,
    areas: Vec<u32>,
    /// For each area of a ring, the bits of those it touches within the ring.
    touches: Vec<u64>,
    /// The bits of the neighbours themselves; 0 where the ring is too large for a word.
    inner: Vec<u64>,
}

impl Rings {
    pub(crate) fn new(borders: &Borders, areas: usize) -> Self {
        let mut rings =
            Self { first: vec![0], areas: Vec::new(), touches: Vec::new(), inner: Vec::new() };
        let mut place = vec![usize::MAX; areas];
        let mut times = vec![0_u32; areas];
        for area in 0..areas {
            let around = borders.of(area);
            let mut ring: Vec<u32> = around.to_vec();
            for &next in around {
                for &second in borders.of(next as usize) {
                    let outside = second as usize != area && !around.contains(&second);
                    times[second as usize] += u32::from(outside);
                    if outside && times[second as usize] == 2 {
                        ring.push(second);
                    }
                }
            }
            for &next in around {
                borders.of(next as usize).iter().for_each(|&second| times[second as usize] = 0);
            }
            let fits = around.len() <= MOST;
            ring.truncate(if fits { MOST } else { 0 });
            for (at, &member) in ring.iter().enumerate() {
                place[member as usize] = at;
            }
            for &member in &ring {
                let inside = borders.of(member as usize).iter().map(|&next| place[next as usize]);
                let bits = inside.filter(|&at| at != usize::MAX).fold(0, |bits, at| bits | 1 << at);
                rings.touches.push(bits);
            }
            ring.iter().for_each(|&member| place[member as usize] = usize::MAX);
            let whole = if around.len() == MOST { u64::MAX } else { (1 << around.len()) - 1 };
            rings.inner.push(if fits { whole } else { 0 });
            rings.areas.extend(ring);
            rings.first.push(u32::try_from(rings.areas.len()).unwrap_or(u32::MAX));
        }
        rings
    }

    /// Whether the neighbours of an area that belong to a catchment hang together without it, as
    /// far as its ring shows. Yes is certain; no may be the ring's short sight.
    pub(crate) fn holds_without(&self, area: usize, belongs: impl Fn(u32) -> bool) -> bool {
        let span = self.first[area] as usize..self.first[area + 1] as usize;
        let (areas, touches) = (&self.areas[span.clone()], &self.touches[span]);
        let inner = self.inner[area];
        let within = areas
            .iter()
            .enumerate()
            .fold(0_u64, |bits, (at, &next)| bits | u64::from(belongs(next)) << at);
        let ends = within & inner;
        if ends == 0 {
            return false;
        }
        let mut reached = ends & ends.wrapping_neg();
        let mut edge = reached;
        while edge != 0 {
            let at = edge.trailing_zeros() as usize;
            edge &= edge - 1;
            let new = touches[at] & within & !reached;
            reached |= new;
            edge |= new;
            if reached & ends == ends {
                return true;
            }
        }
        reached & ends == ends
    }
}
