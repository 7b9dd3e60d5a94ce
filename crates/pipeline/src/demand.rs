//! Demand: from a forecast of the ward to whole children of each area.

use crate::PipelineError;
use phantuyen_allocation::Demand;
use phantuyen_forecast::normal_quantile;
use phantuyen_model::{
    Area, AreaCode, DemandDraws, DemandRow, Finding, FindingCode, Forecast, Grade, PlanRow,
    SchoolCode, SchoolYear, UnitLevel, largest_remainder,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use std::collections::BTreeMap;

/// What one grade asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeDemand {
    /// The grade.
    pub grade: Grade,
    /// Its pupils by area.
    pub areas: Vec<Demand>,
    /// The error that all areas share, as a fraction of the pupils; 0 when it is not known.
    pub common_error: f64,
    /// The years after the first that the plan must serve.
    pub later: Vec<YearDemand>,
    /// Joint futures of the years, to plan with.
    pub draws: Vec<DemandDraws>,
    /// Joint futures that only judge the plan.
    pub unseen_draws: Vec<DemandDraws>,
}

/// What one later year asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct YearDemand {
    /// The school year.
    pub school_year: SchoolYear,
    /// Its pupils by area.
    pub areas: Vec<Demand>,
    /// The error that all areas share.
    pub common_error: f64,
}

impl GradeDemand {
    /// What a later year asks for, as if it were the first.
    pub fn of_year(&self, later: &YearDemand) -> Self {
        Self {
            areas: later.areas.clone(),
            common_error: later.common_error,
            later: Vec::new(),
            ..self.clone()
        }
    }

    /// Keeps the draws of this grade: the first `planned` futures to plan with, the others to
    /// judge by. Without a bound on the probability nothing is planned with them.
    #[must_use]
    pub fn with_draws(mut self, draws: &[DemandDraws], planned: usize, is_bounded: bool) -> Self {
        let part = |one: &DemandDraws, unseen: bool| {
            let (seen, rest) = one.draws.split_at(planned.min(one.draws.len()));
            DemandDraws {
                grade: one.grade,
                school_year: one.school_year,
                areas: one.areas.clone(),
                draws: if unseen { rest } else { seen }.to_vec(),
            }
        };
        let own = || draws.iter().filter(|one| one.grade == self.grade);
        if is_bounded {
            self.draws = own().map(|one| part(one, false)).collect();
        }
        self.unseen_draws = own().map(|one| part(one, true)).collect();
        self
    }
}

/// What a grade asks for out of a forecast, in the first year and those after it.
///
/// # Errors
/// [`PipelineError::Blocked`] when the forecast has no such grade, or ends before the last year.
pub fn of_forecast(
    forecast: &Forecast,
    grade: Grade,
    (first, years): (SchoolYear, u32),
    planning_quantile: f64,
) -> Result<GradeDemand, PipelineError> {
    let of_year = |year| from_forecast(forecast, grade, year, planning_quantile);
    let areas = of_year(first).ok_or_else(nothing_to_plan_with)?;
    let later = school_years(first, years).map(|school_year| {
        let areas = of_year(school_year).ok_or_else(|| {
            let finding = Finding::new(FindingCode::YearsBeyondForecast).fact("grade", grade);
            let finding = finding.fact("years", years).fact("school_year", school_year);
            PipelineError::Blocked(vec![finding])
        })?;
        let common_error = common_error(forecast, grade, school_year);
        Ok(YearDemand { school_year, areas, common_error })
    });
    Ok(GradeDemand {
        grade,
        areas,
        common_error: common_error(forecast, grade, first),
        later: later.collect::<Result<_, PipelineError>>()?,
        draws: Vec::new(),
        unseen_draws: Vec::new(),
    })
}

