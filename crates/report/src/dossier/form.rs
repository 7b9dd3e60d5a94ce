//! The national form: letterhead, heads of annexes, signature.

use super::Scribe;
use crate::paper::{Align, Block, Text};

/// The letterhead: who issues it on the left, the national name on the right.
pub(super) fn letterhead(scribe: &Scribe<'_>) -> Block {
    let centred = |text: String, size| Text::line(text, size, Align::Centre);
    let left = vec![
        centred(scribe.term("paper.committee"), 12).bold(),
        centred(scribe.ward().to_uppercase(), 12).bold().ruled().after(6),
        centred(scribe.term("paper.number"), 13),
    ];
    let facts = scribe.facts();
    let right = vec![
        centred(scribe.term("paper.nation"), 12).bold(),
        centred(scribe.term("paper.motto"), 13).bold().ruled().after(6),
        centred(scribe.say("paper.place_and_date", &facts), 13).italic(),
    ];
    Block::Halves(left, right)
}

/// The head of an annex: its number, its title, what it belongs to.
pub(super) fn annex_head(scribe: &Scribe<'_>, number: usize, title: String) -> Vec<Block> {
    let numeral = ["", "I", "II", "III", "IV", "V", "VI"].get(number).copied().unwrap_or("–");
    let facts = [("number", numeral.to_owned())];
    let mut blocks = vec![
        Text::line(scribe.say("paper.annex", &facts), 14, Align::Centre).bold(),
        Text::line(title, 14, Align::Centre).bold(),
        Text::line(scribe.say("paper.annexed_to", &scribe.facts()), 14, Align::Centre)
            .italic()
            .ruled()
            .after(8),
    ];
    blocks.extend(made_up(scribe));
    blocks.into_iter().map(Block::Text).collect()
}

/// That people and schools are made up, where they are.
pub(super) fn made_up(scribe: &Scribe<'_>) -> Option<Text> {
    scribe.input.figures.provenance.made_up.then(|| {
        let text =
            format!("{} – {}", scribe.term("doc.made_up"), scribe.term("doc.made_up_purpose"));
        Text::line(format!("[[{text}]]"), 13, Align::Centre).bold().after(6)
    })
}

/// Recipients on the left, the signature on the right, both to be filled in.
pub(super) fn signature(scribe: &Scribe<'_>) -> Block {
    let left = |text: String, size| Text::line(text, size, Align::Left);
    let mut recipients = vec![left(scribe.term("paper.recipients"), 12).bold().italic()];
    let province = scribe.input.province;
    let superior = match province {
        "" => scribe.term("paper.recipients.superior_unknown"),
        _ => scribe.say("paper.recipients.superior", &[("province", province.to_owned())]),
    };
    recipients.push(left(superior, 11));
    for key in ["office", "schools", "heads", "file"] {
        recipients.push(left(scribe.term(&format!("paper.recipients.{key}")), 11));
    }
    let centred = |key: &str| Text::line(scribe.term(key), 14, Align::Centre).bold();
    let signature = vec![
        centred("paper.signs.committee"),
        centred("paper.signs.for"),
        centred("paper.signs.who").after(70),
        centred("paper.signs.name"),
    ];
    Block::Halves(recipients, signature)
}
