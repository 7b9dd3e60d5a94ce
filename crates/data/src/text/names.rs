//! Names of areas as people write them, and which area they mean.
//!
//! `KP5`, `Kp.5`, `Khu phố 05` and `khu phố số 5` are one name: a kind of unit and the rest. Two
//! names are the same when their rests are, letter by letter and tone by tone, and their kinds do
//! not contradict each other. Real neighbours differ by an accent alone (Lộc Thành, Lộc Thạnh), so
//! a likeness without accents only ever suggests.

use super::normal::normal;
use super::syllable::{bare, key};
use phantuyen_model::{Area, AreaCode};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The kinds of unit, each with the ways of writing it; longer ways first.
const KINDS: [(Kind, &[&str]); 10] = [
    (Kind::KhuPho, &["khu phố", "k p", "kp", "khu"]),
    (Kind::ToDanPho, &["tổ dân phố", "t d p", "tdp", "tổ"]),
    (Kind::Thon, &["thôn"]),
    (Kind::Ap, &["ấp"]),
    (Kind::Ban, &["bản"]),
    (Kind::Buon, &["buôn"]),
    (Kind::Lang, &["làng"]),
    (Kind::Khom, &["khóm"]),
    (Kind::Xom, &["xóm"]),
    (Kind::Doi, &["đội"]),
];

/// Kinds of the larger units that a former unit may have been.
const LARGER: [&str; 5] = ["phường", "xã", "thị trấn", "p", "x"];

/// A way of writing a kind of unit, as it is compared.
struct Way {
    kind: Kind,
    key: String,
    bare: String,
}

/// The ways of all kinds, longer ones of a kind first.
static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let ways = KINDS.iter().flat_map(|(kind, ways)| ways.iter().map(move |way| (*kind, *way)));
    ways.map(|(kind, way)| {
        let key = kind_key(way);
        Way { kind, bare: bare(&key), key }
    })
    .collect()
});

/// `số`, as it is compared.
static NUMBER: LazyLock<String> = LazyLock::new(|| kind_key("số"));

/// The kinds of larger units, as they are compared.
static LARGER_KEYS: LazyLock<Vec<String>> =
    LazyLock::new(|| LARGER.iter().map(|kind| kind_key(kind)).collect());

/// How many suggestions a clerk is given.
const SUGGESTIONS: usize = 3;

/// A kind of unit; what it is called in Vietnamese.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    KhuPho,
    ToDanPho,
    Thon,
    Ap,
    Ban,
    Buon,
    Lang,
    Khom,
    Xom,
    Doi,
}

/// A name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    /// `None` where only the rest is written.
    kind: Option<Kind>,
    /// What distinguishes it, as it is compared.
    rest: String,
}

/// Which area a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// This one and no other.
    Area(AreaCode),
    /// One of these; only the one who wrote it can say which.
    OneOf(Vec<AreaCode>),
    /// None; perhaps one of these was meant. May be empty.
    Perhaps(Vec<AreaCode>),
}

/// The areas by the ways of writing their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct AreaNames {
    by_rest: BTreeMap<String, BTreeSet<(Option<Kind>, AreaCode)>>,
    by_bare: BTreeMap<String, BTreeSet<AreaCode>>,
    /// Ways of writing that a user has confirmed; they stand over everything else.
    confirmed: BTreeMap<String, AreaCode>,
}

