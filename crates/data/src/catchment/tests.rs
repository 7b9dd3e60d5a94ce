use super::*;
use proptest::prelude::*;

fn read(text: &str) -> String {
    let (catchment, doubts) = Catchment::parse(text);
    assert_eq!(doubts, [], "{text}");
    catchment.to_string()
}

#[test]
fn the_spellings_of_published_tables() {
    for (text, expected) in [
        ("KP3 (tổ 14, 26, 27)", "KP3 (tổ 14, 26, 27)"),
        ("Khu phố 3 (tổ 37 đến 41)", "KP3 (tổ 37 đến 41)"),
        ("(Từ tổ 13 đến tổ 17) KP 4", "KP4 (tổ 13 đến 17)"),
        ("Từ tổ 3 đến tổ 9 KP1 Tân Thuận Tây", "KP 1 Tân Thuận Tây (tổ 3 đến 9)"),
        ("KP4 (còn lại)", "KP4 (còn lại)"),
        ("KP5 trừ tổ 2, 3", "KP5 (trừ tổ 2, 3)"),
        ("KP6 (nếu còn chỉ tiêu)", "KP6 (nếu còn chỉ tiêu)"),
        ("KP3a", "KP3a"),
        ("KP2 (tổ1 đến 8)", "KP2 (tổ 1 đến 8)"),
        ("KP2 (Tổ 16à21)", "KP2 (tổ 16 đến 21)"),
        ("KP2: tổ 5 à 12", "KP2 (tổ 5 đến 12)"),
        ("KP1 + KP2 và KP 03", "KP1, KP2, KP3"),
        ("KP1, 2, 5", "KP1, KP2, KP5"),
        ("KP1 đến KP4", "KP1, KP2, KP3, KP4"),
        ("KP1-3; KP 7", "KP1, KP2, KP3, KP7"),
        ("Khu phố Nhơn Hòa 1, 2", "KP Nhơn Hòa 1, KP Nhơn Hòa 2"),
        ("Thôn Đông\nẤp 3", "Thôn Đông, Ấp 3"),
        ("KP1 (tổ 1, 2), tổ 5 → 7 KP2", "KP1 (tổ 1, 2), KP2 (tổ 5 đến 7)"),
        ("tổ 37 đến 39", "Tổ 37, Tổ 38, Tổ 39"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_is_doubtful_is_told() {
    let doubts = |text: &str| Catchment::parse(text).1;
    assert_eq!(doubts("KP1 tổ 3 đến 9 KP2"), [CatchmentDoubt::EitherArea("KP1".into())]);
    assert_eq!(doubts("KP1 (tổ 9 đến 3)"), [CatchmentDoubt::BadRange(9, 3)]);
    assert_eq!(doubts("KP1, KP1 (tổ 2)"), [CatchmentDoubt::Twice("KP1".into())]);
    assert_eq!(doubts("KP"), [CatchmentDoubt::NotRead("KP".into())]);
    assert_eq!(doubts("KP1 (tổ )"), [CatchmentDoubt::SubareasAlone]);
    assert_eq!(doubts(""), []);
}

fn any_within() -> impl Strategy<Value = Within> {
    let subarea = (1..60_u32, prop::option::weighted(0.2, prop::char::range('a', 'h')))
        .prop_map(|(number, letter)| Subarea { number, letter });
    let set = prop::collection::btree_set(subarea, 1..12);
    prop_oneof![
        Just(Within::Whole),
        Just(Within::Rest),
        set.clone().prop_map(Within::Only),
        set.prop_map(Within::Except),
    ]
}

fn any_area() -> impl Strategy<Value = String> {
    let letter = prop::option::weighted(0.3, prop::char::range('a', 'h'));
    prop_oneof![
        (1..40_u32, letter).prop_map(|(number, letter)| {
            format!("KP{number}{}", letter.map(String::from).unwrap_or_default())
        }),
        (1..9_u32).prop_map(|number| format!("KP Nhơn Hòa {number}")),
        (1..9_u32).prop_map(|number| format!("Thôn {number}")),
        prop::sample::select(vec!["Ấp Lộc Thạnh", "Tân Thuận Tây", "TDP Suối Cam", "Thanh Hải"])
            .prop_map(str::to_owned),
    ]
}

fn any_catchment() -> impl Strategy<Value = Catchment> {
    let part = (any_area(), any_within(), any::<bool>()).prop_map(|(area, within, reserve)| {
        CatchmentPart { area, within, if_places_remain: reserve }
    });
    prop::collection::vec(part, 0..6).prop_map(|mut parts| {
        let mut seen = BTreeSet::new();
        parts.retain(|part| seen.insert(part.area.clone()));
        Catchment { parts }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(catchment in any_catchment()) {
        let text = catchment.to_string();
        let (back, doubts) = Catchment::parse(&text);
        prop_assert_eq!(&doubts, &[], "{}", &text);
        prop_assert_eq!(back, catchment, "{}", &text);
    }

    #[test]
    fn nothing_makes_it_stumble(text in "[KPkpTtổđếntrừcònlại0-9 ,;()+→à-]{0,60}") {
        let (catchment, _) = Catchment::parse(&text);
        let (again, _) = Catchment::parse(&catchment.to_string());
        prop_assert_eq!(again.parts.len(), catchment.parts.len(), "{}", &text);
    }
}
