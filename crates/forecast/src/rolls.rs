//! September rolls by grade, and what grade-5 rolls say about the next grade 6.
//!
//! Rows may be by school, by area, by both, or for the ward as a whole. Of one year and grade only
//! one kind is added up, so that nobody counts twice. For the ward: rows that name a school (they
//! know pupils from outside too), else ward rows, else rows that name an area alone. Where a ward
//! row is larger than the schools together by more than [`SLIP`], schools are missing and the ward
//! row counts. For an area: rows that name it and a school, else rows that name it alone.

use crate::panel::Known;
use crate::shrink::DECAY;
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2};
use phantuyen_model::{AreaCode, EnrollmentRow, Grade};

/// Up to this part of the larger one, two rolls of the same pupils are taken to agree.
const SLIP: f64 = 0.02;

/// A year in which the schools' rolls and the ward's differ by more than [`SLIP`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Disagreement {
    /// The number of the year.
    pub(crate) year: usize,
    /// The rows that name a school, added up.
    pub(crate) schools: f64,
    /// The ward rows, added up.
    pub(crate) ward: f64,
}

/// A column of the rolls that explains why pupils and children differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// At a private school.
    Private,
    /// At a school outside the ward.
    ToOutside,
    /// From outside the ward.
    FromOutside,
    /// Repeating the grade.
    Repeaters,
}

impl Column {
    /// Every column, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] =
        [Self::Private, Self::ToOutside, Self::FromOutside, Self::Repeaters];

    fn of(self, row: &EnrollmentRow) -> Option<u32> {
        match self {
            Self::Private => row.private,
            Self::ToOutside => row.to_outside,
            Self::FromOutside => row.from_outside,
            Self::Repeaters => row.repeaters,
        }
    }

    fn number(self) -> usize {
        Self::ALL.iter().position(|column| *column == self).unwrap_or(0)
    }
}

/// What one column counts.
#[derive(Clone, Debug)]
struct Part {
    /// Of the ward, by year; `NaN` where no row tells it.
    ward: Vec<f64>,
    /// Year × area; `NaN` in years in which no row with an area tells it.
    areas: Vec<f64>,
}

/// The rolls of one grade, by year.
#[derive(Clone, Debug)]
pub(crate) struct Roll {
    /// The ward's, `NaN` where unknown.
    ward: Vec<f64>,
    /// Year × area; `NaN` in years without rows by area.
    areas: Vec<f64>,
    area_count: usize,
    disagreements: Vec<Disagreement>,
    /// In the order of [`Column::ALL`].
    parts: Vec<Part>,
}

/// The sums of one year and grade, by kind of row.
#[derive(Clone, Copy, Default)]
struct Kinds {
    schools: Option<f64>,
    ward: Option<f64>,
    areas: Option<f64>,
}

impl Kinds {
    /// Schools and ward, where both are known and differ by more than a slip.
    fn disagreement(&self, year: usize) -> Option<Disagreement> {
        let (schools, ward) = (self.schools?, self.ward?);
        let apart = (schools - ward).abs() > SLIP * schools.max(ward);
        apart.then_some(Disagreement { year, schools, ward })
    }

    /// The ward's roll, `NaN` where unknown.
    fn of_ward(&self) -> f64 {
        match self.disagreement(0) {
            Some(both) if both.ward > both.schools => both.ward,
            _ => self.schools.or(self.ward).or(self.areas).unwrap_or(f64::NAN),
        }
    }
}

impl Roll {
    /// The rolls of every grade, in the order of [`Grade::ALL`].
    pub(crate) fn by_grade(
        rows: &[EnrollmentRow],
        areas: &[AreaCode],
        first_year: i32,
        years: usize,
    ) -> Vec<Self> {
        Grade::ALL.map(|grade| Self::of_grade(grade, rows, areas, first_year, years)).into()
    }

