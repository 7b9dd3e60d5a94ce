//! What a ward knows beyond counts, laid out by area; who looks back sees only what was known then.

use crate::History;
use chrono::NaiveDate;
use phantuyen_model::{Adjustment, AreaCode, ControlTotal, HousingRow, HousingStandard, TargetRow};

/// What a ward knows beyond counts.
pub(crate) struct News {
    /// Housing, each with the place of its area.
    pub(crate) housing: Vec<(usize, HousingRow)>,
    /// How dwellings fill where nothing better is known.
    pub(crate) standard: Option<HousingStandard>,
    /// Targets of the plan.
    pub(crate) targets: Vec<TargetRow>,
    /// Edits by staff, each with the place of its area, or `None` for the whole ward.
    pub(crate) edits: Vec<(Option<usize>, Adjustment)>,
    /// Totals set by a higher office.
    pub(crate) totals: Vec<ControlTotal>,
}

impl News {
    /// Lays out what the history knows. Rows of areas that are none of the ward's are left out;
    /// `data` reports them.
    pub(crate) fn new(history: &History, areas: &[AreaCode]) -> Self {
        let information = &history.information;
        let place = |code: &AreaCode| areas.binary_search(code).ok();
        let housing = information.housing.iter();
        let edits = information.adjustments.iter();
        Self {
            housing: housing
                .filter_map(|row| Some((place(&row.area_code)?, row.clone())))
                .collect(),
            standard: information.housing_standard.clone(),
            targets: information.targets.clone(),
            edits: edits
                .filter_map(|row| match &row.area_code {
                    Some(code) => Some((Some(place(code)?), row.clone())),
                    None => Some((None, row.clone())),
                })
                .collect(),
            totals: information.control_totals.clone(),
        }
    }
}

/// The day up to which news is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Day {
    /// Today: all that is written down counts, dated or not.
    Today,
    /// A day of the past: what has no date may have been written later.
    Past(NaiveDate),
}

impl Day {
    /// Whether something of that date was known.
    pub(crate) fn knows(self, date: Option<NaiveDate>) -> bool {
        match self {
            Self::Today => true,
            Self::Past(day) => date.is_some_and(|date| date <= day),
        }
    }
}
