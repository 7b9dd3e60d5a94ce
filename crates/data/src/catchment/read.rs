//! From words to parts.

use super::words::{Word, words};
use super::{Catchment, CatchmentDoubt, CatchmentPart, Subarea, Within};
use std::collections::BTreeSet;

/// The longest range that is believed.
const LONGEST: u32 = 300;

/// An area that is being read.
#[derive(Clone, Debug, Default)]
struct Area {
    kind: Option<&'static str>,
    name: Vec<String>,
    /// The number that its name ends with.
    number: Option<Subarea>,
}

impl Area {
    fn text(&self) -> String {
        let mut words: Vec<String> = self.name.clone();
        words.extend(self.number.map(|number| number.to_string()));
        match self.kind {
            Some("KP") if self.name.is_empty() => format!("KP{}", words.concat()),
            Some(kind) => format!("{kind} {}", words.join(" ")),
            None => words.join(" "),
        }
    }

    /// The areas from this one to another of the same name and a later number.
    fn up_to(&self, last: u32) -> impl Iterator<Item = Self> {
        let first = self.number.map_or(last, |number| number.number);
        let area = self.clone();
        (first..=last).map(move |number| Self {
            number: Some(Subarea { number, letter: None }),
            ..area.clone()
        })
    }
}

/// What the last number belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Area,
    Subareas,
}

struct Reading {
    words: Vec<Word>,
    at: usize,
    parts: Vec<CatchmentPart>,
    /// The area behind the last part, to which `, 4` adds another.
    last: Option<Area>,
    /// Subareas that wait for the area behind them.
    waiting: Option<Within>,
    doubts: Vec<CatchmentDoubt>,
}

pub(super) fn catchment(text: &str) -> (Catchment, Vec<CatchmentDoubt>) {
    let mut words = words(text);
    // Where no area is named at all, what is called `tổ` is the area.
    let named = |word: &Word| matches!(word, Word::Kind(_) | Word::Name(_));
    if !words.iter().any(named) {
        for word in words.iter_mut().filter(|word| **word == Word::Subarea) {
            *word = Word::Kind("Tổ");
        }
    }
    let mut reading =
        Reading { words, at: 0, parts: Vec::new(), last: None, waiting: None, doubts: Vec::new() };
    reading.all();
    (Catchment { parts: reading.parts }, reading.doubts)
}

