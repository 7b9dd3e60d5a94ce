//! What the side panel says in words: the areas of each school, changes, names without room on the
//! map, notes.

use super::MapInput;
use super::labels::{LabelKind, Placed};
use super::names::joined;
use super::panel::{List, NAME_ROOM, SMALL, TWO_LINES, free_height, further_lines, school_height};
use super::scene::Scene;
use crate::ReportError;
use crate::counts::count;
use crate::font::{Weight, shorten, wrap};
use phantuyen_model::AreaCode;
use phantuyen_words::Catalogue;
use std::collections::BTreeSet;

/// For each school its areas in lines: the list where it fits one line, or where the panel has
/// room for all its lines (the shortest first), else how many they are.
pub(super) fn areas_in_words(
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    lists: &[List<'_>],
    words: &Catalogue,
) -> Result<Vec<Vec<String>>, ReportError> {
    let mut written: Vec<Vec<String>> = Vec::new();
    for school in &scene.legend {
        let bare: Vec<&str> = school.areas.iter().map(String::as_str).collect();
        let list = format!("{} {}", scene.common, joined(&bare)).trim().to_owned();
        let lines = wrap(&list, SMALL, Weight::Regular, NAME_ROOM)?;
        // A word that is wider than its line would be cut.
        let complete = !bare.is_empty() && lines.join(" ") == list;
        written.push(if complete { lines } else { Vec::new() });
    }
    let mut free = if school_height(scene) >= TWO_LINES { free_height(scene, lists)? } else { 0.0 };
    let mut order: Vec<usize> = (0..written.len()).collect();
    order.sort_by_key(|number| (written[*number].len(), *number));
    for number in order {
        let lines = &mut written[number];
        let further = further_lines(lines.as_slice());
        if lines.len() > 1 && further <= free {
            free -= further;
        } else if lines.len() != 1 {
            let facts = [("count", scene.legend[number].areas.len().to_string())];
            *lines = vec![words.say(input.lang, "doc.map.areas", &facts)];
        }
    }
    Ok(written)
}

pub(super) fn changes(input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) -> Vec<String> {
    let changed = scene.areas.iter().filter_map(|area| Some((area, area.from?)));
    changed
        .map(|(area, from)| {
            let facts = [
                ("area", area.short.clone()),
                ("from", scene.school_name(from).to_owned()),
                ("to", scene.school_name(area.school).to_owned()),
                ("pupils", count(input.lang, area.pupils)),
            ];
            words.say(input.lang, "doc.map.change", &facts)
        })
        .collect()
}

/// Areas whose name or pupils do not stand on the map, with the key under which they stand there;
/// a name wider than `room` is shortened.
pub(super) fn margin_names(
    input: &MapInput<'_>,
    scene: &Scene<'_>,
    placed: &[Placed],
    room: f64,
    words: &Catalogue,
) -> Result<Vec<String>, ReportError> {
    let whole_labels: BTreeSet<&AreaCode> = placed
        .iter()
        .filter_map(|label| match &label.outer.kind {
            LabelKind::Area(code) => Some(code),
            LabelKind::School(_) | LabelKind::Key(_) => None,
        })
        .collect();
    scene
        .areas
        .iter()
        .filter(|area| !whole_labels.contains(area.code))
        .map(|area| {
            let key = placed.iter().find(
                |label| matches!(&label.outer.kind, LabelKind::Key(code) if code == area.code),
            );
            let short = shorten(area.name, SMALL, Weight::Regular, room)?;
            let facts = [("area", short), ("pupils", count(input.lang, area.pupils))];
            let name = words.say(input.lang, "doc.map.name_and_pupils", &facts);
            // A label of two lines has the key in its first.
            let key = key.and_then(|key| key.outer.text.lines().next());
            Ok(match key.filter(|key| !area.name.ends_with(key) && *key != area.short) {
                Some(key) => format!("{key} – {name}"),
                None => name,
            })
        })
        .collect()
}

pub(super) fn notes(input: &MapInput<'_>, scene: &Scene<'_>, words: &Catalogue) -> Vec<String> {
    let note = |key: &str, names: &[&str]| {
        (!names.is_empty()).then(|| words.say(input.lang, key, &[("names", names.join(", "))]))
    };
    [
        note("doc.map.unassigned", &scene.unassigned.iter().map(|area| area.1).collect::<Vec<_>>()),
        note("doc.map.without_outline", &scene.without_outline),
        note("doc.map.without_place", &scene.without_place),
    ]
    .into_iter()
    .flatten()
    .collect()
}
