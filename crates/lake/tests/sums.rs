//! Sufficient statistics from queries are those of `radost-stats`, whole, by groups and from parts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use deltalake::arrow::array::AsArray;
use deltalake::arrow::datatypes::Float64Type;
use deltalake::datafusion::prelude::{SessionConfig, SessionContext};
use radost_lake::aggregates;
use radost_stats::weighting::{WeightTally, WeightedMeanTally, WeightedNpsTally};

/// The sums in the first column, a row at a time, over a table `t` of `rows`: `g`, `score`, `x`, `y`, `w`.
async fn sums(
    rows: &[(&str, Option<i64>, f64, f64, f64)],
    sql: &str,
) -> Result<Vec<Vec<f64>>, String> {
    // Several partitions, so that parts are put together.
    let session = SessionContext::new_with_config(
        SessionConfig::new()
            .with_target_partitions(3)
            .with_batch_size(2),
    );
    for function in aggregates() {
        session.register_udaf((*function).clone());
    }
    let cells: Vec<String> = rows
        .iter()
        .map(|(g, score, x, y, w)| {
            let score = score.map_or("NULL".to_owned(), |score| score.to_string());
            format!("('{g}', CAST({score} AS BIGINT), {x:?}, {y:?}, {w:?})")
        })
        .collect();
    let table = format!(
        "CREATE TABLE t AS SELECT column1 AS g, column2 AS score, column3 AS x, column4 AS y, column5 AS w FROM (VALUES {})",
        cells.join(", ")
    );
    session.sql(&table).await.unwrap().collect().await.unwrap();
    let frame = session.sql(sql).await.map_err(|error| error.to_string())?;
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for batch in batches {
        for list in batch.column(0).as_list::<i32>().iter() {
            let list = list.unwrap();
            found.push(list.as_primitive::<Float64Type>().values().to_vec());
        }
    }
    Ok(found)
}

const ROWS: [(&str, Option<i64>, f64, f64, f64); 7] = [
    ("a", Some(10), 1.0, 5.0, 1.0),
    ("b", Some(9), 2.0, 4.0, 2.0),
    ("a", Some(7), 3.0, 3.0, 0.5),
    ("b", None, 4.0, 2.0, 1.0),
    ("a", Some(0), 5.0, 1.0, 4.0),
    ("b", Some(6), 6.0, 0.0, 1.0),
    ("a", Some(9), 7.0, -1.0, 0.25),
];

#[tokio::test]
async fn sums_of_all_and_of_groups() {
    let check = async |sql: &str, expected: &[&[f64]]| {
        assert_eq!(sums(&ROWS, sql).await.unwrap(), expected, "{sql}");
    };
    // Promoters 10, 9, 9; detractors 0, 6.
    check(
        "SELECT nps_tally(score) FROM t",
        &[&[6.0, 6.0, 6.0, 3.0, 2.0]],
    )
    .await;
    check(
        "SELECT nps_tally(score, w) FROM t GROUP BY g ORDER BY g",
        &[&[4.0, 5.75, 17.3125, 1.25, 4.0], &[2.0, 3.0, 5.0, 2.0, 1.0]],
    )
    .await;
    check("SELECT moments(x) FROM t", &[&[7.0, 7.0, 7.0, 28.0, 140.0]]).await;
    check(
        "SELECT moments(x, w) FROM t WHERE g = 'b'",
        &[&[3.0, 4.0, 6.0, 14.0, 60.0]],
    )
    .await;
    // n, w, w², x, y, xx, xy, yy.
    check(
        "SELECT gram(w, x, y) FROM t WHERE g = 'b'",
        &[&[3.0, 4.0, 6.0, 14.0, 10.0, 60.0, 24.0, 36.0]],
    )
    .await;
    check(
        "SELECT moments(score) FILTER (WHERE score > 6) FROM t GROUP BY g ORDER BY g",
        &[&[3.0, 3.0, 3.0, 26.0, 230.0], &[1.0, 1.0, 1.0, 9.0, 81.0]],
    )
    .await;
    // Over nothing there is nothing, which is not a score of zero.
    check("SELECT nps_tally(score) FROM t WHERE g = 'c'", &[&[0.0; 5]]).await;
    check(
        "SELECT nps_tally(score) FROM t WHERE g = 'c' GROUP BY g",
        &[],
    )
    .await;
}

#[tokio::test]
async fn what_cannot_count_is_an_error() {
    let check = async |row, sql: &str, expected: &str| {
        let error = sums(&[row], sql).await.unwrap_err();
        assert!(error.contains(expected), "{sql}: {error}");
    };
    let row = |score, w| ("a", Some(score), 1.0, 1.0, w);
    let off = "nps_tally: 11 is not on the scale from 0 to 10";
    check(row(11, 1.0), "SELECT nps_tally(score) FROM t", off).await;
    check(
        row(9, 0.0),
        "SELECT nps_tally(score, w) FROM t",
        "nps_tally: 0 is no weight",
    )
    .await;
    check(
        row(9, -1.0),
        "SELECT gram(w, x) FROM t GROUP BY g",
        "gram: -1 is no weight",
    )
    .await;
    check(
        row(9, 1.0),
        "SELECT moments(g) FROM t",
        "moments takes 1..=2 numbers and got [Utf8]",
    )
    .await;
}

#[tokio::test]
async fn many_groups_in_many_parts_are_the_tallies_of_the_statistics() {
    let rows: Vec<_> = (0..997_i64)
        .map(|i| {
            (
                if i % 3 == 0 { "a" } else { "b" },
                Some(i * 7 % 11),
                (i % 13) as f64,
                0.0,
                1.0 + (i % 4) as f64,
            )
        })
        .collect();
    let found = sums(
        &rows,
        "SELECT nps_tally(score, w) FROM t GROUP BY g ORDER BY g",
    )
    .await
    .unwrap();
    let means = sums(&rows, "SELECT moments(x, w) FROM t GROUP BY g ORDER BY g")
        .await
        .unwrap();
    for (i, group) in ["a", "b"].into_iter().enumerate() {
        let mut nps = WeightedNpsTally::default();
        let mut mean = WeightedMeanTally::default();
        for (_, score, x, _, w) in rows.iter().filter(|row| row.0 == group) {
            nps.push(score.unwrap(), *w).unwrap();
            mean.push(*x, *w).unwrap();
        }
        let weights =
            |sums: &[f64]| WeightTally::from_sums(sums[0] as u64, sums[1], sums[2]).unwrap();
        let (n, m) = (&found[i], &means[i]);
        assert_eq!(
            WeightedNpsTally::from_sums(weights(n), n[3], n[4]).unwrap(),
            nps
        );
        assert_eq!(
            WeightedMeanTally::from_sums(weights(m), m[3], m[4]).unwrap(),
            mean
        );
    }
}
