//! The real data beside the repository, which a stranger's clone has not.
#![allow(dead_code, reason = "each test program uses a part")]

use std::{collections::BTreeMap, path::Path};

/// Header and rows of a file in the folder of shared data; `None`, and a word about it, where the folder is absent.
pub fn shared(file: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let data = Path::new("../../../shared/data");
    if !data.is_dir() {
        println!("skipped: ../shared/data is not here");
        return None;
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true) // the rows of a triangle of cohorts grow shorter
        .from_path(data.join(file))
        .unwrap();
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let header = cells(reader.headers().unwrap());
    let rows = reader.records().map(|record| cells(&record.unwrap()));
    Some((header, rows.collect()))
}

/// Rows of a file by column name.
pub fn shared_rows(file: &str) -> Option<Vec<BTreeMap<String, String>>> {
    let (header, rows) = shared(file)?;
    let named = |row| header.iter().cloned().zip(row).collect();
    Some(rows.into_iter().map(named).collect())
}

/// Some columns of a file, a row at a time.
pub fn shared_columns<const N: usize>(file: &str, names: [&str; N]) -> Option<Vec<[String; N]>> {
    let (header, rows) = shared(file)?;
    let places = names.map(|name| header.iter().position(|column| column == name).unwrap());
    let picked = |row: Vec<String>| places.map(|place| row[place].clone());
    Some(rows.into_iter().map(picked).collect())
}
