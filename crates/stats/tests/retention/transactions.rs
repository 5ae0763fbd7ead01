//! Transactions, calendar days and RFM scores.

use super::*;

#[test]
fn quintile_scores() {
    // pandas: Series([(i * i * 7) % 23 for i in range(60)]).rank(method="average"), ⌊5 (rank − ½) / 60⌋ + 1
    let expected = [
        1, 1, 1, 4, 4, 3, 5, 5, 2, 3, 2, 4, 4, 2, 3, 2, 5, 5, 3, 4, 4, 1, 1, 1, 1, 1, 4, 4, 3, 5,
        5, 2, 3, 2, 4, 4, 2, 3, 2, 5, 5, 3, 4, 4, 1, 1, 1, 1, 1, 4, 4, 3, 5, 5, 2, 3, 2, 4, 4, 2,
    ];
    let mut tally = QuantileTally::default();
    let value = |i: u32| f64::from(i * i * 7 % 23);
    for i in 0..60 {
        tally.add(value(i), 1).unwrap();
    }
    let scores = tally.scores(5);
    for (i, expected) in (0..).zip(expected) {
        let row = scores.iter().find(|row| row.value == value(i)).unwrap();
        assert_eq!(row.score, expected, "{i}");
    }
}

#[test]
fn days() {
    assert_eq!(
        ["1970-01-01", "1997-09-30", "2000-02-29", "2011-12-09"].map(day),
        [0, 10_134, 11_016, 15_317]
    );
    assert_eq!(
        CalendarPeriod::Month.label(CalendarPeriod::Month.index(day("2000-02-29"))),
        "2000-02"
    );
    assert_eq!(
        CalendarPeriod::Quarter.label(CalendarPeriod::Quarter.index(day("2011-12-09"))),
        "2011-Q4"
    );
    assert_eq!(CalendarPeriod::Year.index(-1), -1);
    // 1970-01-04 was a Sunday.
    assert_eq!([3, 4].map(|day| CalendarPeriod::Week.index(day)), [0, 1]);
}

#[test]
fn transactions_that_cannot_be_used() {
    let mut tally = TransactionTally::default();
    let calibration = |end, holdout_end, days_per_period| Calibration {
        end,
        holdout_end,
        days_per_period,
        refunds: RefundPolicy::LeaveOut,
    };
    refuses(
        tally.summarise(&calibration(10, None, 7.0)),
        "there are no transactions",
    );
    refuses(
        tally.cohorts(CalendarPeriod::Month, None, Level::P95),
        "there are no transactions",
    );
    refuses(
        tally.rfm(10, 5, RefundPolicy::LeaveOut),
        "there are no transactions",
    );
    refuses(
        tally.cumulative_repeats(10, 7, 5),
        "there are no transactions",
    );
    let transaction = |customer, day, amount| Transaction {
        customer,
        day,
        amount,
    };
    refuses(
        tally.push(transaction(7, 3, f64::NAN)),
        "customer 7 has an amount of NaN on day 3: it must be a finite number",
    );
    assert_eq!(tally.n(), 0);
    tally.push(transaction(7, 30, 5.0)).unwrap();
    refuses(
        tally.summarise(&calibration(10, None, 7.0)),
        "nobody has bought by the end of the calibration period on day 10",
    );
    for days in [0.0, -7.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            tally.summarise(&calibration(40, None, days)),
            Err(TransactionError::Period { .. })
        ));
    }
    refuses(
        tally.cumulative_repeats(10, 0, 5),
        "a period of 0 days cannot be used: it must be a finite number above zero",
    );
    refuses(
        tally.summarise(&calibration(40, Some(39), 7.0)),
        "the holdout period cannot end on day 39, when the calibration period ends on day 40",
    );
    refuses(
        tally.rfm(40, 1, RefundPolicy::LeaveOut),
        "1 is not a usable number of parts: take 2 to 100, 5 for quintiles",
    );
    tally.push(transaction(8, i32::MAX, 5.0)).unwrap();
    tally.push(transaction(8, i32::MIN, 5.0)).unwrap();
    assert!(matches!(
        tally.cohorts(CalendarPeriod::Day, None, Level::P95),
        Err(TransactionError::TooManyPeriods { .. })
    ));
    assert!(matches!(
        QuantileTally::default().add(f64::NAN, 1),
        Err(RfmError::Value { .. })
    ));
    assert!(QuantileTally::default().scores(5).is_empty());
}

#[test]
fn refunds() {
    let rows = [(1, 0, 40), (1, 7, 20), (1, 7, -8), (1, 14, -20), (2, 3, -4)];
    let summarise = |refunds| {
        let calibration = Calibration {
            end: 21,
            holdout_end: None,
            days_per_period: 7.0,
            refunds,
        };
        transactions(&rows).summarise(&calibration).unwrap()
    };
    let left_out = summarise(RefundPolicy::LeaveOut);
    assert_eq!(
        (left_out.customers.len(), left_out.refunds_left_out),
        (1, 3)
    );
    assert_eq!(left_out.customers[0].mean_repeat_value, 5.0);
    let net = summarise(RefundPolicy::NetOfDay);
    assert_eq!((net.customers.len(), net.refunds_left_out), (1, 2));
    assert_eq!(
        (
            net.customers[0].history.frequency(),
            net.customers[0].mean_repeat_value
        ),
        (1, 3.0)
    );
}
