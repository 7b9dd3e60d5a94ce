//! Reason codes become sentences, here and nowhere else.

mod conflict;
mod explanation;
mod forecast;

use phantuyen_model::{
    Area, AreaCode, Assignment, DistanceUnit, Grade, Reason, School, SchoolCode,
};
use phantuyen_words::{Catalogue, Lang, decimal, whole};
use std::collections::BTreeMap;

/// Names and language for sentences about a plan.
pub struct Speaker<'a> {
    words: &'a Catalogue,
    lang: Lang,
    unit: DistanceUnit,
    areas: BTreeMap<&'a AreaCode, &'a str>,
    schools: BTreeMap<&'a SchoolCode, &'a str>,
}

impl<'a> Speaker<'a> {
    /// A speaker who knows these areas and schools.
    pub fn new(
        words: &'a Catalogue,
        lang: Lang,
        unit: DistanceUnit,
        areas: &'a [Area],
        schools: &'a [School],
    ) -> Self {
        Self {
            words,
            lang,
            unit,
            areas: areas.iter().map(|a| (&a.area_code, a.name.as_str())).collect(),
            schools: schools.iter().map(|s| (&s.school_code, s.name.as_str())).collect(),
        }
    }

    /// The name of an area, or its code where it has none.
    pub fn area<'c>(&self, code: &'c AreaCode) -> &'c str
    where
        'a: 'c,
    {
        self.areas.get(code).copied().unwrap_or(code.as_str())
    }

    /// The name of a school, or its code where it has none.
    pub fn school<'c>(&self, code: &'c SchoolCode) -> &'c str
    where
        'a: 'c,
    {
        self.schools.get(code).copied().unwrap_or(code.as_str())
    }

    /// The name of a grade.
    pub fn grade(&self, grade: Grade) -> String {
        self.words.term(self.lang, &format!("term.grade.{grade}"))
    }

    /// A distance as people say it: `1,1 km`, `850 m`, `12 phút`.
    pub fn distance(&self, metres: f64) -> String {
        let (value, decimals, unit) = match self.unit {
            DistanceUnit::Seconds => (metres / 60.0, 1, self.words.term(self.lang, "unit.minutes")),
            DistanceUnit::Metres if metres >= 1000.0 => (metres / 1000.0, 1, "km".to_owned()),
            DistanceUnit::Metres => ((metres / 10.0).round() * 10.0, 0, "m".to_owned()),
        };
        format!("{} {unit}", decimal(self.lang, value, decimals))
    }

    /// A distance without rounding to what people say: `1.034 m`, `742 s`.
    pub fn to_the_metre(&self, metres: f64) -> String {
        let unit = match self.unit {
            DistanceUnit::Seconds => self.term("unit.seconds"),
            DistanceUnit::Metres => "m".to_owned(),
        };
        format!("{} {unit}", whole(self.lang, metres))
    }

    /// A distance that may be unknown.
    pub fn way(&self, metres: Option<f64>) -> String {
        metres.map_or_else(|| "–".to_owned(), |metres| self.distance(metres))
    }

    /// A sentence of the catalogue.
    pub fn say(&self, key: &str, facts: &[(&str, String)]) -> String {
        self.words.say(self.lang, key, facts)
    }

    /// A term of the catalogue.
    pub fn term(&self, key: &str) -> String {
        self.words.term(self.lang, key)
    }

    /// Why an area goes where it goes, in one sentence.
    pub fn reason(&self, assignment: &Assignment) -> String {
        let way = self.way(assignment.distance_m);
        let nearest = assignment.nearest_school.as_ref().map_or("–", |code| self.school(code));
        let mut facts = vec![
            ("area", self.area(&assignment.area_code).to_owned()),
            ("school", self.school(&assignment.school_code).to_owned()),
            ("nearest", nearest.to_owned()),
            ("distance", way),
            ("pupils", whole(self.lang, assignment.pupils)),
        ];
        match &assignment.reason {
            Reason::NearestFull { seats, taken, pupils } => {
                facts.push(("seats", whole(self.lang, *seats)));
                facts.push(("taken", whole(self.lang, *taken)));
                facts.push(("own", whole(self.lang, *pupils)));
            }
            Reason::BetterForAll { extra_pupil_m } => {
                facts.push(("extra", self.distance(extra_pupil_m.abs())));
            }
            _ => {}
        }
        self.words.say(self.lang, &format!("reason.{}", assignment.reason.code()), &facts)
    }
}