    fn of_grade(
        grade: Grade,
        rows: &[EnrollmentRow],
        areas: &[AreaCode],
        first_year: i32,
        years: usize,
    ) -> Self {
        let mut kinds = vec![Kinds::default(); years];
        let mut with_school = vec![f64::NAN; years * areas.len()];
        let mut alone = with_school.clone();
        for row in rows.iter().filter(|row| row.grade == grade) {
            let Ok(year) = usize::try_from(row.school_year.0 - first_year) else { continue };
            let Some(kinds) = kinds.get_mut(year) else { continue };
            let pupils = f64::from(row.pupils);
            let kind = match (&row.area_code, &row.school_code) {
                (_, Some(_)) => &mut kinds.schools,
                (None, None) => &mut kinds.ward,
                (Some(_), None) => &mut kinds.areas,
            };
            *kind = Some(kind.unwrap_or(0.0) + pupils);
            if let Some(code) = &row.area_code {
                // An area without a row in a year that has rows by area sent nobody.
                let table = if row.school_code.is_some() { &mut with_school } else { &mut alone };
                let cells = &mut table[year * areas.len()..(year + 1) * areas.len()];
                cells.iter_mut().filter(|cell| cell.is_nan()).for_each(|cell| *cell = 0.0);
                if let Ok(area) = areas.binary_search(code) {
                    cells[area] += pupils;
                }
            }
        }
        let by_area = with_school.into_iter().zip(alone);
        let by_area = by_area.map(|(both, alone)| if both.is_nan() { alone } else { both });
        let disagreements =
            kinds.iter().enumerate().filter_map(|(year, kinds)| kinds.disagreement(year));
        Self {
            ward: kinds.iter().map(Kinds::of_ward).collect(),
            areas: by_area.collect(),
            area_count: areas.len(),
            disagreements: disagreements.collect(),
            parts: Column::ALL
                .map(|column| Part::of(column, grade, rows, areas, (first_year, years)))
                .into(),
        }
    }

    /// What a column counts in the ward in a year.
    pub(crate) fn part(&self, year: usize, column: Column) -> Option<f64> {
        self.parts[column.number()].ward.get(year).copied().filter(|count| !count.is_nan())
    }

    /// What a column counts in each area in a year that tells it by area.
    pub(crate) fn area_parts(&self, year: usize, column: Column) -> Option<&[f64]> {
        let cells = &self.parts[column.number()].areas;
        let cells = cells.get(year * self.area_count..(year + 1) * self.area_count)?;
        cells.first().is_some_and(|cell| !cell.is_nan()).then_some(cells)
    }

    /// Years in which schools and ward disagree, oldest first.
    pub(crate) fn disagreements(&self) -> &[Disagreement] {
        &self.disagreements
    }

    /// The ward's roll of a year.
    pub(crate) fn ward(&self, year: usize) -> Option<f64> {
        self.ward.get(year).copied().filter(|pupils| !pupils.is_nan())
    }

    /// The areas' rolls of a year that has rows by area.
    pub(crate) fn areas(&self, year: usize) -> Option<&[f64]> {
        let cells = self.areas.get(year * self.area_count..(year + 1) * self.area_count)?;
        cells.first().is_some_and(|cell| !cell.is_nan()).then_some(cells)
    }

    /// Whether any of the first `years` years has a roll.
    pub(crate) fn is_known_by(&self, years: usize) -> bool {
        self.ward.iter().take(years).any(|pupils| !pupils.is_nan())
    }
}

impl Part {
    /// Schools, areas and the ward may all tell of the same pupils; the fullest list counts.
    fn of(
        column: Column,
        grade: Grade,
        rows: &[EnrollmentRow],
        areas: &[AreaCode],
        (first_year, years): (i32, usize),
    ) -> Self {
        let mut kinds = vec![[f64::NAN; 4]; years];
        let mut by_area = vec![f64::NAN; years * areas.len()];
        let told = rows.iter().filter(|row| row.grade == grade);
        for (row, count) in told.filter_map(|row| Some((row, f64::from(column.of(row)?)))) {
            let Ok(year) = usize::try_from(row.school_year.0 - first_year) else { continue };
            let Some(kinds) = kinds.get_mut(year) else { continue };
            let kind =
                usize::from(row.area_code.is_some()) + 2 * usize::from(row.school_code.is_some());
            kinds[kind] = if kinds[kind].is_nan() { count } else { kinds[kind] + count };
            if let Some(code) = &row.area_code {
                let cells = &mut by_area[year * areas.len()..(year + 1) * areas.len()];
                cells.iter_mut().filter(|cell| cell.is_nan()).for_each(|cell| *cell = 0.0);
                if let Ok(area) = areas.binary_search(code) {
                    cells[area] += count;
                }
            }
        }
        let fullest = |kinds: [f64; 4]| kinds.into_iter().fold(f64::NAN, f64::max);
        Self { ward: kinds.into_iter().map(fullest).collect(), areas: by_area }
    }
}

