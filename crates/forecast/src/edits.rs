//! Edits by staff and totals set by a higher office: the last word on a number.
//!
//! 1. Of several edits of one number one counts: a number of pupils before a factor, one for the
//!    very school year before one for every year, the latest decision before older ones.
//! 2. An area's own edit stands. An edit of the whole ward changes the areas without one.
//! 3. A total of the ward set by a higher office is shared by all areas by their size.

use crate::ForecastSettings;
use crate::panel::Known;
use crate::project::Points;
use phantuyen_model::{Adjustment, Edit, Finding, FindingCode, Grade, SchoolYear, round_half_up};

/// Beyond this part of the ward's own number, a total from above is worth a warning: the plan's
/// own word for a good forecast is ten per cent.
const FAR: f64 = 0.1;

/// Applies the edits and totals that were known at the origin of the points.
pub(crate) fn apply(points: &mut Points, known: &Known<'_>, settings: &ForecastSettings) {
    if known.edits().next().is_none() && known.totals().next().is_none() {
        return;
    }
    let cells = || {
        let grades = settings.grades.iter().enumerate();
        grades.flat_map(|(number, grade)| {
            (1..=settings.horizon).map(move |horizon| (number, *grade, horizon))
        })
    };
    points.mark_rolled();
    for (number, grade, horizon) in cells() {
        let step = usize::try_from(horizon).unwrap_or(1);
        if !points.is_missing(number, step) {
            edit(points.areas_mut(number, step), known, grade, known.school_year(horizon));
        }
    }
    points.mark_edited();
    for (number, grade, horizon) in cells() {
        let step = usize::try_from(horizon).unwrap_or(1);
        let year = known.school_year(horizon);
        let total = known.totals().find(|total| (total.grade, total.school_year) == (grade, year));
        if let Some(total) = total.filter(|_| !points.is_missing(number, step)) {
            points.bring_ward_to(number, step, total.pupils);
        }
    }
}

/// Edits the areas of one grade and school year.
fn edit(means: &mut [f64], known: &Known<'_>, grade: Grade, year: SchoolYear) {
    let chosen = Chosen::of(known, grade, year);
    let mut own = vec![false; means.len()];
    for (area, row) in &chosen.areas {
        own[*area] = true;
        means[*area] = match row.edit {
            Edit::Factor(factor) => means[*area] * factor,
            Edit::Pupils(pupils) => pupils,
        };
    }
    let sum = |of_own: bool, means: &[f64]| -> f64 {
        means.iter().zip(&own).filter(|(_, own)| **own == of_own).map(|(mean, _)| mean).sum()
    };
    let (edited, others) = (sum(true, means), sum(false, means));
    let factor = match chosen.ward.map(|row| row.edit) {
        None => return,
        Some(Edit::Factor(factor)) => factor,
        Some(Edit::Pupils(pupils)) if pupils >= edited && others > 0.0 => {
            (pupils - edited) / others
        }
        Some(Edit::Pupils(pupils)) => {
            // The areas' own edits alone miss the ward's number: they share what is wrong with it.
            let whole = edited + others;
            if whole > 0.0 {
                means.iter_mut().for_each(|mean| *mean *= pupils / whole);
            }
            return;
        }
    };
    means.iter_mut().zip(&own).filter(|(_, own)| !**own).for_each(|(mean, _)| *mean *= factor);
}

/// The edits that count for one grade and school year.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Chosen<'a> {
    /// Of the whole ward.
    pub(crate) ward: Option<&'a Adjustment>,
    /// By area, in order.
    areas: Vec<(usize, &'a Adjustment)>,
    /// Edits that contradict the chosen one.
    clashes: u64,
}

impl<'a> Chosen<'a> {
    /// The edit that an area's number answers to: its own, or the ward's.
    pub(crate) fn of_area(&self, area: usize) -> Option<&'a Adjustment> {
        let own = self.areas.binary_search_by_key(&area, |(area, _)| *area);
        own.ok().map(|place| self.areas[place].1).or(self.ward)
    }

    /// Of the edits known at the origin.
    pub(crate) fn of(known: &Known<'a>, grade: Grade, year: SchoolYear) -> Self {
        let answers = |row: &Adjustment| {
            row.grade == grade && row.school_year.is_none_or(|of_row| of_row == year)
        };
        let mut rows: Vec<(Option<usize>, &'a Adjustment)> =
            known.edits().filter(|(_, row)| answers(row)).collect();
        let rank = |row: &Adjustment| {
            let is_pupils = matches!(row.edit, Edit::Pupils(_));
            (row.school_year.is_some(), is_pupils, row.decided)
        };
        rows.sort_by(|a, b| a.0.cmp(&b.0).then(rank(b.1).cmp(&rank(a.1))));
        let mut chosen = Self::default();
        for rows in rows.chunk_by(|a, b| a.0 == b.0) {
            let [(area, first), others @ ..] = rows else { continue };
            let contradicts = |row: &&(Option<usize>, &Adjustment)| {
                row.1.school_year.is_some() == first.school_year.is_some()
                    && row.1.edit != first.edit
            };
            let clashes = others.iter().filter(contradicts).count();
            if clashes > 0 {
                chosen.clashes += 1 + u64::try_from(clashes).unwrap_or(u64::MAX);
            }
            match area {
                Some(area) => chosen.areas.push((*area, first)),
                None => chosen.ward = Some(first),
            }
        }
        chosen
    }
}

