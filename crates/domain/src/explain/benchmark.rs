//! Numbers of others, to compare with: a value out of a published table, with its source and year.

use serde::{Deserialize, Serialize};

use super::Metric;
use crate::name::BenchmarkId;

/// A kind of metric, with its scale where a value means nothing without it: `nps`, `csat`, `mean 1-5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Yardstick {
    kind: &'static str,
    scale: Option<(i64, i64)>,
}

/// A text that names no kind of metric, or one without the scale it needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownYardstick {
    /// No such kind.
    #[error("`{0}` is not a kind of metric; known are nps, csat, ces, csi and mean")]
    Kind(String),
    /// A mean says nothing without its scale.
    #[error("a mean needs its scale: 1-5")]
    ScaleMissing,
    /// A scale that is none, or that this kind cannot have.
    #[error("`{0}` is not a scale of this metric; a scale is like 1-5")]
    Scale(String),
}

impl Yardstick {
    /// Every kind, by its code.
    pub const KINDS: [&'static str; 5] = ["nps", "csat", "ces", "csi", "mean"];

    /// The code of the kind: `nps`, `csat`, `ces`, `csi`, `mean`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The ends of the scale of the answers; nothing where the kind says it, or where the source does not.
    pub fn scale(&self) -> Option<(i64, i64)> {
        self.scale
    }

    /// Reads the code of a kind and a scale, which may be empty where it is not needed.
    ///
    /// ```
    /// use radost_domain::explain::Yardstick;
    /// assert_eq!(Yardstick::new("NPS", "").unwrap().to_string(), "nps");
    /// assert_eq!(Yardstick::new("mean", "1–5").unwrap().to_string(), "mean 1-5");
    /// assert!(Yardstick::new("mean", "").is_err(), "4.2 of what?");
    /// ```
    ///
    /// # Errors
    /// [`UnknownYardstick`] says whether the kind or the scale is at fault.
    pub fn new(kind: &str, scale: &str) -> Result<Self, UnknownYardstick> {
        let given = kind.trim().to_lowercase();
        let kind = Self::KINDS
            .into_iter()
            .find(|known| *known == given)
            .ok_or_else(|| UnknownYardstick::Kind(kind.trim().chars().take(40).collect()))?;
        let text = scale.trim();
        let refused = || UnknownYardstick::Scale(text.chars().take(40).collect());
        let scale = match text {
            "" => None,
            text => {
                let (low, high) = text.split_once(['-', '–', '…']).ok_or_else(refused)?;
                let end = |text: &str| text.trim().parse::<i64>().map_err(|_| refused());
                Some((end(low)?, end(high)?))
            }
        };
        let fits = match (kind, scale) {
            ("nps" | "csi", Some(_)) => false,
            ("mean", None) => return Err(UnknownYardstick::ScaleMissing),
            (_, Some((low, high))) => (0..=1).contains(&low) && (low + 1..=100).contains(&high),
            (_, None) => true,
        };
        if fits {
            Ok(Yardstick { kind, scale })
        } else {
            Err(refused())
        }
    }

    /// The least and the greatest value that there can be.
    pub fn range(&self) -> (f64, f64) {
        match (self.kind, self.scale) {
            ("nps", _) => (-100.0, 100.0),
            ("csat" | "csi", _) => (0.0, 100.0),
            // Ease is asked on 1–7 unless the source says otherwise.
            ("ces", None) => (1.0, 7.0),
            (_, Some((low, high))) => (low as f64, high as f64),
            (_, None) => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Whether a metric, asked on a scale, is measured in the same way. A source that names no scale is taken at its word
    /// that it is the usual one.
    pub fn measures(&self, metric: &Metric, scale: Option<(i64, i64)>) -> bool {
        let theirs = match self.kind {
            "ces" => self.scale.or(Some((1, 7))),
            _ => self.scale,
        };
        self.kind == metric.kind() && theirs.is_none_or(|theirs| scale == Some(theirs))
    }
}

impl std::fmt::Display for Yardstick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.scale {
            Some((low, high)) => write!(f, "{} {low}-{high}", self.kind),
            None => f.write_str(self.kind),
        }
    }
}

impl std::str::FromStr for Yardstick {
    type Err = UnknownYardstick;
    fn from_str(text: &str) -> Result<Self, UnknownYardstick> {
        let (kind, scale) = text.trim().split_once(' ').unwrap_or((text, ""));
        Yardstick::new(kind, scale)
    }
}

impl Serialize for Yardstick {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Yardstick {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A number of others. What it is about, source and year together name it: no two of a workspace are the same in all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Benchmark {
    /// Its id.
    pub id: BenchmarkId,
    /// Whose number it is: "Coffee houses", "Our franchise partner".
    pub name: String,
    /// What was measured.
    pub metric: Yardstick,
    /// The number, within the range of what was measured.
    pub value: f64,
    /// The ends of its 95 % interval, where the source gives them.
    pub interval: Option<(f64, f64)>,
    /// How many answered, where the source says so.
    pub n: Option<u64>,
    /// In which line of business; may be empty.
    pub industry: String,
    /// In which country or region; may be empty.
    pub country: String,
    /// Who published it.
    pub source: String,
    /// Where it can be read; may be empty.
    pub source_url: String,
    /// The year in which it was measured.
    pub year: i16,
    /// What else must be known to read it; may be empty.
    pub note: String,
}

impl Benchmark {
    /// What names it.
    pub fn key(&self) -> (Yardstick, &str, &str, &str, &str, i16) {
        (
            self.metric,
            &self.name,
            &self.industry,
            &self.country,
            &self.source,
            self.year,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yardstick_is_read_as_it_is_written() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let read = text.parse::<Yardstick>();
            let read = read.as_ref().map(ToString::to_string);
            let read = read.as_ref().map(String::as_str);
            assert_eq!(
                read.map_err(|error| error.to_string()),
                expected.map_err(str::to_owned),
                "{text}"
            );
        };
        check("nps", Ok("nps"));
        check(" CSAT 1-5", Ok("csat 1-5"));
        check("mean 1–10", Ok("mean 1-10"));
        check("mean", Err("a mean needs its scale: 1-5"));
        check(
            "nps 0-10",
            Err("`0-10` is not a scale of this metric; a scale is like 1-5"),
        );
        check(
            "mean 5-1",
            Err("`5-1` is not a scale of this metric; a scale is like 1-5"),
        );
        check(
            "stars",
            Err("`stars` is not a kind of metric; known are nps, csat, ces, csi and mean"),
        );
    }

    #[test]
    fn only_like_is_set_beside_like() {
        let check = |yardstick: &str, metric: &str, scale, expected| {
            let yardstick: Yardstick = yardstick.parse().expect("a yardstick");
            let metric: Metric = metric.parse().expect("a metric");
            assert_eq!(
                yardstick.measures(&metric, scale),
                expected,
                "{yardstick} {metric}"
            );
        };
        check("nps", "nps.nps", Some((0, 10)), true);
        check("nps", "csat.csat", Some((1, 5)), false);
        check("csat", "csat.csat", Some((1, 7)), true);
        check("csat 1-5", "csat.csat", Some((1, 7)), false);
        check("mean 1-5", "mean.speed", Some((1, 5)), true);
        check("mean 1-10", "mean.speed", Some((1, 5)), false);
        check("ces", "ces.effort", Some((1, 7)), true);
        check("ces 1-5", "ces.effort", Some((1, 7)), false);
        check("csi", "csi", None, true);
    }
}
