/// How an interval was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntervalMethod {
    /// Wald with three pseudo-responses, for a net promoter score.
    AdjustedWald,
    /// Plain Wald, for a net promoter score.
    Wald,
    /// Tango's score interval, for a net promoter score.
    Score,
    /// Wilson's score interval, for a share.
    Wilson,
    /// Wald around Wilson's centre, for a share.
    AgrestiCoull,
    /// Clopper and Pearson's exact interval, for a share.
    ClopperPearson,
    /// Student's t, for a mean.
    StudentT,
    /// Student's t on logarithms, for a geometric mean.
    GeometricT,
    /// Cox's method, for the mean of lognormal values.
    Cox,
    /// Cox's method with Student's t, for the mean of lognormal values.
    ModifiedCox,
    /// Bias-corrected and accelerated percentiles of resampled respondents, for a mean.
    BcaBootstrap,
    /// Order statistics by the binomial distribution, for a quantile.
    OrderStatistics,
    /// The distribution function inverted at the bounds of a share, for a quantile of weighted data.
    Woodruff,
    /// The delta method, for a satisfaction index.
    Delta,
    /// Percentiles of resampled respondents, for a satisfaction index.
    PercentileBootstrap,
}

impl std::fmt::Display for IntervalMethod {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AdjustedWald => "adjusted Wald",
            Self::Wald => "Wald",
            Self::Score => "score",
            Self::Wilson => "Wilson",
            Self::AgrestiCoull => "Agresti–Coull",
            Self::ClopperPearson => "Clopper–Pearson",
            Self::StudentT => "Student t",
            Self::GeometricT => "Student t of logarithms",
            Self::Cox => "Cox",
            Self::ModifiedCox => "modified Cox",
            Self::BcaBootstrap => "BCa bootstrap",
            Self::OrderStatistics => "order statistics",
            Self::Woodruff => "Woodruff",
            Self::Delta => "delta",
            Self::PercentileBootstrap => "percentile bootstrap",
        })
    }
}
