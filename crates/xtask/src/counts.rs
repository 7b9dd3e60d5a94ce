//! What the test runner said, in figures.

use std::fmt;
use std::ops::AddAssign;

/// How many tests passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// Reads the output of `cargo test -- --show-output`.
    ///
    /// Skipped are ignored tests, and those that printed a line beginning with `skipped:`,
    /// which the runner counts as passed.
    pub(crate) fn read(output: &str) -> Self {
        let mut counts = Self::default();
        let mut visibly = 0;
        let mut says_skipped = false;
        for line in output.lines() {
            if let Some(result) = line.strip_prefix("test result:") {
                counts.passed += figure(result, "passed");
                counts.failed += figure(result, "failed");
                counts.skipped += figure(result, "ignored");
            } else if line.starts_with("---- ") && line.ends_with(" stdout ----") {
                says_skipped = false;
            } else if line.starts_with("skipped:") && !says_skipped {
                says_skipped = true;
                visibly += 1;
            }
        }
        counts.passed = counts.passed.saturating_sub(visibly);
        counts.skipped += visibly;
        counts
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// The number before a word: 3 of `ok. 3 passed; 0 failed`.
fn figure(result: &str, word: &str) -> u64 {
    let words: Vec<&str> = result.split([' ', ';']).collect();
    let at = words.iter().position(|w| *w == word);
    at.and_then(|at| words.get(at.checked_sub(1)?)?.parse().ok()).unwrap_or(0)
}

/// The packages from elsewhere that cargo said it compiles: those without a folder behind them.
///
/// ```text
///    Compiling geo v0.33.1                                   from elsewhere
///    Compiling phantuyen-model v0.1.0 (/home/a/crates/model) our own
/// ```
pub(crate) fn third_party(cargo_stderr: &str) -> Vec<&str> {
    cargo_stderr
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("Compiling "))
        .filter(|package| !package.contains('('))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 3 tests
test a ... ok
test b ... ok
test c ... ignored

successes:

---- a stdout ----
skipped: cases/norway absent
skipped: and once more

---- b stdout ----
nothing was skipped: all is there

successes:
    a
    b

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 4 tests
test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.5s
";

    #[test]
    fn results_are_summed_and_a_visible_skip_is_no_pass() {
        let counts = Counts::read(OUTPUT);
        assert_eq!(counts, Counts { passed: 4, failed: 1, skipped: 2 });
        assert_eq!(counts.to_string(), "4 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn no_output_counts_nothing() {
        assert_eq!(Counts::read("error: could not compile"), Counts::default());
    }

    #[test]
    fn sums_add_up() {
        let mut sum = Counts::read(OUTPUT);
        sum += Counts { passed: 1, failed: 2, skipped: 3 };
        assert_eq!(sum, Counts { passed: 5, failed: 3, skipped: 5 });
    }

    #[test]
    fn only_packages_without_a_folder_are_from_elsewhere() {
        let stderr = "\
   Compiling geo v0.33.1
   Compiling phantuyen-model v0.1.0 (/home/a/crates/model)
   Compiling phantuyen-words v0.1.0 (C:\\a\\crates\\words)
    Finished `dev` profile in 3s
warning: Compiling takes long";
        assert_eq!(third_party(stderr), ["geo v0.33.1"]);
    }
}
