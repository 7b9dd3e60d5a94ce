//! A drawing as a picture.

use crate::ReportError;
use crate::font::{BOLD, FAMILY, REGULAR};
use resvg::{tiny_skia, usvg};

/// Renders SVG text to PNG bytes of that width, with the bundled font and no other, on white.
///
/// # Errors
/// [`ReportError::Picture`] when the SVG cannot be read or the size is not drawable.
pub fn png(svg: &str, width_px: u32) -> Result<Vec<u8>, ReportError> {
    let mut options = usvg::Options { font_family: FAMILY.to_owned(), ..Default::default() };
    let fonts = options.fontdb_mut();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    let tree = usvg::Tree::from_str(svg, &options)
        .map_err(|cause| ReportError::Picture(cause.to_string()))?;

    let scale = f64::from(width_px) / f64::from(tree.size().width());
    let height = (f64::from(tree.size().height()) * scale).ceil();
    let too_large = || ReportError::Picture(format!("{width_px} × {height} pixels"));
    let mut pixels = tiny_skia::Pixmap::new(width_px, pixels_of(height).ok_or_else(too_large)?)
        .ok_or_else(too_large)?;
    pixels.fill(tiny_skia::Color::WHITE);
    #[expect(clippy::cast_possible_truncation, reason = "a scale needs no more than f32")]
    let transform = tiny_skia::Transform::from_scale(scale as f32, scale as f32);
    resvg::render(&tree, transform, &mut pixels.as_mut());
    pixels.encode_png().map_err(|cause| ReportError::Picture(cause.to_string()))
}

fn pixels_of(length: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie in the range"
    )]
    (length >= 1.0 && length <= f64::from(u16::MAX)).then(|| length as u32)
}
