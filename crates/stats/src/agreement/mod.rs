//! Agreement and scales: do raters, coders and items say the same thing, and which respondents did not read the questions?
//!
//! * Two coders, categories: [`KappaTally`] (Cohen, weighted). Many coders, the same number for each subject: [`FleissTally`].
//! * Any number of coders, any scale, missing ratings: [`UnitTally`] and [`Coincidences`] (Krippendorff).
//! * Scores of raters or items: one [`ItemTally`] gives [intraclass correlations](ItemTally::icc), [Cronbach's
//!   alpha](ItemTally::cronbach_alpha), [item-total correlations](ItemTally::item_analysis) and [McDonald's omega](ItemTally::omega).
//! * Careless answers: a [`CarelessScreen`] judges each respondent against the same [`ItemTally`].
//!
//! ```
//! use radost_stats::{Level, agreement::{KappaTally, KappaWeights}};
//!
//! // Two coders sort 100 comments into praise, neutral and complaint; rows are the first coder.
//! let tally = KappaTally::from_counts(&[vec![40, 5, 1], vec![4, 20, 3], vec![0, 6, 21]])?;
//! let kappa = tally.kappa(&KappaWeights::Unweighted, Level::P95)?;
//! assert_eq!((kappa.observed * 100.0).round(), 81.0);
//! assert!((kappa.value - 0.70606).abs() < 1e-4);
//! # Ok::<(), radost_stats::agreement::KappaError>(())
//! ```

mod careless;
mod consistency;
mod fleiss;
mod icc;
mod items;
mod kappa;
mod krippendorff;

pub use careless::{CarelessRules, CarelessScreen, CarelessSign, RespondentIndices, SurveyScale};
pub use consistency::{
    Coefficient, CoefficientMethod, CronbachAlpha, ItemAnalysis, ItemRow, McDonaldOmega,
};
pub use fleiss::{CategoryKappa, FleissKappa, FleissTally};
pub use icc::{Icc, IccForm, IccTable};
pub use items::{ItemError, ItemTally};
pub use kappa::{Kappa, KappaError, KappaTally, KappaWeights};
pub use krippendorff::{
    AlphaMetric, Coincidences, KrippendorffAlpha, KrippendorffError, KrippendorffInterval,
    UnitTally,
};
