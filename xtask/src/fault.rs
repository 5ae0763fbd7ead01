use std::fmt;

/// Something that is not as it should be, where it is, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub what: String,
    pub mend: String,
}

impl Fault {
    pub fn new(file: &str, line: usize, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            what: what.into(),
            mend: mend.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "  {}:{}: {}\n      mend: {}",
            self.file, self.line, self.what, self.mend
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn a_fault_says_where_what_and_how_to_mend_it() {
        let fault = Fault::new("a/b.rs", 7, "reads the clock", "take `now` as an argument");
        assert_eq!(
            fault.to_string(),
            "  a/b.rs:7: reads the clock\n      mend: take `now` as an argument"
        );
    }
}
