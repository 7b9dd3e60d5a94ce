//! Findings: what is questionable in the data. Never an error of ours, never "no plan exists".
//!
//! A finding is a value with a code, a place and facts. It becomes a sentence only in `words`,
//! under `finding.<code>.message` and `finding.<code>.help`.

mod record;

pub use record::Finding;

use serde::{Deserialize, Serialize};
use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The step cannot go on with this.
    Error,
    /// The step goes on; the result may be worse for it.
    Warning,
    /// Good to know.
    Info,
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $severity:ident;)+) => {
        /// What kind of finding it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FindingCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl FindingCode {
            /// Every code there is, in the order of this file.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code as it stands in files and in the catalogue of sentences.
            pub fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// How grave it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)+ }
            }
        }
    };
}

finding_codes! {
    // Files and columns.
    /// A table that the step needs is not there.
    MissingTable = "missing_table", Error;
    /// A file that the settings name is not there.
    MissingFile = "missing_file", Error;
    /// A file cannot be read as what its name says.
    UnreadableFile = "unreadable_file", Error;
    /// A text file in another encoding than UTF-8, which was recognised.
    EncodingRead = "encoding_read", Info;
    /// Cells typed in an old Vietnamese font; they were read as what the font shows.
    LegacyFont = "legacy_font", Warning;
    /// A cell with marks over no letter: what was meant can only be guessed.
    LettersDamaged = "letters_damaged", Warning;
    /// Several files for one table; the first is read.
    SeveralFiles = "several_files", Warning;
    /// A file among the inputs whose name is no table's; it is not read.
    UnknownFile = "unknown_file", Warning;
    /// A file whose name is no table's was taken for the table whose columns it has.
    FileRecognised = "file_recognised", Info;
    /// A file whose name is no table's and whose columns are those of several, or of a table that
    /// has another file; it is not read.
    FileUnsure = "file_unsure", Warning;
    /// Rows that the sheet hides or filters away; they are read like the others.
    RowsHidden = "rows_hidden", Warning;
    /// Cells that were merged; each has what stands in the first of them.
    CellsMerged = "cells_merged", Info;
    /// A header of two rows, read as one.
    HeaderTwoRows = "header_two_rows", Info;
    /// A table that was read from several sheets, or from several places of one.
    SeveralParts = "several_parts", Info;
    /// Another table begins further down on the sheet; it is no part of this one.
    OtherTableBelow = "other_table_below", Warning;
    /// A column that the sheet lacks and its titles tell for all rows.
    ColumnFromTitle = "column_from_title", Info;
    /// A column of dates with the month first; read so.
    DatesMonthFirst = "dates_month_first", Warning;
    /// A date that can only be month-first in a column of days first; read so.
    DateSwapped = "date_swapped", Warning;
    /// Days and months that the spreadsheet swapped when the dates were typed; swapped back.
    DatesSwappedBySheet = "dates_swapped_by_sheet", Warning;
    /// Years of two figures.
    YearOfTwoFigures = "year_of_two_figures", Info;
    /// Dates that stand as the numbers of a spreadsheet.
    DateSerial = "date_serial", Info;
    /// A cell that shows that its formula failed; the row is not used where it needs the cell.
    FormulaFailed = "formula_failed", Error;
    /// Rows of titles above the header of a sheet.
    TitlesSkipped = "titles_skipped", Info;
    /// Rows that are sums over others; they are not used.
    SumRow = "sum_row", Info;
    /// The header once more among the rows; it is not used.
    HeaderRepeated = "header_repeated", Info;
    /// A sheet of a workbook that is not read, since each table takes one sheet.
    SheetNotRead = "sheet_not_read", Info;
    /// A column that the table needs is not there.
    MissingColumn = "missing_column", Error;
    /// A column known by what offices write over it.
    ColumnBySynonym = "column_by_synonym", Info;
    /// A column that the table does not have; it is not read.
    UnknownColumn = "unknown_column", Info;
    /// A column that is known but that nothing in this version depends on.
    ColumnNotUsed = "column_not_used", Info;
    /// A row with more cells than the header has names; the row is not used.
    RowTooLong = "row_too_long", Error;
    /// A row that its sender left out in a workbook of corrections; it is not used.
    RowLeftOut = "row_left_out", Info;
    /// Rows that were replaced by their sender's corrections.
    CorrectionsUsed = "corrections_used", Info;
    /// Corrections of a file that is not there as it was; they are not used.
    CorrectionsStale = "corrections_stale", Warning;
    /// Two workbooks correct one row; the one told is used.
    CorrectionsClash = "corrections_clash", Warning;
    /// The file of what was confirmed cannot be understood; nothing of it counts.
    ConfirmedUnreadable = "confirmed_unreadable", Warning;
    /// A way of writing is confirmed to mean an area that is not there; it does not count.
    ConfirmedAreaUnknown = "confirmed_area_unknown", Warning;
    /// A file named like a workbook of corrections that is none; it is not read.
    CorrectionsUnreadable = "corrections_unreadable", Warning;
    /// A table without rows.
    EmptyTable = "empty_table", Warning;
    /// A table that is there but that this version does not use.
    TableNotUsed = "table_not_used", Warning;
    /// A cell that cannot be read as what its column holds; the row is not used.
    BadValue = "bad_value", Error;
    /// A cell that must not be empty is; the row is not used.
    EmptyCell = "empty_cell", Error;
    /// The same key twice; the later row is not used.
    DuplicateRow = "duplicate_row", Error;
    /// A head count below zero; the row is not used.
    NegativeCount = "negative_count", Error;

    // Codes that must exist elsewhere.
    /// A row names an area that the table `areas` does not have; the row is not used.
    UnknownArea = "unknown_area", Error;
    /// A cell names an area by one of its names, not by its code.
    AreaByName = "area_by_name", Info;
    /// A name that several areas have; the row is not used.
    AreaAmbiguous = "area_ambiguous", Error;
    /// A cell names a school by its name, not by its code.
    SchoolByName = "school_by_name", Info;
    /// A row names a school that the table `schools` does not have; the row is not used.
    UnknownSchool = "unknown_school", Error;
    /// An area's parent is neither the ward nor a unit of `area_tree`.
    UnknownParent = "unknown_parent", Warning;

    // People.
    /// A date of birth after the date of the register; the row is not used.
    BirthAfterRegister = "birth_after_register", Error;
    /// Neither a date nor a year of birth; the row is not used.
    BirthMissing = "birth_missing", Error;
    /// Day, month and year of birth that are no day; the row is not used.
    BirthImpossible = "birth_impossible", Error;
    /// Of some children only the year of birth is known.
    BirthYearOnly = "birth_year_only", Info;
    /// Ids that lost their leading zeros; they were put back.
    IdZerosLost = "id_zeros_lost", Warning;
    /// Rows without an id that have name, date of birth and sex of another; one person.
    SamePersonByName = "same_person_by_name", Warning;
    /// Two ids with one name, date of birth and sex; two persons.
    PerhapsSamePerson = "perhaps_same_person", Warning;
    /// A row without an id that may be of several persons with ids; it is not used.
    PersonUnclear = "person_unclear", Warning;
    /// A mark about a person that is not understood; the person is counted.
    StatusUnknown = "status_unknown", Warning;
    /// A person whom the list says to be dead; not counted.
    PersonDead = "person_dead", Info;
    /// A person whom the list says to have moved away; not counted.
    PersonMoved = "person_moved", Info;
    /// A person whom the list says to live elsewhere; not counted.
    PersonOutside = "person_outside", Info;
    /// A stay that ends before it begins; the row is not used.
    LeftBeforeArrived = "left_before_arrived", Error;
    /// A person with several rows at one date; one is counted, the others are not.
    SamePersonTwice = "same_person_twice", Info;
    /// Residents older than the ages that are counted.
    BeyondAgeRange = "beyond_age_range", Info;
    /// Stays that no register falls into.
    OutsideRegisters = "outside_registers", Info;
    /// Rows carry both snapshots (`as_of`) and stays (`arrived`, `left`).
    MixedRegisterForms = "mixed_register_forms", Error;
    /// Stays without a register date, and none in the settings.
    RegisterDateMissing = "register_date_missing", Error;
    /// A register whose date stands for no 31 December; it is not used.
    RegisterDateFar = "register_date_far", Warning;
    /// A register before 31 December: the youngest cohort is scaled up for the missing days.
    RegisterEarly = "register_early", Info;
    /// Another list stands nearer to the same 31 December; the rows are not used.
    RegisterTwice = "register_twice", Warning;
    /// The registers that were taken from stays.
    RegistersFromStays = "registers_from_stays", Info;
    /// Children born after the 31 December that a January list stands for; not counted.
    BornAfterRegisterYear = "born_after_register_year", Info;
    /// Residents and cohorts are both given; cohorts are counted from residents.
    CohortsGivenTwice = "cohorts_given_twice", Warning;
    /// A year without a register between others.
    RegisterGap = "register_gap", Warning;
    /// A cohort that grows or shrinks implausibly from one register to the next.
    CohortJump = "cohort_jump", Warning;
    /// Stays without a register date, and none in the settings: the latest arrival dates the list.
    RegisterDateTaken = "register_date_taken", Warning;
    /// Rows of lists dated after the `as_of` that was asked for; they are not used.
    AfterAsOf = "after_as_of", Info;
    /// An area of today without any child in the last register, although others have some.
    AreaWithoutChildren = "area_without_children", Warning;

    // Units that change.
    /// Rows carried from an old unit to its successor.
    AreaCarried = "area_carried", Info;
    /// An area that no longer exists; it is not among the areas of today.
    AreaEnded = "area_ended", Info;
    /// Rows of a unit that was split, shared between its successors.
    AreaShared = "area_shared", Warning;
    /// A part of a unit that was split that no line of the changes gives to anybody.
    AreaPartLost = "area_part_lost", Warning;
    /// Shares of one change that do not add up to one.
    ChangeSharesUneven = "change_shares_uneven", Warning;
    /// A text of areas that may have been read otherwise than it was meant.
    CatchmentDoubtful = "catchment_doubtful", Warning;
    /// An area that goes to a school only while places remain; no part of the plan.
    CatchmentReserve = "catchment_reserve", Info;
    /// Areas of which several schools have a part; shared equally.
    CatchmentShared = "catchment_shared", Warning;
    /// A unit that was split, in a table whose rows cannot be shared; the rows are not used.
    AreaSplit = "area_split", Error;

    // Space.
    /// An area without an outline.
    AreaWithoutPolygon = "area_without_polygon", Warning;
    /// An outline that belongs to no area.
    PolygonWithoutArea = "polygon_without_area", Warning;
    /// An outline that cannot be read as an area (too few points, crossing itself).
    PolygonInvalid = "polygon_invalid", Error;
    /// Two outlines that overlap.
    PolygonsOverlap = "polygons_overlap", Warning;
    /// Coordinates that are not longitude and latitude.
    CoordinatesNotDegrees = "coordinates_not_degrees", Error;
    /// A school outside all outlines.
    SchoolOutside = "school_outside", Warning;
    /// A school without a place and without an area.
    SchoolWithoutPlace = "school_without_place", Warning;
    /// A school whose place lies in another area than the table says.
    SchoolAreaDiffers = "school_area_differs", Warning;
    /// An area that no school of the grade can be reached from.
    AreaUnreachable = "area_unreachable", Error;
    /// An area cut off from every school by its borders; only a link or a lock can place it.
    AreaCutOff = "area_cut_off", Error;
    /// Distances are estimates: straight line times a factor.
    DistanceEstimated = "distance_estimated", Info;
    /// Pairs of area and school whose distance is unknown.
    DistanceUnknown = "distance_unknown", Warning;
    /// No row of the demand is about the grade.
    NoDemandForGrade = "no_demand_for_grade", Error;
    /// Nothing says which areas an area touches, though other borders are known.
    BorderUnknown = "border_unknown", Error;
    /// Nothing says which areas touch.
    AdjacencyMissing = "adjacency_missing", Error;

    // Schools.
    /// A school with neither rooms nor seats.
    SeatsUnknown = "seats_unknown", Error;
    /// A school of several levels whose rooms are not split between them.
    RoomsNotSplit = "rooms_not_split", Error;
    /// No school takes this grade.
    NoSchoolForGrade = "no_school_for_grade", Error;
    /// The grades that stay on already fill the rooms.
    NoRoomLeft = "no_room_left", Warning;
    /// Nothing says which classes stay on; all rooms are taken as free.
    ClassesMissing = "classes_missing", Warning;
    /// Classes are known for earlier years only; the entry classes between are repeated.
    ClassesOld = "classes_old", Warning;
    /// Two schools of one grade in one area that must keep its own school.
    TwoSchoolsOneArea = "two_schools_one_area", Error;
    /// Fewer seats than pupils.
    SeatsBelowPupils = "seats_below_pupils", Warning;
    /// Fewer seats than pupils on an island that no border and no link joins to others.
    IslandShort = "island_short", Warning;
    /// Two locks that contradict each other.
    LocksClash = "locks_clash", Error;
    /// Weights make one sum of all goals, and overload has none: it costs nothing.
    OverloadFree = "overload_free", Warning;
    /// A decision or the present plan names a school that does not take the grade.
    SchoolNotOfGrade = "school_not_of_grade", Error;
    /// The last known classes of a school leave out a grade that must have had some.
    ClassesIncomplete = "classes_incomplete", Warning;
    /// Rooms of a school are not known: the classes it will need are told, but not whether they
    /// find a room.
    RoomsUnknown = "rooms_unknown", Warning;
    /// Nothing tells how pupils progress from grade to grade; they are taken to stay as many.
    ProgressionUnknown = "progression_unknown", Info;
    /// Expected pupils of areas that last year's catchments give to no school.
    PupilsWithoutSchool = "pupils_without_school", Warning;
    /// A rule that rooms to come need is not in force; they are left out.
    RoomsLeftOut = "rooms_left_out", Warning;
    /// More brothers and sisters than pupils in an area.
    SiblingsAbovePupils = "siblings_above_pupils", Warning;
    /// Feeder schools are given, but the primary school of some areas is not known.
    PrimaryUnknown = "primary_unknown", Warning;
    /// A school that a later year of the plan opens; the plan does not use it.
    SchoolOpensLater = "school_opens_later", Warning;
    /// A school without seats in a later year of the plan.
    SchoolClosesLater = "school_closes_later", Warning;
    /// A plan for more years than the forecast reaches.
    YearsBeyondForecast = "years_beyond_forecast", Error;
    /// Futures that leave out an area or hold numbers that are none.
    DrawsIncomplete = "draws_incomplete", Error;
    /// The probability of overload is bounded, but nothing says how sure the pupils are.
    DrawsMissing = "draws_missing", Error;
    /// Units above the areas that the plan splits between schools.
    UnitsSplit = "units_split", Info;
    /// Schools whose upper range of pupils exceeds their seats.
    MayLackSeats = "may_lack_seats", Info;
    /// Areas without a school in the present plan.
    PresentPlanIncomplete = "present_plan_incomplete", Warning;
    /// An area that the present plan splits between schools; the larger share counts.
    PresentPlanSplit = "present_plan_split", Warning;

    // Forecast.
    /// No register is early enough to forecast from.
    NoRegister = "no_register", Error;
    /// Too few registers for ratios; cohorts are carried unchanged.
    ShortHistory = "short_history", Warning;
    /// Intervals rest on a documented prior, since too few past forecasts can be scored.
    PriorInterval = "prior_interval", Info;
    /// No intake is known: the forecast is of resident children, not of pupils.
    EnrollmentMissing = "enrollment_missing", Info;
    /// An intake in `actuals` differs from the same in `enrollment`.
    ActualsDiffer = "actuals_differ", Warning;
    /// More pupils than children of the age, beyond what visitors explain.
    CaptureHigh = "capture_high", Warning;
    /// Primary rolls take part in the forecast of grade 6, with the weights that the past supports.
    RollsUsed = "rolls_used", Info;
    /// How several readings of the past were weighed by the ward's own past forecasts.
    PastWeighed = "past_weighed", Info;
    /// Children not yet born that cannot be forecast, since women are not counted.
    WomenMissing = "women_missing", Warning;
    /// Registers leave out the ages that a forecast must start from; its rows are left out.
    AgesMissing = "ages_missing", Warning;
    /// Rolls by school and a roll of the ward differ by more than a slip.
    RollsDisagree = "rolls_disagree", Warning;
    /// Rows that do not say since when they were known: used now, left out of looks back.
    InformationUndated = "information_undated", Info;
    /// A housing project without an area; it is not used.
    HousingWithoutArea = "housing_without_area", Warning;
    /// Housing takes part in the forecast, with the yield that the past supports.
    HousingUsed = "housing_used", Info;
    /// Neither the table nor the past tells how many children dwellings bring; a rule does.
    HousingYieldAssumed = "housing_yield_assumed", Info;
    /// A yield too high for one year of age; it is read as children of all ages together.
    HousingYieldHigh = "housing_yield_high", Warning;
    /// Housing without a yield anywhere; it is not used.
    HousingYieldMissing = "housing_yield_missing", Warning;
    /// An estate to be tried where pupils come from the table `demand` and not from a forecast.
    HousingNeedsForecast = "housing_needs_forecast", Error;
    /// A target above 100 per cent; it is taken as 100.
    TargetAbove100 = "target_above_100", Warning;
    /// Participation moves towards the targets of the plan.
    TargetsUsed = "targets_used", Info;
    /// A participation target of a grade whose rolls are not known; it is not used.
    TargetWithoutRolls = "target_without_rolls", Info;
    /// Targets that say nothing about who goes to preschool; no forecast depends on them.
    TargetsNotForecast = "targets_not_forecast", Info;
    /// A participation target whose level is neither a grade nor a level of school; not used.
    TargetLevelUnknown = "target_level_unknown", Warning;
    /// Registered births take part in the forecast, with the weight that the past supports.
    BirthsUsed = "births_used", Info;
    /// Registered births are known, but would not have made past forecasts better.
    BirthsLeftOut = "births_left_out", Info;
    /// An edit by staff is part of the forecast.
    AdjustmentUsed = "adjustment_used", Info;
    /// Two edits say different things about one number; the one told is used.
    AdjustmentsClash = "adjustments_clash", Warning;
    /// An edit that no number of this forecast answers to; it changes nothing.
    AdjustmentIdle = "adjustment_idle", Warning;
    /// The forecast is brought to a total set by a higher office.
    ControlTotalUsed = "control_total_used", Info;
    /// A total set by a higher office that lies far from what the data say; it is used.
    ControlTotalFar = "control_total_far", Warning;
    /// A total that no number of this forecast answers to; it changes nothing.
    ControlTotalIdle = "control_total_idle", Warning;
    /// What else is known of areas takes part in the forecast, since past forecasts gain by it.
    CovariatesUsed = "covariates_used", Info;
    /// What else is known of areas is left out, since past forecasts would not have gained by it.
    CovariatesLeftOut = "covariates_left_out", Info;
    /// No past forecast can be scored.
    NothingToScore = "nothing_to_score", Warning;
    /// The school year of the settings is not the one after the register.
    SchoolYearDiffers = "school_year_differs", Warning;
    /// An origin that the backtest leaves out.
    OriginSkipped = "origin_skipped", Warning;
    /// The forecast cannot be kept in the project, so next year cannot be held against it.
    ForecastNotKept = "forecast_not_kept", Info;
    /// Another forecast from the same register is kept already; this one is kept beside it.
    ForecastKeptAgain = "forecast_kept_again", Info;
    /// A kept forecast that cannot be read; it is left alone and not scored.
    KeptForecastUnreadable = "kept_forecast_unreadable", Warning;
    /// No forecast was kept of which anything has happened.
    NothingKept = "nothing_kept", Info;

    // Rules and files.
    /// A rule was used whose figure nobody has checked in its source.
    RuleUnverified = "rule_unverified", Info;
    /// A rule of the book was replaced in the settings.
    RuleReplaced = "rule_replaced", Info;
    /// A fact about the ward is missing that a rule needs.
    WardFactMissing = "ward_fact_missing", Error;
    /// The project folder cannot be written; results were not stored.
    NotStored = "not_stored", Info;
    /// A setting that is read but that this version does not act on.
    SettingNotUsed = "setting_not_used", Info;
    /// The user ended the search.
    Interrupted = "interrupted", Warning;
    /// No outlines of areas: maps cannot be drawn.
    NoOutlines = "no_outlines", Warning;
    /// A limit of time ended the search: another run may give another plan.
    StoppedByTime = "stopped_by_time", Warning;
    /// No plan satisfies the hard rules.
    NoPlan = "no_plan", Warning;
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
