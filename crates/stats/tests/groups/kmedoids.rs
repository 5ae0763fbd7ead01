//! Groups around medoids.

use super::*;

#[test]
fn losses_of_k_medoids() {
    // kmedoids.fasterpam(distances, k, random_state=0..30).loss, the best of 30 starts; k = 1: the least column sum
    for (distance, k, expected) in [
        (Distance::Euclidean, 1, 2184.61869647),
        (Distance::Euclidean, 2, 1481.36549646),
        (Distance::Euclidean, 3, 1082.75593381),
        (Distance::Euclidean, 4, 694.774693707),
        (Distance::Euclidean, 6, 611.457696531),
        (Distance::Manhattan, 4, 908.100775156),
        (Distance::Manhattan, 6, 787.708659576),
    ] {
        let settings = KMedoids {
            starts: if k == 6 { 20 } else { 3 },
            ..KMedoids::new(k, 1)
        };
        let fit = settings.fit(&points(300, distance), &none()).unwrap();
        assert!(
            fit.loss <= expected * (1.0 + 1e-5),
            "{distance} {k}: {} against {expected}",
            fit.loss
        );
        assert_eq!(fit.method, KMedoidsMethod::FasterPam);
        close(fit.distances.iter().sum(), fit.loss);
        assert!(
            fit.medoids
                .iter()
                .enumerate()
                .all(|(group, &row)| fit.assignment[row] == group)
        );
    }
    // kmedoids.fasterpam(blobs(2000), 5): 4334.67 to 4339.40 over 5 starts; here one start, through a sample
    let fit = KMedoids::new(5, 3)
        .fit(&points(2000, Distance::Euclidean), &none())
        .unwrap();
    assert!(fit.loss <= 4339.39723367 * 1.0005, "{}", fit.loss);
    // Samples alone come near the best of 300 points, and say so.
    let sampled = KMedoids {
        full_up_to: 200,
        ..KMedoids::new(4, 3)
    };
    let sampled = sampled
        .fit(&points(300, Distance::Euclidean), &none())
        .unwrap();
    assert_eq!(
        sampled.method,
        KMedoidsMethod::FasterClara {
            samples: 5,
            size: 150
        }
    );
    assert!(sampled.loss < 694.774693707 * 1.05, "{}", sampled.loss);
}

#[test]
fn silhouettes() {
    // sklearn.metrics.silhouette_score and silhouette_samples of the best four groups, and 1 - first / second medoid distance
    for (distance, mean, rows, medoid) in [
        (
            Distance::Euclidean,
            0.629362148387,
            [0.631811779097, 0.706426072719, 0.681391905968],
            0.71871409612,
        ),
        (
            Distance::Manhattan,
            0.602246987047,
            [0.596902922192, 0.68244474656, 0.655303028737],
            0.685215782882,
        ),
    ] {
        let profiles = points(300, distance);
        let settings = KMedoids {
            starts: 5,
            ..KMedoids::new(4, 1)
        };
        let fit = settings.fit(&profiles, &none()).unwrap();
        let s = silhouette(&profiles, &fit.assignment, &none()).unwrap();
        within(s.mean, mean, 1e-5);
        for (got, expected) in s.rows.iter().zip(rows) {
            within(*got, expected, 1e-5);
        }
        within(fit.medoid_silhouette.unwrap(), medoid, 1e-5);
        within(
            s.groups
                .iter()
                .zip(&fit.sizes)
                .map(|(s, n)| s * n)
                .sum::<f64>()
                / 300.0,
            s.mean,
            1e-12,
        );
    }
}

#[test]
fn gap_statistic_finds_the_corners() {
    // fasterpam on the same points and on 200 reference sets uniform over the box: ln W, gap, sd(ln W*)
    let settings = KMedoids {
        starts: 1,
        ..KMedoids::new(1, 1)
    };
    let gap = gap_statistic(&points(120, Distance::Euclidean), 6, &settings, 20, &none()).unwrap();
    assert_eq!(gap.chosen, Some(4));
    for (row, (log_distance, expected, sd)) in gap.rows.iter().zip([
        (1.9961985232, -0.226781541943, 0.034325394699),
        (1.60258739707, -0.131118167016, 0.0339029015794),
        (1.28461643631, -0.0543804539575, 0.0359592307379),
        (0.843499907078, 0.196382607026, 0.0322486048938),
        (0.776432494355, 0.137399251943, 0.030239680654),
        (0.710961670542, 0.0932211144828, 0.0305782648346),
    ]) {
        within(row.log_distance, log_distance, 0.02);
        within(row.gap, expected, 0.03);
        within(row.error, sd * 1.05_f64.sqrt(), 0.015);
    }
}

#[test]
fn stability_of_groups() {
    let profiles = points(200, Distance::Euclidean);
    let mean = |k| {
        let settings = KMedoids::new(k, 5);
        let fit = settings.fit(&profiles, &none()).unwrap();
        group_stability(&profiles, &fit, &settings, 30, &none()).unwrap()
    };
    let (four, seven) = (mean(4), mean(7));
    assert!(
        four.mean > 0.99 && four.groups.iter().all(|group| group.dissolved == 0.0),
        "{four:?}"
    );
    assert!(seven.mean < 0.85, "{seven:?}");
    assert_eq!(mean(4), four);
}

