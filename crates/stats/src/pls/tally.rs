use super::PlsError;

/// What is done with a respondent who left an indicator unanswered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MissingAnswers {
    /// Only respondents who answered every indicator count; the default, as in semPLS.
    #[default]
    Listwise,
    /// A missing answer is replaced by the mean of the indicator, over all who answered it; as in seminr.
    ///
    /// It keeps everyone and draws correlations towards zero in proportion to what is missing.
    MeanReplacement,
}

impl std::fmt::Display for MissingAnswers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Listwise => "listwise",
            Self::MeanReplacement => "mean replacement",
        })
    }
}

/// Moments of the answers of those who answered two indicators a and b; for a = b those of one indicator.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PairMoments {
    /// How many answered both.
    pub n: u64,
    /// Mean of a, in the units of its answers.
    pub mean_a: f64,
    /// Mean of b, in the units of its answers.
    pub mean_b: f64,
    /// Σ (a − mean_a)(b − mean_b).
    pub comoment: f64,
}

impl PairMoments {
    /// One more respondent; `share` is 1 / (n + 1), which most pairs have in common.
    fn push(&mut self, a: f64, b: f64, share: f64) {
        let (da, db) = (a - self.mean_a, b - self.mean_b);
        self.comoment += da * db * (1.0 - share);
        self.mean_a += da * share;
        self.mean_b += db * share;
        self.n = self.n.saturating_add(1);
    }

    /// Chan, Golub and LeVeque's update, which loses no digits to the size of the means.
    fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        let n = self.n.saturating_add(other.n);
        let share = other.n as f64 / n as f64;
        let (da, db) = (other.mean_a - self.mean_a, other.mean_b - self.mean_b);
        self.comoment += other.comoment + da * db * share * self.n as f64;
        self.mean_a += da * share;
        self.mean_b += db * share;
        self.n = n;
    }

    fn is_possible(&self) -> bool {
        let numbers = [self.mean_a, self.mean_b, self.comoment];
        numbers.iter().all(|x| x.is_finite())
    }
}

/// What a [`PlsTally`] carries from machine to machine.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsMoments {
    /// Respondents that count.
    pub n: u64,
    /// Respondents left out: with a missing answer under [`MissingAnswers::Listwise`], without any answer otherwise.
    pub left_out: u64,
    /// Answers to each indicator, those of respondents left out included.
    pub answered: Vec<u64>,
    /// Moments of the pairs a ≤ b: (0, 0), (0, 1) … (0, p − 1), (1, 1) …
    pub pairs: Vec<PairMoments>,
}

/// The cross-products of the indicators: all that a path model needs of the answers, however many respondents there are.
///
/// The columns may be more than one model uses. Sums are kept around running means, so that merging parts gives the whole to rounding.
///
/// ```
/// use radost_stats::pls::{MissingAnswers, PlsError, PlsTally};
///
/// let mut october = PlsTally::new(["speed", "overall"], MissingAnswers::Listwise)?;
/// let mut november = october.clone();
/// october.push(&[Some(7.0), Some(8.0)])?;
/// november.push(&[Some(5.0), Some(6.0)])?;
/// november.push(&[Some(9.0), None])?;
/// october.merge(&november)?;
/// assert_eq!((october.n(), october.left_out()), (2, 1));
/// # Ok::<(), PlsError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PlsTally {
    columns: Vec<String>,
    missing: MissingAnswers,
    state: PlsMoments,
}

