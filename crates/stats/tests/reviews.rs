//! Review arithmetic against exact fractions and statsmodels 0.15.0 by `bench/reference/reviews.py`, with its laws and what it refuses.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use radost_stats::{CsatTally, Level, reviews::*};

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn stars(counts: [u64; 5]) -> StarTally {
    let mut tally = StarTally::default();
    for (stars, count) in (1..).zip(counts) {
        tally.add(stars, count).unwrap();
    }
    tally
}

fn average(numerator: u64, denominator: u64) -> Average {
    Average::new(numerator, denominator).unwrap()
}

#[test]
fn reviews_needed_exactly() {
    // the first k whose fractions.Fraction(total + stars * k, n + k) is not below the target
    for (counts, target, star, reviews, after) in [
        ([4, 1, 3, 12, 30], (9, 2), 5, 24, (9, 2)),
        ([0, 0, 0, 10, 0], (21, 5), 5, 3, (55, 13)),
        ([10, 0, 0, 0, 0], (4, 1), 5, 30, (4, 1)),
        ([1, 0, 0, 0, 1999], (4999, 1000), 5, 2000, (4999, 1000)),
        ([3, 4, 5, 6, 7], (39, 10), 4, 125, (39, 10)),
        ([9, 0, 0, 0, 1], (499, 100), 5, 3590, (499, 100)),
    ] {
        let needed = stars(counts)
            .reviews_needed(average(target.0, target.1), star)
            .unwrap();
        assert_eq!(needed.reviews, reviews, "{counts:?}");
        assert_eq!(needed.after, average(after.0, after.1));
    }
    let reached = stars([0, 0, 0, 1, 9])
        .reviews_needed(average(49, 10), 5)
        .unwrap();
    assert_eq!((reached.reviews, reached.before), (0, reached.after));
    // A site that rounds to tenths shows 4.2 from 4.15 on.
    let shown = Average::shown_as_tenths(42).unwrap();
    assert_eq!(shown, average(83, 20));
    assert_eq!(Average::shown_as_tenths(10).unwrap(), average(1, 1));
}

#[test]
fn offsets_and_the_rule_of_thumb() {
    // fractions.Fraction(t - 1, 5 - t), rounded up for one and for seven one-star reviews
    for (hundredths, one, seven) in [
        (350, 2, 12),
        (400, 3, 21),
        (410, 4, 25),
        (420, 4, 28),
        (450, 7, 49),
        (480, 19, 133),
    ] {
        let target = Average::from_hundredths(hundredths).unwrap();
        let offset_of = |reviews| offset(reviews, target, WritingRate::default()).unwrap();
        assert_eq!(offset_of(1).five_star_reviews, one, "{hundredths}");
        assert_eq!(offset_of(7).five_star_reviews, seven, "{hundredths}");
    }
    // 4.0 takes 3 reviews or 30 customers, 4.2 takes 4 or the rule's 40
    for (hundredths, reviews, customers) in [(400, 3, 30), (420, 4, 40)] {
        let target = Average::from_hundredths(hundredths).unwrap();
        let one = offset(1, target, WritingRate::default()).unwrap();
        assert_eq!(
            (one.five_star_reviews, one.satisfied_customers),
            (reviews, customers)
        );
        assert_eq!(
            (one.exact_ratio, one.rule_of_thumb_customers),
            (reviews as f64, 40)
        );
    }
    let third = WritingRate {
        writers: 3,
        customers: 10,
    };
    let one = offset(1, average(4, 1), third).unwrap();
    assert_eq!(one.satisfied_customers, 10);
}

#[test]
fn one_bad_review() {
    let effect = stars([0, 0, 0, 0, 30]).effect_of(1).unwrap();
    assert_eq!(effect.before.get(), 5.0);
    assert_eq!(effect.after, average(151, 31));
    assert_eq!(effect.five_star_reviews_to_recover, None);
    let effect = stars([1, 0, 0, 0, 3]).effect_of(5).unwrap();
    assert!(effect.change > 0.0 && effect.five_star_reviews_to_recover == Some(0));
    assert!((effect.after.get() - effect.before.get() - effect.change).abs() < 1e-12);
}

