//! Text tables with aligned columns.

/// How a column is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the left: names.
    Left,
    /// To the right: numbers.
    Right,
}

/// Lays out rows under a heading, each column as wide as its widest cell, two spaces between.
pub fn table(heading: &[&str], align: &[Align], rows: &[Vec<String>]) -> String {
    let heading: Vec<String> = heading.iter().map(ToString::to_string).collect();
    let width = |column: usize| {
        let cells = std::iter::once(&heading).chain(rows).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let mut text = String::new();
    for row in std::iter::once(&heading).chain(rows) {
        let mut line = String::from("  ");
        for ((cell, width), align) in row.iter().zip(&widths).zip(align) {
            let space = " ".repeat(width.saturating_sub(cell.chars().count()));
            match align {
                Align::Left => line.push_str(&format!("{cell}{space}  ")),
                Align::Right => line.push_str(&format!("{space}{cell}  ")),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_letters_are_one_column_wide() {
        let rows = vec![vec!["Lớp 1".to_owned(), "1.234".to_owned()]];
        let text = table(&["", "Chỗ"], &[Align::Left, Align::Right], &rows);
        assert_eq!(text, "           Chỗ\n  Lớp 1  1.234\n");
    }
}