impl PlsTally {
    /// An empty tally of these columns.
    ///
    /// # Errors
    /// [`PlsError::NoColumns`] and [`PlsError::DuplicateColumn`].
    pub fn new<I, S>(columns: I, missing: MissingAnswers) -> Result<Self, PlsError>
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let columns = check_columns(columns)?;
        let p = columns.len();
        Ok(Self {
            columns,
            missing,
            state: PlsMoments {
                n: 0,
                left_out: 0,
                answered: vec![0; p],
                pairs: vec![PairMoments::default(); p * (p + 1) / 2],
            },
        })
    }

    /// A tally from moments made elsewhere.
    ///
    /// # Errors
    /// Those of [`new`](Self::new), and [`PlsError::Moments`] when the tables have another size or a number is not finite.
    pub fn from_moments<I, S>(
        columns: I,
        missing: MissingAnswers,
        moments: PlsMoments,
    ) -> Result<Self, PlsError>
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let empty = Self::new(columns, missing)?;
        let everyone = moments.n.saturating_add(moments.left_out);
        let fits = moments.answered.len() == empty.state.answered.len()
            && moments.pairs.len() == empty.state.pairs.len()
            && moments.answered.iter().all(|&count| count <= everyone)
            && moments
                .pairs
                .iter()
                .all(|pair| pair.n <= moments.n && pair.is_possible());
        if fits {
            Ok(Self {
                state: moments,
                ..empty
            })
        } else {
            Err(PlsError::Moments {
                columns: empty.columns.len(),
            })
        }
    }

    /// Counts one respondent, an entry per column and `None` for a missing answer.
    ///
    /// # Errors
    /// [`PlsError::Length`] and [`PlsError::NotFinite`]; the tally is then unchanged.
    pub fn push(&mut self, answers: &[Option<f64>]) -> Result<(), PlsError> {
        check_row(&self.columns, answers)?;
        for (count, answer) in self.state.answered.iter_mut().zip(answers) {
            *count = count.saturating_add(u64::from(answer.is_some()));
        }
        if !counts(self.missing, answers) {
            self.state.left_out = self.state.left_out.saturating_add(1);
            return Ok(());
        }
        self.state.n = self.state.n.saturating_add(1);
        let mut pairs = self.state.pairs.iter_mut();
        let (mut n, mut share) = (0, 1.0);
        for (i, a) in answers.iter().enumerate() {
            for (b, pair) in answers[i..].iter().zip(&mut pairs) {
                if let (Some(a), Some(b)) = (a, b) {
                    if pair.n != n {
                        (n, share) = (pair.n, 1.0 / (pair.n as f64 + 1.0));
                    }
                    pair.push(*a, *b, share);
                }
            }
        }
        Ok(())
    }

    /// Adds another part of the data.
    ///
    /// # Errors
    /// [`PlsError::DifferentColumns`]; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), PlsError> {
        if self.columns != other.columns || self.missing != other.missing {
            return Err(PlsError::DifferentColumns);
        }
        let (state, other) = (&mut self.state, &other.state);
        state.n = state.n.saturating_add(other.n);
        state.left_out = state.left_out.saturating_add(other.left_out);
        for (mine, theirs) in state.answered.iter_mut().zip(&other.answered) {
            *mine = mine.saturating_add(*theirs);
        }
        for (mine, theirs) in state.pairs.iter_mut().zip(&other.pairs) {
            mine.merge(theirs);
        }
        Ok(())
    }

    /// The columns, in the order of the rows.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// What is done with missing answers.
    pub fn missing(&self) -> MissingAnswers {
        self.missing
    }

    /// The moments to send to another machine.
    pub fn moments(&self) -> &PlsMoments {
        &self.state
    }

    /// Respondents that count.
    pub fn n(&self) -> u64 {
        self.state.n
    }

    /// Respondents left out.
    pub fn left_out(&self) -> u64 {
        self.state.left_out
    }

    pub(super) fn answered(&self, column: usize) -> u64 {
        self.state.answered[column]
    }

    /// Mean of a column over all who answered it and count.
    pub(super) fn mean(&self, column: usize) -> f64 {
        self.pair(column, column).mean_a
    }

    /// Covariance with n − 1, a missing answer standing at its mean.
    pub(super) fn covariance(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (a.min(b), a.max(b));
        let pair = self.pair(a, b);
        let off = (pair.mean_a - self.mean(a)) * (pair.mean_b - self.mean(b));
        (pair.comoment + pair.n as f64 * off) / (self.n() as f64 - 1.0)
    }

    /// Whether all answers are equal.
    pub(super) fn is_constant(&self, column: usize) -> bool {
        let own = self.pair(column, column);
        let noise = own.mean_a * f64::EPSILON;
        own.comoment <= 4.0 * own.n as f64 * noise * noise
    }

    fn pair(&self, a: usize, b: usize) -> &PairMoments {
        &self.state.pairs[a * (2 * self.columns.len() - a + 1) / 2 + b - a]
    }
}

