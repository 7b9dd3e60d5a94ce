//! How exact a map is taken to be. These are limits of drawing, not rules of the law.

/// Two lines closer than this are one line, in metres.
///
/// Coordinates with six decimals are off by at most 0.06 m along each axis, so that a vertex of
/// one area may lie 0.08 m off the edge of its neighbour, whose own ends are as far off: 0.16 m.
/// Twenty centimetres hold that and stay below the width of any lane.
pub const TOLERANCE_M: f64 = 0.2;

/// Areas touch from this much common border on, in metres; less is a corner.
pub const BORDER_M: f64 = 1.0;

/// Two outlines overlap from this area on, in square metres, counting only pieces whose mean
/// width (2 · area / perimeter) exceeds [`TOLERANCE_M`]. Slivers along a rounded border are none.
pub const OVERLAP_M2: f64 = 1.0;

/// A school outside all outlines belongs to the nearest area up to this distance, in metres:
/// its point was set on the far side of the street, or the outline was drawn coarsely.
pub const NEAR_OUTLINE_M: f64 = 500.0;
