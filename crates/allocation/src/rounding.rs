//! Where two counts are the same, and how many classes pupils fill.

/// Pupils are compared with seats up to this part of a pupil.
pub(crate) const PART_OF_A_PUPIL: f64 = 1e-6;

/// Classes that so many pupils fill; none for nobody. `class_size` is at least 1.
pub(crate) fn classes_for(pupils: f64, class_size: u32) -> u32 {
    let needed = (pupils / f64::from(class_size) - PART_OF_A_PUPIL).ceil().max(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "classes of a school"
    )]
    let needed = needed as u32;
    needed
}
