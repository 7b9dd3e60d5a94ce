//! The plain tables: UTF-8, commas, decimal points, one line feed a row, shortest numbers that
//! read back to the same value.

use phantuyen_model::{AreaCode, Forecast, ForecastMethod, Grade, PlanFigures, Score, UnitLevel};

/// The forecast: `forecasts.csv`, one row a grade, unit, school year and interval level.
pub fn forecasts_csv(forecast: &Forecast) -> String {
    let head = "grade,birth_year,area_code,level,school_year,horizon,mean,median,lower,upper,level_pct,pupils,method,own_weight";
    let rows = forecast.rows.iter().map(|row| {
        vec![
            row.grade.name().to_owned(),
            row.birth_year.to_string(),
            row.area_code.as_ref().map(AreaCode::to_string).unwrap_or_default(),
            level_name(row.level).to_owned(),
            row.school_year.0.to_string(),
            row.horizon.to_string(),
            row.mean.to_string(),
            row.median.to_string(),
            row.lower.to_string(),
            row.upper.to_string(),
            row.level_pct.to_string(),
            row.pupils.to_string(),
            method_name(row.method).to_owned(),
            row.own_weight.to_string(),
        ]
    });
    table(head, rows)
}

/// The catchments: `assignment.csv`, one row a grade and area; an unknown distance is empty.
pub fn assignment_csv(plans: &[(Grade, &PlanFigures)]) -> String {
    let rows = plans.iter().flat_map(|(grade, figures)| {
        figures.assignment.iter().map(move |line| {
            vec![
                grade.name().to_owned(),
                line.area_code.to_string(),
                line.school_code.to_string(),
                line.pupils.to_string(),
                optional(line.distance_m),
            ]
        })
    });
    table("grade,area_code,school_code,pupils,distance_m", rows)
}

/// The scores of past forecasts: `scores.csv`.
pub fn scores_csv(scores: &[Score]) -> String {
    let head = "grade,level,size_class,horizon,level_pct,origins,n,wape,mape,bias,within_10,coverage,interval_width,mase,wape_same_as_last_year,wape_practice,wape_survival_5,method_interval";
    let rows = scores.iter().map(|score| {
        let mut row = vec![
            score.grade.name().to_owned(),
            level_name(score.level).to_owned(),
            score.size_class.name().to_owned(),
            score.horizon.to_string(),
            score.level_pct.to_string(),
            score.origins.to_string(),
            score.n.to_string(),
        ];
        row.extend(
            [
                score.wape,
                score.mape,
                score.bias,
                score.within_10,
                score.coverage,
                score.interval_width,
                score.mase,
                score.wape_same_as_last_year,
                score.wape_practice,
                score.wape_survival_5,
            ]
            .map(optional),
        );
        row.push(score.method_interval.clone());
        row
    });
    table(head, rows)
}

fn optional(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn level_name(level: UnitLevel) -> &'static str {
    match level {
        UnitLevel::Area => "area",
        UnitLevel::Ward => "ward",
    }
}

fn method_name(method: ForecastMethod) -> &'static str {
    match method {
        ForecastMethod::Cohort => "cohort",
        ForecastMethod::Births => "births",
    }
}

fn table(head: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("{head}\n");
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| quoted(cell)).collect();
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}

/// A cell with a comma, a quote or a line break stands in quotes (RFC 4180).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_in_a_code_does_not_shift_the_columns() {
        assert_eq!(quoted("KP 1, KP 2"), "\"KP 1, KP 2\"");
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
    }

    #[test]
    fn a_missing_number_is_an_empty_cell() {
        assert_eq!(optional(None), "");
        assert_eq!(optional(Some(0.1 + 0.2)), "0.30000000000000004");
    }
}
