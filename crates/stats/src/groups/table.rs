use crate::{
    Level,
    distributions::{
        chi_squared_sf, noncentral_chi_squared_cdf, noncentrality_bounds, two_sided_z,
    },
    multiplicity::benjamini_hochberg,
};

/// Counts of two categorical answers, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableTally {
    rows: usize,
    columns: usize,
    counts: Vec<u64>,
}

/// A two-way table with its test, its strength and the cells that stand out.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoWayTable {
    /// All cells, row by row.
    pub cells: Vec<TableCell>,
    /// Count of each row.
    pub row_totals: Vec<u64>,
    /// Count of each column.
    pub column_totals: Vec<u64>,
    /// Pearson's chi-squared, without continuity correction.
    pub chi_squared: f64,
    /// Its degrees of freedom, over rows and columns that occur.
    pub df: u64,
    /// P-value of "rows and columns are independent".
    pub p_value: f64,
    /// How strong the association is.
    pub cramers_v: CramersV,
    /// Smallest expected count.
    pub least_expected: f64,
    /// Share of the cells with an expected count below 5; above 0.2 the p-value is rough (Cochran's rule).
    pub below_five: f64,
    /// Number of customers.
    pub n: u64,
}

/// One cell of a two-way table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TableCell {
    /// Row, numbered from 0.
    pub row: usize,
    /// Column, numbered from 0.
    pub column: usize,
    /// Customers.
    pub count: u64,
    /// Customers expected if rows and columns were independent.
    pub expected: f64,
    /// Percent of the row; `None` for an empty row.
    pub row_percent: Option<f64>,
    /// Percent of the column; `None` for an empty column.
    pub column_percent: Option<f64>,
    /// Percent of all.
    pub total_percent: f64,
    /// Adjusted residual, near a standard normal under independence; `None` in an empty row or column.
    pub adjusted_residual: Option<f64>,
    /// Its two-sided p-value, corrected over all cells by Benjamini and Hochberg; `None` in an empty row or column.
    pub adjusted_p_value: Option<f64>,
}

/// Cramér's V, 0 for none to 1 for full association.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CramersV {
    /// √( χ² / (n · (min(rows, columns) − 1)) ), which chance alone makes larger than 0.
    pub value: f64,
    /// Bias-corrected (Bergsma): 0 when the table has no more than chance would give.
    pub corrected: f64,
    /// Lower bound of the population's V.
    pub low: f64,
    /// Upper bound of the population's V; in a table with less than chance would give, it can lie below `value`.
    pub high: f64,
    /// Confidence level of the bounds, which invert the noncentral chi-squared distribution.
    pub level: Level,
}

/// Why a two-way table cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum TableError {
    /// Fewer than two rows or columns, or too many to hold.
    #[error("a two-way table has 2 to 10000 rows and columns, not {rows} by {columns}")]
    Size {
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// A row of another width.
    #[error("row {row} has {found} counts, and the first has {expected}")]
    Shape {
        /// The row, numbered from 0.
        row: usize,
        /// Counts in the first row.
        expected: usize,
        /// Counts in this one.
        found: usize,
    },
    /// A cell outside the table.
    #[error("there is no cell in row {row}, column {column} of a table of {rows} by {columns}")]
    Cell {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// Rows there are.
        rows: usize,
        /// Columns there are.
        columns: usize,
    },
    /// Tables of different sizes cannot be added.
    #[error("tables of different sizes cannot be merged")]
    Merge,
    /// Nobody is in the table.
    #[error("the table is empty")]
    Empty,
    /// All customers are in one row or in one column.
    #[error("all customers are in one {side}, so nothing can be compared")]
    OneOnly {
        /// "row" or "column".
        side: &'static str,
    },
}

impl TableTally {
    /// An empty table.
    ///
    /// # Errors
    /// [`TableError::Size`].
    pub fn new(rows: usize, columns: usize) -> Result<Self, TableError> {
        let fits = |size: usize| (2..=10_000).contains(&size);
        if !fits(rows) || !fits(columns) {
            return Err(TableError::Size { rows, columns });
        }
        Ok(Self {
            rows,
            columns,
            counts: vec![0; rows * columns],
        })
    }

