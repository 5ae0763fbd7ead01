use super::{
    clv::{DiscountRate, Fit, ModelError, ParameterNames, exactly},
    optimise::{differentiate, maximise},
    special::ln_2f1_unit,
};
use crate::{Level, Progress, distributions::ln_beta};

/// Contracts by how many times they were renewed: those that ended and those still running.
///
/// A cohort whose survivors are listed year by year is one way to fill it; cohorts of different ages are another, merged by adding.
///
/// ```
/// use radost_stats::retention::ContractTally;
///
/// // 1000 customers, of whom 869 renewed once and 743 twice.
/// let tally = ContractTally::from_survivors(&[1000, 869, 743])?;
/// assert_eq!((tally.ended(), tally.running()), (&[131, 126][..], &[0, 743][..]));
/// # Ok::<(), radost_stats::retention::ContractError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContractTally {
    /// At index t − 1: contracts that ended at their t-th renewal.
    ended: Vec<u64>,
    /// At index t − 1: contracts that passed their t-th renewal and have not yet come to the next.
    running: Vec<u64>,
}

/// Why contracts cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// More customers survive to a period than to the one before it.
    #[error(
        "{survivors} customers cannot be left in period {period}, when {before} were left before it"
    )]
    MoreSurvivors {
        /// The period, counted from 0.
        period: usize,
        /// Customers said to be left in it.
        survivors: u64,
        /// Customers left before it.
        before: u64,
    },
    /// Fewer than two numbers of survivors: nothing was observed.
    #[error(
        "survivors of at least two periods are needed, the first of which is the size of the cohort"
    )]
    NoRenewal,
    /// A contract cannot end before its first renewal.
    #[error("a contract ends at its first renewal or later, not at renewal 0")]
    RenewalZero,
    /// More renewals than any contract has.
    #[error("{renewal} renewals are too many: take longer periods")]
    TooManyRenewals {
        /// The refused number.
        renewal: usize,
    },
}

const MAX_RENEWALS: usize = 100_000;

impl ContractTally {
    /// One cohort: its size and how many of it were left after each renewal.
    ///
    /// # Errors
    /// [`ContractError::NoRenewal`] for fewer than two numbers; [`ContractError::MoreSurvivors`] when they rise.
    pub fn from_survivors(survivors: &[u64]) -> Result<Self, ContractError> {
        let mut tally = Self::default();
        for (period, pair) in survivors.windows(2).enumerate() {
            let &[before, survivors] = pair else { continue };
            let lost = before.checked_sub(survivors);
            let lost = lost.ok_or(ContractError::MoreSurvivors {
                period: period + 1,
                survivors,
                before,
            })?;
            tally.add_ended(period + 1, lost)?;
        }
        match survivors {
            [] | [_] => return Err(ContractError::NoRenewal),
            [.., last] => tally.add_running(survivors.len() - 1, *last)?,
        }
        Ok(tally)
    }

    /// Counts contracts that were not renewed at their `renewal`-th opportunity, the first being 1.
    ///
    /// # Errors
    /// [`ContractError::RenewalZero`], [`ContractError::TooManyRenewals`].
    pub fn add_ended(&mut self, renewal: usize, contracts: u64) -> Result<(), ContractError> {
        *self.at(renewal)?.0 += contracts;
        Ok(())
    }

    /// Counts contracts that were renewed `renewals` times and run on.
    ///
    /// # Errors
    /// [`ContractError::RenewalZero`]: a contract without a renewal says nothing yet; [`ContractError::TooManyRenewals`].
    pub fn add_running(&mut self, renewals: usize, contracts: u64) -> Result<(), ContractError> {
        *self.at(renewals)?.1 += contracts;
        Ok(())
    }

    /// Adds the contracts of another part of the data.
    pub fn merge(&mut self, other: &Self) {
        let length = self.ended.len().max(other.ended.len());
        self.ended.resize(length, 0);
        self.running.resize(length, 0);
        for (mine, other) in [
            (&mut self.ended, &other.ended),
            (&mut self.running, &other.running),
        ] {
            for (mine, other) in mine.iter_mut().zip(other) {
                *mine = mine.saturating_add(*other);
            }
        }
    }

    /// Contracts that ended at renewal 1, 2, ….
    pub fn ended(&self) -> &[u64] {
        &self.ended
    }

