//! Which column is meant: by name, by glob, by index.

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: String,
    /// What the file says about it beyond its name: the question of an SPSS variable.
    pub label: Option<String>,
}

/// The columns of a file, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

/// Why no column, or not the one that was meant, was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoColumn {
    /// No column of that name.
    #[error("there is no column `{asked}`{}", nearest.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?")))]
    Unknown {
        /// What was asked for.
        asked: String,
        /// The name that is nearest to it, if any is near.
        nearest: Option<String>,
    },
    /// No column matches a glob.
    #[error("no column matches `{0}`")]
    NoMatch(String),
    /// An index past the last column, or below the first.
    #[error("there is no column `{asked}`: the file has {count} columns, #1 to #{count}")]
    Index {
        /// What was asked for.
        asked: String,
        /// How many there are.
        count: usize,
    },
    /// Several columns where one is wanted.
    #[error(
        "`{asked}` means {count} columns ({first} and {second} among them), where one is wanted; `#{index}` is the first"
    )]
    Several {
        /// What was asked for.
        asked: String,
        /// How many match.
        count: usize,
        /// The first.
        first: String,
        /// The second.
        second: String,
        /// Where the first stands, counted from 1.
        index: usize,
    },
}

impl Columns {
    /// Columns by their names alone.
    pub fn named<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let column = |name: S| Column {
            name: name.into(),
            label: None,
        };
        Self(names.into_iter().map(column).collect())
    }

    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self(columns)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Column> {
        self.0.iter()
    }

    /// The name of the column at an index counted from 0; empty past the last.
    #[must_use]
    pub fn name(&self, index: usize) -> &str {
        self.0.get(index).map_or("", |column| &column.name)
    }

    /// The one column that is meant.
    ///
    /// # Errors
    /// [`NoColumn`] when there is none or there are several.
    pub fn one(&self, asked: &str) -> Result<usize, NoColumn> {
        match self.matching(asked)?.as_slice() {
            [one] => Ok(*one),
            several => Err(NoColumn::Several {
                asked: asked.to_owned(),
                count: several.len(),
                first: self.name(several.first().copied().unwrap_or(0)).to_owned(),
                second: self.name(several.get(1).copied().unwrap_or(0)).to_owned(),
                index: several.first().map_or(1, |first| first + 1),
            }),
        }
    }

    /// All columns that are meant, in the order in which they were asked for, each once.
    ///
    /// ```
    /// let columns = radost_table::Columns::named(["id", "q1", "q2", "town"]);
    /// assert_eq!(columns.all(["town", "q*", "#3"])?, [3, 1, 2]);
    /// let error = columns.one("twon").unwrap_err();
    /// assert_eq!(error.to_string(), "there is no column `twon`; did you mean `town`?");
    /// # Ok::<(), radost_table::NoColumn>(())
    /// ```
    ///
    /// # Errors
    /// [`NoColumn`] for the first that means none.
    pub fn all<S: AsRef<str>>(
        &self,
        asked: impl IntoIterator<Item = S>,
    ) -> Result<Vec<usize>, NoColumn> {
        let mut found = Vec::new();
        for asked in asked {
            for index in self.matching(asked.as_ref())? {
                if !found.contains(&index) {
                    found.push(index);
                }
            }
        }
        Ok(found)
    }

    /// A name that is there wins over what it could mean as an index or a glob.
    fn matching(&self, asked: &str) -> Result<Vec<usize>, NoColumn> {
        let where_ = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let columns = self.0.iter().enumerate();
            columns
                .filter(|(_, column)| is(&column.name))
                .map(|(index, _)| index)
                .collect()
        };
        let named = where_(&|name| name == asked);
        if !named.is_empty() {
            return Ok(named);
        }
        if let Some(digits) = asked.strip_prefix('#') {
            let index = digits.parse::<usize>().ok();
            return match index.and_then(|index| index.checked_sub(1)) {
                Some(index) if index < self.0.len() => Ok(vec![index]),
                _ => Err(NoColumn::Index {
                    asked: asked.to_owned(),
                    count: self.0.len(),
                }),
            };
        }
        if asked.contains(['*', '?']) {
            let pattern: Vec<char> = asked.chars().collect();
            let found = where_(&|name| glob(&pattern, &name.chars().collect::<Vec<_>>()));
            return if found.is_empty() {
                Err(NoColumn::NoMatch(asked.to_owned()))
            } else {
                Ok(found)
            };
        }
        Err(NoColumn::Unknown {
            asked: asked.to_owned(),
            nearest: self.nearest(asked),
        })
    }

    fn nearest(&self, asked: &str) -> Option<String> {
        let asked = asked.to_lowercase();
        let likeness = |column: &Column| strsim::jaro_winkler(&asked, &column.name.to_lowercase());
        let near = self.0.iter().map(|column| (likeness(column), column));
        let (likeness, column) = near.max_by(|one, other| one.0.total_cmp(&other.0))?;
        (likeness > 0.7).then(|| column.name.clone())
    }
}

/// Whether `text` matches a pattern of `*` (anything) and `?` (any letter), without going back more than to the last star.
fn glob(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_glob_and_index() {
        let columns = Columns::named(["id", "perq1", "perq2", "a*", "ab", "id"]);
        let check = |asked: &[&str], expected: Result<&[usize], &str>| {
            let found = columns.all(asked).map_err(|error| error.to_string());
            assert_eq!(
                found,
                expected.map(<[_]>::to_vec).map_err(str::to_owned),
                "{asked:?}"
            );
        };
        check(&["perq*"], Ok(&[1, 2]));
        check(&["p??q2", "#1"], Ok(&[2, 0]));
        check(&["a*"], Ok(&[3]));
        check(&["*b", "a?"], Ok(&[4, 3]));
        check(&["*"], Ok(&[0, 1, 2, 3, 4, 5]));
        check(&["id"], Ok(&[0, 5]));
        check(&["z*"], Err("no column matches `z*`"));
        check(
            &["#0"],
            Err("there is no column `#0`: the file has 6 columns, #1 to #6"),
        );
        check(
            &["#7"],
            Err("there is no column `#7`: the file has 6 columns, #1 to #6"),
        );
        check(
            &["PERQ2"],
            Err("there is no column `PERQ2`; did you mean `perq2`?"),
        );
        check(&["satisfaction"], Err("there is no column `satisfaction`"));
        let several = columns.one("id").map_err(|error| error.to_string());
        assert_eq!(
            several,
            Err("`id` means 2 columns (id and id among them), where one is wanted; `#1` is the first".to_owned())
        );
    }
}
