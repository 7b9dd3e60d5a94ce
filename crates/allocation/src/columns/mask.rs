//! Small sets of areas as bits: the inner loops of pricing are unions and intersections.

/// Areas by their place, at most `64 · W` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mask<const W: usize>([u64; W]);

impl<const W: usize> Mask<W> {
    pub(super) const EMPTY: Self = Self([0; W]);

    pub(super) fn has(&self, place: usize) -> bool {
        (self.0[place / 64] >> (place % 64)) & 1 == 1
    }

    pub(super) fn put(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    pub(super) fn take(&mut self, place: usize) {
        self.0[place / 64] &= !(1 << (place % 64));
    }

    pub(super) fn and(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= b);
        self
    }

    pub(super) fn or(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
        self
    }

    pub(super) fn without(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a &= !b);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// The lowest place.
    pub(super) fn first(&self) -> Option<usize> {
        let word = self.0.iter().position(|&word| word != 0)?;
        Some(word * 64 + self.0[word].trailing_zeros() as usize)
    }

    /// The places in ascending order.
    pub(super) fn places(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                (bits != 0).then(|| {
                    let place = word * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    place
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Mask;

    #[test]
    fn a_mask_is_a_set() {
        let mut set = Mask::<2>::EMPTY;
        assert!(set.is_empty() && set.first().is_none());
        [3, 64, 127].into_iter().for_each(|place| set.put(place));
        assert_eq!(set.places().collect::<Vec<_>>(), [3, 64, 127]);
        let mut other = Mask::EMPTY;
        other.put(64);
        assert_eq!(set.and(&other), other);
        assert_eq!(set.without(&other).or(&other), set);
        set.take(3);
        assert!(!set.has(3) && set.has(127));
        assert_eq!(set.first(), Some(64));
    }
}
