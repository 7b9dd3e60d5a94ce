//! Why an area is expected to send so many children, in words.

use super::Speaker;
use phantuyen_forecast::{BaseRow, Projected};
use phantuyen_model::{Adjustment, ForecastRow, Parts, SchoolYear, UnitLevel, Why, round_half_up};
use phantuyen_words::{date, per_cent, signed, whole};
use std::collections::BTreeMap;

/// A cause in the catalogue, and what it adds.
type Cause = (&'static str, f64);

impl Speaker<'_> {
    /// Why the numbers of one school year are what they are, in the order of the forecast's rows.
    pub fn whys(&self, projected: &Projected, year: SchoolYear) -> Vec<Why> {
        let of_year = projected.base.iter().filter(|base| base.school_year == year);
        let base: BTreeMap<_, &BaseRow> =
            of_year.map(|base| ((base.grade, base.area_code.as_ref()), base)).collect();
        let first = projected.forecast.rows.first().map_or(0.0, |row| row.level_pct);
        let rows = &projected.forecast.rows;
        rows.iter()
            .filter(|row| row.school_year == year && row.level_pct == first)
            .filter_map(|row| {
                let base = base.get(&(row.grade, row.area_code.as_ref()))?;
                Some(Why {
                    grade: row.grade,
                    area_code: row.area_code.clone(),
                    school_year: row.school_year,
                    pupils: row.pupils,
                    lower: row.lower,
                    upper: row.upper,
                    level_pct: row.level_pct,
                    parts: base.parts,
                    last_intake: base.last_intake,
                    change: base.change(),
                    own_weight: row.own_weight,
                    sentence: self.why(row, base),
                })
            })
            .collect()
    }

    /// Number and range, what they are made of, the change on last time, who edited them, and how
    /// far to trust them.
    fn why(&self, row: &ForecastRow, base: &BaseRow) -> String {
        let unit = match &row.area_code {
            Some(code) => {
                let known = self.areas.get(code).copied();
                known.unwrap_or(code.as_str()).to_owned()
            }
            None => self.term("why.whole_ward"),
        };
        let count = |value: f64| whole(self.lang, value);
        let pupils = i64::try_from(row.pupils).unwrap_or(i64::MAX);
        let made = self.causes(&causes(&base.parts), pupils, "why.made");
        let facts = [
            ("unit", unit),
            ("grade", self.grade(row.grade)),
            ("year", row.school_year.to_string()),
            ("pupils", pupils.to_string()),
            ("lower", count(row.lower)),
            ("upper", count(row.upper)),
            ("made", made),
        ];
        let mut said = vec![self.say("why.number", &facts)];
        said.extend(self.change(base, pupils));
        let edit = base.edit.as_ref().filter(|_| base.parts.edits != 0.0);
        said.extend(edit.map(|edit| self.edited(edit)));
        said.push(self.trust(row));
        said.join(" ")
    }

    fn change(&self, base: &BaseRow, pupils: i64) -> Option<String> {
        let (last, change) = (base.last_parts?.sum(), base.change()?);
        let last = round_half_up(last);
        let causes = self.causes(&causes(&change), pupils - last, "why.changed");
        let facts = [
            ("last", whole(self.lang, as_number(last))),
            ("change", signed(self.lang, as_number(pupils - last))),
            ("causes", causes),
        ];
        let key = if pupils == last { "why.same_as_last" } else { "why.against_last" };
        Some(self.say(key, &facts))
    }

    /// Who edited the number, when and why.
    fn edited(&self, edit: &Adjustment) -> String {
        let facts = [
            ("who", edit.who.trim().to_owned()),
            ("date", date(edit.decided)),
            ("reason", edit.reason.trim().trim_end_matches('.').to_owned()),
        ];
        self.say("why.edited", &facts)
    }

    fn trust(&self, row: &ForecastRow) -> String {
        let facts = [
            ("own", per_cent(self.lang, row.own_weight, 0)),
            ("ward", per_cent(self.lang, 1.0 - row.own_weight, 0)),
            ("level", per_cent(self.lang, row.level_pct / 100.0, 0)),
        ];
        let key = match row.level {
            UnitLevel::Ward => "why.trust_ward",
            UnitLevel::Area => "why.trust_area",
        };
        self.say(key, &facts)
    }

    /// Causes as whole children that add up to `total`, those that add nothing left out.
    fn causes(&self, causes: &[Cause], total: i64, key: &str) -> String {
        let values: Vec<f64> = causes.iter().map(|(_, value)| *value).collect();
        let told: Vec<String> = causes
            .iter()
            .zip(whole_parts(&values, total))
            .filter(|(_, value)| *value != 0)
            .map(|((name, _), value)| {
                let sign = if value < 0 { "less" } else { "more" };
                let number = whole(self.lang, as_number(value.abs()));
                self.say(&format!("{key}.{name}.{sign}"), &[("n", number)])
            })
            .collect();
        told.join(&self.term("why.and"))
    }
}

fn causes(parts: &Parts) -> Vec<Cause> {
    vec![
        ("cohort", parts.cohort),
        ("births", parts.births),
        ("movement", parts.movement),
        ("housing", parts.housing),
        ("capture", parts.capture.sum()),
        ("rolls", parts.rolls),
        ("edits", parts.edits),
        ("control", parts.control),
    ]
}

/// Whole numbers near `values` that add up to `total` (largest remainder; ties to the earlier).
/// Values may be negative, as causes are.
fn whole_parts(values: &[f64], total: i64) -> Vec<i64> {
    let mut whole: Vec<i64> = values.iter().map(|value| round_half_up(value - 0.5)).collect();
    let mut order: Vec<usize> = (0..values.len()).filter(|i| values[*i] != 0.0).collect();
    let left = |i: &usize, whole: &[i64]| values[*i] - as_number(whole[*i]);
    order.sort_by(|a, b| left(b, &whole).total_cmp(&left(a, &whole)).then(a.cmp(b)));
    let mut missing = total - whole.iter().sum::<i64>();
    for i in order.iter().cycle().take(order.len() * 2) {
        if missing > 0 {
            whole[*i] += 1;
            missing -= 1;
        }
    }
    for i in order.iter().rev() {
        if missing < 0 {
            whole[*i] -= 1;
            missing += 1;
        }
    }
    whole
}

fn as_number(count: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "children of a ward are far below 2⁵³")]
    let number = count as f64;
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_add_up_in_whole_children() {
        assert_eq!(whole_parts(&[16.0, 1.6, -2.3, 0.0], 15), [16, 1, -2, 0]);
        assert_eq!(whole_parts(&[16.0, 1.6, -2.3, 0.0], 16), [16, 2, -2, 0]);
        assert_eq!(whole_parts(&[-3.4, 0.9], -2), [-3, 1]);
        assert_eq!(whole_parts(&[-3.4, 0.9], -3), [-4, 1]);
        assert_eq!(whole_parts(&[2.0, 3.0], 4).iter().sum::<i64>(), 4);
    }
}
