use super::{ItemError, ItemTally};
use crate::{
    Level,
    distributions::{f_exceeded, ln_f_sf},
};

/// Which intraclass correlation: Shrout and Fleiss' names, with those of McGraw and Wong beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IccForm {
    /// ICC(1,1): each subject rated by other raters; one rating.
    OneWaySingle,
    /// ICC(2,1) or ICC(A,1): raters are a sample; absolute agreement of one rating.
    TwoWayRandomSingle,
    /// ICC(3,1) or ICC(C,1): these raters only; consistency of one rating.
    TwoWayMixedSingle,
    /// ICC(1,k): as ICC(1,1), for the mean of k ratings.
    OneWayAverage,
    /// ICC(2,k) or ICC(A,k): as ICC(2,1), for the mean of k ratings.
    TwoWayRandomAverage,
    /// ICC(3,k) or ICC(C,k): as ICC(3,1), for the mean of k ratings; equal to Cronbach's alpha.
    TwoWayMixedAverage,
}

impl std::fmt::Display for IccForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OneWaySingle => "ICC(1,1)",
            Self::TwoWayRandomSingle => "ICC(2,1)",
            Self::TwoWayMixedSingle => "ICC(3,1)",
            Self::OneWayAverage => "ICC(1,k)",
            Self::TwoWayRandomAverage => "ICC(2,k)",
            Self::TwoWayMixedAverage => "ICC(3,k)",
        })
    }
}

/// One intraclass correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc {
    /// Which one.
    pub form: IccForm,
    /// The correlation; 1 is perfect, and it may be below 0.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// F of "the subjects do not differ".
    pub f: f64,
    /// Its degrees of freedom above.
    pub df_between: f64,
    /// Its degrees of freedom below.
    pub df_within: f64,
    /// P-value of that F, one-sided as F tests are.
    pub p_value: f64,
}

/// The six intraclass correlations and the mean squares behind them.
#[derive(Debug, Clone, PartialEq)]
pub struct IccTable {
    /// In the order of [`IccForm`].
    pub forms: [Icc; 6],
    /// Mean square between subjects.
    pub between_subjects: f64,
    /// Mean square between raters.
    pub between_raters: f64,
    /// Mean square within subjects.
    pub within_subjects: f64,
    /// Residual mean square.
    pub residual: f64,
    /// Number of subjects.
    pub n: u64,
    /// Number of raters.
    pub raters: usize,
    /// Subjects left out because a rating was missing.
    pub left_out: u64,
    /// Confidence level of the bounds.
    pub level: Level,
}

impl IccTable {
    /// One of the six.
    pub fn form(&self, form: IccForm) -> Icc {
        let [a, b, c, d, e, f] = self.forms;
        match form {
            IccForm::OneWaySingle => a,
            IccForm::TwoWayRandomSingle => b,
            IccForm::TwoWayMixedSingle => c,
            IccForm::OneWayAverage => d,
            IccForm::TwoWayRandomAverage => e,
            IccForm::TwoWayMixedAverage => f,
        }
    }
}

