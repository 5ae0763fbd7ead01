#![no_main]
//! Sets of answers. The two ways of checking agree, and what is accepted is accepted again as it was stored.

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use radost_fuzz::SURVEY;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(given) = serde_json::from_slice::<BTreeMap<String, Value>>(bytes) else {
        return;
    };
    let (kept, faults) = SURVEY.check_all(&given);
    match SURVEY.check_answers(&given) {
        Ok(answers) => {
            assert!(faults.is_empty());
            assert_eq!(answers, kept);
            let stored = serde_json::to_value(&answers).expect("answers can be written");
            let again: BTreeMap<String, Value> = serde_json::from_value(stored).expect("an object");
            assert_eq!(SURVEY.check_answers(&again), Ok(answers));
        }
        Err(rejection) => {
            assert_eq!(faults.first(), Some(&rejection));
            assert!(!rejection.to_string().is_empty());
        }
    }
});
