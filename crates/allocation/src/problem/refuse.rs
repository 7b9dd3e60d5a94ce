//! Reads the parts of a problem and collects everything that speaks against it.

use super::{Problem, ProblemParts};
use crate::constraints::classes::ClassRule;
use crate::constraints::feeders::Feeders;
use crate::constraints::units::Grouping;
use crate::constraints::{chance, feeders, siblings, units, walkers, years};
use crate::{Contiguity, OwnArea};
use phantuyen_model::{AreaCode, Finding, FindingCode, LockRule, SchoolCode, Severity};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Numbers areas and schools, then applies locks, own areas, paths and the present plan.
pub(super) fn pose(mut parts: ProblemParts) -> Result<(Problem, Vec<Finding>), Vec<Finding>> {
    let mut findings = Vec::new();
    parts.demand.sort_by(|a, b| a.area_code.cmp(&b.area_code));
    parts.schools.sort_by(|a, b| a.school_code.cmp(&b.school_code));
    check_rows(&parts, &mut findings);
    parts.demand.dedup_by(|a, b| a.area_code == b.area_code);
    parts.schools.dedup_by(|a, b| a.school_code == b.school_code);

    let codes = Codes::of(&parts);
    let mut desk = Desk { problem: number(&parts, &codes), findings };
    desk.check_roots(&parts);
    let never = desk.apply_locks(&parts, &codes);
    desk.apply_own_areas();
    desk.check_never(&never);
    desk.apply_present(&parts, &codes);
    desk.allow(&never);
    desk.apply_goals(&parts, &codes);
    desk.check_sums();
    if desk.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(desk.findings);
    }
    Ok((desk.problem, desk.findings))
}

/// The places of areas and schools in the order of their codes.
pub(crate) struct Codes {
    pub(crate) areas: BTreeMap<AreaCode, usize>,
    pub(crate) schools: BTreeMap<SchoolCode, usize>,
}

impl Codes {
    fn of(parts: &ProblemParts) -> Self {
        let areas = parts.demand.iter().enumerate().map(|(i, d)| (d.area_code.clone(), i));
        let schools = parts.schools.iter().enumerate().map(|(i, s)| (s.school_code.clone(), i));
        Self { areas: areas.collect(), schools: schools.collect() }
    }
}

fn check_rows(parts: &ProblemParts, findings: &mut Vec<Finding>) {
    if parts.schools.is_empty() {
        let finding = Finding::new(FindingCode::NoSchoolForGrade).table("schools");
        findings.push(finding.fact("grade", parts.grade).fact("school_year", parts.school_year));
    }
    if parts.demand.is_empty() {
        let finding = Finding::new(FindingCode::EmptyTable).table("demand");
        findings.push(finding.severity(Severity::Error));
    }
    for pair in parts.demand.windows(2).filter(|pair| pair[0].area_code == pair[1].area_code) {
        let code = &pair[0].area_code;
        let finding = Finding::new(FindingCode::DuplicateRow).table("demand").area(code);
        findings.push(finding.fact("key", "area_code").fact("values", code));
    }
    for pair in parts.schools.windows(2).filter(|p| p[0].school_code == p[1].school_code) {
        let finding = Finding::new(FindingCode::DuplicateRow).table("schools");
        findings.push(finding.fact("key", "school_code").fact("values", &pair[0].school_code));
    }
    let not_a_count = |value: f64| !value.is_finite() || value < 0.0;
    for demand in parts.demand.iter().filter(|demand| not_a_count(demand.pupils)) {
        let finding = Finding::new(FindingCode::BadValue).table("demand").column("pupils");
        let finding = finding.area(&demand.area_code).fact("values", demand.pupils);
        findings.push(finding.fact("expected", "≥ 0"));
    }
    for school in parts.schools.iter().filter(|school| not_a_count(school.seats)) {
        let finding = Finding::new(FindingCode::BadValue).table("schools").column("capacity");
        findings.push(finding.fact("values", school.seats).fact("expected", "≥ 0"));
    }
}

