#![no_main]
//! Files of comma-separated values, and whatever else is read as such.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| radost_fuzz::table("csv", &[b""], bytes));
