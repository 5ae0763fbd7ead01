//! What is refused, and how the refusal reads.

use super::*;

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

#[test]
fn refused_models() {
    let two = || {
        PlsModel::builder()
            .latent("A", Mode::A, ["a"])
            .latent("B", Mode::A, ["b"])
    };
    let model = PlsModel::builder;
    refuses(model().build(), "a path model needs latent variables");
    refuses(
        model().latent("A", Mode::A, [""]).build(),
        "a latent variable or an indicator has an empty name",
    );
    refuses(
        two().latent("A", Mode::A, ["c"]).build(),
        "the latent variable A is given twice",
    );
    refuses(
        model().latent("A", Mode::A, [""; 0]).build(),
        "the latent variable A has no indicators",
    );
    refuses(
        two().latent("C", Mode::B, ["c", "b"]).build(),
        "the indicator b is given twice: for B and for C",
    );
    refuses(
        two().path("A", "Z").build(),
        "the path A → Z needs the latent variable Z, which is not in the model",
    );
    refuses(
        two().path("A", "B").path("A", "B").build(),
        "the path A → B is given twice",
    );
    refuses(
        two().latent("C", Mode::A, ["c"]).path("A", "B").build(),
        "no path begins or ends at the latent variable C",
    );
    refuses(
        two().path("A", "A").path("A", "B").build(),
        "the paths go in a circle: A → A",
    );
    let loops = two()
        .latent("C", Mode::A, ["c"])
        .latent("D", Mode::A, ["d"])
        .path("D", "C")
        .path("C", "B")
        .path("B", "D")
        .path("A", "B")
        .path("D", "A");
    let error = loops.build().unwrap_err().to_string();
    let [one, other] = ["B → D → C → B", "A → B → D → A"];
    assert!(error.ends_with(one) || error.ends_with(other), "{error}");
    refuses(
        ecsi().with_indicators("Joy", ["x"]),
        "there is no latent variable Joy in the model",
    );
    refuses(
        ecsi().with_indicators("Value", ["CUSCO"]),
        "the indicator CUSCO is given twice: for Value and for Complaints",
    );
}

#[test]
fn ready_models_are_what_the_builder_makes() {
    for model in [ecsi(), acsi()] {
        let mut builder = PlsModel::builder();
        for latent in model.latents() {
            builder = builder.latent(latent.name(), latent.mode(), latent.indicators());
        }
        for (from, to) in model.paths() {
            builder = builder.path(from, to);
        }
        assert_eq!(builder.build().unwrap(), model);
    }
}

