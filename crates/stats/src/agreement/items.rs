use crate::Cancelled;

/// Means and cross-products of the items of a scale, or of the scores that raters gave: one row per respondent or subject.
///
/// Everything about the reliability of a scale follows from it without a second look at the rows. Rows with a missing answer are
/// counted and left out (listwise). Sums are centred on running means, so that large values lose no digits; merging in another
/// order changes the last bits only.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemTally {
    items: usize,
    n: u64,
    left_out: u64,
    means: Vec<f64>,
    /// Σ (xᵢ − x̄ᵢ)(xⱼ − x̄ⱼ), row by row.
    cross: Vec<f64>,
}

/// Why items cannot be analysed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ItemError {
    /// Too few items for what was asked, or too many to hold.
    #[error("this needs {needed} to 5000 items, and there are {items}")]
    Items {
        /// Items there are.
        items: usize,
        /// Items needed.
        needed: usize,
    },
    /// A row of another width.
    #[error("the row has {found} answers, and there are {items} items")]
    Width {
        /// Items there are.
        items: usize,
        /// Answers in the row.
        found: usize,
    },
    /// Parts of different scales cannot be added.
    #[error("tallies of {first} and of {second} items cannot be merged")]
    Merge {
        /// Items in this tally.
        first: usize,
        /// Items in the other.
        second: usize,
    },
    /// NaN, infinite or too large to square.
    #[error("the answer to item {item} is {value}: it must be a number within ±1e100")]
    Value {
        /// The item, numbered from 0.
        item: usize,
        /// The refused value.
        value: f64,
    },
    /// An item that does not exist.
    #[error("item {item} does not exist: there are {items}, numbered from 0")]
    NoSuchItem {
        /// The refused item.
        item: usize,
        /// Items there are.
        items: usize,
    },
    /// Too few complete rows.
    #[error(
        "this needs {needed} complete rows, and there are {n}; {left_out} have missing answers"
    )]
    TooFew {
        /// Complete rows.
        n: u64,
        /// Complete rows needed.
        needed: u64,
        /// Rows left out for a missing answer.
        left_out: u64,
    },
    /// An item that everyone answered alike.
    #[error("item {item} is constant: everyone gave the same answer")]
    Constant {
        /// The item, numbered from 0.
        item: usize,
    },
    /// An item that the earlier ones determine.
    #[error("item {item} is a linear combination of earlier items")]
    Collinear {
        /// The item, numbered from 0.
        item: usize,
    },
    /// The sum over the items is the same for everyone, as when a reversed item was not turned round.
    #[error("the sum of the items is the same for everyone: is a reversed item not turned round?")]
    ConstantSum,
    /// All subjects have the same mean, so there is nothing for raters to agree on.
    #[error("the subjects do not differ, so agreement about them cannot be judged")]
    SubjectsAlike,
    /// The iteration for omega has not settled.
    #[error(
        "the one-factor model has not converged after {iterations} steps: the last change of a loading was {change:e}"
    )]
    NotConverged {
        /// Steps made.
        iterations: u32,
        /// Largest change in the last one.
        change: f64,
    },
    /// One item explained wholly by the factor: its error variance would be negative.
    #[error("the one-factor model leaves item {item} no error variance (a Heywood case)")]
    Heywood {
        /// The item, numbered from 0.
        item: usize,
    },
    /// A careless-response rule that cannot be used.
    #[error("{rule} is {value}: it must be {range}")]
    Rule {
        /// Name of the rule.
        rule: &'static str,
        /// The refused value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// The computation was asked to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

const MOST_ITEMS: usize = 5000;

impl ItemTally {
    /// An empty tally for `items` items.
    ///
    /// # Errors
    /// [`ItemError::Items`] for fewer than 2 or more than 5,000.
    pub fn new(items: usize) -> Result<Self, ItemError> {
        if !(2..=MOST_ITEMS).contains(&items) {
            return Err(ItemError::Items { items, needed: 2 });
        }
        Ok(Self {
            items,
            n: 0,
            left_out: 0,
            means: vec![0.0; items],
            cross: vec![0.0; items * items],
        })
    }

    /// Counts one row; a row with a missing answer is counted as left out.
    ///
    /// # Errors
    /// [`ItemError::Width`] and [`ItemError::Value`]; the tally is then unchanged.
    pub fn push(&mut self, answers: &[Option<f64>]) -> Result<(), ItemError> {
        self.add(answers, 1)
    }

    /// Counts `count` equal rows.
    ///
    /// # Errors
    /// [`ItemError::Width`] and [`ItemError::Value`]; the tally is then unchanged.
    pub fn add(&mut self, answers: &[Option<f64>], count: u64) -> Result<(), ItemError> {
        checked_row(answers, self.items)?;
        let Some(row) = answers.iter().copied().collect::<Option<Vec<f64>>>() else {
            self.left_out = self.left_out.saturating_add(count);
            return Ok(());
        };
        self.absorb(count, &row, None);
        Ok(())
    }

    /// Adds the sums of another part of the data.
    ///
    /// # Errors
    /// [`ItemError::Merge`] for another number of items; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), ItemError> {
        if self.items != other.items {
            return Err(ItemError::Merge {
                first: self.items,
                second: other.items,
            });
        }
        self.left_out = self.left_out.saturating_add(other.left_out);
        self.absorb(other.n, &other.means, Some(&other.cross));
        Ok(())
    }

    /// Turns an item round: high answers become low ones. Its mean changes sign; nothing here depends on where a scale begins.
    ///
    /// # Errors
    /// [`ItemError::NoSuchItem`].
    pub fn reverse_key(&mut self, item: usize) -> Result<(), ItemError> {
        if item >= self.items {
            return Err(ItemError::NoSuchItem {
                item,
                items: self.items,
            });
        }
        self.means[item] = -self.means[item];
        for other in (0..self.items).filter(|&other| other != item) {
            self.cross[item * self.items + other] *= -1.0;
            self.cross[other * self.items + item] *= -1.0;
        }
        Ok(())
    }

    /// Number of items.
    pub fn items(&self) -> usize {
        self.items
    }

    /// Complete rows.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Rows left out because an answer was missing.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// Mean answer to each item.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// Covariances with n − 1, row by row.
    ///
    /// # Errors
    /// [`ItemError::TooFew`] below two complete rows.
    pub fn covariances(&self) -> Result<Vec<f64>, ItemError> {
        self.at_least(2)?;
        Ok(self
            .cross
            .iter()
            .map(|sum| sum / (self.n as f64 - 1.0))
            .collect())
    }

    pub(super) fn at_least(&self, needed: u64) -> Result<(), ItemError> {
        if self.n < needed {
            return Err(ItemError::TooFew {
                n: self.n,
                needed,
                left_out: self.left_out,
            });
        }
        Ok(())
    }

    /// Covariances of at least `needed` rows in which every item varies.
    pub(super) fn varying(&self, needed: u64) -> Result<Vec<f64>, ItemError> {
        self.at_least(needed.max(2))?;
        let covariances = self.covariances()?;
        if let Some(item) = (0..self.items).find(|&i| covariances[i * self.items + i] <= 0.0) {
            return Err(ItemError::Constant { item });
        }
        Ok(covariances)
    }

    /// Chan, Golub and LeVeque's update by `count` rows with these means and cross-products around them.
    fn absorb(&mut self, count: u64, means: &[f64], cross: Option<&[f64]>) {
        if count == 0 {
            return;
        }
        let total = self.n.saturating_add(count);
        let share = count as f64 / total as f64;
        let weight = self.n as f64 * share;
        let apart: Vec<f64> = means.iter().zip(&self.means).map(|(b, a)| b - a).collect();
        for (i, a) in apart.iter().enumerate() {
            for (j, b) in apart.iter().enumerate() {
                self.cross[i * self.items + j] += weight * a * b;
            }
        }
        if let Some(cross) = cross {
            for (sum, more) in self.cross.iter_mut().zip(cross) {
                *sum += more;
            }
        }
        for (mean, apart) in self.means.iter_mut().zip(&apart) {
            *mean += share * apart;
        }
        self.n = total;
    }
}

pub(super) fn checked_row(answers: &[Option<f64>], items: usize) -> Result<(), ItemError> {
    if answers.len() != items {
        return Err(ItemError::Width {
            items,
            found: answers.len(),
        });
    }
    let refused = |value: &Option<f64>| value.filter(|x| x.is_nan() || x.abs() > 1e100);
    match answers
        .iter()
        .enumerate()
        .find_map(|(i, x)| Some((i, refused(x)?)))
    {
        Some((item, value)) => Err(ItemError::Value { item, value }),
        None => Ok(()),
    }
}