#[test]
fn gower_of_mixed_columns() {
    let profiles = Profiles::new(
        &[
            Column::Numeric(vec![Some(10.0), Some(20.0), Some(50.0), None]),
            Column::Ordinal(vec![Some(1.0), Some(7.0), Some(100.0), Some(7.0)]),
            Column::Nominal(vec![Some(3), Some(4), None, Some(3)]),
        ],
        None,
        Distance::Gower,
    )
    .unwrap();
    // By hand: (10/40 + 1/2 + 1)/3, (40/40 + 2/2)/2, (1/2 + 0)/2, (30/40 + 1/2)/2, (0 + 1)/2, 1/2
    for (i, j, expected) in [
        (0, 1, 7.0 / 12.0),
        (0, 2, 1.0),
        (0, 3, 0.25),
        (1, 2, 0.625),
        (1, 3, 0.5),
        (2, 3, 0.5),
    ] {
        within(profiles.between(i, j).unwrap(), expected, 1e-6);
        within(profiles.between(j, i).unwrap(), expected, 1e-6);
    }
    assert_eq!(
        (profiles.between(2, 2), profiles.between(0, 9)),
        (Some(0.0), None)
    );
    let words = Column::Nominal(vec![Some(1), Some(1), Some(2)]);
    let others = Column::Nominal(vec![Some(5), Some(6), None]);
    let simple = Profiles::new(&[words, others], None, Distance::SimpleMatching).unwrap();
    assert_eq!(
        (simple.between(0, 1), simple.between(1, 2)),
        (Some(0.5), Some(1.0))
    );
}

#[test]
fn refused_profiles() {
    let new = |columns: &[Column], distance| Profiles::new(columns, None, distance);
    let number = |values: &[f64]| Column::Numeric(values.iter().copied().map(Some).collect());
    refuses(new(&[], Distance::Gower), "there are no profiles");
    refuses(
        new(&[number(&[])], Distance::Gower),
        "there are no profiles",
    );
    refuses(
        new(&[number(&[1.0, 2.0]), number(&[1.0])], Distance::Gower),
        "column 1 has 1 rows, and the first column has 2",
    );
    refuses(
        new(&[number(&[1.0, f64::NAN])], Distance::Gower),
        "column 0, row 1 is NaN: it must be a number within ±1e100",
    );
    let constant = "column 0 tells nobody apart: all its answers are equal or missing";
    refuses(new(&[number(&[1.0, 1.0])], Distance::Euclidean), constant);
    refuses(
        new(&[Column::Nominal(vec![None, None])], Distance::Gower),
        constant,
    );
    refuses(
        new(
            &[Column::Nominal(vec![Some(1), Some(2)])],
            Distance::Euclidean,
        ),
        "column 0 does not fit the Euclidean distance: Euclidean takes numeric columns",
    );
    refuses(
        new(&[number(&[1.0, 2.0])], Distance::SimpleMatching),
        "column 0 does not fit the simple matching distance: simple matching takes nominal columns",
    );
    refuses(
        new(
            &[Column::Numeric(vec![Some(1.0), Some(2.0), None])],
            Distance::Manhattan,
        ),
        "column 0, row 2 is missing, and the Manhattan distance takes no missing answers: use Gower",
    );
    refuses(
        new(
            &[Column::Numeric(vec![Some(1.0), Some(2.0), None])],
            Distance::Gower,
        ),
        "row 2 has no answers",
    );
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refuses(
            Profiles::new(
                &[number(&[1.0, 2.0])],
                Some(&[1.0, weight]),
                Distance::Gower,
            ),
            &format!("the weight of row 1 is {weight}: it must be a positive number"),
        );
    }
    refuses(
        Profiles::new(&[number(&[1.0, 2.0])], Some(&[1.0]), Distance::Gower),
        "weights 0 has 1 rows, and the first column has 2",
    );
    let profiles = points(30, Distance::Euclidean);
    for groups in [0, 31] {
        refuses(
            KMedoids::new(groups, 1).fit(&profiles, &none()),
            &format!("{groups} groups cannot be made of 30 different profiles: ask for 1 to 30"),
        );
    }
    assert!(
        KMedoids::new(30, 1)
            .fit(&profiles, &none())
            .unwrap()
            .loss
            .abs()
            < 1e-9
    );
    refuses(
        KMedoids {
            starts: 0,
            ..KMedoids::new(2, 1)
        }
        .fit(&profiles, &none()),
        "this needs 1 draws or more, not 0",
    );
    refuses(
        silhouette(&profiles, &[0; 30], &none()),
        "a silhouette needs 2 groups, and all profiles are in one",
    );
    refuses(
        silhouette(&profiles, &[0; 3], &none()),
        "assignment 0 has 3 rows, and the first column has 30",
    );
    let settings = KMedoids::new(2, 1);
    refuses(
        gap_statistic(&profiles, 30, &settings, 20, &none()),
        "30 groups cannot be made of 29 different profiles: ask for 2 to 29",
    );
    refuses(
        gap_statistic(&profiles, 3, &settings, 9, &none()),
        "this needs 10 draws or more, not 9",
    );
    let stop = |_, _| ControlFlow::Break(());
    let stop = Progress::new(&stop);
    refuses(
        settings.fit(&profiles, &stop),
        "the computation was cancelled",
    );
    refuses(
        silhouette(
            &profiles,
            &settings.fit(&profiles, &none()).unwrap().assignment,
            &stop,
        ),
        "the computation was cancelled",
    );
}
