//! Catchments in the words of published tables: `KP3 (tổ 14, 26, 27), KP4 (còn lại)`.
//!
//! The grammar, read in any case and spacing and written in one form:
//!
//! ```text
//! catchment = part { ("," | ";" | "+" | "và" | new line) part }
//! part      = area [ "(" within [ ";" reserve ] ")" ] | subareas area
//! area      = kind name            KP3, khu phố 3A, thôn Đông; ranges KP1 đến KP5
//! within    = subareas             tổ 14, 26, 27 · tổ 37 đến 41 · tổ 16→21
//!           | "trừ" subareas       all but these
//!           | "còn lại"            what no other part names
//! reserve   = "nếu còn chỉ tiêu"   only while places remain
//! range     = number ("đến" | "tới" | "-" | "–" | "→" | "à") number
//! ```

mod read;
mod words;

use std::collections::BTreeSet;
use std::fmt;

/// The areas of one school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catchment {
    /// In the order in which they are written.
    pub parts: Vec<CatchmentPart>,
}

/// One area of a catchment, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatchmentPart {
    /// The area as it is written, its kind in one spelling: `KP3`, `Thôn Đông`.
    pub area: String,
    /// How much of it.
    pub within: Within,
    /// Whether its children come only while places remain.
    pub if_places_remain: bool,
}

/// How much of an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Within {
    /// All of it.
    Whole,
    /// These subareas (tổ).
    Only(BTreeSet<Subarea>),
    /// All but these subareas.
    Except(BTreeSet<Subarea>),
    /// What other parts do not name.
    Rest,
}

/// A subarea (tổ) by its number, perhaps with a letter: `14`, `3a`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subarea {
    /// Its number.
    pub number: u32,
    /// The letter behind it, in lower case.
    pub letter: Option<char>,
}

/// Why a text may have been read otherwise than it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatchmentDoubt {
    /// A piece that the grammar does not know; nothing was read from it.
    NotRead(String),
    /// Subareas stand between two areas, with nothing that says whose they are; they were read as
    /// those of the first, which is named.
    EitherArea(String),
    /// Subareas without an area; nothing was read from them.
    SubareasAlone,
    /// A range that runs backwards or is too long to be one.
    BadRange(u32, u32),
    /// One area stands twice, and one of the parts is the whole.
    Twice(String),
}

impl Catchment {
    /// Reads a text. What is doubtful is told; what cannot be read is told and left out.
    pub fn parse(text: &str) -> (Self, Vec<CatchmentDoubt>) {
        read::catchment(text)
    }
}

impl fmt::Display for Subarea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        self.letter.map_or(Ok(()), |letter| write!(f, "{letter}"))
    }
}

impl fmt::Display for Catchment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.parts.iter().enumerate() {
            let before = if place == 0 { "" } else { ", " };
            write!(f, "{before}{part}")?;
        }
        Ok(())
    }
}

impl fmt::Display for CatchmentPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const RESERVE: &str = "nếu còn chỉ tiêu";
        let within = match &self.within {
            Within::Whole => String::new(),
            Within::Only(subareas) => listed(subareas),
            Within::Except(subareas) => format!("trừ {}", listed(subareas)),
            Within::Rest => "còn lại".to_owned(),
        };
        let f_area = &self.area;
        match (within.as_str(), self.if_places_remain) {
            ("", false) => write!(f, "{f_area}"),
            ("", true) => write!(f, "{f_area} ({RESERVE})"),
            (within, false) => write!(f, "{f_area} ({within})"),
            (within, true) => write!(f, "{f_area} ({within}; {RESERVE})"),
        }
    }
}

/// `tổ 1 đến 4, 14, 26`: runs of three and more as ranges.
fn listed(subareas: &BTreeSet<Subarea>) -> String {
    const RUN: usize = 3;
    let all: Vec<&Subarea> = subareas.iter().collect();
    let follows = |a: &&Subarea, b: &&Subarea| {
        a.letter.is_none() && b.letter.is_none() && a.number.checked_add(1) == Some(b.number)
    };
    let runs = all.chunk_by(follows).flat_map(|run| match run {
        [first, .., last] if run.len() >= RUN => vec![format!("{first} đến {last}")],
        run => run.iter().map(ToString::to_string).collect(),
    });
    format!("tổ {}", runs.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests;
