#![no_main]
//! Files of tab-separated values.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| radost_fuzz::table("tsv", &[b""], bytes));
