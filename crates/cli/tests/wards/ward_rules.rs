//! Rules that a ward sets for its plan, from the settings and tables to the document.

use crate::command::phantuyen;
use crate::tiny::{PUPILS, Tiny};
use serde_json::Value;

/// Adds keys to `[allocation]`, runs `allocate` and hands back the document.
fn allocated(tiny: &Tiny, keys: &str) -> Value {
    tiny.change("phantuyen.toml", "[allocation]\n", &format!("[allocation]\n{keys}"));
    let ran = phantuyen(&tiny.root, &["allocate", "--format", "json", "-n"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    ran.json()
}

fn numbers(schools: &Value, key: &str) -> Vec<f64> {
    let schools = schools.as_array().expect("schools");
    schools.iter().map(|school| school[key].as_f64().expect(key)).collect()
}

/// The demand of the tiny ward with ranges of a few pupils to each side.
fn with_ranges(tiny: &Tiny) {
    let row = |n: usize| {
        let pupils = PUPILS[n - 1];
        format!("A{n},{pupils},{},{}\n", pupils - 4, pupils + 4)
    };
    let rows: String = (1..=9).map(row).collect();
    tiny.write("data/demand.csv", &format!("area_code,pupils,lower,upper\n{rows}"));
}

#[test]
fn walkers_stay_and_siblings_are_weighed() {
    let tiny = Tiny::new("walkers_and_siblings");
    tiny.write("data/current_plan.csv", "grade,area_code,school_code\n1,A2,S1\n1,A5,S2\n");
    tiny.write("data/siblings.csv", "grade,area_code,school_code,pupils\n1,A5,S1,9\n1,A3,S2,4\n");
    let document = allocated(
        &tiny,
        "walk_zone_m = 1500\nkeep_walkers = true\noverload_weight_m = 5000\nsibling_weight_m = 2000\n",
    );
    let plan = &document["data"]["plans"][0];
    let assignment = plan["assignment"].as_array().expect("rows");
    let of = |code: &str| assignment.iter().find(|row| row["area_code"] == code).expect("a row");
    assert_eq!(of("A2")["school_code"], "S1");
    assert!(plan["walkers"].as_f64().expect("walkers") > 0.0);
    let apart = plan["siblings_apart"].as_f64().expect("siblings");
    let (five, three) = (of("A5")["school_code"] != "S1", of("A3")["school_code"] != "S2");
    assert_eq!(apart, 9.0 * f64::from(five) + 4.0 * f64::from(three));
    assert_eq!(plan["tiers"][0]["name"], "sum");
}

#[test]
fn one_plan_for_several_years_shows_the_overload_of_each() {
    let tiny = Tiny::new("several_years");
    tiny.change(
        "data/schools.csv",
        "school_code,name,level,area_code,capacity\n",
        "school_code,name,level,area_code,capacity,open_to\n",
    );
    tiny.change(
        "data/schools.csv",
        "S1,Tiểu học Mẫu 1,primary,A1,80\n",
        "S1,Tiểu học Mẫu 1,primary,A1,80,\n",
    );
    tiny.change("data/schools.csv", "primary,A9,80\n", "primary,A9,80,2027\n");
    let document = allocated(&tiny, "years = 2\n");
    let years = document["data"]["plans"][0]["years"].as_array().expect("years");
    let over: Vec<f64> =
        years.iter().map(|year| year["overload_pupils"].as_f64().expect("pupils")).collect();
    // The second school closes after the first year: its pupils then lack a seat each.
    assert_eq!((years.len(), years[1]["school_year"].as_i64()), (2, Some(2028)));
    let second = &years[1]["schools"][1];
    assert_eq!(
        (second["seats"].as_f64(), second["overload_pupils"].as_f64()),
        (Some(0.0), second["pupils"].as_f64())
    );
    assert!(over[1] >= over[0] + 70.0, "{over:?}");
    let findings = document["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|finding| finding["code"] == "school_closes_later"));
}

#[test]
fn with_a_budget_each_year_has_a_plan_of_its_own() {
    let tiny = Tiny::new("year_after_year");
    let rows: String =
        (1..=9).map(|n| format!("1,A{n},{}\n", if n < 6 { "S1" } else { "S2" })).collect();
    tiny.write("data/current_plan.csv", &format!("grade,area_code,school_code\n{rows}"));
    let document = allocated(&tiny, "years = 3\nmax_moved_per_year = 10\n");
    let plan = &document["data"]["plans"][0];
    let yearly = plan["yearly"].as_array().expect("later plans");
    assert_eq!(yearly.len(), 2);
    for year in std::iter::once(plan).chain(yearly) {
        assert!(year["moved_pupils"].as_f64().expect("moved") <= 10.0);
    }
    let changes = yearly[0]["changes"].as_array().expect("changes");
    let moved: f64 = changes.iter().map(|row| row["pupils"].as_f64().expect("pupils")).sum();
    assert_eq!(Some(moved), yearly[0]["moved_pupils"].as_f64());
}

#[test]
fn the_probability_of_overload_is_bounded_and_told_for_futures_never_seen() {
    let tiny = Tiny::new("bounded_probability");
    with_ranges(&tiny);
    tiny.change("data/schools.csv", "A1,80", "A1,95");
    tiny.change("data/schools.csv", "A9,80", "A9,95");
    let document = allocated(&tiny, "max_overload_probability = 0.1\ndraws = 100\n");
    let schools = &document["data"]["plans"][0]["schools"];
    assert!(numbers(schools, "overload_probability").iter().all(|share| *share <= 0.1));
    assert!(numbers(schools, "overload_probability_unseen").iter().all(|share| *share <= 0.3));
    assert!(schools[0]["may_lack_seats"].is_boolean());
    let again = phantuyen(&tiny.root, &["allocate", "--format", "json", "-n"]).json();
    assert_eq!(&again["data"]["plans"][0]["schools"], schools);
}

#[test]
fn a_bound_on_a_probability_needs_ranges() {
    let tiny = Tiny::new("no_ranges");
    tiny.change(
        "phantuyen.toml",
        "[allocation]\n",
        "[allocation]\nmax_overload_probability = 0.1\n",
    );
    let ran = phantuyen(&tiny.root, &["allocate", "--format", "json", "-n"]);
    assert_eq!(ran.exit, 3);
    assert!(ran.codes().iter().any(|code| code == "draws_missing"));
}

#[test]
fn grade_6_looks_at_the_plan_of_grade_1() {
    let tiny = Tiny::new("grade_6_after_grade_1");
    tiny.change(
        "phantuyen.toml",
        "grades = [\"1\"]",
        "grades = [\"6\", \"1\"]\ntolerance = { travel = 0.5 }",
    );
    let more =
        "S3,Trung học Mẫu 3,lower_secondary,A3,80\nS4,Trung học Mẫu 4,lower_secondary,A7,80\n";
    let schools = std::fs::read_to_string(tiny.root.join("data/schools.csv")).expect("schools");
    tiny.write("data/schools.csv", &format!("{schools}{more}"));
    let ran = phantuyen(&tiny.root, &["allocate", "--format", "json", "-n"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let document = ran.json();
    let plans = document["data"]["plans"].as_array().expect("plans");
    // In the order in which they were asked for, though grade 1 was drawn first.
    assert_eq!((plans[0]["grade"].as_str(), plans[1]["grade"].as_str()), (Some("6"), Some("1")));
    let school = |plan: &Value, code: &str| {
        let rows = plan["assignment"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["area_code"] == code).expect("a row");
        row["school_code"].as_str().expect("a school").to_owned()
    };
    let split = |primary: &str| {
        let areas: Vec<String> = (1..=9).map(|n| format!("A{n}")).collect();
        let own = areas.iter().filter(|area| school(&plans[1], area) == primary);
        let schools: std::collections::BTreeSet<String> =
            own.map(|area| school(&plans[0], area)).collect();
        schools.len() - 1
    };
    let told = plans[0]["split_feeders"].as_u64().expect("a count");
    assert_eq!(usize::try_from(told).expect("few"), split("S1") + split("S2"));
    let tiers = plans[0]["tiers"].as_array().expect("tiers");
    assert!(tiers.iter().any(|tier| tier["name"] == "feeders"));
}

#[test]
fn units_above_the_areas_are_listed_where_they_are_split() {
    let tiny = Tiny::new("whole_units");
    let areas: String = (1..=9).map(|n| format!("A{n},Tổ {n},KP{}\n", (n + 2) / 3)).collect();
    tiny.write("data/areas.csv", &format!("area_code,name,parent_code\n{areas}"));
    tiny.write(
        "data/area_tree.csv",
        "code,name,parent_code\nKP1,Khu phố 1,00000\nKP2,Khu phố 2,00000\nKP3,Khu phố 3,00000\n",
    );
    let document = allocated(&tiny, "split_areas = false\n");
    let plan = &document["data"]["plans"][0];
    let split = plan["split_units"].as_array().expect("units");
    let names: Vec<&str> = plan["tiers"]
        .as_array()
        .expect("tiers")
        .iter()
        .filter_map(|t| t["name"].as_str())
        .collect();
    assert!(names.windows(2).any(|pair| pair == ["splits", "travel"]), "{names:?}");
    // Three rows of 50 pupils each, two schools of 80 seats: two rows do not fit into one.
    assert_eq!(split.len(), 1, "{split:?}");
    assert_eq!(split[0]["schools"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_estate_is_tried_through_the_forecast_and_pupils_come_with_it() {
    let tiny = Tiny::new("try_an_estate");
    tiny.with_registers();
    std::fs::remove_file(tiny.root.join("data/demand.csv")).expect("no demand");
    let estate = |dwellings: u32| {
        let asked = format!("A5={dwellings}@2026-06-30:0.1");
        let ran = phantuyen(&tiny.root, &["simulate", "--housing", &asked, "--format", "json"]);
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        ran.json()["data"]["grades"][0].clone()
    };
    let grown = |tried: &Value| {
        let rows = tried["pupils"].as_array().expect("rows").clone();
        let row = rows.into_iter().find(|row| row["area_code"] == "A5").expect("the estate");
        row["after"].as_f64().expect("pupils") - row["before"].as_f64().expect("pupils")
    };
    let (small, large) = (grown(&estate(100)), grown(&estate(300)));
    assert!(small >= 1.0 && large > small, "{small} {large}");
}

#[test]
fn an_estate_needs_a_forecast_and_a_change_that_concerns_nothing_is_refused() {
    let tiny = Tiny::new("estate_without_forecast");
    let asked = ["simulate", "--housing", "A5=100@2026-06-30", "--format", "json"];
    let ran = phantuyen(&tiny.root, &asked);
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
    assert!(ran.codes().iter().any(|code| code == "housing_needs_forecast"));
    for nothing in [vec!["simulate"], vec!["simulate", "--merge", "S1>S1"]] {
        assert_eq!(phantuyen(&tiny.root, &nothing).exit, 2, "{nothing:?}");
    }
}

#[test]
fn a_class_smaller_than_the_least_is_told_with_its_size() {
    let tiny = Tiny::new("least_class_clash");
    // S1 must keep A1 and its 20 pupils, and no other area may go there.
    let locks: String = (2..=9).map(|n| format!("1,A{n},S1,never\n")).collect();
    let locks = format!("grade,area_code,school_code,rule\n1,A1,S1,must\n{locks}");
    tiny.write("data/locks.csv", &locks);
    tiny.change("data/schools.csv", "A9,80", "A9,140");
    tiny.change("phantuyen.toml", "[allocation]\n", "[allocation]\nmin_class = 25\n");
    let ran = phantuyen(&tiny.root, &["allocate", "-n", "--format", "json"]);
    assert_eq!(ran.exit, 5, "{}", ran.stderr);
    let document = ran.json();
    let conflict = &document["data"]["conflicts"][0];
    let rules = conflict["clashes"][0]["rules"].as_array().expect("rules");
    assert!(rules.iter().any(|rule| rule["rule"] == "small_class"), "{conflict}");
    let repairs = conflict["repairs"].as_array().expect("repairs");
    let steps = repairs.iter().filter_map(|repair| repair["steps"].as_array()?.first());
    let given_up: Vec<&Value> = steps.filter(|step| step["step"] == "give_up").collect();
    assert_eq!(given_up.len(), 1, "{conflict}");
    assert_eq!(given_up[0]["to"].as_f64(), Some(20.0), "{conflict}");
}

#[test]
fn keys_that_need_each_other_are_refused_together() {
    let tiny = Tiny::new("keys_that_need_each_other");
    tiny.change(
        "phantuyen.toml",
        "[allocation]\n",
        "[allocation]\nkeep_walkers = true\nmax_moved_per_year = 5\ntolerance = { way = 0.1 }\n",
    );
    let ran = phantuyen(&tiny.root, &["allocate", "-n", "--lang", "en"]);
    assert_eq!(ran.exit, 2);
    for key in ["allocation.keep_walkers", "allocation.years", "allocation.tolerance"] {
        assert!(ran.stderr.contains(key), "{key}: {}", ran.stderr);
    }
}
