//! Explanations as sentences that answer a parent.

use super::Speaker;
use phantuyen_model::{AreaCode, Barrier, Explanation, Nearer, Shift, WayChange, WayOut};
use phantuyen_words::{decimal, whole};

/// Areas named in one sentence before the rest is counted.
const NAMED: usize = 3;

type Fact<'f> = (&'f str, String);

impl Speaker<'_> {
    /// Why an area passes nearer schools: one sentence a thought, in the order in which one would
    /// say it to a parent.
    pub fn explain(&self, told: &Explanation) -> Vec<String> {
        let Some(nearest) = told.nearer.first() else { return Vec::new() };
        let facts = self.facts(told, nearest);
        let mut said = vec![self.say("answer.passes", &facts)];
        for barrier in &nearest.barriers {
            said.extend(self.barrier(told, nearest, barrier));
        }
        if nearest.barriers.is_empty() {
            said.push(self.say("answer.free", &facts));
        }
        said.extend(self.ways_out(told, nearest));
        for other in told.nearer.iter().skip(1) {
            let why = other.barriers.first().map_or("free", Barrier::code);
            let facts = [
                ("nearest", self.school(&other.school_code).to_owned()),
                ("near", self.distance(other.distance_m)),
                ("why", self.term(&format!("answer.why.{why}"))),
            ];
            said.push(self.say("answer.other", &facts));
        }
        if let Some(present) = &told.present_school {
            let same = *present == told.school_code;
            let key = if same { "answer.last_year_same" } else { "answer.last_year_other" };
            let mut facts = facts;
            facts.push(("present", self.school(present).to_owned()));
            said.push(self.say(key, &facts));
        }
        said
    }

    fn facts(&self, told: &Explanation, nearest: &Nearer) -> Vec<Fact<'static>> {
        let (mut far, mut near) = (self.way(told.distance_m), self.distance(nearest.distance_m));
        if let (true, Some(metres)) = (far == near, told.distance_m) {
            // Two ways that read alike once rounded are told to the metre.
            (far, near) = (self.to_the_metre(metres), self.to_the_metre(nearest.distance_m));
        }
        vec![
            ("area", self.area(&told.area_code).to_owned()),
            ("pupils", whole(self.lang, told.pupils)),
            ("school", self.school(&told.school_code).to_owned()),
            ("distance", far),
            ("nearest", self.school(&nearest.school_code).to_owned()),
            ("near", near),
        ]
    }

    fn barrier(&self, told: &Explanation, nearest: &Nearer, barrier: &Barrier) -> Vec<String> {
        let mut facts = self.facts(told, nearest);
        let joined = &nearest.what_if.joined;
        let count = |value: f64| whole(self.lang, value);
        match barrier {
            Barrier::Lock { reason } | Barrier::Never { reason } => {
                let note = reason.as_ref().map_or_else(String::new, |text| format!(" ({text})"));
                facts.push(("note", note));
            }
            Barrier::Water | Barrier::Walkers => {}
            Barrier::Alarm { alarm_m } => facts.push(("alarm", self.distance(*alarm_m))),
            Barrier::OwnArea { school_code } => {
                facts.retain(|(name, _)| *name != "school");
                facts.push(("school", self.school(school_code).to_owned()));
            }
            Barrier::Seats { free, missing } => {
                facts.push(("seats", count(joined.seats)));
                facts.push(("taken", count(joined.pupils_before)));
                facts.push(("closer", count(nearest.nearer_pupils)));
                facts.push(("free", count(free.floor())));
                facts.push(("missing", count(missing.ceil())));
                facts.push(("after", count(joined.pupils_after)));
                let key = if *free < 0.5 { "answer.seats_none" } else { "answer.seats" };
                return vec![self.say(key, &facts), self.what_if(told, nearest)];
            }
            Barrier::Split { school_code, cut_off } => {
                let itself = cut_off.iter().all(|area| *area == told.area_code);
                if itself && *school_code == nearest.school_code {
                    return vec![self.say("answer.split_itself", &facts)];
                }
                facts.push(("broken", self.school(school_code).to_owned()));
                facts.push(("cut", self.some_areas(cut_off)));
            }
            Barrier::Moved { moved, limit } => {
                facts.push(("moved", count(*moved)));
                facts.push(("limit", count(limit.floor())));
            }
            Barrier::Worse { goal, by } => {
                let key = format!("goal.{goal}");
                let known = self.words.has(&key);
                facts.push(("goal", self.term(if known { &key } else { "goal.other" })));
                let in_metres = matches!(goal.as_str(), "travel" | "sum");
                facts.push(("by", if in_metres { self.distance(*by) } else { count(*by) }));
            }
        }
        vec![self.say(&format!("answer.{}", barrier.code()), &facts)]
    }

    /// What the school that takes the area would look like.
    fn what_if(&self, told: &Explanation, nearest: &Nearer) -> String {
        let mut facts = self.facts(told, nearest);
        let joined = &nearest.what_if.joined;
        let per_class = |value: f64| decimal(self.lang, value, 1);
        facts.push(("seats", whole(self.lang, joined.seats)));
        if let (Some(before), Some(after), Some(size)) =
            (joined.per_class_before, joined.per_class_after, joined.class_size)
            && after > f64::from(size)
        {
            facts.push(("before", per_class(before)));
            facts.push(("after", per_class(after)));
            facts.push(("size", size.to_string()));
            return self.say("answer.what_if_classes", &facts);
        }
        facts.push(("after", whole(self.lang, joined.pupils_after)));
        self.say("answer.what_if_seats", &facts)
    }

    fn ways_out(&self, told: &Explanation, nearest: &Nearer) -> Option<String> {
        let facts = self.facts(told, nearest);
        if told.ways_out.is_empty() {
            let tried = |barrier: &Barrier| {
                matches!(barrier, Barrier::Seats { .. } | Barrier::Split { .. })
            };
            let tried = !nearest.barriers.is_empty() && nearest.barriers.iter().all(tried);
            return tried.then(|| self.say("answer.no_way_out", &facts));
        }
        let ways: Vec<String> = told.ways_out.iter().map(|way| self.way_out(way)).collect();
        let mut facts = facts;
        facts.push(("ways", ways.join(&self.term("list.or"))));
        Some(self.say("answer.ways_out", &facts))
    }

    fn way_out(&self, way: &WayOut) -> String {
        match way {
            WayOut::Classes { school_code, classes } => {
                let school = self.school(school_code).to_owned();
                self.say("way.classes", &[("school", school), ("count", classes.to_string())])
            }
            WayOut::Exchange { shifts, pupil_m } => {
                let travel = self.travel_change(*pupil_m);
                if shifts.is_empty() {
                    return self.say("way.exchange_alone", &[("travel", travel)]);
                }
                let shifts: Vec<String> = shifts.iter().map(|shift| self.shift(shift)).collect();
                let facts = [("shifts", self.listed(&shifts)), ("travel", travel)];
                self.say("way.exchange", &facts)
            }
            WayOut::Unlock => self.term("way.unlock"),
            WayOut::Link => self.term("way.link"),
            WayOut::Alarm { to_m } => self.say("way.alarm", &[("to", self.distance(*to_m))]),
            WayOut::MovedLimit { to } => {
                self.say("way.moved_limit", &[("to", whole(self.lang, to.ceil()))])
            }
        }
    }

    /// An area that changes school.
    pub fn shift(&self, shift: &Shift) -> String {
        let facts = [
            ("area", self.area(&shift.area_code).to_owned()),
            ("pupils", whole(self.lang, shift.pupils)),
            ("from", self.school(&shift.from).to_owned()),
            ("to", self.school(&shift.to).to_owned()),
            ("before", self.way(shift.before_m)),
            ("after", self.way(shift.after_m)),
        ];
        self.say("way.shift", &facts)
    }

    /// The way to school of an area before and after.
    pub fn way_change(&self, way: &WayChange) -> String {
        let facts = [
            ("area", self.area(&way.area_code).to_owned()),
            ("pupils", whole(self.lang, way.pupils)),
            ("from", self.school(&way.from).to_owned()),
            ("to", self.school(&way.to).to_owned()),
            ("before", self.way(way.before_m)),
            ("after", self.way(way.after_m)),
        ];
        let key = if way.from == way.to { "way.stays" } else { "way.shift" };
        self.say(key, &facts)
    }

    /// How the way of all pupils together changes.
    pub fn travel_change(&self, pupil_m: f64) -> String {
        let key = if pupil_m.abs() < 0.5 {
            "way.travel_same"
        } else if pupil_m > 0.0 {
            "way.travel_more"
        } else {
            "way.travel_less"
        };
        self.say(key, &[("extra", self.distance(pupil_m.abs()))])
    }

    /// A few areas by name, the rest by their number.
    pub fn some_areas(&self, areas: &[AreaCode]) -> String {
        let named: usize = if areas.len() <= NAMED + 1 { areas.len() } else { NAMED };
        let mut names: Vec<String> =
            areas.iter().take(named).map(|code| self.area(code).to_owned()).collect();
        if areas.len() > named {
            let rest = (areas.len() - named).to_string();
            names.push(self.say("list.more_areas", &[("count", rest)]));
        }
        self.listed(&names)
    }

    /// `a, b và c`.
    pub fn listed(&self, names: &[String]) -> String {
        match names {
            [] => "–".to_owned(),
            [only] => only.clone(),
            [first @ .., last] => format!("{}{}{last}", first.join(", "), self.term("list.and")),
        }
    }
}