/// The problem by numbers, nothing allowed yet.
fn number(parts: &ProblemParts, codes: &Codes) -> Problem {
    let (areas, schools) = (parts.demand.len(), parts.schools.len());
    let distances = parts.demand.iter().flat_map(|demand| {
        let of_area = |school: &crate::SchoolSeats| {
            let known = parts.distances.get(&demand.area_code, &school.school_code)?.0;
            (known.is_finite() && known >= 0.0).then_some(known)
        };
        parts.schools.iter().map(of_area)
    });
    let distance: Vec<Option<f64>> = distances.collect();
    let neighbours = parts.demand.iter().map(|demand| {
        let touching = parts.adjacency.neighbours(&demand.area_code);
        touching.filter_map(|code| codes.areas.get(code).copied()).collect()
    });
    let root = |school: &crate::SchoolSeats| codes.areas.get(school.area_code.as_ref()?).copied();
    Problem {
        parts: Arc::new(parts.clone()),
        grade: parts.grade,
        school_year: parts.school_year,
        common_error: parts.common_error.max(0.0),
        roots: parts.schools.iter().map(root).collect(),
        longest: distance.iter().copied().flatten().fold(1.0, f64::max),
        distance,
        neighbours: neighbours.collect(),
        present: vec![None; areas],
        has_present: false,
        must: vec![None; areas],
        allowed: vec![false; areas * schools],
        pieces_allowed: vec![1; schools],
        walkers_elsewhere: Vec::new(),
        siblings_apart: Vec::new(),
        feeders: Feeders::default(),
        units: Grouping::default(),
        years: Vec::new(),
        futures: Vec::new(),
        unseen: Vec::new(),
        class_rules: parts.schools.iter().map(|s| ClassRule::of(s, &parts.settings)).collect(),
        settings: parts.settings.clone(),
        hint: None,
        demand: parts.demand.clone(),
        schools: parts.schools.clone(),
    }
}

/// The problem as it grows, and what was found on the way.
struct Desk {
    problem: Problem,
    findings: Vec<Finding>,
}

impl Desk {
    fn check_roots(&mut self, parts: &ProblemParts) {
        for (school, root) in parts.schools.iter().zip(&self.problem.roots) {
            if let (Some(area), None) = (&school.area_code, root) {
                let finding = Finding::new(FindingCode::UnknownArea).table("schools").area(area);
                self.findings.push(finding.column("area_code").fact("values", area));
            }
        }
        let empty = self.problem.neighbours.iter().all(Vec::is_empty);
        if self.problem.is_contiguous() && empty && self.problem.area_count() > 1 {
            self.findings.push(Finding::new(FindingCode::AdjacencyMissing).table("adjacency"));
        }
    }

    /// Binds areas to schools; returns the pairs that are kept apart.
    fn apply_locks(&mut self, parts: &ProblemParts, codes: &Codes) -> Vec<(usize, usize)> {
        let mut never = Vec::new();
        let of_grade = || parts.locks.iter().filter(|lock| lock.grade == parts.grade);
        for lock in of_grade() {
            let place = Finding::new(FindingCode::UnknownArea).table("locks").area(&lock.area_code);
            let Some(&area) = codes.areas.get(&lock.area_code) else {
                self.findings.push(place.column("area_code").fact("values", &lock.area_code));
                continue;
            };
            let Some(&school) = codes.schools.get(&lock.school_code) else {
                // That it exists has been checked before: it does not take the grade.
                let finding = Finding::new(FindingCode::SchoolNotOfGrade).table("locks");
                let finding = finding.column("school_code").area(&lock.area_code);
                let finding = finding.fact("school", &lock.school_code);
                self.findings.push(finding.fact("grade", lock.grade));
                continue;
            };
            match lock.rule {
                LockRule::Never => never.push((area, school)),
                LockRule::Must => self.bind(area, school),
            }
        }
        never
    }

    fn check_never(&mut self, never: &[(usize, usize)]) {
        for &(area, school) in never {
            if self.problem.must[area] == Some(school) {
                self.clash(area, &[school]);
            }
        }
    }

    fn bind(&mut self, area: usize, school: usize) {
        match self.problem.must[area] {
            Some(other) if other != school => self.clash(area, &[other, school]),
            _ => self.problem.must[area] = Some(school),
        }
    }

    fn clash(&mut self, area: usize, schools: &[usize]) {
        let finding = locks_clash(&self.problem, area, schools);
        self.findings.push(finding);
    }

    fn apply_own_areas(&mut self) {
        if self.problem.settings.own_area != OwnArea::Must {
            return;
        }
        let mut owner: BTreeMap<usize, usize> = BTreeMap::new();
        for school in 0..self.problem.school_count() {
            let Some(root) = self.problem.roots[school] else { continue };
            match owner.get(&root) {
                None => {
                    owner.insert(root, school);
                    self.bind(root, school);
                }
                Some(&first) => {
                    let finding = Finding::new(FindingCode::TwoSchoolsOneArea)
                        .table("schools")
                        .area(&self.problem.demand[root].area_code)
                        .fact("school", &self.problem.schools[first].school_code)
                        .fact("other_school", &self.problem.schools[school].school_code);
                    self.findings.push(finding);
                }
            }
        }
    }