/// What a grade asks for out of the table `demand`, the same in each year, with futures from its
/// ranges: `(level, count, seed)` of [`draws_from_ranges`]. Without ranges there are none.
///
/// # Errors
/// [`PipelineError::Blocked`] when no row of the table is about the grade.
pub fn of_table(
    rows: &[DemandRow],
    areas: &[Area],
    grade: Grade,
    (first, years): (SchoolYear, u32),
    (level, count, seed): (f64, usize, u64),
) -> Result<(GradeDemand, Vec<DemandDraws>), PipelineError> {
    let areas = from_table(rows, areas, grade).ok_or_else(|| {
        let finding = Finding::new(FindingCode::NoDemandForGrade).table("demand");
        PipelineError::Blocked(vec![finding.fact("grade", grade)])
    })?;
    let later = school_years(first, years).map(|school_year| YearDemand {
        school_year,
        areas: areas.clone(),
        common_error: 0.0,
    });
    let later: Vec<YearDemand> = later.collect();
    let all_years = std::iter::once(first).chain(later.iter().map(|later| later.school_year));
    let draws = all_years
        .filter_map(|year| draws_from_ranges(grade, year, &areas, 0.0, level, count, seed));
    let futures = draws.collect();
    let (draws, unseen_draws) = (Vec::new(), Vec::new());
    let demand = GradeDemand { grade, areas, common_error: 0.0, later, draws, unseen_draws };
    Ok((demand, futures))
}

/// There is neither a forecast of the grade nor a table of its demand.
pub fn nothing_to_plan_with() -> PipelineError {
    let finding = Finding::new(FindingCode::MissingTable).table("cohorts");
    PipelineError::Blocked(vec![finding.fact("needs", "allocate")])
}

/// The school years after the first, of so many in all.
fn school_years(first: SchoolYear, years: u32) -> impl Iterator<Item = SchoolYear> {
    let more = i32::try_from(years).unwrap_or(1);
    (1..more).map(move |after| SchoolYear(first.0 + after))
}

/// The school that each area goes to in a plan of the grade; of a split area the larger share.
pub fn whole_areas(plan: &[PlanRow], grade: Grade) -> BTreeMap<AreaCode, SchoolCode> {
    let mut largest: BTreeMap<AreaCode, (f64, SchoolCode)> = BTreeMap::new();
    for row in plan.iter().filter(|row| row.grade == grade) {
        let best = largest.get(&row.area_code).map_or(0.0, |(share, _)| *share);
        if row.share > best {
            largest.insert(row.area_code.clone(), (row.share, row.school_code.clone()));
        }
    }
    largest.into_iter().map(|(area, (_, school))| (area, school)).collect()
}

