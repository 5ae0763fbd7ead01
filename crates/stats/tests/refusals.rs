//! What is refused, and how the refusal reads.
#![allow(clippy::unwrap_used)]

use radost_stats::*;

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

#[test]
fn levels() {
    for level in [95.0, 1.0, 0.0, -0.5, f64::NAN, f64::INFINITY] {
        assert!(Level::new(level).is_err(), "{level}");
    }
    refuses(
        Level::new(95.0),
        "95 is not a confidence level: write a number between 0 and 1, such as 0.95",
    );
    refuses(
        Level::P95.t(0.5),
        "0.5 is not a usable number of degrees of freedom: it must be 1 or more",
    );
    let nearly_one = Level::new(1.0 - f64::EPSILON / 2.0).unwrap();
    assert!(nearly_one.z().is_finite() && nearly_one.t(1.0).unwrap().is_finite());
}

#[test]
fn nps() {
    let mut tally = NpsTally::default();
    for score in [11, -1, i64::MIN] {
        refuses(
            tally.push(score),
            &format!("{score} is off the scale: a recommendation is a whole number from 0 to 10"),
        );
    }
    refuses(tally.interval(Level::P95), "there are no responses");
    tally.add(10, 4).unwrap();
    let many = NpsTally {
        promoters: u64::MAX,
        passives: u64::MAX,
        detractors: u64::MAX,
    };
    refuses(
        many.compare(&tally, Level::P95),
        "a comparison needs 5 responses in each group, and one has 4",
    );
}

#[test]
fn csat() {
    refuses(
        CsatScale::new(3),
        "a satisfaction scale has 2, 5, 7 or 10 points, not 3",
    );
    for (points, top) in [(2, 1), (5, 2), (7, 3), (10, 3)] {
        let scale = CsatScale::new(points).unwrap();
        let satisfied = (1..=i64::from(points)).filter(|&value| scale.is_satisfied(value).unwrap());
        assert_eq!(satisfied.count(), top);
        assert!(
            scale.is_satisfied(0).is_err() && scale.is_satisfied(i64::from(points) + 1).is_err()
        );
    }
    refuses(
        CsatTally::default().push(CsatScale::new(5).unwrap(), 6),
        "6 is off the scale: an answer is a whole number from 1 to 5",
    );
    refuses(
        CsatTally::from_counts(3, 2),
        "3 satisfied out of 2 responses is impossible",
    );
    refuses(
        CsatTally::default().interval(Level::P95),
        "there are no responses",
    );
    let unanimous = CsatTally::from_counts(5, 5).unwrap();
    assert_eq!(
        unanimous.compare(&unanimous, Level::P95).unwrap().p_value,
        1.0
    );
    let four = CsatTally::from_counts(0, 4).unwrap();
    assert_eq!(
        unanimous.compare(&four, Level::P95),
        Err(CsatError::TooFew { n: 4 })
    );
}

#[test]
fn means() {
    let mut tally = MeanTally::default();
    for value in [f64::NAN, f64::INFINITY, -1e300] {
        assert!(tally.push(value).is_err());
    }
    refuses(tally.mean(), "there are no responses");
    tally.push(4.0).unwrap();
    refuses(
        tally.interval(Level::P95),
        "this needs 2 responses, and there are 1",
    );
    refuses(
        MeanTally::from_sums(2, 4.0, 1.0),
        "no 2 values have the sum 4 and the sum of squares 1",
    );
    assert!(MeanTally::from_sums(0, 1.0, 1.0).is_err());
    assert!(MeanTally::from_sums(2, f64::NAN, 1.0).is_err());

    // ten times 0.1 has no spread, although its sums do not come out even
    let mut tenths = MeanTally::default();
    for _ in 0..10 {
        tenths.push(0.1).unwrap();
    }
    assert_eq!(tenths.sd(), Ok(0.0));
    refuses(
        tenths.compare(&tenths, Level::P95),
        "all responses of a group are equal, so a test of means cannot be made",
    );
}