/// The ward's next grade 6 but `horizon − 1`, from the primary rolls at the origin.
///
/// ```text
/// intake₆(Y+h) = roll₆₋ₕ(Y) × p(6−h → 7−h) × … × p(5 → 6)
/// p(g → g+1)   = Σ wₜ roll_{g+1}(t+1) / Σ wₜ roll_g(t)
/// ```
///
/// `None` where a roll is missing, and beyond five years: those children are not at school yet.
pub(crate) fn grade_6_from_rolls(known: &Known<'_>, horizon: usize) -> Option<f64> {
    const WAY: [Grade; 6] = [Grade::G1, Grade::G2, Grade::G3, Grade::G4, Grade::G5, Grade::G6];
    let start = (WAY.len() - 1).checked_sub(horizon)?;
    let roll = known.roll(WAY[start], known.last)?;
    WAY[start..]
        .windows(2)
        .try_fold(roll, |pupils, step| Some(pupils * progression(known, step[0], step[1])?))
}

/// Pupils of a grade over those of the grade before a year earlier, years fading.
fn progression(known: &Known<'_>, from: Grade, to: Grade) -> Option<f64> {
    let (mut before, mut after, mut weight) = (0.0, 0.0, 1.0);
    for year in (0..known.last).rev() {
        if let (Some(roll), Some(next)) = (known.roll(from, year), known.roll(to, year + 1)) {
            before += weight * roll;
            after += weight * next;
        }
        weight *= DECAY;
    }
    (before > 0.0).then(|| after / before)
}

/// Two forecasts of one past intake, and what it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// From residents of the age.
    pub(crate) residents: f64,
    /// From rolls.
    pub(crate) rolls: f64,
    /// What happened.
    pub(crate) actual: f64,
}

/// The weight of the rolls beside the residents, 0 to 1, learnt from past forecasts.
///
/// 1. Least squares of `actual − residents` on `rolls − residents`, without intercept: the weights
///    of the two forecasts add up to one.
/// 2. One imagined year at `prior` is added, since a handful of years would else decide wildly.
/// 3. The weight is kept only where it beats residents alone on years left out one by one.
///
/// Combination of forecasts by their past errors: Bates and Granger 1969
/// (doi 10.1057/jors.1969.103).
pub(crate) fn weight_of_rolls(pairs: &[Pair], prior: f64) -> f64 {
    if pairs.is_empty() {
        return 0.0;
    }
    let left_out = |skip: usize| {
        let others: Vec<Pair> =
            pairs.iter().enumerate().filter(|(i, _)| *i != skip).map(|(_, p)| *p).collect();
        least_squares(&others, prior)
    };
    let (mut alone, mut combined) = (0.0, 0.0);
    for (i, pair) in pairs.iter().enumerate() {
        let weight = left_out(i);
        alone += (pair.residents - pair.actual).abs();
        combined += (pair.residents + weight * (pair.rolls - pair.residents) - pair.actual).abs();
    }
    if combined < alone { least_squares(pairs, prior) } else { 0.0 }
}

