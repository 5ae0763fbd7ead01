//! Groups: which customers are alike, what tells them apart, and how many variants serve them all.
//!
//! * [`Profiles`] and [`KMedoids`]: groups around real customers, for mixed columns; [`silhouette`], [`gap_statistic`] and
//!   [`group_stability`] say how many groups there are and whether they would come back.
//! * [`PatternTally`]: latent classes of categorical answers.
//! * [`grow_tree`]: a CHAID-like tree, the questions that split an outcome most.
//! * [`TableTally`]: two-way tables with the cells that stand out.
//! * [`CoverProblem`]: how well the best 1, 2, 3 … variants of a product serve the customers there are.
//!
//! ```
//! use radost_stats::{Progress, groups::{Column, Distance, KMedoids, Profiles}};
//!
//! let spend = [12.0, 14.0, 13.0, 55.0, 60.0, 58.0].map(Some).to_vec();
//! let city = [0, 0, 1, 2, 2, 2].map(Some).to_vec();
//! let profiles = Profiles::new(&[Column::Numeric(spend), Column::Nominal(city)], None, Distance::Gower)?;
//! let fit = KMedoids::new(2, 1).fit(&profiles, &Progress::none())?;
//! assert_eq!(fit.assignment[0], fit.assignment[2]);
//! assert_ne!(fit.assignment[0], fit.assignment[5]);
//! # Ok::<(), radost_stats::groups::GroupError>(())
//! ```

mod choose;
mod cover;
mod kmedoids;
mod latent_class;
mod profiles;
mod table;
mod tree;

pub use choose::{
    GapRow, GapStatistic, GroupStability, Silhouette, StabilityRow, gap_statistic, group_stability,
    silhouette,
};
pub use cover::{CoverCurve, CoverError, CoverMethod, CoverPoint, CoverProblem, CoverTarget};
pub use kmedoids::{KMedoids, KMedoidsFit, KMedoidsMethod};
pub use latent_class::{
    ClassItem, ClassProfile, LatentClass, LatentClassError, LatentClassFit, PatternTally,
    PosteriorClass, Probability,
};
pub use profiles::{Column, Distance, GroupError, Profiles};
pub use table::{CramersV, TableCell, TableError, TableTally, TwoWayTable};
pub use tree::{
    NodeOutcome, Outcome, Predictor, PredictorKind, Split, Tree, TreeCondition, TreeError,
    TreeNode, TreeRules, TreeTest, grow_tree,
};