/// What edits and totals did to the forecast.
pub(crate) fn findings(
    points: &Points,
    known: &Known<'_>,
    settings: &ForecastSettings,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let years: Vec<SchoolYear> = (1..=settings.horizon).map(|h| known.school_year(h)).collect();
    let answers = |grade: Grade, year: Option<SchoolYear>| {
        settings.grades.contains(&grade) && year.is_none_or(|year| years.contains(&year))
    };
    for (number, grade) in settings.grades.iter().enumerate() {
        let rows = known.edits().filter(|(_, row)| row.grade == *grade);
        let rows = rows.filter(|(_, row)| answers(row.grade, row.school_year)).count();
        let changes = |h: u32| points.ward_parts(number, usize::try_from(h).unwrap_or(1)).edits;
        if rows > 0 {
            let change: f64 = (1..=settings.horizon).map(changes).sum();
            let finding = Finding::new(FindingCode::AdjustmentUsed).table("adjustments");
            let finding = finding.count(u64::try_from(rows).unwrap_or(u64::MAX));
            findings.push(finding.fact("grade", grade).fact("pupils", round_half_up(change)));
        }
        for (horizon, year) in (1..=settings.horizon).zip(&years) {
            let clashes = Chosen::of(known, *grade, *year).clashes;
            if clashes > 0 {
                let finding = Finding::new(FindingCode::AdjustmentsClash).table("adjustments");
                findings.push(finding.count(clashes).fact("grade", grade).fact("year", year));
            }
            findings.extend(total(points, known, (number, *grade), (horizon, *year)));
        }
    }
    let idle = known.edits().filter(|(area, row)| {
        let in_vain = area.is_some_and(|area| is_in_vain(points, known, settings, area, row));
        !answers(row.grade, row.school_year) || in_vain
    });
    let idle = idle.count();
    if idle > 0 {
        let finding = Finding::new(FindingCode::AdjustmentIdle).table("adjustments");
        findings.push(finding.count(u64::try_from(idle).unwrap_or(u64::MAX)));
    }
    let idle = known.totals().filter(|row| !answers(row.grade, Some(row.school_year))).count();
    if idle > 0 {
        let finding = Finding::new(FindingCode::ControlTotalIdle).table("control_totals");
        findings.push(finding.count(u64::try_from(idle).unwrap_or(u64::MAX)));
    }
    findings
}

/// Whether an edit multiplies an area that has nobody in any year it is about.
fn is_in_vain(
    points: &Points,
    known: &Known<'_>,
    settings: &ForecastSettings,
    area: usize,
    row: &Adjustment,
) -> bool {
    let Some(number) = settings.grades.iter().position(|grade| *grade == row.grade) else {
        return true;
    };
    let mut about = (1..=settings.horizon)
        .filter(|h| row.school_year.is_none_or(|year| year == known.school_year(*h)));
    matches!(row.edit, Edit::Factor(_))
        && about.all(|h| {
            let step = usize::try_from(h).unwrap_or(1);
            let parts = points.parts(number, step)[area];
            parts.sum() - parts.edits - parts.control <= 0.0
        })
}

/// What a total from above did.
fn total(
    points: &Points,
    known: &Known<'_>,
    (number, grade): (usize, Grade),
    (horizon, year): (u32, SchoolYear),
) -> Option<Finding> {
    let step = usize::try_from(horizon).ok()?;
    let set = known.totals().find(|total| (total.grade, total.school_year) == (grade, year))?;
    let parts = points.ward_parts(number, step);
    let from = parts.sum() - parts.control;
    if points.is_missing(number, step) || (from <= 0.0 && set.pupils > 0.0) {
        return Some(Finding::new(FindingCode::ControlTotalIdle).table("control_totals"));
    }
    let is_far = (set.pupils - from).abs() > FAR * from;
    let code = if is_far { FindingCode::ControlTotalFar } else { FindingCode::ControlTotalUsed };
    let finding = Finding::new(code).table("control_totals").fact("grade", grade);
    let finding = finding.fact("year", year).fact("from", round_half_up(from));
    Some(finding.fact("to", round_half_up(set.pupils)))
}
