//! Which areas touch, how far each is from each school, and whether outlines are sound.
//!
//! | question of the office | function |
//! |---|---|
//! | Which khu phố border on each other? | [`touching`], or [`touching_points`] without a map |
//! | Is the map sound? | [`outline_findings`] |
//! | Where does a label, a way to school begin? | [`inner_points`] |
//! | In which khu phố does a school stand? | [`place_schools`] |
//! | How far is it, before roads are known? | [`straight_line`] |
//! | What is the outline of the whole ward? | [`ward_outline`] |
//!
//! **Units.** Longitude and latitude in degrees come in and go out; between, everything is in
//! metres on a plane laid around the ward (`plane.rs`). Every answer depends on the *set* of
//! inputs: their order, and the number of threads, change nothing.
//!
//! ```
//! use geo_types::{MultiPolygon, polygon};
//! use phantuyen_model::{AreaCode, AreaShape};
//!
//! // Two blocks on either side of the meridian 107° E near Phước Bình.
//! let west = polygon![(x: 106.99, y: 11.82), (x: 107.0, y: 11.82), (x: 107.0, y: 11.83), (x: 106.99, y: 11.83)];
//! let east = polygon![(x: 107.0, y: 11.82), (x: 107.01, y: 11.82), (x: 107.01, y: 11.83), (x: 107.0, y: 11.83)];
//! let shapes = [("KP1", west), ("KP2", east)].map(|(code, block)| AreaShape {
//!     area_code: AreaCode::new(code),
//!     outline: MultiPolygon::new(vec![block]),
//! });
//! assert!(phantuyen_network::touching(&shapes).touch(&AreaCode::new("KP1"), &AreaCode::new("KP2")));
//! ```

mod borders;
mod distance;
mod ground;
mod inside;
mod outlines;
mod overlap;
mod plane;
mod points;
mod tolerance;
mod ward;

#[cfg(test)]
mod sketch;

pub use borders::touching;
pub use distance::straight_line;
pub use inside::{inner_points, place_schools};
pub use outlines::outline_findings;
pub use points::touching_points;
pub use tolerance::{BORDER_M, NEAR_OUTLINE_M, OVERLAP_M2, TOLERANCE_M};
pub use ward::ward_outline;