    /// Contracts last seen running after renewal 1, 2, ….
    pub fn running(&self) -> &[u64] {
        &self.running
    }

    /// Number of contracts.
    pub fn n(&self) -> u64 {
        let all = self.ended.iter().chain(&self.running);
        all.fold(0, |sum: u64, &count| sum.saturating_add(count))
    }

    fn at(&mut self, renewal: usize) -> Result<(&mut u64, &mut u64), ContractError> {
        if renewal > MAX_RENEWALS {
            return Err(ContractError::TooManyRenewals { renewal });
        }
        let length = self.ended.len().max(renewal);
        self.ended.resize(length, 0);
        self.running.resize(length, 0);
        let index = renewal.checked_sub(1).ok_or(ContractError::RenewalZero)?;
        match (self.ended.get_mut(index), self.running.get_mut(index)) {
            (Some(ended), Some(running)) => Ok((ended, running)),
            _ => Err(ContractError::RenewalZero),
        }
    }
}

/// Shifted beta-geometric (sBG) model of contracts: each customer fails to renew with an own probability θ ~ Beta(α, β).
///
/// ```text
/// P(end at renewal t) = B(α+1, β+t−1) / B(α, β)      S(t) = B(α, β+t) / B(α, β)      r(t) = S(t) / S(t−1) = (β+t−1) / (α+β+t−1)
/// ```
/// Retention rises with age although nobody becomes more loyal: those likely to leave have left.
///
/// ```
/// use radost_stats::{Level, Progress, retention::{ContractTally, ShiftedBetaGeometric}};
///
/// // "High End" customers over the first seven years (Fader and Hardie 2007).
/// let years = ContractTally::from_survivors(&[1000, 869, 743, 653, 593, 551, 517, 491])?;
/// let fit = ShiftedBetaGeometric::fit(&years, Level::P95, Progress::none())?;
/// assert!((fit.model.alpha() - 0.668).abs() < 5e-4 && (fit.model.beta() - 3.806).abs() < 5e-4);
/// assert!((fit.model.survival(12) - 0.377999).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// # Assumptions
/// One opportunity to leave per period; a customer's probability of leaving stays the same.
/// # Sources
/// Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), 76–90.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShiftedBetaGeometric {
    alpha: f64,
    beta: f64,
}

impl ParameterNames for ShiftedBetaGeometric {
    const NAMES: &'static [&'static str] = &["alpha", "beta"];

    fn parameters(&self) -> Vec<f64> {
        vec![self.alpha, self.beta]
    }

    fn with_parameters(&self, parameters: &[f64]) -> Result<Self, ModelError> {
        let [alpha, beta] = exactly(parameters)?;
        Self::new(alpha, beta)
    }
}