    /// A table from counts.
    ///
    /// # Errors
    /// [`TableError::Size`], [`TableError::Shape`].
    pub fn from_counts(counts: &[Vec<u64>]) -> Result<Self, TableError> {
        let columns = counts.first().map_or(0, Vec::len);
        let mut tally = Self::new(counts.len(), columns)?;
        if let Some((row, found)) = counts
            .iter()
            .map(Vec::len)
            .enumerate()
            .find(|&(_, found)| found != columns)
        {
            return Err(TableError::Shape {
                row,
                expected: columns,
                found,
            });
        }
        tally.counts = counts.concat();
        Ok(tally)
    }

    /// Counts one customer.
    ///
    /// # Errors
    /// [`TableError::Cell`]; the tally is then unchanged.
    pub fn push(&mut self, row: usize, column: usize) -> Result<(), TableError> {
        self.add(row, column, 1)
    }

    /// Counts `count` customers.
    ///
    /// # Errors
    /// [`TableError::Cell`]; the tally is then unchanged.
    pub fn add(&mut self, row: usize, column: usize, count: u64) -> Result<(), TableError> {
        let inside = row < self.rows && column < self.columns;
        let place = row.saturating_mul(self.columns).saturating_add(column);
        match self.counts.get_mut(place) {
            Some(cell) if inside => {
                *cell = cell.saturating_add(count);
                Ok(())
            }
            _ => Err(TableError::Cell {
                row,
                column,
                rows: self.rows,
                columns: self.columns,
            }),
        }
    }

    /// Adds the counts of another part of the data.
    ///
    /// # Errors
    /// [`TableError::Merge`]; the tally is then unchanged.
    pub fn merge(&mut self, other: &Self) -> Result<(), TableError> {
        if (self.rows, self.columns) != (other.rows, other.columns) {
            return Err(TableError::Merge);
        }
        for (cell, more) in self.counts.iter_mut().zip(&other.counts) {
            *cell = cell.saturating_add(*more);
        }
        Ok(())
    }

