//! What a user has confirmed once and is not asked again: which area a way of writing means, and
//! which table a file holds. Kept in the project, readable and open to correction by hand:
//!
//! ```toml
//! [areas]
//! "KP 21 (cũ P.5)" = "KP33"
//!
//! [schools]
//! "TH Long Phước cũ" = "TH01"
//!
//! [files]                        # "none" leaves a file, or one sheet of it, unread
//! "data/danh-sach.xlsx" = "residents"
//! "data/so-lieu.xlsx#Sheet2" = "classes"
//!
//! [headers.residents]            # what stands over a column; a table's name, or "any"
//! area_code = ["địa bàn cư trú"]
//! ```

use crate::ReadError;
use phantuyen_model::{Finding, FindingCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The file in the project.
pub const CONFIRMED_FILE: &str = ".phantuyen/confirmed.toml";

/// What a user has confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Confirmed {
    /// The code of the area that a way of writing means.
    pub areas: BTreeMap<String, String>,
    /// The code of the school that a way of writing means.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub schools: BTreeMap<String, String>,
    /// The table that a file holds; files by their path as findings show it.
    pub files: BTreeMap<String, String>,
    /// Table, or `any` → column → what the ward's offices write over it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

impl Confirmed {
    /// What was confirmed in a project; nothing where nobody was asked. A file that cannot be
    /// understood is a finding, and nothing of it counts.
    ///
    /// # Errors
    /// [`ReadError::File`] when the file is there and cannot be read.
    pub fn read(project: &Path) -> Result<(Self, Option<Finding>), ReadError> {
        let path = project.join(CONFIRMED_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Default::default()),
            Err(cause) if cause.kind() == io::ErrorKind::InvalidData => String::from("="),
            Err(source) => return Err(ReadError::File { path, source }),
        };
        Ok(match toml::from_str(&text) {
            Ok(confirmed) => (confirmed, None),
            Err(_) => {
                let finding = Finding::new(FindingCode::ConfirmedUnreadable).file(CONFIRMED_FILE);
                (Self::default(), Some(finding))
            }
        })
    }

    /// Writes what was confirmed into a project.
    ///
    /// # Errors
    /// What the system says when the file cannot be written.
    pub fn write(&self, project: &Path) -> io::Result<()> {
        let text = toml::to_string(self).map_err(io::Error::other)?;
        let path = project.join(CONFIRMED_FILE);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Whole or not at all: a half-written file would be asked about, not believed.
        let temporary = path.with_extension("toml.tmp");
        fs::write(&temporary, text)?;
        fs::rename(&temporary, &path)
    }
}
