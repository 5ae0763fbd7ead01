//! Real surveys, against relaimpo 2.2-7 and rwa 0.1.0.

use std::collections::BTreeMap;

use super::{support::shared, *};

fn model(file: &str, outcome: &str, drivers: &[&str]) -> Option<DriverModel> {
    let (header, lines) = shared(file)?;
    let wanted: Vec<&str> = std::iter::once(outcome)
        .chain(drivers.iter().copied())
        .collect();
    let places: Vec<usize> = wanted
        .iter()
        .map(|name| header.iter().position(|column| column == name).unwrap())
        .collect();
    let mut gram = Gram::new(wanted).unwrap();
    for line in &lines {
        let row: Vec<f64> = places
            .iter()
            .map(|&place| line[place].parse().unwrap())
            .collect();
        gram.push(&row).unwrap();
    }
    Some(
        gram.moments(Weights::Sampling)
            .unwrap()
            .model(outcome, drivers)
            .unwrap(),
    )
}

/// Checks every case of the reference table against every column of it.
#[test]
fn reference_table() {
    let Some((header, lines)) = shared("keydrivers/keydriver_reference.csv") else {
        return;
    };
    let mut cases: BTreeMap<&str, Vec<BTreeMap<&str, &str>>> = BTreeMap::new();
    for line in &lines {
        let row: BTreeMap<&str, &str> = header
            .iter()
            .map(String::as_str)
            .zip(line.iter().map(String::as_str))
            .collect();
        cases.entry(row["case"]).or_default().push(row);
    }
    assert!(cases.len() >= 4);
    for (case, rows) in cases {
        let file = match case {
            case if case.starts_with("swiss") => "keydrivers/swiss.csv",
            case if case.starts_with("mtcars") => "keydrivers/mtcars.csv",
            case if case.starts_with("mobi") => "ecsi/ecsi_mobi.csv",
            _ => "keydrivers/customersat_yellowpages.csv",
        };
        let drivers: Vec<&str> = rows.iter().map(|row| row["driver"]).collect();
        let model = model(file, rows[0]["outcome"], &drivers).unwrap();
        let ols = model.ols(Level::P95);
        let lmg = model
            .importance(DriverMeasure::Lmg, &Progress::none())
            .unwrap();
        let johnson = model
            .importance(DriverMeasure::Johnson, &Progress::none())
            .unwrap();
        let of = |measure| values(&model, measure);
        for (j, row) in rows.iter().enumerate() {
            let expect = |column: &str, got: f64| {
                let expected: f64 = row[column].parse().unwrap();
                assert!(
                    (got - expected).abs() <= 1e-10 * (1.0 + expected.abs()),
                    "{case} {} {column}: {got}, not {expected}",
                    row["driver"]
                );
            };
            let own = &ols.coefficients[j];
            expect("n", model.n() as f64);
            expect("r2", model.r_squared());
            expect("ols_b", own.slope.value);
            expect("ols_se", own.slope.standard_error);
            expect("std_beta", own.standardized);
            expect("lmg", lmg.drivers[j].value);
            expect("lmg_share", lmg.drivers[j].share.unwrap());
            expect("first", of(DriverMeasure::First)[j]);
            expect("last", of(DriverMeasure::Last)[j]);
            expect("pratt", of(DriverMeasure::Pratt)[j]);
            expect("betasq", of(DriverMeasure::BetaSquared)[j]);
            expect("johnson_own", johnson.drivers[j].value);
            expect("rwa_pkg_raw", johnson.drivers[j].value);
            expect("rwa_pkg_pct", 100.0 * johnson.drivers[j].share.unwrap());
        }
    }
}

#[test]
fn swiss_fertility() {
    // Grömping 2006: F = 19.76 on 5 and 41 degrees of freedom. Pratt's measure is below zero for Agriculture, LMG never is.
    let drivers = [
        "Agriculture",
        "Examination",
        "Education",
        "Catholic",
        "Infant.Mortality",
    ];
    let Some(model) = model("keydrivers/swiss.csv", "Fertility", &drivers) else {
        return;
    };
    let ols = model.ols(Level::P95);
    within(ols.f, 19.76, 0.005);
    assert_eq!(ols.degrees_of_freedom, 41.0);
    assert!(values(&model, DriverMeasure::Pratt)[0] < -0.11);
}

#[test]
fn airline_services() {
    let Some((_, reference)) = shared("keydrivers/airline_keydriver_reference.csv") else {
        return;
    };
    let (header, rows) = shared("airline/airline_satisfaction.csv").unwrap();
    let drivers: Vec<&str> = reference.iter().map(|row| row[2].as_str()).collect();
    // The ratings stand side by side.
    let first = header
        .iter()
        .position(|column| column == drivers[0])
        .unwrap();
    let mut columns: Vec<Vec<Option<f64>>> = vec![Vec::new(); drivers.len() + 1];
    for row in &rows[..103_904] {
        let satisfied = row.last().is_some_and(|cell| cell == "satisfied");
        columns[0].push(Some(f64::from(u8::from(satisfied))));
        for (column, cell) in columns[1..].iter_mut().zip(&row[first..]) {
            let rating: f64 = cell.parse().unwrap();
            column.push((rating > 0.0).then_some(rating));
        }
    }
    assert_eq!(header[first..first + drivers.len()], drivers);
    let names: Vec<&str> = std::iter::once("satisfied")
        .chain(drivers.iter().copied())
        .collect();
    let mut tally = MissingTally::new(names.clone()).unwrap();
    let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
    tally.push_columns(&slices, None).unwrap();
    let moments = tally
        .moments(
            &names,
            Missing::Listwise,
            Weights::Sampling,
            &Progress::none(),
        )
        .unwrap();
    assert_eq!((moments.n(), moments.dropped()), (95_704, 8_200));
    let model = moments.model("satisfied", &drivers).unwrap();
    within(model.r_squared(), 0.487813288517492, 1e-10);
    let lmg = model
        .importance(DriverMeasure::Lmg, &Progress::none())
        .unwrap();
    let johnson = model
        .importance(DriverMeasure::Johnson, &Progress::none())
        .unwrap();
    let ols = model.ols(Level::P95);
    for (j, row) in reference.iter().enumerate() {
        let expected: Vec<f64> = row[4..].iter().map(|cell| cell.parse().unwrap()).collect();
        let got = [
            model.r_squared(),
            ols.coefficients[j].mean,
            ols.coefficients[j].slope.value,
            ols.coefficients[j].standardized,
            lmg.drivers[j].value,
            lmg.drivers[j].share.unwrap(),
            johnson.drivers[j].value,
            johnson.drivers[j].share.unwrap(),
        ];
        all_close(got, &expected, 1e-10);
    }
}
