//! A path model as TOML.
//!
//! ```toml
//! scale = [1, 10]
//! paths = ["Image -> Satisfaction"]
//!
//! [[latent]]
//! name = "Image"
//! indicators = ["img*"]
//!
//! [[latent]]
//! name = "Satisfaction"
//! mode = "A"
//! indicators = ["sat1", "sat2"]
//! ```

use anyhow::{Context, anyhow, bail};
use radost_stats::Scale;
use radost_stats::pls::{Mode, PlsModel};
use serde::Deserialize;

/// As it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    scale: Option<[f64; 2]>,
    latent: Vec<WrittenLatent>,
    paths: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLatent {
    name: String,
    #[serde(default)]
    mode: WrittenMode,
    indicators: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
enum WrittenMode {
    #[default]
    A,
    B,
}

/// A model whose indicators are columns yet to be found.
#[derive(Debug)]
pub(super) struct PathModel {
    pub(super) scale: Option<Scale>,
    written: Written,
}

impl PathModel {
    /// Reads a model. Errors name the entry, and TOML's own the line.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let written: Written = toml::from_str(text)?;
        let scale = match written.scale {
            Some([low, high]) => Some(Scale::new(low, high).context("scale")?),
            None => None,
        };
        for latent in &written.latent {
            if latent.indicators.is_empty() {
                bail!("latent \"{}\": indicators are empty", latent.name);
            }
        }
        let model = Self { scale, written };
        // Whatever is wrong with names, paths and cycles is found before any file is read.
        model.build(|indicators| Ok(indicators.to_vec()))?;
        Ok(model)
    }

    /// The model, with indicators as `columns` finds them.
    pub(super) fn build(
        &self,
        mut columns: impl FnMut(&[String]) -> anyhow::Result<Vec<String>>,
    ) -> anyhow::Result<PlsModel> {
        let mut builder = PlsModel::builder();
        for latent in &self.written.latent {
            let found = columns(&latent.indicators)
                .with_context(|| format!("latent \"{}\"", latent.name))?;
            let mode = match latent.mode {
                WrittenMode::A => Mode::A,
                WrittenMode::B => Mode::B,
            };
            builder = builder.latent(latent.name.as_str(), mode, found);
        }
        for path in &self.written.paths {
            let ends = path.split_once("->").or_else(|| path.split_once('→'));
            let (from, to) = ends.ok_or_else(|| {
                anyhow!("paths: \"{path}\" is not a path; write \"Image -> Loyalty\"")
            })?;
            builder = builder.path(from.trim(), to.trim());
        }
        Ok(builder.build()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = "scale = [1, 10]\npaths = [\"Image -> Satisfaction\"]\n\
        [[latent]]\nname = \"Image\"\nindicators = [\"img1\", \"img2\"]\n\
        [[latent]]\nname = \"Satisfaction\"\nmode = \"B\"\nindicators = [\"sat\"]\n";

    #[test]
    fn a_sound_model_is_built() {
        let model = PathModel::parse(SOUND).expect("a model");
        let built = model.build(|names| Ok(names.to_vec())).expect("a model");
        assert_eq!(built.latents().len(), 2);
        assert_eq!(
            built.paths().collect::<Vec<_>>(),
            [("Image", "Satisfaction")]
        );
        assert!(model.scale.is_some());
    }

    #[test]
    fn a_fault_names_its_entry() {
        let check = |from: &str, to: &str, expected: &str| {
            let error = PathModel::parse(&SOUND.replace(from, to)).expect_err("a fault");
            let said = format!("{error:#}");
            assert!(said.contains(expected), "{said}");
        };
        check(
            "Image -> Satisfaction",
            "Image, Satisfaction",
            "\"Image, Satisfaction\" is not a path",
        );
        check(
            "Image -> Satisfaction",
            "Picture -> Satisfaction",
            "Picture",
        );
        check(
            "\"Image -> Satisfaction\"",
            "\"Image -> Satisfaction\", \"Satisfaction -> Image\"",
            "Image",
        );
        check(
            "[\"sat\"]",
            "[]",
            "latent \"Satisfaction\": indicators are empty",
        );
        check("mode = \"B\"", "mode = \"C\"", "line 8");
        check("[1, 10]", "[10, 1]", "scale");
        check("indicators", "items", "items");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_model_or_refused(text in "\\PC{0,200}", at in 0usize..150) {
            let _ = PathModel::parse(&text);
            let mut spoilt = SOUND.to_owned();
            let at = at.min(spoilt.len());
            spoilt.insert_str(at, &text);
            let _ = PathModel::parse(&spoilt);
        }
    }
}