impl ItemTally {
    /// The six intraclass correlations of scores given by k raters (the items) to n subjects (the rows).
    ///
    /// With the mean squares between subjects (B), between raters (J), within subjects (W) and of the residual (E):
    /// ```text
    /// ICC(1,1) = (B − W) / (B + (k−1) W)                     ICC(1,k) = (B − W) / B
    /// ICC(2,1) = (B − E) / (B + (k−1) E + k (J − E) / n)     ICC(2,k) = (B − E) / (B + (J − E) / n)
    /// ICC(3,1) = (B − E) / (B + (k−1) E)                     ICC(3,k) = (B − E) / B
    /// ```
    /// Bounds of forms 1 and 3 invert the F test exactly; those of form 2 use Satterthwaite's degrees of freedom.
    ///
    /// ```
    /// use radost_stats::{Level, agreement::{IccForm, ItemTally}};
    ///
    /// let mut tally = ItemTally::new(4)?; // Shrout and Fleiss' four judges
    /// for scores in [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]] {
    ///     tally.push(&scores.map(|x| Some(f64::from(x))))?;
    /// }
    /// let icc = tally.icc(Level::P95)?.form(IccForm::TwoWayRandomSingle);
    /// assert!((icc.value - 0.29).abs() < 0.005);
    /// # Ok::<(), radost_stats::agreement::ItemError>(())
    /// ```
    /// # Units
    /// None.
    /// # Assumptions
    /// Scores near normal with equal error variance for every rater; subjects a simple random sample; rows with a missing score
    /// left out.
    /// # Errors
    /// [`ItemError::TooFew`] below two complete subjects; [`ItemError::SubjectsAlike`] when all subjects have the same mean score.
    /// # Sources
    /// Shrout and Fleiss (1979), Psychological Bulletin 86(2), 420–428; McGraw and Wong (1996), Psychological Methods 1(1), 30–46.
    pub fn icc(&self, level: Level) -> Result<IccTable, ItemError> {
        let covariances = self.covariances()?;
        let raters = self.items();
        let (n, k) = (self.n() as f64, raters as f64);
        let all: f64 = covariances.iter().sum();
        let trace: f64 = (0..raters).map(|i| covariances[i * raters + i]).sum();
        let grand = self.means().iter().sum::<f64>() / k;
        // Rounding of the sums; a mean square below it is none.
        let noise = f64::EPSILON * trace.abs() * k;
        let real = |x: f64| if x > noise { x } else { 0.0 };
        let b = real(all / k);
        let e = real((trace - all / k) / (k - 1.0));
        let j = n / (k - 1.0)
            * self
                .means()
                .iter()
                .map(|mean| (mean - grand).powi(2))
                .sum::<f64>();
        let w = (j + (n - 1.0) * e) / n;
        if b == 0.0 {
            return Err(ItemError::SubjectsAlike);
        }

        let df_between = n - 1.0;
        let outside = level.alpha() / 2.0;
        let ratio = |mean_square: f64| {
            if mean_square > 0.0 {
                b / mean_square
            } else {
                f64::INFINITY
            }
        };
        let one = |form, mean_square: f64, df_within: f64, average: bool| {
            let f = ratio(mean_square);
            let low = f / f_exceeded(outside, df_between, df_within);
            let high = f * f_exceeded(outside, df_within, df_between);
            let from = |f: f64| match (average, f.is_infinite()) {
                (_, true) => 1.0,
                (true, _) => 1.0 - 1.0 / f,
                (false, _) => (f - 1.0) / (f + k - 1.0),
            };
            Icc {
                form,
                value: from(f),
                low: from(low),
                high: from(high),
                f,
                df_between,
                df_within,
                p_value: ln_f_sf(f, df_between, df_within).exp(),
            }
        };
        let df_one_way = n * (k - 1.0);
        let df_two_way = (n - 1.0) * (k - 1.0);

        let agreement = (b - e) / (b + (k - 1.0) * e + k * (j - e) / n);
        let (low, high) = if w == 0.0 {
            (1.0, 1.0)
        } else {
            // Satterthwaite, with numerator and denominator multiplied by E² so that E = 0 needs no limit.
            let raters_part = k * agreement * j;
            let rest = (n * (1.0 + (k - 1.0) * agreement) - k * agreement) * e;
            let df = df_two_way * (raters_part + rest).powi(2)
                / (df_between * raters_part.powi(2) + rest.powi(2));
            let upper = f_exceeded(outside, df_between, df);
            let lower = f_exceeded(outside, df, df_between);
            let error = k * j + (k * n - k - n) * e;
            (
                n * (b - upper * e) / (upper * error + n * b),
                n * (lower * b - e) / (error + n * lower * b),
            )
        };
        let stepped_up = |x: f64| k * x / (1.0 + (k - 1.0) * x);
        let single = one(IccForm::TwoWayMixedSingle, e, df_two_way, false);
        let random = Icc {
            form: IccForm::TwoWayRandomSingle,
            value: agreement,
            low,
            high,
            ..single
        };
        Ok(IccTable {
            forms: [
                one(IccForm::OneWaySingle, w, df_one_way, false),
                random,
                single,
                one(IccForm::OneWayAverage, w, df_one_way, true),
                Icc {
                    form: IccForm::TwoWayRandomAverage,
                    value: stepped_up(agreement),
                    low: stepped_up(low),
                    high: stepped_up(high),
                    ..random
                },
                one(IccForm::TwoWayMixedAverage, e, df_two_way, true),
            ],
            between_subjects: b,
            between_raters: j,
            within_subjects: w,
            residual: e,
            n: self.n(),
            raters,
            left_out: self.left_out(),
            level,
        })
    }
}
