//! Cohort change ratios: of the children of an age, how many there are a year later.

use crate::pull::Usual;

/// How cohorts of each age and area move within a year.
#[derive(Clone, Debug)]
pub(crate) struct Ratios {
    /// Age × area.
    ratio: Vec<f64>,
    /// Age × area: weight of the area's own record.
    own: Vec<f64>,
    areas: usize,
    /// To what cohorts drift back, and how strongly at each age.
    pull: Option<(Usual, Vec<f64>)>,
}

impl Ratios {
    /// Ratios without a pull: age × area, as they are.
    pub(crate) fn given(ratio: Vec<f64>, areas: usize) -> Self {
        Self { own: vec![1.0; ratio.len()], ratio, areas, pull: None }
    }

    /// Ratios with the weights of the areas' own records (both age × area), and a pull.
    pub(crate) fn pulled(
        ratio: Vec<f64>,
        own: Vec<f64>,
        areas: usize,
        usual: Usual,
        strength: Vec<f64>,
    ) -> Self {
        Self { ratio, own, areas, pull: Some((usual, strength)) }
    }

    /// The ratios from `age` to the next one, by area.
    pub(crate) fn at(&self, age: usize) -> &[f64] {
        &self.ratio[age * self.areas..(age + 1) * self.areas]
    }

    /// The weights of the areas' own records in [`Ratios::at`].
    pub(crate) fn own(&self, age: usize) -> &[f64] {
        &self.own[age * self.areas..(age + 1) * self.areas]
    }

    /// What the pull adds to the children of each age and area before the ratio; `None` without one.
    pub(crate) fn pull(&self, children: &[&[f64]]) -> Option<Vec<f64>> {
        let (usual, strength) = self.pull.as_ref()?;
        let mut gaps = usual.gaps(children);
        for (row, strength) in gaps.chunks_exact_mut(self.areas.max(1)).zip(strength) {
            row.iter_mut().for_each(|gap| *gap *= strength);
        }
        Some(gaps)
    }
}
