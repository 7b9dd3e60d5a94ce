//! Everything a forecast may look at.

use phantuyen_model::{
    Adjustment, AreaTree, BirthsRow, Cohorts, ControlTotal, EnrollmentRow, Finding, FindingCode,
    HousingRow, HousingStandard, MovesRow, RegisterYear, TargetRow, Women,
};

/// Everything a forecast may look at.
#[derive(Clone, Debug)]
pub struct History {
    /// Children by area, register and age.
    pub cohorts: Cohorts,
    /// Women aged 20 to 39.
    pub women: Women,
    /// Births by the civil registry.
    pub births: Vec<BirthsRow>,
    /// September rolls.
    pub enrollment: Vec<EnrollmentRow>,
    /// The units above the areas.
    pub tree: AreaTree,
    /// What is known beyond these counts.
    pub information: Information,
}

/// What a ward knows beyond counts; nothing of it need be known.
#[derive(Clone, Debug, Default)]
pub struct Information {
    /// Those of the children who are temporary residents, where registers tell it.
    pub temporary: Option<Cohorts>,
    /// Children who came and went, where registers can follow persons.
    pub moves: Vec<MovesRow>,
    /// Housing to be handed over.
    pub housing: Vec<HousingRow>,
    /// How dwellings fill where nothing better is known.
    pub housing_standard: Option<HousingStandard>,
    /// Targets of the ward's plan.
    pub targets: Vec<TargetRow>,
    /// Edits by staff.
    pub adjustments: Vec<Adjustment>,
    /// Totals of the ward set by a higher office.
    pub control_totals: Vec<ControlTotal>,
}

impl Information {
    /// What was surely known on 31 December of the origin: what has no date is left out.
    pub fn until(&self, origin: RegisterYear) -> Self {
        let known =
            |date: Option<chrono::NaiveDate>| date.is_some_and(|date| date <= origin.date());
        Self {
            temporary: self.temporary.as_ref().map(|cohorts| cohorts.until(origin)),
            moves: kept(&self.moves, |row| row.register <= origin),
            housing: kept(&self.housing, |row| known(row.announced)),
            housing_standard: self.housing_standard.clone(),
            targets: kept(&self.targets, |row| known(row.decided)),
            adjustments: kept(&self.adjustments, |row| known(Some(row.decided))),
            control_totals: kept(&self.control_totals, |row| known(row.decided)),
        }
    }
}

impl Information {
    /// Rows that do not say since when they were known, table by table.
    pub(crate) fn undated(&self) -> Vec<Finding> {
        let count = |undated: usize| u64::try_from(undated).unwrap_or(u64::MAX);
        let housing = self.housing.iter().filter(|row| row.announced.is_none()).count();
        let targets = self.targets.iter().filter(|row| row.decided.is_none()).count();
        let totals = self.control_totals.iter().filter(|row| row.decided.is_none()).count();
        [
            ("housing", "announced", housing),
            ("targets", "decided", targets),
            ("control_totals", "decided", totals),
        ]
        .into_iter()
        .filter(|(_, _, undated)| *undated > 0)
        .map(|(table, column, undated)| {
            let finding = Finding::new(FindingCode::InformationUndated).table(table);
            finding.column(column).count(count(undated))
        })
        .collect()
    }
}

fn kept<T: Clone>(rows: &[T], known: impl Fn(&T) -> bool) -> Vec<T> {
    rows.iter().filter(|row| known(row)).cloned().collect()
}

impl History {
    /// What was known on 31 December of the origin: registers up to it, births of its year and
    /// before, the roll of its September, and information dated on or before that day.
    pub fn until(&self, origin: RegisterYear) -> Self {
        Self {
            cohorts: self.cohorts.until(origin),
            women: self.women.until(origin),
            births: kept(&self.births, |row| row.year <= origin.0),
            enrollment: kept(&self.enrollment, |row| row.school_year.0 <= origin.0),
            tree: self.tree.clone(),
            information: self.information.until(origin),
        }
    }

    /// What a forecast from the origin may look at: all there is when the origin is the last
    /// register, else what was known then.
    pub(crate) fn seen_from(&self, origin: RegisterYear) -> Self {
        let mut seen = self.until(origin);
        if self.cohorts.registers().last() == Some(&origin) {
            seen.information = self.information.clone();
        }
        seen
    }
}
