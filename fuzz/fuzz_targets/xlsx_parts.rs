#![no_main]
//! What is in a workbook: random bytes in an archive would rarely get past its checksums.

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| radost_fuzz::workbook(bytes));
