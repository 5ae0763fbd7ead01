//! Whatever bytes a file is made of, reading it ends with rows or with an error that names the file.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use radost_table::{Asked, Kind, Options, Table};

fn files() -> PathBuf {
    PathBuf::from("../../examples/analyst")
}

/// Reads everything in a file as everything.
fn read(file: &Path) {
    let table = match Table::open(file, &Options::default()) {
        Ok(table) => table,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    for kind in [Kind::Number, Kind::Text, Kind::Date] {
        let asked: Vec<Asked> = (0..table.columns().len().min(50))
            .map(|column| Asked { column, kind })
            .collect();
        let read = table.read(&asked, |batch| {
            assert!(batch.rows.len() <= 4096);
            ControlFlow::Continue(())
        });
        if let Err(error) = read {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            assert!(error.to_string().contains(&*name), "{error}");
        }
    }
}

fn read_bytes(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("written");
    read(file.path());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn random_bytes_are_read_or_refused(
        magic in prop::sample::select(vec![&b""[..], b"PAR1", b"PK\x03\x04", b"$FL2@(#)", b"$FL3@(#)", b"\xff\xfe", b"\xfe\xff", b"sep=;\n"]),
        bytes in prop::collection::vec(any::<u8>(), 0..2000),
        tail in prop::sample::select(vec![&b""[..], b"PAR1"]),
    ) {
        read_bytes(&[magic, &bytes, tail].concat());
    }

    #[test]
    fn sound_files_with_faults_are_read_or_refused(
        name in prop::sample::select(vec!["survey.csv", "survey.tsv", "survey.parquet", "survey.xlsx", "survey.sav", "survey.zsav"]),
        faults in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::weighted(0.3, any::<prop::sample::Index>()),
    ) {
        let mut bytes = std::fs::read(files().join(name)).expect("a file of this repository");
        for (at, byte) in faults {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_bytes(&bytes);
    }
}
