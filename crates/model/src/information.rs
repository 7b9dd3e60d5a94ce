//! What a ward knows about its future beyond head counts: housing to be handed over, targets of
//! its plan, edits by its staff, totals set by the city, and who came and went.
//!
//! Each line says since when it was known, so that a look back can leave out what nobody knew yet.

use crate::{AreaCode, Grade, MissingRule, RegisterYear, Rule, RuleBook, SchoolYear};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One line of the table `housing`: dwellings that families will move into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HousingRow {
    /// The name of the project.
    pub project: String,
    /// The area in which it stands.
    pub area_code: AreaCode,
    /// How many dwellings are handed over.
    pub dwellings: u32,
    /// The day of the handover.
    pub handover: NaiveDate,
    /// Children of one year of age for each dwelling, once all are lived in.
    pub yield_per_dwelling: Option<f64>,
    /// The day since which the ward knows of it.
    pub announced: Option<NaiveDate>,
}

/// One line of the table `targets`: an indicator that the ward's plan wants to reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetRow {
    /// What is measured, such as `participation`.
    pub indicator: String,
    /// Of whom: a grade (`preschool-3`) or a level (`preschool`).
    pub level: String,
    /// The school year by which it is to be reached.
    pub year: SchoolYear,
    /// The value to reach, in per cent.
    pub target_pct: f64,
    /// The day of the decision.
    pub decided: Option<NaiveDate>,
}

/// What an edit does to a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Multiplies it.
    Factor(f64),
    /// Replaces it by so many pupils.
    Pupils(f64),
}

/// One line of the table `adjustments`: staff know better than the model, and say why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    /// The grade.
    pub grade: Grade,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// The school year, or `None` for every year ahead.
    pub school_year: Option<SchoolYear>,
    /// What it does.
    pub edit: Edit,
    /// Who decided: an office or a function, not a child's name.
    pub who: String,
    /// When.
    pub decided: NaiveDate,
    /// Why.
    pub reason: String,
}

/// One line of the table `control_totals`: a total of the ward that a higher office has set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlTotal {
    /// The grade.
    pub grade: Grade,
    /// The school year.
    pub school_year: SchoolYear,
    /// Pupils of the whole ward.
    pub pupils: f64,
    /// Who set it.
    pub source: Option<String>,
    /// When it was set.
    pub decided: Option<NaiveDate>,
}

/// Children of one area who came and went between two registers a year apart, born before the
/// earlier one. Whoever moves from one area of the ward to another leaves the one and arrives in
/// the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovesRow {
    /// The area.
    pub area_code: AreaCode,
    /// The later register.
    pub register: RegisterYear,
    /// Children in the later register who were not in the area a year before.
    pub arrived: u32,
    /// Children in the earlier register who are not in the area a year later.
    pub left: u32,
}

/// How dwellings fill with children where nothing better is known, by the rule book.
#[derive(Clone, Debug, PartialEq)]
pub struct HousingStandard {
    /// Children of one year of age for each dwelling, once all are lived in.
    pub yield_per_dwelling: f64,
    /// Share of the dwellings lived in one, two and three years after the handover.
    pub lived_in: [f64; 3],
    /// Above this yield a number is read as children of all ages together.
    pub largest_yield: f64,
}

impl HousingStandard {
    /// The standard of the rule book as it is now, and the rules it stands on.
    ///
    /// # Errors
    /// [`MissingRule`] when the book lacks one.
    pub fn of(rules: &RuleBook) -> Result<(Self, Vec<Rule>), MissingRule> {
        let used = [
            "housing.yield_per_dwelling",
            "housing.lived_in_after_1_year",
            "housing.lived_in_after_2_years",
            "housing.lived_in_after_3_years",
            "housing.largest_yield",
        ]
        .into_iter()
        .map(|id| rules.newest(id).cloned())
        .collect::<Result<Vec<Rule>, MissingRule>>()?;
        let value = |place: usize| used[place].value;
        let standard = Self {
            yield_per_dwelling: value(0),
            lived_in: [value(1), value(2), value(3)],
            largest_yield: value(4),
        };
        Ok((standard, used))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_standard_fills_dwellings_year_by_year_and_says_that_it_is_unverified() {
        let book = RuleBook::shipped().expect("shipped rules");
        let (standard, used) = HousingStandard::of(&book).expect("rules");
        assert!(standard.lived_in.is_sorted() && standard.lived_in[2] <= 1.0);
        assert!(standard.yield_per_dwelling < standard.largest_yield);
        assert!(used.iter().all(|rule| !rule.verified));
    }
}
