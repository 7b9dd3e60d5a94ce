//! What a list says became of a person: dead, moved away, living elsewhere.

use crate::text::normal::normal;
use phantuyen_model::FindingCode;

/// Words that say that a person is not counted here, graver ones first, each with its finding.
const GONE: [(&str, FindingCode); 19] = [
    ("chết", FindingCode::PersonDead),
    ("đã mất", FindingCode::PersonDead),
    ("qua đời", FindingCode::PersonDead),
    ("từ trần", FindingCode::PersonDead),
    ("tử vong", FindingCode::PersonDead),
    ("xóa khai tử", FindingCode::PersonDead),
    ("khai tử", FindingCode::PersonDead),
    ("dead", FindingCode::PersonDead),
    ("chuyển đi", FindingCode::PersonMoved),
    ("đã chuyển", FindingCode::PersonMoved),
    ("chuyển khẩu đi", FindingCode::PersonMoved),
    ("cắt khẩu", FindingCode::PersonMoved),
    ("xóa thường trú", FindingCode::PersonMoved),
    ("xóa tạm trú", FindingCode::PersonMoved),
    ("moved away", FindingCode::PersonMoved),
    ("đi nơi khác", FindingCode::PersonOutside),
    ("ở nơi khác", FindingCode::PersonOutside),
    ("không ở địa phương", FindingCode::PersonOutside),
    ("sống ngoài địa bàn", FindingCode::PersonOutside),
];

/// Words that say that a person is here.
const HERE: [&str; 10] = [
    "chuyển đến",
    "mới đến",
    "đang ở",
    "có mặt",
    "tại chỗ",
    "đang học",
    "ở nhà",
    "thường trú",
    "tạm trú",
    "đang cư trú",
];

/// Why a person is not counted; `None` where the words say nothing of the kind.
pub(crate) fn gone(words: &str) -> Option<FindingCode> {
    let text = normal(words).to_lowercase().replace("xoá", "xóa");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = GONE.iter().find(|(word, _)| text.contains(word)).map(|(_, code)| *code);
    // `mất` alone is dead, but no part of longer words.
    found.or_else(|| (text == "mất").then_some(FindingCode::PersonDead))
}

/// Whether the words are known to say that a person is here, or nothing at all.
pub(crate) fn is_here(words: &str) -> bool {
    let text = normal(words).to_lowercase();
    HERE.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_offices() {
        for (words, expected) in [
            ("Đã chết 2024", Some(FindingCode::PersonDead)),
            ("mất", Some(FindingCode::PersonDead)),
            ("Chuyển  đi xã khác", Some(FindingCode::PersonMoved)),
            ("Xoá thường trú", Some(FindingCode::PersonMoved)),
            ("Học và ở nơi khác", Some(FindingCode::PersonOutside)),
            ("chuyển đến", None),
            ("mất giấy khai sinh", None),
        ] {
            assert_eq!(gone(words), expected, "{words}");
        }
        assert!(is_here("Chuyển đến 2025") && !is_here("?"));
    }
}