#[test]
fn refused_data() {
    let model = model(Mode::B);
    let settings = PlsSettings::default();
    let fit_rows =
        |rows: &[[f64; 9]]| model.fit(&rows_of(COLUMNS, rows).tally().unwrap(), &settings);
    refuses(
        PlsTally::new([""; 0], MissingAnswers::Listwise),
        "a tally needs at least one column",
    );
    refuses(
        PlsTally::new(["x", "x"], MissingAnswers::Listwise),
        "the column x is given twice",
    );
    let mut tally = PlsTally::new(COLUMNS, MissingAnswers::Listwise).unwrap();
    refuses(
        tally.push(&[Some(1.0)]),
        "a row has 1 entries for 9 columns",
    );
    for (value, text) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (-1e101, "-1")] {
        let mut row = [Some(1.0); 9];
        row[4] = Some(value);
        let message = tally.push(&row).unwrap_err().to_string();
        assert!(
            message.starts_with(text)
                && message.ends_with("in the column b2 is not a finite number"),
            "{message}"
        );
    }
    assert_eq!(tally.n(), 0);
    refuses(model.fit(&tally, &settings), "there are no responses");
    let other = PlsTally::new(COLUMNS, MissingAnswers::MeanReplacement).unwrap();
    refuses(
        tally.merge(&other),
        "tallies with different columns or another treatment of missing answers cannot be joined",
    );
    let mut moments = tally.moments().clone();
    moments.pairs.pop();
    refuses(
        PlsTally::from_moments(COLUMNS, MissingAnswers::Listwise, moments),
        "the moments do not fit 9 columns",
    );
    tally.push(&[None; 9]).unwrap();
    refuses(model.fit(&tally, &settings), "nobody has answered a1");
    for missing in [0, 8] {
        let mut row = [Some(3.0); 9];
        row[missing] = None;
        tally.push(&row).unwrap();
    }
    refuses(
        model.fit(&tally, &settings),
        "none of the 3 respondents answered every column; replace missing answers by means, or use fewer columns",
    );
    refuses(
        fit_rows(&answers()[..4]),
        "the model needs 5 respondents, and 4 count (0 left out for missing answers)",
    );
    let changed = |change: fn(&mut [f64; 9])| {
        let mut rows = answers();
        rows.iter_mut().for_each(change);
        rows
    };
    refuses(
        fit_rows(&changed(|row| row[1] = 0.1)),
        "all answers to a2 are equal, so it measures nothing",
    );
    refuses(
        fit_rows(&changed(|row| row[7] = row[6] + 2.0 * row[5])),
        "an indicator of C follows from its others, so mode B cannot weight them",
    );
    refuses(
        fit_rows(&changed(|row| row[4] = -2.0 * row[3])),
        "the weighted indicators of B add up to a constant: they cancel, or nothing around it goes along with them",
    );
    // What is moved is the difference of the two, so that mode B gives them equal weights of different signs.
    let difference = PlsModel::builder()
        .latent("X", Mode::B, ["a1", "b1"])
        .latent("Y", Mode::A, ["d1"])
        .path("X", "Y")
        .build()
        .unwrap();
    let rows: Vec<[f64; 3]> = answers()
        .iter()
        .map(|row| [row[0], row[3], row[0] - row[3]])
        .collect();
    let fit = difference
        .fit(
            &rows_of(["a1", "b1", "d1"], &rows).tally().unwrap(),
            &PlsSettings::default(),
        )
        .unwrap();
    refuses(
        fit.indices(&[Scale::new(-100.0, 100.0).unwrap()], Level::P95),
        "the weights of X have different signs and cancel, so it has no index",
    );
    refuses(
        fit_rows(&changed(|row| {
            (row[5], row[6], row[7]) = (row[0], row[1], row[2]);
            (row[3], row[4]) = (row[0], row[0]);
            row[1] = row[0];
            row[2] = row[0];
            row[6] = row[0] * row[8];
            row[7] = row[8];
        })),
        "one of the latent variables that move C follows from the others",
    );
    refuses(
        model.fit(&rows_of(["a1"], &[]).tally().unwrap(), &settings),
        "the indicator a2 of A is not among the columns",
    );
    for value in [0.0, -1.0, 1.0, f64::NAN] {
        let settings = PlsSettings {
            tolerance: value,
            ..settings
        };
        refuses(
            model.fit(&tally, &settings),
            &format!("a tolerance must be above 0 and below 1, not {value}"),
        );
    }
    let hasty = PlsSettings {
        max_iterations: 1,
        ..settings
    };
    let error = model
        .fit(&rows_of(COLUMNS, &answers()).tally().unwrap(), &hasty)
        .unwrap_err();
    assert!(matches!(error, PlsError::NotConverged { iterations: 1, change } if change > 1e-7));
}

#[test]
fn refused_indices_and_bootstraps() {
    let model = model(Mode::A);
    let rows = rows_of(COLUMNS, &answers());
    let settings = PlsSettings::default();
    let fit = model.fit(&rows.tally().unwrap(), &settings).unwrap();
    let scale = Scale::new(1.0, 10.0).unwrap();
    refuses(
        fit.indices(&[scale; 2], Level::P95),
        "2 scales were given: give one for all indicators, or one for each of 9",
    );
    let low = Scale::new(0.0, 1.0).unwrap();
    let message = fit.indices(&[low], Level::P95).unwrap_err().to_string();
    assert!(
        message.starts_with("the mean 5.48")
            && message.ends_with(" of a1 is off the scale from 0 to 1"),
        "{message}"
    );
    refuses(
        fit.importance_performance("Z", &[scale], Level::P95),
        "there is no latent variable Z in the model",
    );

    let mut draws = PlsBootstrapSettings::new(99, 1);
    let run =
        |draws: &PlsBootstrapSettings| model.bootstrap(&rows, &settings, draws, Progress::none());
    refuses(
        run(&draws),
        "a bootstrap needs 100 resamples or more, not 99",
    );
    draws.draws = 500;
    let stop = |done, _| {
        if done < 200 {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    refuses(
        model.bootstrap(&rows, &settings, &draws, Progress::new(&stop)),
        "the computation was cancelled",
    );
    // a1 differs for one respondent in sixty: more than a third of the draws miss them, and they are counted.
    let rare = |count: usize| {
        let mut all = answers();
        all.iter_mut().for_each(|row| row[0] = 1.0);
        all[..count].iter_mut().for_each(|row| row[0] = 2.0);
        rows_of(COLUMNS, &all)
    };
    let found = model
        .bootstrap(&rare(1), &settings, &draws, Progress::none())
        .unwrap();
    assert!(
        (150..220).contains(&found.inadmissible),
        "{}",
        found.inadmissible
    );
    let mut few = rare(1);
    for i in 0..60 {
        let mut row = answers()[i].map(Some);
        row[0] = Some(1.0);
        row[1] = Some(if i == 7 { 2.0 } else { 1.0 });
        few.push(&row).unwrap();
    }
    // Half of the rows have a2 nearly constant too; nothing is refused before half of the draws fail.
    assert!(
        model
            .bootstrap(&few, &settings, &draws, Progress::none())
            .is_ok()
    );
}
