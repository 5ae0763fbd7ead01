/// How an interval was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntervalMethod {
    /// Wald with three pseudo-responses, for a net promoter score.
    AdjustedWald,
    /// Plain Wald, for a net promoter score.
    Wald,
    /// Wilson's score interval, for a share.
    Wilson,
    /// Student's t, for a mean.
    StudentT,
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
            Self::Wilson => "Wilson",
            Self::StudentT => "Student t",
            Self::Delta => "delta",
            Self::PercentileBootstrap => "percentile bootstrap",
        })
    }
}