/// The answers themselves, for what the tally cannot give: scores of respondents and the bootstrap.
#[derive(Debug, Clone, PartialEq)]
pub struct PlsRows {
    columns: Vec<String>,
    missing: MissingAnswers,
    /// Row by row.
    answers: Vec<Option<f64>>,
}

impl PlsRows {
    /// No rows yet of these columns.
    ///
    /// # Errors
    /// [`PlsError::NoColumns`] and [`PlsError::DuplicateColumn`].
    pub fn new<I, S>(columns: I, missing: MissingAnswers) -> Result<Self, PlsError>
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        Ok(Self {
            columns: check_columns(columns)?,
            missing,
            answers: Vec::new(),
        })
    }

    /// Adds one respondent, an entry per column and `None` for a missing answer.
    ///
    /// # Errors
    /// [`PlsError::Length`] and [`PlsError::NotFinite`]; the rows are then unchanged.
    pub fn push(&mut self, answers: &[Option<f64>]) -> Result<(), PlsError> {
        check_row(&self.columns, answers)?;
        self.answers.extend_from_slice(answers);
        Ok(())
    }

    /// The rows, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &[Option<f64>]> {
        self.answers.chunks(self.columns.len())
    }

    /// The columns, in the order of the rows.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The tally of all rows.
    ///
    /// # Errors
    /// None that [`new`](Self::new) and [`push`](Self::push) let through.
    pub fn tally(&self) -> Result<PlsTally, PlsError> {
        let mut tally = PlsTally::new(self.columns.iter().cloned(), self.missing)?;
        for row in self.iter() {
            tally.push(row)?;
        }
        Ok(tally)
    }

    /// The rows that count.
    pub(super) fn counting(&self) -> impl Iterator<Item = &[Option<f64>]> {
        self.iter().filter(|row| counts(self.missing, row))
    }
}

fn counts(missing: MissingAnswers, answers: &[Option<f64>]) -> bool {
    match missing {
        MissingAnswers::Listwise => answers.iter().all(Option::is_some),
        MissingAnswers::MeanReplacement => answers.iter().any(Option::is_some),
    }
}

fn check_columns<I, S>(columns: I) -> Result<Vec<String>, PlsError>
where
    I: IntoIterator<Item = S>,
    S: Into<String>,
{
    let columns: Vec<String> = columns.into_iter().map(Into::into).collect();
    if columns.is_empty() {
        return Err(PlsError::NoColumns);
    }
    for (i, column) in columns.iter().enumerate() {
        if columns[..i].contains(column) {
            return Err(PlsError::DuplicateColumn {
                column: column.clone(),
            });
        }
    }
    Ok(columns)
}

fn check_row(columns: &[String], answers: &[Option<f64>]) -> Result<(), PlsError> {
    if answers.len() != columns.len() {
        return Err(PlsError::Length {
            expected: columns.len(),
            found: answers.len(),
        });
    }
    for (column, answer) in columns.iter().zip(answers) {
        // Beyond ±10¹⁰⁰ a square could overflow.
        if let Some(value) = *answer
            && (value.is_nan() || value.abs() > 1e100)
        {
            return Err(PlsError::NotFinite {
                column: column.clone(),
                value,
            });
        }
    }
    Ok(())
}
