//! Capture: pupils of an entry grade for each child of the entry age in the same December.
//!
//! ```text
//! capture(ward) = Σ wₛ intake(S) / Σ wₛ children(entry age, register S)
//!               = 1 − private − to outside + from outside + repeaters + other
//! ```
//!
//! Where intakes are reported by area, each area's capture against the ward's is drawn towards 1;
//! otherwise every area has the ward's. The parts come from the columns of the rolls with the same
//! weights, so that they add up: the private and those outside by area where rows tell it (drawn
//! to the ward), pupils from outside and repeaters by the ward's rate; `other` is what no column
//! explains, late and early entry among it.
//!
//! In preschool the share of children who go at all may have to reach a target of the ward's plan
//! ([`crate::participation`]). Whoever is not there yet then comes, area by area alike, and enters
//! public schools as often as those who went before.

use crate::panel::Known;
use crate::participation::{self, Path};
use crate::rolls::Column;
use crate::shrink::{self, DECAY, Record};
use phantuyen_model::{CaptureParts, Grade, SchoolYear};

/// The capture of one grade.
pub(crate) struct Capture {
    /// Of the ward.
    pub(crate) ward: f64,
    /// Of each area.
    pub(crate) areas: Vec<f64>,
    /// For each child of each area, where the difference to 1 comes from.
    parts: Vec<CaptureParts>,
    /// Where targets move it.
    growth: Option<Growth>,
}

/// A participation that grows.
struct Growth {
    /// The rate in the years that the capture was learnt from.
    learnt: f64,
    path: Path,
}

/// The weight of a year `back` years before the origin.
pub(crate) type Fading = fn(usize) -> f64;

/// The usual fading of years.
pub(crate) fn decayed(back: usize) -> f64 {
    DECAY.powi(i32::try_from(back).unwrap_or(i32::MAX))
}

impl Capture {
    /// Of the ward in a school year to come.
    pub(crate) fn ward_in(&self, year: SchoolYear) -> f64 {
        let Some(growth) = &self.growth else { return self.ward };
        self.ward * growth.path.at(year) / growth.learnt
    }

    /// How many more pupils for each child of an area the targets want in a school year.
    pub(crate) fn gain(&self, area: usize, year: SchoolYear) -> f64 {
        let Some(growth) = &self.growth else { return 0.0 };
        let (learnt, wanted) = (growth.learnt, growth.path.at(year));
        let here = self.areas[area];
        if wanted <= learnt || learnt >= 1.0 || self.ward <= 0.0 {
            return here * (wanted / learnt - 1.0);
        }
        let closed = (wanted - learnt) / (1.0 - learnt);
        let away = (1.0 - learnt * here / self.ward).max(0.0);
        closed * away * self.ward / learnt
    }

    /// Where the difference between pupils and children of an area comes from, for each child.
    pub(crate) fn parts(&self, area: usize) -> CaptureParts {
        self.parts[area]
    }

    /// The path of participation, where targets move it.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.growth.as_ref().map(|growth| &growth.path)
    }
}

/// Learns the capture of a grade from the years up to the origin; `None` without any intake.
pub(crate) fn fit(known: &Known<'_>, grade: Grade, fading: Fading) -> Option<Capture> {
    let age = usize::try_from(grade.age()).ok()?;
    let mut ward = Record::default();
    let mut areas = vec![Record::default(); known.areas()];
    let mut by_area = false;
    for year in 0..=known.last {
        let weight = fading(known.last - year);
        let children = known.ward_children(year, age);
        if let Some(intake) = known.roll(grade, year) {
            ward.add(weight, intake, children);
        }
        let Some(intakes) = known.area_rolls(grade, year) else { continue };
        let total: f64 = intakes.iter().sum();
        if children > 0.0 && total > 0.0 {
            by_area = true;
            let of_areas = known.children(year, age);
            for ((record, intake), children_here) in areas.iter_mut().zip(intakes).zip(of_areas) {
                record.add(weight, *intake, children_here * total / children);
            }
        }
    }
    let ward = ward.index()?;
    let areas: Vec<f64> = if by_area {
        let kappa = shrink::kappa(areas.iter());
        areas.iter().map(|record| (ward * shrink::shrunk(record, kappa).0).max(0.0)).collect()
    } else {
        vec![ward; known.areas()]
    };
    let parts = parts(known, grade, fading, &areas);
    Some(Capture { ward, areas, parts, growth: growth(known, grade, fading) })
}

/// The parts of each area's capture, for each child.
fn parts(known: &Known<'_>, grade: Grade, fading: Fading, captures: &[f64]) -> Vec<CaptureParts> {
    let [private, to_outside, from_outside, repeaters] =
        Column::ALL.map(|column| rates(known, grade, fading, column));
    let of = |area: usize| {
        let told = CaptureParts {
            private: -private[area],
            to_outside: -to_outside[area],
            from_outside: from_outside[area],
            repeaters: repeaters[area],
            ..CaptureParts::default()
        };
        CaptureParts { other: captures[area] - 1.0 - told.sum(), ..told }
    };
    (0..captures.len()).map(of).collect()
}

/// What a column counts for each child of each area; zero where it is never given.
fn rates(known: &Known<'_>, grade: Grade, fading: Fading, column: Column) -> Vec<f64> {
    let age = usize::try_from(grade.age()).unwrap_or(0);
    let years = || (0..=known.last).map(|year| (year, fading(known.last - year)));
    let mut ward = Record::default();
    for (year, weight) in years() {
        // Only years with a roll: the parts must come from the years of the capture itself.
        if known.roll(grade, year).is_some() {
            let told = known.part(grade, year, column).unwrap_or(0.0);
            ward.add(weight, told, known.ward_children(year, age));
        }
    }
    let rate = ward.index().unwrap_or(0.0);
    let mut areas = vec![Record::default(); known.areas()];
    for (year, weight) in years() {
        let Some(told) = known.area_parts(grade, year, column) else { continue };
        for ((record, told), children) in areas.iter_mut().zip(told).zip(known.children(year, age))
        {
            record.add(weight, *told, children * rate);
        }
    }
    let kappa = shrink::kappa(areas.iter());
    areas.iter().map(|record| (rate * shrink::shrunk(record, kappa).0).max(0.0)).collect()
}

/// The participation that the targets known at the origin ask for.
fn growth(known: &Known<'_>, grade: Grade, fading: Fading) -> Option<Growth> {
    known.targets().next()?;
    let age = usize::try_from(grade.age()).ok()?;
    let mut record = Record::default();
    let mut last = None;
    for year in 0..=known.last {
        let Some(intake) = known.roll(grade, year) else { continue };
        let children = known.ward_children(year, age);
        let part = |column| known.part(grade, year, column).unwrap_or(0.0);
        let guests = part(Column::FromOutside) + part(Column::Repeaters);
        let at_school = intake - guests + part(Column::Private) + part(Column::ToOutside);
        if children > 0.0 && at_school > 0.0 {
            record.add(fading(known.last - year), at_school, children);
            last = Some((known.school_year_of(year), at_school / children));
        }
    }
    let path = participation::path(known, grade, last?)?;
    Some(Growth { learnt: record.index()?, path })
}
