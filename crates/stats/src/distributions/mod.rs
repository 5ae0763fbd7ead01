//! The distributions behind every interval and test of this crate, each once, in the most exact form.
//!
//! Tail probabilities keep their relative digits as far as `f64` reaches and for millions of degrees of freedom. The error function and
//! ln Γ are those of `libm`, right to the last digit; what multiplies a continued fraction or a series is Loader's saddle-point form
//! (2000, Fast and accurate computation of binomial probabilities), whose digits do not fade as the parameters grow.
//!
//! A NaN statistic has a NaN probability; parameters are the caller's to check.

mod beta;
mod bivariate;
mod gamma;
mod noncentral;
mod normal;
mod solve;
#[cfg(test)]
mod tests;
#[cfg(test)]
#[rustfmt::skip]
mod values;

pub(crate) use beta::{
    beta_quantile, binomial_cdf, f_exceeded, f_sf, ln_f_sf, two_sided_t, two_sided_t_quantile,
};
pub(crate) use bivariate::{bivariate_cdf, bivariate_density};
pub(crate) use gamma::{
    chi_squared_sf, digamma, ln_beta, ln_chi_squared_sf, ln_gamma, stirling_error, trigamma,
};
pub(crate) use noncentral::{
    noncentral_chi_squared_cdf, noncentral_f_cdf, noncentral_t_cdf, noncentrality_bounds,
};
pub(crate) use normal::{normal_cdf, normal_quantile, two_sided_z};
pub(crate) use solve::bisect;
