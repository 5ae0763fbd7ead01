#![no_main]
//! Survey documents. What can be published is written and read back as the same survey.

use libfuzzer_sys::fuzz_target;
use radost_domain::listen::{Survey, duration};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return;
    };
    match Survey::from_json(&document) {
        Ok(survey) => {
            let written = serde_json::to_value(&survey).expect("a survey can be written");
            assert_eq!(Survey::from_json(&written).as_ref(), Ok(&survey));
            match survey.publish(1, &[]) {
                Ok(published) => {
                let languages = survey.languages.iter();
                    languages.for_each(|language| drop(duration::estimate(&survey, *language)));
                    let _ = published.csi_pairs();
                }
                Err(defects) => assert!(!defects.is_empty()),
            }
        }
        Err(defects) => assert!(!defects.is_empty()),
    }
});