impl AreaNames {
    /// The names, aliases and codes of areas, each also together with the former unit.
    pub(crate) fn of<'a>(areas: impl IntoIterator<Item = &'a Area>) -> Self {
        let mut names = Self::default();
        for area in areas {
            let own = std::iter::once(area.name.as_str());
            for written in own.chain(area.aliases.iter().map(String::as_str)) {
                names.add(written, &area.area_code);
                let Some(unit) = &area.old_unit else { continue };
                names.add(&format!("{written} {unit}"), &area.area_code);
                let short = tokens(unit).join(" ");
                let larger = LARGER_KEYS.iter().find_map(|kind| short.strip_prefix(kind));
                if let Some(short) = larger.map(str::trim_start).filter(|rest| !rest.is_empty()) {
                    names.add_with(written, short, &area.area_code);
                }
            }
            names.add(area.area_code.as_str(), &area.area_code);
        }
        names
    }

    /// Takes a user's word for what a way of writing means.
    pub(crate) fn confirm(&mut self, written: &str, code: AreaCode) {
        self.confirmed.insert(tokens(written).join(" "), code);
    }

    fn add(&mut self, written: &str, code: &AreaCode) {
        self.add_with(written, "", code);
    }

    fn add_with(&mut self, written: &str, unit: &str, code: &AreaCode) {
        let Name { kind, rest } = part(written);
        if rest.is_empty() {
            return;
        }
        let rest = format!("{rest} {unit}").trim_end().to_owned();
        self.by_bare.entry(bare(&rest)).or_default().insert(code.clone());
        self.by_rest.entry(rest).or_default().insert((kind, code.clone()));
    }

    /// Which area a name means: the one that a user has confirmed, or else
    ///
    /// 1. Areas whose names have the same rest and a kind that does not contradict: one of them is
    ///    meant, several of them are asked about.
    /// 2. Otherwise areas with the same rest and another kind, the same letters without accents,
    ///    or one letter more, less or other, with the same numbers, are suggested.
    pub(crate) fn meaning(&self, written: &str) -> Meaning {
        let confirmed = || self.confirmed.get(&tokens(written).join(" "));
        if let Some(code) = (!self.confirmed.is_empty()).then(confirmed).flatten() {
            return Meaning::Area(code.clone());
        }
        let Name { kind, rest } = part(written);
        let same = self.by_rest.get(&rest);
        let fits = |known: &&(Option<Kind>, AreaCode)| {
            kind.is_none() || known.0.is_none() || known.0 == kind
        };
        let fitting: BTreeSet<&AreaCode> =
            same.into_iter().flatten().filter(fits).map(|(_, code)| code).collect();
        match fitting.len() {
            1 => {
                return fitting
                    .into_iter()
                    .next()
                    .map_or(Meaning::Perhaps(vec![]), |code| Meaning::Area(code.clone()));
            }
            2.. => return Meaning::OneOf(fitting.into_iter().cloned().collect()),
            0 => {}
        }
        let mut perhaps: BTreeSet<AreaCode> =
            same.into_iter().flatten().map(|(_, code)| code.clone()).collect();
        let plain = bare(&rest);
        // The whole as written, too: a kind with a slip in it is part of the rest.
        let whole = bare(&tokens(written).join(" "));
        for (known, codes) in &self.by_bare {
            let ends_like = whole.strip_suffix(known.as_str()).is_some_and(|kind| {
                kind.ends_with(' ') && WAYS.iter().any(|way| is_near(kind.trim_end(), &way.bare))
            });
            if is_near(&plain, known) || ends_like {
                perhaps.extend(codes.iter().cloned());
            }
        }
        Meaning::Perhaps(perhaps.into_iter().take(SUGGESTIONS).collect())
    }
}

/// The area that a name in any spelling means for certain (`KP5`, `Khu phố 05`, `khu phố số 5`);
/// `None` where it means none, or perhaps several.
pub fn area_named(areas: &[Area], written: &str) -> Option<AreaCode> {
    match AreaNames::of(areas).meaning(written) {
        Meaning::Area(code) => Some(code),
        Meaning::OneOf(_) | Meaning::Perhaps(_) => None,
    }
}

/// Takes a name apart.
fn part(written: &str) -> Name {
    let words = tokens(written);
    let whole = words.join(" ");
    for way in WAYS.iter() {
        let Some(rest) = whole.strip_prefix(&way.key) else { continue };
        let Some(rest) = rest.strip_prefix(' ') else { continue };
        let number = rest.strip_prefix(NUMBER.as_str()).and_then(|rest| rest.strip_prefix(' '));
        return Name { kind: Some(way.kind), rest: number.unwrap_or(rest).to_owned() };
    }
    Name { kind: None, rest: whole }
}

/// Words as they are compared.
fn kind_key(words: &str) -> String {
    words.split(' ').map(key).collect::<Vec<_>>().join(" ")
}

