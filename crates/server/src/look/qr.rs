//! QR codes: an address as a picture, for tables, receipts and doors.

use std::fmt;

use maud::{Markup, html};
use png::{BitDepth, ColorType, Encoder};
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, as ISO/IEC 18004 asks.
const QUIET: usize = 4;
/// Pixels of a module in a PNG: some 6 cm wide at 300 dots an inch.
const PIXELS: usize = 20;

/// A code with its dark modules. A quarter of it may be dirty or torn and it is still read.
pub struct Qr(QrCode);

impl fmt::Debug for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Qr({} modules)", self.0.width())
    }
}

impl Qr {
    /// The code of an address; `None` for one of more than some two thousand characters.
    pub fn of(address: &str) -> Option<Qr> {
        let code = QrCode::with_error_correction_level(address, EcLevel::Q);
        code.ok().map(Qr)
    }

    /// Modules along a side, with the quiet zone.
    fn side(&self) -> usize {
        self.0.width() + 2 * QUIET
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let width = self.0.width();
        let inside = |at: usize| (QUIET..QUIET + width).contains(&at);
        inside(x) && inside(y) && self.0[(x - QUIET, y - QUIET)] == Color::Dark
    }

    /// As SVG, dark on white in any theme: cameras need the contrast.
    pub fn svg(&self, label: &str) -> Markup {
        let side = self.side();
        let mut path = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let run = (x..side).take_while(|&x| self.is_dark(x, y)).count();
                if run > 0 {
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        html! {
            svg.qr xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(label) shape-rendering="crispEdges" {
                path fill="#fff" d={ "M0 0h" (side) "v" (side) "H0z" } {}
                path fill="#000" d=(path) {}
            }
        }
    }

    /// As PNG, one bit a pixel.
    pub fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let side = self.side() * PIXELS;
        let row = side.div_ceil(8);
        let mut pixels = vec![0xff_u8; row * side];
        for (y, line) in pixels.chunks_mut(row).enumerate() {
            for x in (0..side).filter(|x| self.is_dark(x / PIXELS, y / PIXELS)) {
                line[x / 8] &= !(0x80 >> (x % 8));
            }
        }
        let mut bytes = Vec::new();
        let pixels_wide = u32::try_from(side).unwrap_or(u32::MAX);
        let mut encoder = Encoder::new(&mut bytes, pixels_wide, pixels_wide);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        encoder.write_header()?.write_image_data(&pixels)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_finders_and_its_quiet_zone() {
        let code =
            Qr::of("https://lypa.example/s/demo/post-visit?location=center").expect("a code");
        let side = code.side();
        // A version 1 code has 21 modules, each further one 4 more.
        assert_eq!((side - 2 * QUIET - 21) % 4, 0);
        for corner in [
            (QUIET, QUIET),
            (side - QUIET - 7, QUIET),
            (QUIET, side - QUIET - 7),
        ] {
            let ring = |i: usize, j: usize| code.is_dark(corner.0 + i, corner.1 + j);
            assert!((0..7).all(|i| ring(i, 0) && ring(i, 6) && ring(0, i) && ring(6, i)));
            assert!((1..6).all(|i| !ring(i, 1) && !ring(1, i)));
            assert!(ring(3, 3));
        }
        assert!((0..side).all(|i| !code.is_dark(i, 0) && !code.is_dark(QUIET - 1, i)));
        let svg = code.svg("<QR>").into_string();
        assert!(
            svg.contains(&format!("viewBox=\"0 0 {side} {side}\""))
                && svg.contains("aria-label=\"&lt;QR&gt;\"")
        );
        assert!(
            svg.contains(&format!("M{QUIET} {QUIET}h7v1h-7z")),
            "the top of the first finder"
        );
        assert!(Qr::of(&"x".repeat(4_000)).is_none());
    }

    #[test]
    fn a_png_holds_the_same_modules() {
        let code = Qr::of("https://lypa.example").expect("a code");
        let bytes = code.png().expect("a picture");
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes))
            .read_info()
            .expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        let side = code.side() * PIXELS;
        assert_eq!(
            (info.width as usize, info.height as usize, info.bit_depth),
            (side, side, BitDepth::One)
        );
        for (y, line) in pixels
            .chunks(info.line_size)
            .enumerate()
            .step_by(PIXELS / 2)
        {
            for x in (0..side).step_by(PIXELS / 2) {
                let dark = line[x / 8] & (0x80 >> (x % 8)) == 0;
                assert_eq!(dark, code.is_dark(x / PIXELS, y / PIXELS), "{x} {y}");
            }
        }
    }
}
