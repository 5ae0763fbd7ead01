#![no_main]
//! Parquet files.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| radost_fuzz::table("parquet", &[b"PAR1"], bytes));