    /// Takes over last year's catchments: of a split area the larger share counts.
    fn apply_present(&mut self, parts: &ProblemParts, codes: &Codes) {
        let mut shares: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        let mut strange_areas = 0_u64;
        let mut strange_schools: BTreeMap<&SchoolCode, u64> = BTreeMap::new();
        for row in parts.present.iter().filter(|row| row.grade == parts.grade) {
            match (codes.areas.get(&row.area_code), codes.schools.get(&row.school_code)) {
                (Some(&area), Some(&school)) => {
                    shares.entry(area).or_default().push((school, row.share));
                }
                (None, _) => strange_areas += 1,
                (_, None) => *strange_schools.entry(&row.school_code).or_insert(0) += 1,
            }
        }
        if strange_areas > 0 {
            let finding = Finding::new(FindingCode::UnknownArea).table("current_plan");
            let finding = finding.count(strange_areas).fact("values", "–");
            self.findings.push(finding.severity(Severity::Warning));
        }
        for (school, count) in strange_schools {
            let finding = Finding::new(FindingCode::SchoolNotOfGrade).table("current_plan");
            let finding = finding.count(count).fact("school", school).fact("grade", parts.grade);
            self.findings.push(finding.severity(Severity::Warning));
        }
        self.problem.has_present = !shares.is_empty();
        for (area, mut schools) in shares {
            schools.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            self.problem.present[area] = schools.first().map(|(school, _)| *school);
            if let [(first, share), _, ..] = schools[..] {
                let finding = Finding::new(FindingCode::PresentPlanSplit)
                    .table("current_plan")
                    .area(&self.problem.demand[area].area_code)
                    .fact("school", &self.problem.schools[first].school_code)
                    .fact("share", share);
                self.findings.push(finding);
            }
        }
        let missing: Vec<&AreaCode> = (0..self.problem.area_count())
            .filter(|&area| self.problem.present[area].is_none())
            .map(|area| &self.problem.demand[area].area_code)
            .collect();
        if let (true, Some(first)) = (self.problem.has_present, missing.first()) {
            let count = u64::try_from(missing.len()).unwrap_or(u64::MAX);
            let finding = Finding::new(FindingCode::PresentPlanIncomplete).table("current_plan");
            self.findings.push(finding.area(first).count(count));
        }
    }

    /// Says which pairs may be used and how many pieces each catchment may have.
    fn allow(&mut self, never: &[(usize, usize)]) {
        let problem = &mut self.problem;
        let landmass = landmasses(&problem.neighbours);
        let required = problem.settings.contiguity == Contiguity::Required;
        let schools = problem.school_count();
        let mut unknown_pairs = 0;
        for area in 0..problem.area_count() {
            let home = landmass[area];
            let mut known = false;
            let mut reached = false;
            for school in 0..schools {
                let has_path = problem.roots[school].is_none_or(|root| landmass[root] == home);
                let distance = problem.distance[area * schools + school];
                known |= distance.is_some();
                reached |= has_path;
                unknown_pairs += u64::from(distance.is_none());
                problem.allowed[area * schools + school] = match problem.must[area] {
                    Some(bound) => bound == school,
                    None => {
                        let open = distance.is_some() && !never.contains(&(area, school));
                        open && (has_path || !required)
                    }
                };
            }
            if (0..schools).any(|s| problem.allowed[area * schools + s]) || schools == 0 {
                continue;
            }
            let kept_apart: Vec<usize> =
                never.iter().filter(|pair| pair.0 == area).map(|pair| pair.1).collect();
            let code = match (known, reached || !required) {
                (true, false) => FindingCode::AreaCutOff,
                (true, true) if !kept_apart.is_empty() => FindingCode::LocksClash,
                _ => FindingCode::AreaUnreachable,
            };
            if code == FindingCode::LocksClash {
                self.findings.push(locks_clash(problem, area, &kept_apart));
                continue;
            }
            let finding =
                Finding::new(code).table("distances").area(&problem.demand[area].area_code);
            self.findings.push(finding.fact("school", "–").fact("other_school", "–"));
        }
        if unknown_pairs > 0 {
            let finding = Finding::new(FindingCode::DistanceUnknown).table("distances");
            self.findings.push(finding.count(unknown_pairs));
        }
        for school in 0..schools {
            problem.pieces_allowed[school] = match problem.settings.contiguity {
                Contiguity::NotRequired => u32::MAX,
                Contiguity::Required => 1 + locked_islands(problem, &landmass, school),
                Contiguity::NoNewPieces => {
                    let in_catchment = |area: usize| problem.present[area] == Some(school);
                    let now = crate::check::pieces(problem, school, &in_catchment);
                    now.max(1 + locked_islands(problem, &landmass, school))
                }
            };
        }
    }

