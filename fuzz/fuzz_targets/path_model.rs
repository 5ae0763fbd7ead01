#![no_main]
//! Path models as TOML. The parser belongs to the command line, a program and no library, so its file is taken in as it is.

use libfuzzer_sys::fuzz_target;

#[allow(dead_code)]
#[path = "../../crates/radost/src/analyst/path_model.rs"]
mod path_model;

fuzz_target!(|text: &str| {
    if let Ok(model) = path_model::PathModel::parse(text) {
        let built = model.build(|names| Ok(names.to_vec())).expect("what was parsed can be built");
        assert!(!built.latents().is_empty());
    }
});