/// Futures of areas whose ranges alone are known: each area errs by itself and all areas by what
/// they share, normally distributed, half a range being `level` of it.
///
/// ```text
/// pupils(k, a) = max(0, pupils(a) + half(a) / z · ε(k, a) + pupils(a) · common / z · η(k))
/// ```
///
/// `None` where an area has no range. The same seed gives the same futures.
pub fn draws_from_ranges(
    grade: Grade,
    year: SchoolYear,
    areas: &[Demand],
    common_error: f64,
    level: f64,
    count: usize,
    seed: u64,
) -> Option<DemandDraws> {
    let half = |demand: &Demand| Some(((demand.upper? - demand.lower?) / 2.0).max(0.0));
    let halves: Vec<f64> = areas.iter().map(half).collect::<Option<_>>()?;
    let z = normal_quantile(f64::midpoint(1.0, level));
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = move || {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
        let unit = ((random.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        normal_quantile(unit)
    };
    let draws = (0..count).map(|_| {
        let shared = normal() * common_error / z;
        let pupils = areas.iter().zip(&halves);
        let pupils = pupils.map(|(area, half)| {
            (area.pupils + half / z * normal() + area.pupils * shared).max(0.0)
        });
        pupils.collect()
    });
    let draws = draws.collect();
    let areas = areas.iter().map(|demand| demand.area_code.clone()).collect();
    Some(DemandDraws { grade, school_year: year, areas, draws })
}

/// Pupils per area out of a forecast: the ward's planning quantile, shared by the areas' means and
/// rounded to whole children (largest remainder, ties by code).
///
/// The range of an area is its own interval, widened where the planned number lies outside. `None`
/// when the forecast has no such grade and year.
pub fn from_forecast(
    forecast: &Forecast,
    grade: Grade,
    year: SchoolYear,
    planning_quantile: f64,
) -> Option<Vec<Demand>> {
    let ward = forecast.ward(grade, year)?;
    let level = ward.level_pct / 100.0;
    let planned = quantile(ward.lower, ward.median, ward.upper, level, planning_quantile);
    let areas: Vec<_> =
        forecast.of(grade, year).filter(|row| row.level == UnitLevel::Area).collect();
    let sum: f64 = areas.iter().map(|row| row.mean).sum();
    let share = if sum > 0.0 { planned / sum } else { 0.0 };
    let parts: Vec<f64> = areas.iter().map(|row| row.mean * share).collect();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "children, not negative"
    )]
    let total = planned.max(0.0).round() as u64;
    let whole = largest_remainder(&parts, total);
    #[expect(clippy::cast_precision_loss, reason = "children of an area")]
    let demand = areas.iter().zip(whole).filter_map(|(row, pupils)| {
        Some(Demand {
            area_code: row.area_code.clone()?,
            pupils: pupils as f64,
            lower: Some(row.lower.min(pupils as f64)),
            upper: Some(row.upper.max(pupils as f64)),
        })
    });
    Some(demand.collect())
}

/// The error that all areas share, as a fraction: half the ward's own range over its pupils.
pub fn common_error(forecast: &Forecast, grade: Grade, year: SchoolYear) -> f64 {
    let ward = forecast.ward(grade, year).filter(|ward| ward.mean > 0.0);
    ward.map_or(0.0, |ward| (ward.upper - ward.lower) / 2.0 / ward.mean)
}

/// Pupils per area out of the table `demand`, unrounded. Rows of the grade count; where an area has
/// none, its rows without a grade do. Areas without any row have no pupils.
///
/// `None` when no row of the table is about the grade.
pub fn from_table(rows: &[DemandRow], areas: &[Area], grade: Grade) -> Option<Vec<Demand>> {
    let about: Vec<&DemandRow> =
        rows.iter().filter(|row| row.grade.is_none_or(|g| g == grade)).collect();
    if about.is_empty() {
        return None;
    }
    let of_area = |area: &Area| {
        let own = || about.iter().filter(|row| row.area_code == area.area_code);
        let graded = own().any(|row| row.grade.is_some());
        let counted = own().filter(|row| row.grade.is_some() == graded);
        let mut demand =
            Demand { area_code: area.area_code.clone(), pupils: 0.0, lower: None, upper: None };
        for row in counted {
            demand.pupils += row.pupils;
            demand.lower = row.lower.or(demand.lower);
            demand.upper = row.upper.or(demand.upper);
        }
        demand
    };
    let mut demand: Vec<Demand> = areas.iter().map(of_area).collect();
    demand.sort_by(|a, b| a.area_code.cmp(&b.area_code));
    Some(demand)
}