impl Reading {
    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at)
    }

    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned();
        self.at += 1;
        word
    }

    fn all(&mut self) {
        let mut of = Of::Area;
        while let Some(word) = self.peek().cloned() {
            match word {
                Word::And | Word::Nothing | Word::Open | Word::Close => self.at += 1,
                Word::Kind(_) | Word::Name(_) => {
                    self.area();
                    of = Of::Area;
                }
                Word::Number(_) if of == Of::Area && self.last.is_some() => self.further_area(),
                Word::To if of == Of::Area && self.last.is_some() => self.range_of_areas(),
                Word::Subarea | Word::Except | Word::Rest | Word::Number(_) => {
                    of = Of::Subareas;
                    self.within();
                }
                Word::Reserve => {
                    self.at += 1;
                    match self.parts.last_mut() {
                        Some(part) => part.if_places_remain = true,
                        None => {
                            self.doubts.push(CatchmentDoubt::NotRead("nếu còn chỉ tiêu".into()))
                        }
                    }
                }
                Word::To => {
                    self.at += 1;
                    self.doubts.push(CatchmentDoubt::NotRead("→".into()));
                }
            }
        }
        if self.waiting.take().is_some() {
            self.doubts.push(CatchmentDoubt::SubareasAlone);
        }
        let whole = |part: &CatchmentPart| part.within == Within::Whole;
        let mut twice: Vec<String> = Vec::new();
        for (place, part) in self.parts.iter().enumerate() {
            let others = self.parts.iter().skip(place + 1);
            let mut same = others.filter(|other| other.area == part.area);
            if same.any(|other| whole(other) || whole(part)) && !twice.contains(&part.area) {
                twice.push(part.area.clone());
            }
        }
        self.doubts.extend(twice.into_iter().map(CatchmentDoubt::Twice));
    }

    /// Reads one area: a kind, then words, then a number.
    fn area(&mut self) {
        let mut area = Area::default();
        if let Some(Word::Kind(kind)) = self.peek() {
            area.kind = Some(kind);
            self.at += 1;
        }
        while let Some(word) = self.peek().cloned() {
            match word {
                Word::Name(name) => {
                    // A word behind the number: the unit that the area was in.
                    area.name.extend(area.number.take().map(|number| number.to_string()));
                    area.name.push(name);
                }
                Word::Number(number) if area.number.is_none() => area.number = Some(number),
                _ => break,
            }
            self.at += 1;
        }
        if area.name.is_empty() && area.number.is_none() {
            let kind = area.kind.unwrap_or("").to_owned();
            self.doubts.push(CatchmentDoubt::NotRead(kind));
            return;
        }
        self.push(area);
    }

    fn push(&mut self, area: Area) {
        let within = self.waiting.take().unwrap_or(Within::Whole);
        self.parts.push(CatchmentPart { area: area.text(), within, if_places_remain: false });
        self.last = Some(area);
    }

    /// `KP3, 4`: another area of the same kind and name.
    fn further_area(&mut self) {
        let Some(Word::Number(number)) = self.next() else { return };
        if let Some(last) = self.last.clone() {
            self.push(Area { number: Some(number), ..last });
        }
    }

    /// `KP1 đến KP5`, `KP1-5`.
    fn range_of_areas(&mut self) {
        self.at += 1;
        let Some(first) = self.last.clone() else { return };
        if matches!(self.peek(), Some(Word::Kind(kind)) if first.kind == Some(kind)) {
            self.at += 1;
        }
        let from = first.number.map(|number| number.number);
        match (from, self.next()) {
            (Some(from), Some(Word::Number(to))) if to.letter.is_none() => {
                if to.number <= from || to.number - from > LONGEST {
                    self.doubts.push(CatchmentDoubt::BadRange(from, to.number));
                    return;
                }
                for area in first.up_to(to.number).skip(1) {
                    self.push(area);
                }
            }
            (_, word) => {
                self.at -= usize::from(word.is_some());
                self.doubts.push(CatchmentDoubt::NotRead("→".into()));
            }
        }
    }

    /// Subareas, `trừ` subareas, or what is left; of the area before, or of the area behind.
    fn within(&mut self) {
        let word = self.peek().cloned();
        let within = match word {
            Some(Word::Rest) => {
                self.at += 1;
                Within::Rest
            }
            Some(Word::Except) => {
                self.at += 1;
                Within::Except(self.subareas())
            }
            _ => Within::Only(self.subareas()),
        };
        if matches!(&within, Within::Only(none) | Within::Except(none) if none.is_empty()) {
            self.doubts.push(CatchmentDoubt::SubareasAlone);
            return;
        }
        // `(tổ 3 đến 9) KP1`: nothing but a bracket stands before the area behind.
        let mut behind = self.at;
        while matches!(self.words.get(behind), Some(Word::Close | Word::Nothing)) {
            behind += 1;
        }
        let leads = matches!(self.words.get(behind), Some(Word::Kind(_) | Word::Name(_)));
        let open = self.parts.last().filter(|part| part.within == Within::Whole);
        let joined = self.joined_to_area();
        match open {
            Some(_) if leads && !joined => self.waiting = Some(within),
            Some(part) => {
                if leads && behind == self.at {
                    self.doubts.push(CatchmentDoubt::EitherArea(part.area.clone()));
                }
                if let Some(part) = self.parts.last_mut() {
                    part.within = within;
                }
            }
            None if leads => self.waiting = Some(within),
            None => match self.parts.last().map(|part| part.area.clone()) {
                // `KP3 (tổ 1, 2), tổ 5`: more of the same area.
                Some(area) => self.more(area, within),
                None => self.doubts.push(CatchmentDoubt::SubareasAlone),
            },
        }
    }

    fn more(&mut self, area: String, within: Within) {
        match (self.parts.last_mut().map(|part| &mut part.within), within) {
            (Some(Within::Only(known)), Within::Only(more)) => known.extend(more),
            (_, within) => {
                self.parts.push(CatchmentPart { area, within, if_places_remain: false });
            }
        }
    }

    /// Whether the words just read follow an area without `,` or the like between; a bracket that
    /// opens joins.
    fn joined_to_area(&self) -> bool {
        let mut depth = 0_i32;
        for word in self.words[..self.at].iter().rev() {
            match word {
                Word::Close => depth += 1,
                Word::Open => {
                    depth -= 1;
                    if depth < 0 {
                        return true;
                    }
                }
                Word::Kind(_) | Word::Name(_) => return true,
                Word::And if depth == 0 && !self.numbers_before_and() => return false,
                _ => {}
            }
        }
        false
    }

    /// A comma inside a list of subareas parts nothing; this reading never steps over one, since
    /// such lists are read whole.
    fn numbers_before_and(&self) -> bool {
        let begin = self.words[..self.at]
            .iter()
            .rposition(|word| matches!(word, Word::Subarea | Word::Except | Word::Rest));
        let before = begin.and_then(|begin| begin.checked_sub(1)).and_then(|at| self.words.get(at));
        !matches!(before, Some(Word::And))
    }

    /// A list of subareas and ranges of them.
    fn subareas(&mut self) -> BTreeSet<Subarea> {
        let mut subareas = BTreeSet::new();
        let mut first: Option<Subarea> = None;
        while let Some(word) = self.peek().cloned() {
            match word {
                Word::Subarea | Word::Nothing => self.at += 1,
                Word::And => {
                    // The comma belongs to the list only where the list goes on.
                    let mut next = self.at + 1;
                    while matches!(self.words.get(next), Some(Word::Subarea | Word::Nothing)) {
                        next += 1;
                    }
                    if !matches!(self.words.get(next), Some(Word::Number(_))) || self.leads(next) {
                        break;
                    }
                    self.at = next;
                }
                Word::Number(number) => {
                    self.at += 1;
                    subareas.insert(number);
                    first = Some(number);
                }
                Word::To => {
                    self.at += 1;
                    while matches!(self.peek(), Some(Word::Subarea | Word::Nothing)) {
                        self.at += 1;
                    }
                    let Some(Word::Number(last)) = self.peek().cloned() else { break };
                    self.at += 1;
                    let Some(from) = first else { continue };
                    if last.number < from.number || last.number - from.number > LONGEST {
                        self.doubts.push(CatchmentDoubt::BadRange(from.number, last.number));
                        continue;
                    }
                    let numbers = from.number..=last.number;
                    subareas.extend(numbers.map(|number| Subarea { number, letter: None }));
                    subareas.extend(last.letter.map(|_| last));
                }
                _ => break,
            }
        }
        subareas
    }

    /// Whether from here a list of subareas of its own begins that an area follows:
    /// `KP1 (tổ 1), tổ 3 đến 9 KP2`.
    fn leads(&self, from: usize) -> bool {
        let began = self.words.get(from.wrapping_sub(1)) == Some(&Word::Subarea);
        let rest = self.words.get(from..).unwrap_or(&[]);
        let behind = rest.iter().find(|word| {
            !matches!(word, Word::Number(_) | Word::To | Word::Subarea | Word::Nothing)
        });
        began && matches!(behind, Some(Word::Kind(_) | Word::Name(_)))
    }
}
