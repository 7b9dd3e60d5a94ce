//! Short names for the map: what all areas share is said once.

/// Short names, and what was left out of them.
pub(super) struct ShortNames {
    /// The words that all names begin with: `Khu phố`. Empty when there are none.
    pub common: String,
    /// Per name, the common words by their first letters: `KP 12`.
    pub short: Vec<String>,
    /// Per name, what is left after the common words: `12`.
    pub bare: Vec<String>,
}

/// "Tổ dân phố" has three words; more would be a coincidence.
const MOST_COMMON_WORDS: usize = 3;

/// Shortens names by the words they all begin with; a name is never emptied by it.
pub(super) fn shorten_names(names: &[&str]) -> ShortNames {
    let split: Vec<Vec<&str>> =
        names.iter().map(|name| name.split_whitespace().collect()).collect();
    let shared = |place: usize| {
        let word = split.first()?.get(place)?;
        let everywhere = split.iter().all(|words| {
            words.len() > place + 1 && words[place].to_lowercase() == word.to_lowercase()
        });
        (everywhere && !word.starts_with(|c: char| c.is_ascii_digit())).then_some(*word)
    };
    let common: Vec<&str> = (0..MOST_COMMON_WORDS).map_while(shared).collect();
    let initials: String =
        common.iter().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect();
    let bare: Vec<String> = split.iter().map(|words| words[common.len()..].join(" ")).collect();
    // One shared word, such as "Thôn", says nothing on a map of hamlets.
    let short = match common.len() {
        0 | 1 => bare.clone(),
        _ => bare.iter().map(|rest| format!("{initials} {rest}")).collect(),
    };
    ShortNames { common: common.join(" "), short, bare }
}

/// Whole names as a list, those that differ in their number alone put together:
/// `Khu phố 1, 2, 10; Phước An`. The names are in natural order.
pub(crate) fn listed(names: &[&str]) -> String {
    listed_to(names, "–")
}

/// The same with that word between the ends of a run: `Khu phố 1 đến 5, 7`.
pub(crate) fn listed_to(names: &[&str], to: &str) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in names {
        let name = name.trim();
        let split = name
            .rsplit_once(' ')
            .filter(|(_, last)| last.starts_with(|c: char| c.is_ascii_digit()));
        let (head, last) = split.unwrap_or(("", name));
        match groups.last_mut() {
            Some((known, rest)) if *known == head && !head.is_empty() => rest.push(last),
            _ => groups.push((head, vec![last])),
        }
    }
    let parts: Vec<String> = groups
        .iter()
        .map(|(head, rest)| {
            // `joined` reads numbers, which have no leading zeros.
            let zeros = rest.iter().any(|last| last.starts_with('0'));
            let list = if head.is_empty() || zeros { rest.join(", ") } else { joined_to(rest, to) };
            format!("{head} {list}").trim().to_owned()
        })
        .collect();
    parts.join("; ")
}

/// Names as a list, consecutive numbers joined: `1–5, 7, 9`. The names are in natural order.
pub(super) fn joined(bare: &[&str]) -> String {
    joined_to(bare, "–")
}

fn joined_to(bare: &[&str], to: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut run: Option<(u32, u32)> = None;
    let close = |run: Option<(u32, u32)>, parts: &mut Vec<String>| match run {
        Some((first, last)) if last == first => parts.push(first.to_string()),
        Some((first, last)) if last == first + 1 => {
            parts.extend([first.to_string(), last.to_string()]);
        }
        Some((first, last)) => parts.push(format!("{first}{to}{last}")),
        None => {}
    };
    for name in bare {
        match (name.parse::<u32>(), run) {
            (Ok(number), Some((first, last))) if number == last + 1 => run = Some((first, number)),
            (Ok(number), _) => {
                close(run, &mut parts);
                run = Some((number, number));
            }
            (Err(_), _) => {
                close(run.take(), &mut parts);
                parts.push((*name).to_owned());
            }
        }
    }
    close(run, &mut parts);
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_names_share_is_said_by_initials() {
        let names = shorten_names(&["Khu phố 1", "Khu phố 12", "Khu phố Bến Cát"]);
        assert_eq!(names.common, "Khu phố");
        assert_eq!(names.short, ["KP 1", "KP 12", "KP Bến Cát"]);
        assert_eq!(names.bare, ["1", "12", "Bến Cát"]);
    }

    #[test]
    fn names_that_share_nothing_stay_whole() {
        let names = shorten_names(&["Thôn Đông", "Ấp Tây"]);
        assert_eq!(names.short, ["Thôn Đông", "Ấp Tây"]);
        assert_eq!(shorten_names(&["Khu phố 1"]).bare, ["1"]);
    }

    #[test]
    fn whole_names_are_listed_by_what_they_share() {
        let names = ["Khu phố 1", "Khu phố 2", "Khu phố 10", "Phước An", "Phước Bình"];
        assert_eq!(listed(&names), "Khu phố 1, 2, 10; Phước An; Phước Bình");
        assert_eq!(listed(&["Ấp 1", "Ấp 1A", "Ấp 2"]), "Ấp 1, 1A, 2");
        assert_eq!(listed(&["Tổ 01", "Tổ 02", "Tổ 03"]), "Tổ 01, 02, 03");
        assert_eq!(listed(&["12"]), "12");
        assert_eq!(listed(&[]), "");
        assert_eq!(listed_to(&["KP 1", "KP 2", "KP 3", "KP 7"], " đến "), "KP 1 đến 3, 7");
    }

    #[test]
    fn consecutive_numbers_are_joined() {
        assert_eq!(joined(&["1", "2", "3", "5", "6", "9", "Bến Cát"]), "1–3, 5, 6, 9, Bến Cát");
    }
}