/// The value below which a share `q` of futures lies, out of an interval of the given level:
/// each half of the interval is read as half of a normal distribution.
fn quantile(lower: f64, median: f64, upper: f64, level: f64, q: f64) -> f64 {
    let edge = normal_quantile(f64::midpoint(1.0, level));
    let z = normal_quantile(q);
    let half = if z >= 0.0 { upper - median } else { median - lower };
    if edge > 0.0 { (median + z / edge * half).max(0.0) } else { median }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{AreaCode, ForecastMethod, ForecastRow, RegisterYear};

    fn row(area: Option<&str>, mean: f64, lower: f64, upper: f64) -> ForecastRow {
        ForecastRow {
            grade: Grade::G1,
            birth_year: 2021,
            area_code: area.map(AreaCode::new),
            level: if area.is_some() { UnitLevel::Area } else { UnitLevel::Ward },
            school_year: SchoolYear(2027),
            horizon: 1,
            mean,
            median: mean,
            lower,
            upper,
            level_pct: 80.0,
            pupils: 0,
            method: ForecastMethod::Cohort,
            own_weight: 1.0,
        }
    }

    fn forecast() -> Forecast {
        Forecast {
            origin: RegisterYear(2026),
            rows: vec![
                row(None, 30.4, 26.0, 36.0),
                row(Some("A"), 10.2, 8.0, 13.0),
                row(Some("B"), 20.2, 16.0, 25.0),
            ],
        }
    }

    #[test]
    fn futures_from_ranges_spread_as_the_ranges_say() {
        let area = |code: &str, pupils: f64| Demand {
            area_code: AreaCode::new(code),
            pupils,
            lower: Some(pupils - 6.0),
            upper: Some(pupils + 6.0),
        };
        let areas = [area("A", 40.0), area("B", 60.0)];
        let of =
            |seed| draws_from_ranges(Grade::G1, SchoolYear(2027), &areas, 0.0, 0.8, 2000, seed);
        let drawn = of(3).expect("ranges");
        assert_eq!(of(3).as_ref(), Some(&drawn));
        let inside = drawn.draws.iter().filter(|row| (row[0] - 40.0).abs() <= 6.0).count();
        assert!((1540..=1660).contains(&inside), "{inside} of 2000 within the 80 % range");
        let bare = [Demand { lower: None, ..areas[0].clone() }];
        assert_eq!(draws_from_ranges(Grade::G1, SchoolYear(2027), &bare, 0.0, 0.8, 5, 1), None);
    }

    #[test]
    fn areas_add_up_to_the_ward_in_whole_children() {
        let demand = from_forecast(&forecast(), Grade::G1, SchoolYear(2027), 0.5).expect("demand");
        let pupils: Vec<f64> = demand.iter().map(|d| d.pupils).collect();
        assert_eq!(pupils, [10.0, 20.0]);
    }

    #[test]
    fn planning_for_the_upper_end_takes_the_upper_end() {
        let demand = from_forecast(&forecast(), Grade::G1, SchoolYear(2027), 0.9).expect("demand");
        assert_eq!(demand.iter().map(|d| d.pupils).sum::<f64>(), 36.0);
    }

    #[test]
    fn the_common_error_is_half_the_wards_range() {
        let error = common_error(&forecast(), Grade::G1, SchoolYear(2027));
        assert!((error - 5.0 / 30.4).abs() < 1e-12);
        assert_eq!(common_error(&forecast(), Grade::G6, SchoolYear(2027)), 0.0);
    }

    #[test]
    fn a_row_of_the_grade_stands_before_rows_without_one() {
        let area = |code: &str| Area {
            area_code: AreaCode::new(code),
            name: code.into(),
            parent_code: None,
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        };
        let row = |code: &str, pupils: f64, grade| DemandRow {
            area_code: AreaCode::new(code),
            pupils,
            lower: None,
            upper: None,
            grade,
        };
        let rows = [row("A", 10.0, None), row("A", 15.0, Some(Grade::G1)), row("B", 4.5, None)];
        let pupils = |grade| -> Vec<f64> {
            let demand = from_table(&rows, &[area("B"), area("A")], grade).expect("demand");
            demand.iter().map(|d| d.pupils).collect()
        };
        assert_eq!(pupils(Grade::G1), [15.0, 4.5]);
        assert_eq!(pupils(Grade::G6), [10.0, 4.5]);
        assert!(from_table(&rows[1..2], &[area("A")], Grade::G6).is_none());
    }

    #[test]
    fn an_unknown_year_has_no_demand() {
        assert!(from_forecast(&forecast(), Grade::G1, SchoolYear(2040), 0.5).is_none());
    }
}
