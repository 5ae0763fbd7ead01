#![no_main]
//! Workbooks as they lie on the disk; see `xlsx_parts` for what is in them.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| radost_fuzz::table("xlsx", &[b"PK\x03\x04"], bytes));