    /// The table with percentages, residuals, test and strength.
    ///
    /// ```text
    /// e = row total · column total / n      χ² = Σ (o − e)² / e
    /// adjusted residual = (o − e) / √( e (1 − row share)(1 − column share) )
    /// V = √( χ² / (n m) ),  m = min(r, c) − 1      low, high = √( λ / (n m) ) with P(χ²(df, λ) ≥ χ²) = α/2 and 1 − α/2
    /// ```
    /// Empty rows and columns stay in the table and out of the test.
    ///
    /// ```
    /// use radost_stats::{Level, groups::TableTally};
    ///
    /// let tally = TableTally::from_counts(&[vec![30, 20], vec![15, 35]])?; // two shops, satisfied or not
    /// let table = tally.table(Level::P95)?;
    /// assert!((table.chi_squared - 9.0909).abs() < 1e-4);
    /// assert!((table.cramers_v.value - 0.301511).abs() < 1e-6);
    /// assert_eq!(table.cells[0].row_percent, Some(60.0));
    /// # Ok::<(), radost_stats::groups::TableError>(())
    /// ```
    /// # Units
    /// Percentages 0 to 100; the rest has none.
    /// # Assumptions
    /// Each customer is counted once; a simple random sample; expected counts of 5 or more in most cells.
    /// # Errors
    /// [`TableError::Empty`]; [`TableError::OneOnly`] when all customers are in one row or column.
    /// # Sources
    /// Haberman (1973), Biometrics 29(1), 205–220; Cramér (1946), Mathematical Methods of Statistics, Princeton; Bergsma (2013), Journal
    /// of the Korean Statistical Society 42(3), 323–328; Smithson (2003), Confidence Intervals, Sage, chapter 4; Cochran (1954),
    /// Biometrics 10(4), 417–451.
    pub fn table(&self, level: Level) -> Result<TwoWayTable, TableError> {
        let (rows, columns) = (self.rows, self.columns);
        let mut row_totals = vec![0_u64; rows];
        let mut column_totals = vec![0_u64; columns];
        for (place, &count) in self.counts.iter().enumerate() {
            let (row, column) = (place / columns, place % columns);
            row_totals[row] = row_totals[row].saturating_add(count);
            column_totals[column] = column_totals[column].saturating_add(count);
        }
        let total = row_totals
            .iter()
            .fold(0, |sum: u64, &x| sum.saturating_add(x));
        if total == 0 {
            return Err(TableError::Empty);
        }
        let used = |totals: &[u64]| totals.iter().filter(|&&x| x > 0).count();
        let (r, c) = (used(&row_totals), used(&column_totals));
        if r < 2 {
            return Err(TableError::OneOnly { side: "row" });
        }
        if c < 2 {
            return Err(TableError::OneOnly { side: "column" });
        }
        let n = total as f64;
        let mut cells = Vec::with_capacity(self.counts.len());
        let mut p_values = Vec::new();
        let (mut statistic, mut least_expected, mut below_five) = (0.0, f64::INFINITY, 0_u32);
        for (place, &count) in self.counts.iter().enumerate() {
            let (row, column) = (place / columns, place % columns);
            let (in_row, in_column) = (row_totals[row] as f64, column_totals[column] as f64);
            let expected = in_row / n * in_column;
            let percent = |of: f64| (of > 0.0).then(|| 100.0 * count as f64 / of);
            let adjusted_residual = (expected > 0.0).then(|| {
                let apart = count as f64 - expected;
                statistic += apart * apart / expected;
                least_expected = f64::min(least_expected, expected);
                below_five += u32::from(expected < 5.0);
                apart / (expected * (1.0 - in_row / n) * (1.0 - in_column / n)).sqrt()
            });
            p_values.extend(adjusted_residual.map(two_sided_z));
            cells.push(TableCell {
                row,
                column,
                count,
                expected,
                row_percent: percent(in_row),
                column_percent: percent(in_column),
                total_percent: 100.0 * count as f64 / n,
                adjusted_residual,
                adjusted_p_value: None,
            });
        }
        // The residuals' p-values are probabilities by construction.
        let corrected = benjamini_hochberg(&p_values).unwrap_or(p_values);
        let tested = cells
            .iter_mut()
            .filter(|cell| cell.adjusted_residual.is_some());
        for (cell, p_value) in tested.zip(corrected) {
            cell.adjusted_p_value = Some(p_value);
        }
        let df = ((r - 1) * (c - 1)) as f64;
        Ok(TwoWayTable {
            cells,
            row_totals,
            column_totals,
            chi_squared: statistic,
            df: ((r - 1) * (c - 1)) as u64,
            p_value: chi_squared_sf(statistic, df),
            cramers_v: cramers_v(statistic, n, r, c, level),
            least_expected,
            below_five: f64::from(below_five) / (r * c) as f64,
            n: total,
        })
    }
}

fn cramers_v(statistic: f64, n: f64, rows: usize, columns: usize, level: Level) -> CramersV {
    let (r, c) = (rows as f64, columns as f64);
    let df = (r - 1.0) * (c - 1.0);
    let full = n * (r.min(c) - 1.0);
    let v = |chi_squared: f64| (chi_squared / full).sqrt().min(1.0);
    let phi = (statistic / n - df / (n - 1.0)).max(0.0);
    let shrunk = |size: f64| size - (size - 1.0).powi(2) / (n - 1.0);
    let (low, high) = noncentrality_bounds(level.alpha(), statistic, |lambda| {
        noncentral_chi_squared_cdf(statistic, df, lambda)
    });
    CramersV {
        value: v(statistic),
        corrected: (phi / (shrunk(r).min(shrunk(c)) - 1.0))
            .max(0.0)
            .sqrt()
            .min(1.0),
        low: v(low),
        high: v(high),
        level,
    }
}