#[test]
fn shrunk_averages() {
    let shop = [
        stars([0, 0, 0, 0, 1]),
        stars([10, 5, 10, 25, 50]),
        stars([0; 5]),
    ];
    let prior = prior(&shop).unwrap();
    assert_eq!(
        prior,
        Prior {
            mean: 405.0 / 101.0,
            weight: 101.0 / 3.0
        }
    );
    let averages: Vec<f64> = shop
        .iter()
        .map(|item| item.bayesian_average(prior).unwrap())
        .collect();
    // (C m + Σ stars) / (C + n) by hand: C m = 135
    assert!((averages[0] - (135.0 + 5.0) / (101.0 / 3.0 + 1.0)).abs() < 1e-12);
    assert!((averages[1] - (135.0 + 400.0) / (101.0 / 3.0 + 100.0)).abs() < 1e-12);
    assert_eq!(averages[2], prior.mean);
}

#[test]
fn ranking_by_the_lower_bound() {
    let items: Vec<CsatTally> = [(2, 2), (90, 100), (950, 1100), (0, 3), (0, 0), (9, 10)]
        .into_iter()
        .map(|(positive, n)| CsatTally::from_counts(positive, n).unwrap())
        .collect();
    let ranking = rank(&items, Level::P95);
    let order: Vec<usize> = ranking.iter().map(|ranked| ranked.item).collect();
    assert_eq!(order, [2, 1, 5, 0, 3, 4]);
    // statsmodels proportion_confint(positive, n, 0.05, method="wilson")[0]
    for (ranked, expected) in
        ranking
            .iter()
            .zip([84.20867519, 82.56343385, 59.58499732, 34.23802275, 0.0, 0.0])
    {
        assert!((ranked.lower_bound - expected).abs() < 1e-7);
    }
    assert_eq!((ranking[5].share, ranking[5].n), (None, 0));
    let positive = stars([1, 1, 1, 3, 4]).positive();
    assert_eq!((positive.satisfied(), positive.n()), (7, 10));
}

#[test]
fn what_a_loss_costs() {
    let mut assumptions = LossAssumptions::new(
        Range {
            low: 100.0,
            high: 150.0,
        },
        Range::exactly(3.0),
        Range {
            low: 10.0,
            high: 20.0,
        },
    );
    assumptions.leaving_percent = Range::exactly(50.0);
    assumptions.deterred_percent = Range {
        low: 0.0,
        high: 10.0,
    };
    assumptions.acquisition_cost_factor = Range {
        low: 4.0,
        high: 6.0,
    };
    let loss = cost_of_loss(200, assumptions).unwrap();
    let ends = |range: Range| (range.low, range.high);
    assert_eq!(ends(loss.customers_lost), (100.0, 100.0));
    assert_eq!(ends(loss.people_told), (1800.0, 3000.0));
    assert_eq!(ends(loss.people_deterred), (0.0, 300.0));
    assert_eq!(ends(loss.value_lost), (30_000.0, 180_000.0));
    assert_eq!(ends(loss.replacement_cost), (4000.0, 12_000.0));
    assert_eq!(ends(loss.premium_over_keeping), (3000.0, 10_000.0));
    assert_eq!(loss.assumptions, assumptions);

    assumptions.leaving_percent = Range::exactly(101.0);
    refuses(
        cost_of_loss(1, assumptions),
        "the share of customers leaving cannot lie between 101 and 101",
    );
    assumptions.leaving_percent = Range::exactly(91.0);
    assumptions.acquisition_cost_factor = Range::exactly(0.5);
    refuses(
        cost_of_loss(1, assumptions),
        "the acquisition cost factor cannot lie between 0.5 and 0.5",
    );
    assumptions.acquisition_cost_factor = Range::exactly(f64::NAN);
    assert!(cost_of_loss(1, assumptions).is_err());
    assumptions.acquisition_cost_factor = Range::exactly(5.0);
    assumptions.people_told = Range {
        low: 15.0,
        high: 9.0,
    };
    refuses(
        cost_of_loss(1, assumptions),
        "people told cannot lie between 15 and 9",
    );
}

