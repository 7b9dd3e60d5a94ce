//! Conflicts, repairs and prices as sentences.

use super::Speaker;
use phantuyen_model::{Clash, LockRule, Repair, RepairStep, RulePrice, WardRule};
use phantuyen_words::{per_cent, signed, whole};

impl Speaker<'_> {
    /// Why no plan keeps all rules.
    pub fn clash(&self, clash: &Clash) -> String {
        let rules: Vec<String> = clash.rules.iter().map(|rule| self.rule(rule)).collect();
        let schools: Vec<String> =
            clash.schools.iter().map(|school| self.school(school).to_owned()).collect();
        let facts = [
            ("areas", self.some_areas(&clash.areas)),
            ("schools", self.listed(&schools)),
            ("pupils", whole(self.lang, clash.pupils)),
            ("seats", whole(self.lang, clash.seats)),
            ("missing", whole(self.lang, clash.missing_seats.ceil())),
            ("rules", self.listed(&rules)),
        ];
        let by_seats = clash.rules.contains(&WardRule::Overload);
        let key = match (clash.schools.is_empty(), by_seats, clash.missing_seats > 0.0) {
            (true, ..) => "clash.no_school",
            (false, true, true) => "clash.seats",
            (false, true, false) => "clash.packing",
            (false, false, _) => "clash.rules",
        };
        self.say(key, &facts)
    }

    /// A rule by name.
    pub fn rule(&self, rule: &WardRule) -> String {
        match rule {
            WardRule::Lock { area_code, school_code, lock } => {
                let facts = [
                    ("area", self.area(area_code).to_owned()),
                    ("school", self.school(school_code).to_owned()),
                ];
                let must = *lock == LockRule::Must;
                self.say(if must { "rule.lock_must" } else { "rule.lock_never" }, &facts)
            }
            WardRule::Classes { school_code } => {
                self.say("rule.classes", &[("school", self.school(school_code).to_owned())])
            }
            other => self.term(&format!("rule.{}", other.code())),
        }
    }

    /// A repair: all its steps together.
    pub fn repair(&self, repair: &Repair) -> String {
        let steps: Vec<String> = repair.steps.iter().map(|step| self.step(step)).collect();
        let said = self.listed(&steps);
        if repair.needs_approval {
            return format!("{said} ({})", self.term("repair.needs_approval"));
        }
        said
    }

    fn step(&self, step: &RepairStep) -> String {
        let count = |value: f64| whole(self.lang, value);
        let school = |code| ("school", self.school(code).to_owned());
        let area = |code| ("area", self.area(code).to_owned());
        let facts = match step {
            RepairStep::Classes { school_code, classes, seats } => {
                vec![school(school_code), ("count", classes.to_string()), ("seats", count(*seats))]
            }
            RepairStep::Seats { school_code, seats } => {
                vec![school(school_code), ("seats", count(*seats))]
            }
            RepairStep::ClassSize { school_code, from, to } => {
                vec![school(school_code), ("from", from.to_string()), ("to", to.to_string())]
            }
            RepairStep::SplitArea { area_code, from, to, pupils } => vec![
                area(area_code),
                ("from", self.school(from).to_owned()),
                ("to", self.school(to).to_owned()),
                ("pupils", count(*pupils)),
            ],
            RepairStep::Unlock { area_code, school_code, .. } => {
                vec![area(area_code), school(school_code)]
            }
            RepairStep::Link { area_code, area_code_2 } => {
                vec![area(area_code), ("area_2", self.area(area_code_2).to_owned())]
            }
            RepairStep::Alarm { to_m, pupils } => {
                vec![("to", self.distance(*to_m)), ("pupils", count(*pupils))]
            }
            RepairStep::MovedLimit { to } => vec![("to", count(to.ceil()))],
            RepairStep::Pieces { pieces } => vec![("count", pieces.to_string())],
            RepairStep::OwnArea => Vec::new(),
            RepairStep::GiveUp { rule_given_up, pupils, to } => {
                let to = to.unwrap_or_default();
                let facts = [
                    ("rule", self.term(&format!("rule.{rule_given_up}"))),
                    ("pupils", count(*pupils)),
                    ("to", count(to.floor())),
                    ("share", per_cent(self.lang, to, 0)),
                ];
                return self.say(&format!("repair.give_up.{rule_given_up}"), &facts);
            }
        };
        self.say(&format!("repair.{}", step.code()), &facts)
    }

    /// What a rule costs.
    pub fn price(&self, price: &RulePrice) -> String {
        let change = |value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |value| signed(self.lang, value))
        };
        let school = match &price.rule {
            WardRule::Classes { school_code } => self.school(school_code).to_owned(),
            _ => String::new(),
        };
        let facts = [
            ("rule", self.rule(&price.rule)),
            ("school", school),
            ("overload", change(Some(price.overload_pupils))),
            ("moved", change(price.moved_pupils)),
            ("travel", self.travel_change(price.pupil_m)),
            ("areas", price.changed_areas.to_string()),
        ];
        let idle = price.changed_areas == 0 && price.overload_pupils.abs() < 0.5;
        let key = match (&price.rule, idle) {
            (WardRule::Classes { .. }, true) => "price.classes_idle",
            (WardRule::Classes { .. }, false) => "price.classes_told",
            (_, true) => "price.idle",
            (_, false) => "price.told",
        };
        self.say(key, &facts)
    }
}
