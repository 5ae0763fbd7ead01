//! Comparisons on the real files beside the repository, against scipy 1.17.1 and statsmodels 0.15.0 by
//! `bench/reference/shared_comparisons.py`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use radost_stats::{compare::*, league::*, *};
use support::shared_columns;

mod support;

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-8 * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

#[test]
fn airline_passengers() {
    let names = ["Class", "Age", "Seat comfort", "satisfaction"];
    let Some(rows) = shared_columns("airline/airline_satisfaction.csv", names) else {
        return;
    };
    let classes = ["Business", "Eco", "Eco Plus"];
    let mut satisfied = ContingencyTable::new(3, 2).unwrap();
    let mut comfort = OrdinalTally::new(3).unwrap();
    let mut means = [MeanTally::default(); 3];
    let mut decades = [[0_u64; 2]; 9];
    for [class, age, seat, satisfaction] in &rows {
        let class = classes.iter().position(|name| name == class).unwrap();
        let seat: f64 = seat.parse().unwrap();
        let happy = usize::from(satisfaction == "satisfied");
        satisfied.add(class, happy, 1).unwrap();
        comfort.push(class, seat).unwrap();
        means[class].push(seat).unwrap();
        decades[age.parse::<usize>().unwrap() / 10][happy] += 1;
    }
    // chi2_contingency, contingency.association
    let test = satisfied.chi_squared().unwrap();
    close(test.statistic, 32906.1718587);
    close(
        satisfied.cramers_v(Level::P95).unwrap().value,
        0.503347065238,
    );
    // f_oneway, anova_oneway, kruskal, mannwhitneyu, Cohen's d
    close(one_way_anova(&means).unwrap().f, 3766.57832181);
    close(welch_anova(&means).unwrap().f, 3808.25290086);
    close(comfort.kruskal_wallis().unwrap().h, 6936.83648784);
    let pair = comfort.mann_whitney(0, 2, RankMethod::Auto).unwrap();
    close(pair.u, 366754704.5);
    let delta = comfort.cliff_delta(0, 2, Level::P95).unwrap();
    close(delta.value, 0.253888472812);
    let d = cohen_d(&means[0], &means[2], Level::P95).unwrap();
    close(d.value, 0.490969007033);
    // GLM(binomial).score_test; where the derivatives of the beta-binomial likelihood are zero, by scipy.optimize.root
    let shares: Vec<CsatTally> = decades
        .iter()
        .filter(|[no, yes]| no + yes > 0)
        .map(|[no, yes]| CsatTally::from_counts(*yes, no + yes).unwrap())
        .collect();
    let scores: Vec<f64> = (0..9)
        .filter(|&i| decades[i] != [0, 0])
        .map(|i| i as f64)
        .collect();
    let trend = cochran_armitage(&shares, &scores).unwrap();
    close(trend.statistic.powi(2), 2410.5102478);
    let prior = beta_binomial(&shares).unwrap().unwrap();
    assert!((prior.alpha - 3.07788882591).abs() < 1e-5);
    assert!((prior.beta - 6.09179077239).abs() < 1e-5);
}

#[test]
fn fruit_growers() {
    let Some(rows) = shared_columns("nps/nps_testdata.csv", ["BU", "REC"]) else {
        return;
    };
    let units = ["Apples", "Bananas", "Berries", "Oranges"];
    let mut tallies = [NpsTally::default(); 4];
    for [unit, score] in &rows {
        let unit = units.iter().position(|name| name == unit).unwrap();
        tallies[unit].push(score.parse().unwrap()).unwrap();
    }
    // combine_effects(scores, variances).q; anova_oneway of −1, 0, 1
    let test = nps_homogeneity(&tallies).unwrap();
    close(test.statistic, 1.02382852319);
    close(test.p_value, 0.795486421483);
    let codes = tallies.map(|t| {
        let (p, d) = (t.promoters as f64, t.detractors as f64);
        MeanTally::from_sums(t.n(), p - d, p + d).unwrap()
    });
    let test = welch_anova(&codes).unwrap();
    close(test.f, 0.341728687441);
    close(test.p_value, 0.795163757453);
}

#[test]
fn mystery_shoppers() {
    let names = ["Country", "Evaluation Score"];
    let Some(rows) = shared_columns("mystery/mystery_eei_2023.csv", names) else {
        return;
    };
    let mut countries: Vec<&String> = rows.iter().map(|row| &row[0]).collect();
    countries.sort_unstable();
    countries.dedup();
    let mut ordinal = OrdinalTally::new(countries.len()).unwrap();
    let mut means = vec![MeanTally::default(); countries.len()];
    for [country, score] in &rows {
        let group = countries.binary_search(&country).unwrap();
        if let Ok(score) = score.parse() {
            ordinal.push(group, score).unwrap();
            means[group].push(score).unwrap();
        }
    }
    // REFERENCE_VALUES: mystery_eei, Evaluation Score means
    for (mean, expected) in means.iter().zip([65.6773, 53.6783, 37.6013, 52.3813]) {
        assert!((mean.mean().unwrap() - expected).abs() < 0.001);
    }
    // f_oneway, anova_oneway, kruskal
    let test = one_way_anova(&means).unwrap();
    close(test.f, 9.58429933027);
    close(test.p_value, 1.39121112025e-05);
    let test = welch_anova(&means).unwrap();
    close(test.f, 9.21167689935);
    close(test.freedom_within, 30.6245500291);
    close(test.p_value, 0.000170151371529);
    let test = ordinal.kruskal_wallis().unwrap();
    close(test.h, 21.304084613);
    close(test.p_value, 9.10250027988e-05);
}
