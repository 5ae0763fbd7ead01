//! A million customers and ten million times. The bars: BG/NBD and Gamma–Gamma at least a hundred times as fast as lifetimes 0.11.3 on
//! the same machine, Kaplan–Meier under two seconds. Every bench checks its answer.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use radost_stats::{Level, Progress, retention::*};

const CUSTOMERS: usize = 1_000_000;
const TIMES: usize = 10_000_000;

/// SplitMix64 with the distributions of the models.
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn exponential(&mut self) -> f64 {
        -self.unit().ln()
    }

    fn normal(&mut self) -> f64 {
        (2.0 * self.exponential()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Marsaglia and Tsang (2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        loop {
            let x = self.normal();
            let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d * (1.0 - v + v.ln()) {
                return d * v;
            }
        }
    }

    /// A customer of BG/NBD at the published CDNOW parameters, watched for 27 to 39 weeks; times in days, whole ones or not.
    fn customer(&mut self, whole_days: bool) -> History {
        let rate = self.gamma(0.243) / 4.414 / 7.0;
        let (a, b) = (self.gamma(0.793), self.gamma(2.426));
        let leave = a / (a + b);
        let age = 189.0 + (84.0 * self.unit()).floor();
        let (mut x, mut last, mut time) = (0, 0.0, 0.0);
        loop {
            time += self.exponential() / rate;
            let day = if whole_days { f64::floor(time) } else { time };
            if day > age {
                break;
            }
            if day > last {
                x += 1;
                last = day;
            }
            if self.unit() < leave {
                break;
            }
        }
        History::new(x, last, age).unwrap()
    }
}

fn bg_nbd(c: &mut Criterion) {
    let mut group = c.benchmark_group("BG/NBD, 1,000,000 customers");
    group.sample_size(10);
    for (name, whole_days) in [("whole days", true), ("continuous times", false)] {
        let mut draws = Draws(1);
        let histories: Vec<History> = (0..CUSTOMERS).map(|_| draws.customer(whole_days)).collect();
        let tally = HistoryTally::from_histories(&histories);
        let fit = |tally: &HistoryTally| {
            let fit =
                BgNbd::fit(tally, Dropout::AfterRepeats, Level::P95, Progress::none()).unwrap();
            assert_eq!(fit.n, CUSTOMERS as u64);
            // Whole days lose the second purchase of a day, so the parameters are near the true ones and not at them.
            assert!((fit.model.r() - 0.243).abs() < 0.03, "{:?}", fit.model);
            fit
        };
        let distinct = tally.folded().len();
        group.bench_function(format!("fold {name}"), |b| {
            b.iter(|| {
                let folded = HistoryTally::from_histories(black_box(&histories));
                assert_eq!(folded.folded().len(), distinct);
                folded
            });
        });
        group.bench_function(format!("fit {name}, {distinct} distinct"), |b| {
            b.iter(|| fit(black_box(&tally)));
        });
        group.bench_function(format!("fold and fit {name}"), |b| {
            b.iter(|| fit(&HistoryTally::from_histories(black_box(&histories))));
        });
    }
    group.finish();
}

fn gamma_gamma(c: &mut Criterion) {
    let mut draws = Draws(2);
    let spends: Vec<Spend> = (0..CUSTOMERS)
        .map(|_| {
            let frequency = 1 + (draws.exponential() * 2.0) as u64;
            let rate = draws.gamma(3.74) / 15.44;
            Spend {
                frequency,
                mean_value: draws.gamma(6.25 * frequency as f64) / rate / frequency as f64,
            }
        })
        .collect();
    let fit = |tally: &SpendTally| {
        let fit = GammaGamma::fit(tally, Level::P95, Progress::none()).unwrap();
        assert!(
            (fit.model.p() - 6.25).abs() < 0.1 && (fit.model.q() - 3.74).abs() < 0.05,
            "{:?}",
            fit.model
        );
        fit
    };
    let tally = SpendTally::from_spends(&spends).unwrap();
    let mut group = c.benchmark_group("Gamma-Gamma, 1,000,000 customers");
    group.sample_size(10);
    group.bench_function("fit", |b| b.iter(|| fit(black_box(&tally))));
    group.bench_function("fold and fit", |b| {
        b.iter(|| fit(&SpendTally::from_spends(black_box(&spends)).unwrap()));
    });
    group.finish();
}

fn kaplan_meier(c: &mut Criterion) {
    let mut group = c.benchmark_group("Kaplan-Meier, 10,000,000 rows");
    group.sample_size(10);
    for (name, unit) in [("whole days", 1.0), ("continuous times", 0.0)] {
        let mut draws = Draws(3);
        let mut times = Vec::with_capacity(TIMES);
        let mut events = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let (event, censored) = (500.0 * draws.exponential(), 1000.0 * draws.unit());
            let time: f64 = event.min(censored);
            times.push(if unit > 0.0 { time.ceil() } else { time });
            events.push(event <= censored);
        }
        group.bench_function(name, |b| {
            b.iter(|| {
                let tally = SurvivalTally::from_rows(black_box(&times), &events).unwrap();
                let curve = tally.kaplan_meier(Level::P95, Band::Log).unwrap();
                let median = curve.median();
                assert!((median.value.unwrap() - 500.0 * std::f64::consts::LN_2).abs() < 2.0);
                curve
            });
        });
    }
    group.finish();
}

criterion_group!(benches, bg_nbd, gamma_gamma, kaplan_meier);
criterion_main!(benches);
