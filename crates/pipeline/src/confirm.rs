//! `check --confirm`: what a user says about a doubt is kept, so that nobody is asked again.

use crate::answers::area;
use crate::{PipelineError, Project};
use phantuyen_data::{CONFIRMED_FILE, Confirmed, WardData, table_names};

/// The word that leaves a file unread.
const UNREAD: &str = "none";

/// Keeps answers of the form `WRITTEN=AREA` (a way of writing means this area) or `FILE=TABLE` (a
/// file of the folder `data`, or `FILE#SHEET`, holds this table; `none` leaves it unread), all or none of them.
///
/// # Errors
/// [`PipelineError::BadConfirmation`] for what is no answer, [`PipelineError::UnknownName`] for an
/// area that nobody knows, [`PipelineError::Write`] when the project cannot be written.
pub fn confirm(
    project: &Project,
    ward: &WardData,
    answers: &[String],
) -> Result<(), PipelineError> {
    let read = |cause: phantuyen_data::ReadError| PipelineError::Read {
        path: project.root.join(CONFIRMED_FILE),
        cause: cause.to_string(),
    };
    let (mut confirmed, _) = Confirmed::read(&project.root).map_err(read)?;
    for answer in answers {
        let wrong = || PipelineError::BadConfirmation { asked: answer.clone() };
        let (written, meant) = answer.rsplit_once('=').ok_or_else(wrong)?;
        let (written, meant) = (written.trim(), meant.trim());
        if written.is_empty() || meant.is_empty() {
            return Err(wrong());
        }
        match file_of(project, written) {
            Some(file) if meant == UNREAD || table_names().contains(&meant) => {
                confirmed.files.insert(file, meant.to_owned());
            }
            Some(_) => return Err(wrong()),
            None => {
                let code = area(ward, meant)?;
                confirmed.areas.insert(written.to_owned(), code.to_string());
            }
        }
    }
    confirmed.write(&project.root).map_err(|cause| PipelineError::Write {
        path: project.root.join(CONFIRMED_FILE),
        cause: cause.to_string(),
    })
}

/// The file of the inputs that is meant, or one sheet of it (`FILE#SHEET`), as findings show it;
/// `None` where there is none.
fn file_of(project: &Project, written: &str) -> Option<String> {
    let written = written.replace('\\', "/");
    let inside = written.strip_prefix("data/").unwrap_or(&written);
    let data = project.root.join("data");
    let is_there = |name: &str| !name.contains('/') && data.join(name).is_file();
    let file = inside.split_once('#').map_or(inside, |(file, _)| file);
    (is_there(inside) || is_there(file)).then(|| format!("data/{inside}"))
}
