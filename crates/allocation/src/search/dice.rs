//! Chance that is the same on every machine: a small generator with a seed (splitmix64).

/// A seeded source of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The stream of a lane in a round of a search; different places give different streams.
    pub(crate) fn of(seed: u64, round: u64, lane: u64) -> Self {
        let mut dice = Self(seed);
        for part in [round, lane] {
            dice.0 = dice.next().wrapping_add(part.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        }
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `n`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let half = self.next() >> 32;
        ((half.wrapping_mul(n as u64)) >> 32) as usize
    }
}
