//! Path models at the size of the usual satisfaction index: 250 respondents, 24 indicators, 7 latent variables.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use radost_stats::{Progress, Scale, pls::*};

/// Respondents whose answers follow the paths of the index, by a linear congruential generator.
fn respondents(n: usize) -> PlsRows {
    let model = ecsi();
    let mut state = 1_u64;
    let mut unit = || {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        state as f64 / 2_147_483_648.0
    };
    let mut rows = PlsRows::new(model.indicators(), MissingAnswers::Listwise).unwrap();
    for _ in 0..n {
        let mut latents: Vec<(&str, f64)> = Vec::new();
        for latent in model.latents() {
            let before = model.paths().filter(|(_, to)| *to == latent.name());
            let before: Vec<f64> = before
                .filter_map(|(from, _)| Some(latents.iter().find(|x| x.0 == from)?.1))
                .collect();
            let own = unit();
            let value = match before.len() {
                0 => own,
                count => 0.4 * own + 0.6 * before.iter().sum::<f64>() / count as f64,
            };
            latents.push((latent.name(), value));
        }
        let answer =
            |value: f64, noise: f64| (1.0 + 10.0 * (0.8 * value + 0.4 * noise)).floor().min(10.0);
        let row: Vec<Option<f64>> = latents
            .iter()
            .zip(model.latents())
            .flat_map(|((_, value), latent)| latent.indicators().iter().map(move |_| *value))
            .map(|value| Some(answer(value, unit())))
            .collect();
        rows.push(&row).unwrap();
    }
    rows
}

fn benches(c: &mut Criterion) {
    let (model, rows) = (ecsi(), respondents(250));
    let tally = rows.tally().unwrap();
    let mut group = c.benchmark_group("pls");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(5));
    for scheme in [PlsScheme::Centroid, PlsScheme::Path] {
        let settings = PlsSettings {
            scheme,
            ..PlsSettings::default()
        };
        group.bench_function(format!("fit, 24 indicators, {scheme}"), |b| {
            b.iter(|| {
                let fit = model.fit(black_box(&tally), &settings).unwrap();
                assert!(
                    fit.n == 250 && fit.path("Satisfaction", "Loyalty").unwrap().coefficient > 0.0
                );
                fit
            });
        });
        for method in [BootstrapInterval::Percentile, BootstrapInterval::Bca] {
            let bootstrap = PlsBootstrapSettings {
                method,
                scales: vec![Scale::new(1.0, 10.0).unwrap()],
                ..PlsBootstrapSettings::new(5_000, 1)
            };
            group.bench_function(
                format!("5,000 draws of 250 by 24, {scheme}, {method}"),
                |b| {
                    b.iter(|| {
                        let found = model
                            .bootstrap(black_box(&rows), &settings, &bootstrap, Progress::none())
                            .unwrap();
                        let path = found.paths[10].coefficient;
                        assert!(
                            found.inadmissible == 0
                                && path.low < path.value
                                && path.value < path.high
                        );
                        found
                    });
                },
            );
        }
    }
    group.finish();
}

criterion_group!(pls, benches);
criterion_main!(pls);