#[test]
fn csi() {
    let scale = Scale::new(1.0, 5.0).unwrap();
    let attribute = CsiAttribute {
        satisfaction: scale,
        importance: scale,
    };
    let mut tally = CsiTally::new(vec![attribute; 2]).unwrap();

    for (min, max) in [
        (5.0, 1.0),
        (1.0, 1.0),
        (f64::NAN, 1.0),
        (0.0, f64::INFINITY),
    ] {
        refuses(
            Scale::new(min, max),
            &format!("a scale cannot go from {min} to {max}"),
        );
    }
    refuses(
        CsiTally::new(vec![]),
        "an index needs at least one attribute",
    );
    let negative = CsiAttribute {
        importance: Scale::new(-1.0, 1.0).unwrap(),
        ..attribute
    };
    refuses(
        CsiTally::new(vec![attribute, negative]),
        "the importance scale of attribute 1 goes below zero, which cannot be a weight",
    );
    refuses(
        tally.push(&[None], &[None, None]),
        "a row has 1 entries for 2 attributes",
    );
    let before = tally.clone();
    refuses(
        tally.push(&[Some(3.0), Some(6.0)], &[None, None]),
        "6 for attribute 1 is off the scale from 1 to 5",
    );
    assert!(tally.push(&[Some(f64::NAN), None], &[None, None]).is_err());
    assert_eq!(tally, before);

    tally.push(&[None, None], &[None, None]).unwrap();
    refuses(tally.index(), "there are no responses");
    let mut unrated = CsiTally::new(vec![attribute; 2]).unwrap();
    unrated
        .push(&[Some(3.0), None], &[Some(3.0), Some(4.0)])
        .unwrap();
    refuses(
        unrated.index(),
        "nobody has rated the satisfaction with attribute 1",
    );
    tally
        .push(&[Some(3.0), Some(4.0)], &[Some(3.0), None])
        .unwrap();
    refuses(
        tally.index(),
        "the importance of attribute 1 was never asked or answered, so it has no weight",
    );
    tally
        .push(&[Some(3.0), Some(4.0)], &[Some(3.0), Some(3.0)])
        .unwrap();
    refuses(
        tally.compare(&tally, Level::P95),
        "this needs 5 respondents, and there are 2",
    );

    let from_zero = CsiAttribute {
        importance: Scale::new(0.0, 5.0).unwrap(),
        ..attribute
    };
    let mut unimportant = CsiTally::new(vec![from_zero]).unwrap();
    unimportant.push(&[Some(3.0)], &[Some(0.0)]).unwrap();
    refuses(
        unimportant.index(),
        "all importances are zero, so there are no weights",
    );
    refuses(
        tally.merge(&unimportant),
        "indices with different attributes or scales cannot be joined",
    );

    let mut sums = tally.sums().clone();
    assert_eq!(
        CsiTally::from_sums(vec![attribute; 2], sums.clone()).as_ref(),
        Ok(&tally)
    );
    sums.products.pop();
    refuses(
        CsiTally::from_sums(vec![attribute; 2], sums),
        "the sums do not fit 2 attributes",
    );

    let mut agreed = CsiTally::new(vec![attribute]).unwrap();
    for _ in 0..10 {
        agreed.push(&[Some(4.3)], &[Some(2.1)]).unwrap();
    }
    refuses(
        agreed.compare(&agreed, Level::P95),
        "all responses of a group are equal, so a test cannot be made",
    );
    refuses(
        csi_bootstrap(&[attribute], &[], 10, Level::P95, 1, &Progress::none()),
        "a bootstrap needs 100 resamples or more, not 10",
    );
}

#[test]
fn p_values() {
    refuses(
        benjamini_hochberg(&[0.1, f64::NAN]),
        "the p-value at index 1 is NaN, not a number from 0 to 1",
    );
    refuses(
        benjamini_hochberg(&[1.5]),
        "the p-value at index 0 is 1.5, not a number from 0 to 1",
    );
    assert_eq!(benjamini_hochberg(&[]), Ok(vec![]));
}
