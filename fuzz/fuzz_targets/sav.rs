#![no_main]
//! SPSS files, plain and compressed.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| radost_fuzz::table("sav", &[b"$FL2", b"$FL3"], bytes));