#[test]
fn refused() {
    let mut tally = StarTally::default();
    for star in [0, 6, 255] {
        refuses(
            tally.push(star),
            &format!("{star} is no number of stars: a review gives 1 to 5"),
        );
    }
    refuses(tally.average(), "there are no reviews");
    refuses(
        tally.reviews_needed(average(4, 1), 5),
        "there are no reviews",
    );
    refuses(
        Average::new(51, 10),
        "51/10 is no average of stars: it must lie between 1 and 5",
    );
    assert!(Average::new(1, 0).is_err() && Average::new(1, 2).is_err());
    tally.add(3, 7).unwrap();
    refuses(
        tally.reviews_needed(average(5, 1), 5),
        "no number of 5-star reviews brings the average to 5",
    );
    refuses(
        tally.reviews_needed(average(9, 2), 4),
        "no number of 4-star reviews brings the average to 4.5",
    );
    refuses(
        offset(1, average(5, 1), WritingRate::default()),
        "no number of 5-star reviews brings the average to 5",
    );
    for (writers, customers) in [(0, 10), (3, 2)] {
        refuses(
            offset(1, average(4, 1), WritingRate { writers, customers }),
            &format!("{writers} of {customers} customers cannot write"),
        );
    }
    refuses(
        tally.bayesian_average(Prior {
            mean: 6.0,
            weight: 1.0,
        }),
        "a prior of 6 stars worth 1 reviews is impossible",
    );
    let unweighted = Prior {
        mean: 4.0,
        weight: 0.0,
    };
    refuses(
        StarTally::default().bayesian_average(unweighted),
        "there are no reviews",
    );
    refuses(prior(&[]), "there are no reviews");
    let many = stars([u64::MAX; 5]);
    assert_eq!(many.average().unwrap().get(), 3.0);
    refuses(
        many.reviews_needed(Average::new(u64::MAX, u64::MAX / 4 + 1).unwrap(), 5),
        "the number of reviews needed is beyond counting",
    );
}

fn star_tally() -> impl Strategy<Value = StarTally> {
    (0..200_u64, 0..200_u64, 0..200_u64, 0..200_u64, 1..200_u64)
        .prop_map(|(a, b, c, d, e)| stars([a, b, c, d, e]))
}

proptest! {
    #[test]
    fn one_review_less_would_not_do(tally in star_tally(), hundredths in 100..500_u64, star in 1..=5_u8) {
        let target = Average::from_hundredths(hundredths).unwrap();
        match tally.reviews_needed(target, star) {
            Ok(needed) => {
                prop_assert!(needed.after >= target || needed.reviews == 0 && needed.before >= target);
                if needed.reviews > 0 {
                    let mut fewer = tally;
                    fewer.add(star, needed.reviews - 1).unwrap();
                    prop_assert!(fewer.average().unwrap() < target);
                }
            }
            Err(ReviewError::Unreachable { .. }) => {
                prop_assert!(tally.average().unwrap() < target && u64::from(star) * 100 <= hundredths);
            }
            Err(error) => prop_assert!(false, "{}", error),
        }
    }

    #[test]
    fn fractions_compare_like_numbers(a in 1..10_000_u64, b in 1..10_000_u64, c in 1..10_000_u64, d in 1..10_000_u64) {
        let (Ok(x), Ok(y)) = (Average::new(a, b), Average::new(c, d)) else { return Ok(()) };
        prop_assert_eq!(x.cmp(&y), (a * d).cmp(&(c * b)));
        prop_assert_eq!(x == y, a * d == c * b);
    }

    #[test]
    fn merged_reviews_are_the_whole(a in star_tally(), b in star_tally()) {
        let mut merged = a;
        merged.merge(&b);
        prop_assert_eq!(merged.n(), a.n() + b.n());
        let (x, y) = (a.average().unwrap(), b.average().unwrap());
        let whole = merged.average().unwrap();
        prop_assert!(x.min(y) <= whole && whole <= x.max(y));
    }

    #[test]
    fn a_bad_review_lowers_and_the_recovery_recovers(tally in star_tally(), star in 1..=5_u8) {
        let effect = tally.effect_of(star).unwrap();
        prop_assert_eq!(effect.after < effect.before, effect.change < 0.0);
        if let Some(reviews) = effect.five_star_reviews_to_recover {
            let mut later = tally;
            later.push(star).unwrap();
            later.add(5, reviews).unwrap();
            prop_assert!(later.average().unwrap() >= effect.before);
        }
    }
}
