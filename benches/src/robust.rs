//! A ward whose pupils are uncertain over several years: a plan must hold in most futures.

use crate::entry_problem;
use phantuyen_allocation::{Demand, ProblemParts, SchoolSeats, YearParts};
use phantuyen_model::{DemandDraws, SchoolYear};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// In at most this share of the futures of a year may a school have more pupils than seats.
const OVERLOAD_PROBABILITY: f64 = 0.05;
/// Pupils grow by so much a year.
const GROWTH: f64 = 0.01;
/// The ward's own error in the first year, as a share of the pupils; it adds up over the years.
const SHARED_ERROR: f64 = 0.02;
/// Seats beyond the pupils of the last year, as a share.
const SPARE: f64 = 0.20;

/// Grade 1 of a ward of `columns × rows` areas over `years` school years with `draws` joint futures
/// of each, seats for the last year and a fifth more.
pub fn robust_problem(
    (columns, rows): (u32, u32),
    school_count: u32,
    years: u32,
    draws: usize,
    seed: u64,
) -> ProblemParts {
    let mut parts = entry_problem(columns, rows, school_count, seed);
    let mut random = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
    let grown = |year: u32| (1.0 + GROWTH).powi(i32::try_from(year).unwrap_or(0));
    let all: f64 = parts.demand.iter().map(|demand| demand.pupils).sum();
    let fair = all * grown(years) * (1.0 + SPARE) / f64::from(school_count);
    for school in &mut parts.schools {
        let size = f64::from(school.class_size.unwrap_or(1));
        school.seats = (fair / size).ceil() * size;
    }
    let schools: Vec<SchoolSeats> = parts.schools.clone();
    let demand = |year: u32| -> Vec<Demand> {
        let grow = |demand: &Demand| Demand {
            pupils: (demand.pupils * grown(year)).round(),
            ..demand.clone()
        };
        parts.demand.iter().map(grow).collect()
    };
    let by_year: Vec<Vec<Demand>> = (0..years).map(demand).collect();
    let mut shared = vec![0.0; draws];
    let (mut futures, mut later) = (Vec::new(), Vec::new());
    for (after, demand) in by_year.iter().enumerate() {
        let school_year = SchoolYear(parts.school_year.0 + i32::try_from(after).unwrap_or(0));
        let future = |shared: &mut f64| {
            *shared += SHARED_ERROR * normal(&mut random);
            let of_area = |demand: &Demand| {
                let own = demand.pupils.sqrt() * normal(&mut random);
                (demand.pupils * (1.0 + *shared) + own).max(0.0)
            };
            demand.iter().map(of_area).collect()
        };
        futures.push(DemandDraws {
            grade: parts.grade,
            school_year,
            areas: demand.iter().map(|demand| demand.area_code.clone()).collect(),
            draws: shared.iter_mut().map(future).collect(),
        });
        if after > 0 {
            let (demand, schools) = (demand.clone(), schools.clone());
            later.push(YearParts { school_year, demand, schools });
        }
    }
    parts.draws = futures;
    parts.later_years = later;
    parts.settings.max_overload_probability = Some(OVERLOAD_PROBABILITY);
    parts
}

/// A standard normal number, as the sum of twelve evenly spread ones.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| random.random_range(0.0..1.0)).sum::<f64>() - 6.0
}

#[cfg(test)]
mod tests {
    use super::robust_problem;
    use phantuyen_allocation::Problem;

    #[test]
    fn a_robust_problem_is_well_posed_and_has_its_futures() {
        let parts = robust_problem((5, 4), 3, 2, 10, 1);
        assert_eq!((parts.draws.len(), parts.later_years.len()), (2, 1));
        assert!(parts.draws.iter().all(|one| one.draws.len() == 10));
        Problem::new(parts).expect("well posed");
    }
}