/// Steps 1 and 2 of [`weight_of_rolls`].
fn least_squares(pairs: &[Pair], prior: f64) -> f64 {
    let apart: Vec<f64> = pairs.iter().map(|pair| pair.rolls - pair.residents).collect();
    let short: Vec<f64> = pairs.iter().map(|pair| pair.actual - pair.residents).collect();
    let squares: f64 = apart.iter().map(|x| x * x).sum();
    if squares <= 0.0 {
        return prior;
    }
    let imagined = (squares / f64::from(u32::try_from(pairs.len()).unwrap_or(u32::MAX))).sqrt();
    let x: Vec<f64> = apart.into_iter().chain([imagined]).collect();
    let y: Array1<f64> = short.into_iter().chain([imagined * prior]).collect();
    let Ok(x) = Array2::from_shape_vec((x.len(), 1), x) else { return prior };
    let model = LinearRegression::new().with_intercept(false).fit(&Dataset::new(x, y));
    model.map_or(prior, |model| model.params()[0].clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{SchoolCode, SchoolYear};

    fn row(year: i32, pupils: u32, area: Option<&str>, school: Option<&str>) -> EnrollmentRow {
        EnrollmentRow {
            school_year: SchoolYear(year),
            grade: Grade::G1,
            pupils,
            school_code: school.map(SchoolCode::new),
            area_code: area.map(AreaCode::new),
            from_outside: None,
            repeaters: None,
            to_outside: None,
            private: None,
        }
    }

    #[test]
    fn nobody_counts_twice_when_several_kinds_of_rows_are_given() {
        let areas = [AreaCode::new("A"), AreaCode::new("B")];
        let rows = [
            row(2020, 60, None, Some("S1")),
            row(2020, 50, None, Some("S2")),
            row(2020, 111, None, None),
            row(2020, 100, Some("A"), None),
            row(2021, 70, Some("B"), Some("S1")),
            row(2021, 20, Some("B"), Some("S2")),
            row(2021, 5, None, Some("S2")),
            row(2021, 0, Some("A"), None),
        ];
        let roll = Roll::of_grade(Grade::G1, &rows, &areas, 2020, 3);
        // In 2021 five pupils come from outside: they are the ward's, but no area's.
        assert_eq!([roll.ward(0), roll.ward(1), roll.ward(2)], [Some(110.0), Some(95.0), None]);
        assert_eq!(roll.areas(0), Some([100.0, 0.0].as_slice()));
        assert_eq!(roll.areas(1), Some([0.0, 90.0].as_slice()));
        assert_eq!(roll.areas(2), None);
    }

    #[test]
    fn a_stray_school_does_not_replace_the_ward() {
        let rows = [
            row(2020, 400, None, None),
            row(2020, 30, None, Some("S1")),
            row(2021, 400, None, None),
            row(2021, 300, None, Some("S1")),
            row(2021, 150, None, Some("S2")),
            row(2022, 400, None, None),
            row(2022, 393, None, Some("S1")),
        ];
        let roll = Roll::of_grade(Grade::G1, &rows, &[AreaCode::new("A")], 2020, 3);
        // 2020: schools are missing. 2021: the schools know more. 2022: 7 of 400 are a slip.
        let wards = [roll.ward(0), roll.ward(1), roll.ward(2)];
        assert_eq!(wards, [Some(400.0), Some(450.0), Some(393.0)]);
        let expected = [
            Disagreement { year: 0, schools: 30.0, ward: 400.0 },
            Disagreement { year: 1, schools: 450.0, ward: 400.0 },
        ];
        assert_eq!(roll.disagreements(), expected);
    }

    #[test]
    fn rolls_that_were_always_right_get_most_of_the_weight() {
        let pair = |residents, rolls, actual| Pair { residents, rolls, actual };
        let pairs = [
            pair(100.0, 110.0, 110.0),
            pair(120.0, 114.0, 114.0),
            pair(90.0, 95.0, 95.0),
            pair(100.0, 92.0, 92.0),
        ];
        // Least squares by hand: x² = 100 + 36 + 25 + 64 = 225, the imagined year has 225/4 at
        // one half: (225 + 28.125) / 281.25 = 0.9.
        assert!((weight_of_rolls(&pairs, 0.5) - 0.9).abs() < 1e-9);
    }

    #[test]
    fn rolls_that_mislead_are_not_used() {
        let pair = |rolls| Pair { residents: 100.0, rolls, actual: 100.0 };
        assert_eq!(weight_of_rolls(&[pair(130.0), pair(60.0), pair(120.0)], 0.5), 0.0);
        assert_eq!(weight_of_rolls(&[], 0.5), 0.0);
    }
}
