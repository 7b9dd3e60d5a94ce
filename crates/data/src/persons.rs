//! Who is who in a list: rows of one person get one number. **Ids and names end here.**
//!
//! 1. Rows with one id are of one person.
//! 2. A row without an id is of the person who has its name, its full date of birth and its sex,
//!    in any list and area; of twins the names differ.
//! 3. Where several ids have that name, date and sex, nobody can say whose the row is.

use crate::text::normal::normal;
use crate::text::syllable::key;
use chrono::NaiveDate;
use std::collections::{BTreeSet, HashMap};

/// Digits of an id.
const ID: usize = 12;

/// Digits of an id that lost its leading zeros: province codes begin with one or two. Nine digits
/// are an identity card of old.
const ID_WITHOUT_ZEROS: [usize; 2] = [10, 11];

/// The people of one list.
#[derive(Default)]
pub(crate) struct Persons {
    by_id: HashMap<String, u32>,
    by_name: HashMap<String, Named>,
    next: u32,
    /// Ids that got back their zeros.
    pub(crate) padded: u64,
}

#[derive(Default)]
struct Named {
    /// Persons with an id.
    with_id: BTreeSet<u32>,
    /// The person of all rows without one.
    without: Option<u32>,
    rows: u32,
}

/// Of whom a row is.
pub(crate) struct Identity {
    /// Means nothing outside the list.
    pub(crate) person: u32,
    /// The name, date and sex by which a row without an id is known.
    name: Option<String>,
    has_id: bool,
}

/// How sure it is of whom a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sureness {
    /// An id says so, or nobody else has this name.
    Sure,
    /// Name, date of birth and sex are those of another row.
    ByName,
    /// Several persons with ids have this name, date of birth and sex.
    Unclear,
    /// It has an id of its own, and another id has its name, date of birth and sex.
    Perhaps,
}

impl Persons {
    /// Notes one row.
    pub(crate) fn note(
        &mut self,
        id: Option<&str>,
        name: Option<&str>,
        born: Option<NaiveDate>,
        female: Option<bool>,
    ) -> Identity {
        let name = name.zip(born).map(|(name, born)| {
            let text = normal(name).to_lowercase();
            let words: Vec<String> = text.split_whitespace().map(key).collect();
            format!("{}|{born}|{female:?}", words.join(" "))
        });
        let person = match id {
            Some(id) => {
                let id = self.whole_id(id);
                let next = self.next;
                let person = *self.by_id.entry(id).or_insert(next);
                self.next += u32::from(person == next);
                person
            }
            None => {
                let known = name.as_ref().and_then(|name| self.by_name.get(name)?.without);
                known.unwrap_or_else(|| {
                    self.next += 1;
                    self.next - 1
                })
            }
        };
        if let Some(name) = &name {
            let named = self.by_name.entry(name.clone()).or_default();
            named.rows += 1;
            match id {
                Some(_) => {
                    named.with_id.insert(person);
                }
                None => named.without = Some(person),
            }
        }
        Identity { person, name, has_id: id.is_some() }
    }

    /// Of whom a row is, once all rows are noted.
    pub(crate) fn settle(&self, identity: &Identity) -> (u32, Sureness) {
        let Some(named) = identity.name.as_ref().and_then(|name| self.by_name.get(name)) else {
            return (identity.person, Sureness::Sure);
        };
        let mut with_id = named.with_id.iter();
        match (identity.has_id, with_id.next(), with_id.next()) {
            (true, _, Some(_)) => (identity.person, Sureness::Perhaps),
            (true, ..) => (identity.person, Sureness::Sure),
            (false, Some(_), Some(_)) => (identity.person, Sureness::Unclear),
            (false, Some(person), None) => (*person, Sureness::ByName),
            (false, None, _) if named.rows > 1 => (identity.person, Sureness::ByName),
            (false, None, _) => (identity.person, Sureness::Sure),
        }
    }

    /// An id with the zeros that a spreadsheet took from it.
    fn whole_id(&mut self, id: &str) -> String {
        let digits = id.bytes().all(|byte| byte.is_ascii_digit());
        if digits && ID_WITHOUT_ZEROS.contains(&id.len()) {
            self.padded += 1;
            return format!("{id:0>ID$}");
        }
        id.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2020, 5, 6)
    }

    #[test]
    fn an_id_that_lost_its_zero_is_the_same() {
        let mut persons = Persons::default();
        let whole = persons.note(Some("075220001234"), None, None, None);
        let short = persons.note(Some("75220001234"), None, None, None);
        let card = persons.note(Some("123456789"), None, None, None);
        assert_eq!(whole.person, short.person);
        assert_ne!(whole.person, card.person);
        assert_eq!(persons.padded, 1);
    }

    #[test]
    fn name_date_and_sex_make_one_person_and_twins_two() {
        let mut persons = Persons::default();
        let mut note = |id, name: &str| persons.note(id, Some(name), day(), Some(true));
        let an = note(Some("1"), "Trần Hòa An");
        let again = note(None, "trần  hoà an");
        let twin = note(None, "Trần Hòa Bình");
        assert_eq!(persons.settle(&again), (an.person, Sureness::ByName));
        assert_eq!(persons.settle(&an), (an.person, Sureness::Sure));
        assert_eq!(persons.settle(&twin), (twin.person, Sureness::Sure));
        let other = persons.note(Some("2"), Some("Trần Hoà An"), day(), Some(true));
        assert_eq!(persons.settle(&other).1, Sureness::Perhaps);
        assert_eq!(persons.settle(&again).1, Sureness::Unclear);
        let dateless = persons.note(None, Some("Trần Hoà An"), None, Some(true));
        assert_eq!(persons.settle(&dateless), (dateless.person, Sureness::Sure));
    }
}
