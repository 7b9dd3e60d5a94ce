//! Bytes of a text file become Unicode.

use super::legacy;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use std::borrow::Cow;

/// How the bytes of a file spell letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, with or without a mark at its beginning.
    Utf8,
    /// UTF-16, as Excel writes "Unicode text".
    Utf16,
    /// Windows' own Vietnamese set.
    Windows1258,
    /// Windows' western set, in which old Vietnamese fonts were typed.
    Windows1252,
}

impl Encoding {
    /// The name that programs show.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Windows1258 => "Windows-1258",
            Self::Windows1252 => "Windows-1252",
        }
    }
}

/// The text of a file and how it was spelt; `None` when it is no text at all.
///
/// 1. A byte-order mark tells; so do zero bytes at every second place, for UTF-16 without one.
/// 2. What is UTF-8 is taken as such: other text hardly ever is by chance.
/// 3. The rest is a Windows set. Where the letters of the western one, read in an old Vietnamese
///    font, make words, it is that one; else it is the Vietnamese one.
pub(crate) fn text(bytes: &[u8]) -> Option<(Cow<'_, str>, Encoding)> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        let kind = if encoding == encoding_rs::UTF_8 { Encoding::Utf8 } else { Encoding::Utf16 };
        return sound(encoding.decode(bytes)).map(|text| (text, kind));
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return sound(encoding.decode(bytes)).map(|text| (text, Encoding::Utf16));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (!text.contains('\0')).then_some((Cow::Borrowed(text), Encoding::Utf8));
    }
    if bytes.contains(&0) {
        return None;
    }
    let (western, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    if legacy::detect(western.lines()).is_some() {
        return Some((western, Encoding::Windows1252));
    }
    let (text, faulty) = WINDOWS_1258.decode_without_bom_handling(bytes);
    (!faulty).then_some((text, Encoding::Windows1258))
}

fn sound<'t>(
    (text, _, faulty): (Cow<'t, str>, &'static encoding_rs::Encoding, bool),
) -> Option<Cow<'t, str>> {
    (!faulty && !text.contains('\0')).then_some(text)
}

/// UTF-16 of mostly ASCII, such as a header: every second byte is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    const LOOK: usize = 64;
    let start = &bytes[..bytes.len().min(LOOK) & !1];
    let zeros = |place: usize| start.iter().skip(place).step_by(2).filter(|b| **b == 0).count();
    let half = start.len() / 2;
    let mostly = |place: usize| half > 1 && 3 * zeros(place) >= 2 * half && zeros(1 - place) == 0;
    if mostly(1) {
        Some(UTF_16LE)
    } else if mostly(0) {
        Some(UTF_16BE)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Option<(String, Encoding)> {
        text(bytes).map(|(text, encoding)| (text.into_owned(), encoding))
    }

    #[test]
    fn each_set_that_offices_use_is_told() {
        let line = "area_code,name\nKP1,Khu phố 1\n";
        assert_eq!(read(line.as_bytes()), Some((line.into(), Encoding::Utf8)));
        let units = |mark: bool| {
            let text = if mark { format!("\u{feff}{line}") } else { line.to_owned() };
            text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        assert_eq!(read(&units(true)), Some((line.into(), Encoding::Utf16)));
        assert_eq!(read(&units(false)), Some((line.into(), Encoding::Utf16)));
        // "Khu phố 1": ô, then the rising tone as a mark of its own.
        let windows = b"area_code,name\nKP1,Khu ph\xF4\xEC 1\n";
        let (text, encoding) = read(windows).expect("text");
        assert_eq!(encoding, Encoding::Windows1258);
        assert_eq!(super::super::normal::normal(&text), line);
        let abc = read(b"name\nT\xE6 d\xA9n ph\xE8\nTr\xAD\xEAng Ti\xD3u h\xE4c\n").expect("text");
        assert_eq!(abc.1, Encoding::Windows1252);
        let read = legacy::decode(legacy::Legacy::Tcvn3, &abc.0);
        assert_eq!(read, "name\nTổ dân phố\nTrường Tiểu học\n");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(read(b"\x00\x01\x02\x03\xFF\x00"), None);
    }
}
