//! Missing answers.

use super::*;

#[test]
fn missing_answers() {
    let tally = missing_of(&holes(&answers(60, 3, 1)));
    let columns = columns(3);
    let with = |missing| {
        tally
            .moments(&columns, missing, Weights::Sampling, &Progress::none())
            .unwrap()
    };
    let means = |moments: &Moments| -> Vec<f64> {
        columns.iter().map(|c| moments.mean(c).unwrap()).collect()
    };
    let correlations = |moments: &Moments| -> Vec<f64> {
        let pairs = (0..4).flat_map(|a| (0..a).map(move |b| (a, b)));
        pairs
            .map(|(a, b)| moments.correlation(&columns[a], &columns[b]).unwrap())
            .collect()
    };
    // DataFrame.dropna()
    let listwise = with(Missing::Listwise);
    assert_eq!((listwise.n(), listwise.dropped()), (38, 22));
    all_close(
        means(&listwise),
        &[5.939453125, 5.73684210526, 5.76315789474, 5.60526315789],
        1e-11,
    );
    // DataFrame.corr()
    let pairwise = with(Missing::Pairwise);
    assert_eq!(pairwise.n(), 48);
    all_close(
        means(&pairwise),
        &[5.92962194372, 5.72222222222, 5.58181818182, 5.67272727273],
        1e-11,
    );
    all_close(
        correlations(&pairwise),
        &[
            0.642562828689,
            0.688639603321,
            0.551218574291,
            0.743954420779,
            0.373054849479,
            0.427693318914,
        ],
        1e-10,
    );
    let model = pairwise.model("y", &columns[1..]).unwrap();
    all_close(
        values(&model, DriverMeasure::Lmg),
        &[0.19738403276, 0.234640000475, 0.341608372013],
        1e-10,
    );
    // Direct maximisation of the likelihood, to its own six digits.
    let em = with(Missing::Em);
    assert!(em.n() > 48 && em.n() + em.dropped() == 60);
    all_close(
        means(&em),
        &[5.95561709941, 5.60532692912, 5.58813062698, 5.7789243762],
        2e-6,
    );
    all_close(
        correlations(&em),
        &[
            0.640634923321,
            0.635085822534,
            0.554200334702,
            0.731144779899,
            0.383009046566,
            0.405139944188,
        ],
        2e-6,
    );
    let report = em.em().unwrap();
    within(report.log_likelihood, -422.539306968, 1e-6);
    assert!(report.log_likelihood >= -422.539306968 - 1e-9 && report.change < 1e-10);
}