impl ShiftedBetaGeometric {
    /// A model with known parameters.
    ///
    /// # Errors
    /// [`ModelError::Parameter`] unless both are finite and above zero.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, ModelError> {
        for (name, value) in [("alpha", alpha), ("beta", beta)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(ModelError::Parameter { name, value });
            }
        }
        Ok(Self { alpha, beta })
    }

    /// First shape of the distribution of the probability of leaving, whose mean is α / (α + β).
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Second shape of the distribution of the probability of leaving.
    pub fn beta(&self) -> f64 {
        self.beta
    }

    /// Fits by maximum likelihood with standard errors from the observed information; contracts still running are censored.
    ///
    /// # Errors
    /// [`ModelError::NoCustomers`]; [`ModelError::NoRepeaters`] when nobody has renewed; [`ModelError::OneHistory`] when all contracts
    /// are alike; [`ModelError::Boundary`] when all customers seem to leave with the same probability; [`ModelError::NotConverged`].
    pub fn fit(
        tally: &ContractTally,
        level: Level,
        progress: Progress<'_>,
    ) -> Result<Fit<Self>, ModelError> {
        let customers = tally.n();
        if customers == 0 {
            return Err(ModelError::NoCustomers);
        }
        let ended_at_once = tally.ended.first().copied().unwrap_or(0);
        if ended_at_once == customers {
            return Err(ModelError::NoRepeaters { customers });
        }
        let distinct = tally
            .ended
            .iter()
            .chain(&tally.running)
            .filter(|&&n| n > 0)
            .count();
        if distinct < 2 {
            return Err(ModelError::OneHistory { customers });
        }
        let value = |at: &[f64]| {
            let model = Self {
                alpha: at[0].exp(),
                beta: at[1].exp(),
            };
            model.log_likelihood(tally)
        };
        let scales = [1.0, 1.0];
        let maximum = maximise(&[0.0, 1.0], progress, |at| differentiate(at, value))
            .map_err(|failure| super::clv::explain(failure, Self::NAMES, &scales))?;
        let shape = Self {
            alpha: 1.0,
            beta: 1.0,
        };
        Fit::from_maximum(
            &shape,
            &maximum,
            &scales,
            maximum.value,
            customers,
            distinct,
            level,
        )
    }

    /// Log-likelihood of all contracts of a tally.
    pub fn log_likelihood(&self, tally: &ContractTally) -> f64 {
        let mut ln_survival = 0.0;
        let mut sum = 0.0;
        for ((&ended, &running), t) in tally.ended.iter().zip(&tally.running).zip(1_u32..) {
            let all = self.alpha + self.beta + f64::from(t) - 1.0;
            sum += ended as f64 * (ln_survival + (self.alpha / all).ln());
            ln_survival += (-self.alpha / all).ln_1p();
            sum += running as f64 * ln_survival;
        }
        sum
    }

    /// S(t): share of new customers who are still there after `periods` renewals, 0 to 1.
    pub fn survival(&self, periods: u32) -> f64 {
        let t = f64::from(periods);
        (ln_beta(self.alpha, self.beta + t) - ln_beta(self.alpha, self.beta)).exp()
    }

    /// r(t): share of those with t − 1 renewals behind them who renew a t-th time; 1 for t = 0.
    pub fn retention(&self, t: u32) -> f64 {
        if t == 0 {
            return 1.0;
        }
        let t = f64::from(t);
        (self.beta + t - 1.0) / (self.alpha + self.beta + t - 1.0)
    }

    /// Discounted expected lifetime (DEL) of a new customer, in periods: payments at 0, 1, 2, … each at its present value.
    ///
    /// ```text
    /// DEL = Σ S(t) / (1+d)ᵗ = ₂F₁(1, β; α+β; 1/(1+d)),   t = 0, 1, 2, …      1+d = e^δ
    /// ```
    /// Times the value of a payment it is the expected lifetime value.
    ///
    /// ```
    /// use radost_stats::retention::{DiscountRate, ShiftedBetaGeometric};
    ///
    /// let model = ShiftedBetaGeometric::new(0.668, 3.806)?;
    /// let lifetime = model.discounted_lifetime(DiscountRate::effective(0.10, 1.0)?).unwrap_or(0.0);
    /// assert!((lifetime - 5.922596).abs() < 1e-6);
    /// # Ok::<(), radost_stats::retention::ModelError>(())
    /// ```
    /// `None` when the rate is so small that the sum does not settle.
    /// # Sources
    /// Fader and Hardie (2010), Customer-base valuation in a contractual setting: the perils of ignoring heterogeneity, Marketing Science
    /// 29(1), 85–93.
    pub fn discounted_lifetime(&self, rate: DiscountRate) -> Option<f64> {
        self.sum_of_payments(0, rate)
    }

    /// Discounted expected residual lifetime (DERL) of a customer with `renewals` behind them whose next renewal is due now, in periods.
    ///
    /// ```text
    /// DERL = r(n+1) ₂F₁(1, β+n+1; α+β+n+1; 1/(1+d)) = Σ S(n+1+t) / S(n) / (1+d)ᵗ,   n = renewals, t = 0, 1, 2, …
    /// ```
    /// `None` when the rate is so small that the sum does not settle.
    /// # Sources
    /// As [`discounted_lifetime`](Self::discounted_lifetime), whose n counts the first contract too and so is larger by one.
    pub fn discounted_residual_lifetime(&self, renewals: u32, rate: DiscountRate) -> Option<f64> {
        let next = renewals.saturating_add(1);
        Some(self.retention(next) * self.sum_of_payments(next, rate)?)
    }

    /// Σ S(n+t) / S(n) / (1+d)ᵗ.
    fn sum_of_payments(&self, n: u32, rate: DiscountRate) -> Option<f64> {
        let b = self.beta + f64::from(n);
        let z = (-rate.get()).exp();
        if z >= 1.0 {
            return None;
        }
        Some(ln_2f1_unit(b, self.alpha + b, z)?.exp())
    }
}
