//! Scores, weights and designs at the sizes that an analyst meets. Every bench asserts its answer.
#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use radost_stats::{
    CsatTally, Level, NpsTally, Population, Progress, ShareMethod,
    maxdiff::{BestWorst, MaxDiffTally, design},
    power::{Contrast, group_sizes},
    raking::{Margin, RakingOptions, WeightBounds, rake},
    values::ValueTally,
};

fn scores(c: &mut Criterion) {
    let nps = NpsTally {
        promoters: 431_000,
        passives: 238_000,
        detractors: 331_000,
    };
    c.bench_function("NPS score interval, a million responses", |b| {
        b.iter(|| {
            let nps = nps.score_interval(Level::P95).unwrap();
            assert!((nps.low - 9.83).abs() < 0.01);
        });
    });
    let csat = CsatTally::from_counts(400_000, 1_000_000).unwrap();
    c.bench_function("Clopper-Pearson, a million responses", |b| {
        b.iter(|| {
            let exact = csat
                .interval_by(ShareMethod::ClopperPearson, Population::Endless, Level::P95)
                .unwrap();
            assert!((exact.low - 39.9040).abs() < 1e-3);
        });
    });
    let mut values = ValueTally::default();
    for (value, count) in [
        (1.0, 40_000),
        (2.0, 60_000),
        (3.0, 100_000),
        (5.0, 300_000),
        (7.0, 500_000),
    ] {
        values.add(value, count).unwrap();
    }
    c.bench_function("BCa of a mean, a million responses, 5,000 resamples", |b| {
        b.iter(|| {
            let mean = values
                .mean_bca(5000, Level::P95, 1, &Progress::none())
                .unwrap();
            assert!((mean.value - 5.46).abs() < 1e-9 && mean.high - mean.low < 0.01);
        });
    });
    c.bench_function("median interval, a million responses", |b| {
        b.iter(|| {
            let median = values.quantile_interval(0.4, Level::P95).unwrap();
            assert_eq!(median.value, 5.0);
        });
    });
    let contrast = Contrast::Means {
        difference: 0.1,
        sd: 1.0,
    };
    c.bench_function("group sizes by the noncentral t", |b| {
        b.iter(|| {
            let sizes =
                group_sizes(contrast, 1.0, 0.8, [Population::Endless; 2], Level::P95).unwrap();
            assert_eq!(sizes.earlier, 1571);
        });
    });
}

fn weights(c: &mut Criterion) {
    let n = 100_000;
    let of = |category: fn(usize) -> usize, targets: &[f64]| Margin {
        categories: (0..n).map(category).collect(),
        targets: targets.to_vec(),
    };
    let margins = [
        of(|i| (i * 7 + i / 9) % 3, &[0.5, 0.3, 0.2]),
        of(|i| (i * 5 + i / 7) % 2, &[0.48, 0.52]),
        of(|i| (i / 4 + i % 3) % 4, &[0.1, 0.2, 0.3, 0.4]),
    ];
    let base: Vec<f64> = (0..n).map(|i| 1.0 + (i % 4) as f64 / 2.0).collect();
    for (name, bounds) in [
        ("raking 100,000 responses to three margins", None),
        (
            "the same within bounds",
            Some(WeightBounds {
                low: 0.2,
                high: 3.0,
            }),
        ),
    ] {
        let options = RakingOptions {
            bounds,
            ..RakingOptions::default()
        };
        c.bench_function(name, |b| {
            b.iter(|| {
                let raked = rake(&base, &margins, &options, &Progress::none()).unwrap();
                assert!(raked.worst_gap.gap <= 1e-9);
            });
        });
    }
}

fn designs(c: &mut Criterion) {
    c.bench_function("design of 20 items in 16 sets of 5", |b| {
        b.iter(|| {
            let plan = design(20, 5, 16, 3, &Progress::none()).unwrap();
            assert!(plan.balance.most_appearances == 4);
        });
    });
    let plan = design(21, 5, 21, 3, &Progress::none()).unwrap();
    let mut tally = MaxDiffTally::new(21).unwrap();
    for person in 0..5000_usize {
        for (number, set) in plan.sets.iter().enumerate() {
            let value =
                |i: usize| 2 * i + (person * 31 + number * 17 + i * i * 7 + person * i) % 41;
            let best = *set.iter().max_by_key(|i| (value(**i), **i)).unwrap();
            let worst = *set.iter().min_by_key(|i| (value(**i), **i)).unwrap();
            tally.push(set, best, worst).unwrap();
        }
    }
    for model in [BestWorst::Sequential, BestWorst::Pairs] {
        c.bench_function(&format!("MaxDiff of 105,000 answers: {model}"), |b| {
            b.iter(|| {
                let scores = tally.logit(model, Level::P95).unwrap();
                assert_eq!(scores.n, 105_000);
                assert!(scores.items[20].share > scores.items[0].share);
            });
        });
    }
}

criterion_group!(benches, scores, weights, designs);
criterion_main!(benches);