    /// What plans are measured by beyond ways and seats, and who must go on walking.
    fn apply_goals(&mut self, parts: &ProblemParts, codes: &Codes) {
        let (problem, findings) = (&mut self.problem, &mut self.findings);
        problem.siblings_apart = siblings::apart(parts, codes, findings);
        problem.feeders = feeders::feeders(parts, codes, findings);
        problem.units = units::units(parts);
        problem.years = years::years(parts, codes, findings);
        problem.futures = chance::futures(problem, &parts.draws, codes, findings);
        problem.unseen = chance::futures(problem, &parts.unseen_draws, codes, findings);
        chance::check(parts, problem, findings);
        problem.walkers_elsewhere = walkers::ruled_out(problem);
    }

    fn check_sums(&mut self) {
        let problem = &self.problem;
        let (seats, pupils) = (problem.all_seats(), problem.all_pupils());
        if seats < pupils {
            let finding = Finding::new(FindingCode::SeatsBelowPupils)
                .table("schools")
                .fact("seats", seats)
                .fact("pupils", pupils)
                .fact("missing", pupils - seats);
            self.findings.push(finding);
        }
        let short = islands_short(problem);
        self.findings.extend(short);
        let settings = &self.problem.settings;
        let free = settings.is_weighted() && settings.overload_weight_m.is_none();
        if free && settings.overload == crate::Strictness::Penalise {
            self.findings.push(Finding::new(FindingCode::OverloadFree));
        }
    }
}

/// Islands whose own schools have too few seats for their pupils; none where all areas hang
/// together or crossing water is no matter.
fn islands_short(problem: &Problem) -> Vec<Finding> {
    let island = landmasses(&problem.neighbours);
    let mut islands = island.clone();
    islands.sort_unstable();
    islands.dedup();
    if islands.len() < 2 || !problem.is_contiguous() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for here in islands {
        let on_it = |area: usize| island[area] == here;
        let areas: Vec<usize> = (0..problem.area_count()).filter(|&area| on_it(area)).collect();
        let pupils: f64 = areas.iter().map(|&area| problem.pupils(area)).sum();
        let schools = problem.schools.iter().zip(&problem.roots);
        let schools = schools.filter(|(_, root)| root.is_none_or(on_it));
        let seats: f64 = schools.map(|(school, _)| school.seats).sum();
        if pupils > seats + 1e-6 {
            let finding = Finding::new(FindingCode::IslandShort).table("schools");
            let finding = finding.area(&problem.demand[areas[0]].area_code);
            let finding = finding.count(u64::try_from(areas.len()).unwrap_or(u64::MAX));
            let finding = finding.fact("grade", problem.grade).fact("seats", seats);
            findings.push(finding.fact("pupils", pupils).fact("missing", pupils - seats));
        }
    }
    findings
}

/// Decisions about an area that no school satisfies, with the schools they name.
fn locks_clash(problem: &Problem, area: usize, schools: &[usize]) -> Finding {
    let mut named: Vec<&str> =
        schools.iter().map(|school| problem.schools[*school].school_code.as_str()).collect();
    named.sort_unstable();
    named.dedup();
    Finding::new(FindingCode::LocksClash)
        .table("locks")
        .area(&problem.demand[area].area_code)
        .fact("schools", named.join(", "))
}

/// Numbers the connected parts of the ward; each area gets the number of its part.
fn landmasses(neighbours: &[Vec<usize>]) -> Vec<usize> {
    let mut part = vec![usize::MAX; neighbours.len()];
    for start in 0..neighbours.len() {
        let mut queue = vec![start];
        while let Some(area) = queue.pop() {
            if part[area] == usize::MAX {
                part[area] = start;
                queue.extend(neighbours[area].iter().filter(|&&next| part[next] == usize::MAX));
            }
        }
    }
    part
}

/// Parts of the ward without a path to the school in which a lock binds an area to it.
fn locked_islands(problem: &Problem, landmass: &[usize], school: usize) -> u32 {
    let Some(root) = problem.roots[school] else { return 0 };
    let bound = (0..problem.area_count()).filter(|&area| problem.must[area] == Some(school));
    let mut islands: Vec<usize> =
        bound.map(|area| landmass[area]).filter(|&part| part != landmass[root]).collect();
    islands.sort_unstable();
    islands.dedup();
    u32::try_from(islands.len()).unwrap_or(u32::MAX)
}