/// The words of a name as they are compared: numbers without leading zeros and with the letter
/// behind them (`3a`), dates whole (`19/5`), punctuation left out.
fn tokens(written: &str) -> Vec<String> {
    let text = normal(written).to_lowercase();
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last = ' ';
    for letter in text.chars().chain([' ']) {
        let numeric = |c: char| c.is_ascii_digit();
        let joins_numbers = matches!(letter, '/' | '-') && numeric(last);
        let begins = letter.is_alphabetic() && numeric(last) && !word.is_empty();
        let ends_letters = numeric(letter) && last.is_alphabetic();
        if ends_letters && !word.starts_with(|c: char| numeric(c)) {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() || joins_numbers || begins {
            word.push(letter);
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        last = letter;
    }
    words.retain(|word| !word.is_empty());
    let tidy = |word: String| match word.starts_with(|c: char| c.is_ascii_digit()) {
        true => number_key(word.trim_end_matches(['/', '-'])),
        false => key(&word),
    };
    words.into_iter().map(tidy).collect()
}

/// `05` → `5`, `03A` → `3a`, `19/05` → `19/5`.
fn number_key(word: &str) -> String {
    let mut out = String::new();
    for part in word.split_inclusive(['/', '-']) {
        let stripped = part.trim_start_matches('0');
        let empty = !stripped.starts_with(|c: char| c.is_ascii_digit());
        if empty && part.starts_with('0') {
            out.push('0');
        }
        out.push_str(stripped);
    }
    out
}

/// Whether two texts without accents differ by at most one letter, and by no digit.
fn is_near(one: &str, other: &str) -> bool {
    const SHORTEST: usize = 4;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    if one == other {
        return true;
    }
    let long = letters(one).min(letters(other)) >= SHORTEST;
    long && digits(one) == digits(other) && within_one(one, other)
}

/// Whether one letter more, less, other, or two that changed places make one text of the other.
fn within_one(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - back], &b[..b.len() - back]) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([x, y], [z, w]) => (x, y) == (w, z),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(code: &str, name: &str, old_unit: Option<&str>, aliases: &[&str]) -> Area {
        Area {
            area_code: AreaCode::new(code),
            name: name.into(),
            parent_code: None,
            place: None,
            old_unit: old_unit.map(str::to_owned),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            valid_from: None,
            valid_to: None,
        }
    }

    fn names(list: &[(&str, &str)]) -> AreaNames {
        let areas: Vec<Area> = list.iter().map(|(c, n)| area(c, n, None, &[])).collect();
        AreaNames::of(&areas)
    }

    fn found(names: &AreaNames, written: &str) -> Option<String> {
        match names.meaning(written) {
            Meaning::Area(code) => Some(code.to_string()),
            _ => None,
        }
    }

    fn suggested(names: &AreaNames, written: &str) -> Vec<String> {
        match names.meaning(written) {
            Meaning::Perhaps(codes) => codes.iter().map(ToString::to_string).collect(),
            other => panic!("{written}: {other:?}"),
        }
    }

    #[test]
    fn one_name_in_many_spellings() {
        let names =
            names(&[("A05", "Khu phố 5"), ("A3A", "Khu phố 3A"), ("B", "Khu phố Nhơn Hòa 1")]);
        for written in [
            "KP5",
            "KP 5",
            "Kp.5",
            "Khu phố 5",
            "KP05",
            "khu  phố 05",
            "Khu 5",
            "K.P 5",
            "5",
            "khu phố số 5",
        ] {
            assert_eq!(found(&names, written).as_deref(), Some("A05"), "{written}");
        }
        for written in ["KP 3A", "KP3a", "kp 03 a", "Khu phố 3a"] {
            let expected = if written == "kp 03 a" { None } else { Some("A3A") };
            assert_eq!(found(&names, written).as_deref(), expected, "{written}");
        }
        for written in ["Nhơn Hoà 1", "KP NHƠN HÒA 1", "khu phố Nhơn hoà 01"] {
            assert_eq!(found(&names, written).as_deref(), Some("B"), "{written}");
        }
    }

    #[test]
    fn another_kind_of_unit_is_only_suggested() {
        let names = names(&[("A05", "Khu phố 5"), ("T", "Thôn 19/5")]);
        assert_eq!(suggested(&names, "Thôn 5"), ["A05"]);
        assert_eq!(found(&names, "thôn 19/05").as_deref(), Some("T"));
    }

    #[test]
    fn neighbours_that_differ_by_an_accent_are_never_mixed_up() {
        let names = names(&[("1", "Ấp Lộc Thành"), ("2", "Ấp Lộc Thạnh")]);
        assert_eq!(found(&names, "ấp lộc thạnh").as_deref(), Some("2"));
        assert_eq!(suggested(&names, "LOC THANH"), ["1", "2"]);
    }

    #[test]
    fn the_former_unit_tells_equal_names_apart() {
        let areas = [
            area("1", "Khu phố 1", Some("phường Long Phước"), &[]),
            area("2", "Khu phố 1", Some("xã Long Giang"), &["Khu phố Chợ"]),
        ];
        let names = AreaNames::of(&areas);
        assert!(matches!(names.meaning("KP1"), Meaning::OneOf(codes) if codes.len() == 2));
        assert_eq!(found(&names, "KP1 Long Giang").as_deref(), Some("2"));
        assert_eq!(found(&names, "Khu phố 1 (xã Long Giang)").as_deref(), Some("2"));
        assert_eq!(found(&names, "kp1 - phường Long Phước").as_deref(), Some("1"));
        assert_eq!(found(&names, "KP Chợ").as_deref(), Some("2"));
    }

    #[test]
    fn slips_of_the_pen_are_suggested() {
        let names = names(&[
            ("4", "Khu phố 4"),
            ("C", "Ấp Cầu Xéo"),
            ("Q", "Thôn Quới Thạnh"),
            ("H", "Ấp Hiền Đức"),
        ]);
        assert_eq!(suggested(&names, "Khuy phố 4"), ["4"]);
        assert_eq!(suggested(&names, "âp Cầu Xéo"), ["C"]);
        assert_eq!(suggested(&names, "Qưới thạnh"), ["Q"]);
        assert_eq!(suggested(&names, "HIEN ĐUC"), ["H"]);
        assert!(suggested(&names, "Khu phố 14").is_empty());
    }
}
