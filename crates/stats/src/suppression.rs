use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

/// Which groups of a breakdown to withhold so that no small group can be read, not even by subtraction from a shown total.
///
/// A group is small with fewer than `minimum` responses, and empty groups are always shown. When small groups are withheld, the
/// smallest other groups follow until those withheld are at least two and hold `minimum` responses together: the total minus what is
/// shown then tells only of that mixture. Of equal groups the first is withheld.
///
/// ```
/// use radost_stats::suppress;
///
/// assert_eq!(suppress(&[40, 3, 25], 5), [false, true, true]); // 3 alone could be had by subtraction
/// assert_eq!(suppress(&[40, 3, 2, 25], 5), [false, true, true, false]); // 3 and 2 cover each other
/// ```
/// # Assumptions
/// One dimension whose total is shown. Crossed breakdowns of the same responses need more than this.
/// When every non-empty group is withheld and still there are not two, or not `minimum` responses, the total itself is small or is
/// that one group: withhold the total too.
/// # Sources
/// Complementary suppression as in Hundepool et al. (2012), Statistical Disclosure Control, Wiley.
pub fn suppress(counts: &[u64], minimum: u64) -> Vec<bool> {
    let mut withheld: Vec<bool> = counts.iter().map(|&n| 0 < n && n < minimum).collect();
    let (mut groups, mut responses) = (0, 0_u64);
    for (&n, _) in counts
        .iter()
        .zip(&withheld)
        .filter(|(_, withheld)| **withheld)
    {
        groups += 1;
        responses = responses.saturating_add(n);
    }
    if groups == 0 {
        return withheld;
    }
    let mut others: Vec<usize> = (0..counts.len())
        .filter(|&i| counts[i] > 0 && !withheld[i])
        .collect();
    others.sort_by_key(|&i| counts[i]);
    for i in others {
        if groups >= 2 && responses >= minimum {
            break;
        }
        withheld[i] = true;
        groups += 1;
        responses = responses.saturating_add(counts[i]);
    }
    withheld
}

/// Which cells of a breakdown by several dimensions at once to withhold, so that none that is small can be had from a shown total by
/// subtracting the other cells of its line.
///
/// `places[i]` says where cell i stands along each dimension. A line is all cells that differ in one dimension alone. In every line the
/// withheld cells are at least two and hold `minimum` responses together: where they do not, its smallest other cells follow, which may
/// open other lines, until all are covered. A line whose non-empty cells are all withheld cannot be covered further and is left.
///
/// ```
/// use radost_stats::suppress_crossed;
///
/// // Rows (0, 0) 40, (0, 1) 3 and (1, 0) 25, (1, 1) 30: the 3 can be had from its row and from its column.
/// let places = [vec![0, 0], vec![0, 1], vec![1, 0], vec![1, 1]];
/// assert_eq!(suppress_crossed(&places, &[40, 3, 25, 30], 5), [true, true, true, true]);
/// // A third row that needs no cover stays.
/// let places: Vec<Vec<usize>> = (0..9).map(|cell| vec![cell / 3, cell % 3]).collect();
/// let withheld = suppress_crossed(&places, &[40, 3, 20, 25, 30, 50, 60, 70, 80], 5);
/// assert_eq!(withheld, [true, true, true, true, true, true, false, false, false]);
/// ```
/// # Assumptions
/// Lines are looked at one by one: sums over several lines at once can tell more, which [`suppress_two_way`] covers for tables of two
/// dimensions with their totals.
/// # Sources
/// Complementary suppression as in Hundepool et al. (2012), Statistical Disclosure Control, Wiley.
pub fn suppress_crossed<P: AsRef<[usize]>>(
    places: &[P],
    counts: &[u64],
    minimum: u64,
) -> Vec<bool> {
    let mut withheld: Vec<bool> = counts.iter().map(|&n| 0 < n && n < minimum).collect();
    if !withheld.contains(&true) {
        return withheld;
    }
    let dimensions = places.first().map_or(0, |place| place.as_ref().len());
    let mut lines: BTreeMap<(usize, Vec<usize>), Vec<usize>> = BTreeMap::new();
    for (cell, place) in places.iter().enumerate().take(counts.len()) {
        for along in 0..dimensions {
            let mut others = place.as_ref().to_vec();
            if along < others.len() {
                others.remove(along);
            }
            lines.entry((along, others)).or_default().push(cell);
        }
    }
    loop {
        let mut changed = false;
        for cells in lines.values_mut() {
            cells.sort_by_key(|&cell| counts[cell]);
            let hidden: Vec<u64> = cells
                .iter()
                .filter(|&&cell| withheld[cell])
                .map(|&cell| counts[cell])
                .collect();
            if hidden.is_empty() {
                continue;
            }
            let (mut groups, mut responses) = (hidden.len(), hidden.iter().sum::<u64>());
            for &cell in cells.iter() {
                if groups >= 2 && responses >= minimum {
                    break;
                }
                if counts[cell] > 0 && !withheld[cell] {
                    withheld[cell] = true;
                    groups += 1;
                    responses = responses.saturating_add(counts[cell]);
                    changed = true;
                }
            }
        }
        if !changed {
            return withheld;
        }
    }
}

/// What to withhold of a two-way table with its totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoWaySuppression {
    /// Cells, row by row.
    pub cells: Vec<Vec<bool>>,
    /// Row totals.
    pub row_totals: Vec<bool>,
    /// Column totals.
    pub column_totals: Vec<bool>,
    /// The total of the table.
    pub total: bool,
}

/// Why a table cannot be protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SuppressionError {
    /// The rows differ in length.
    #[error("row {row} has {got} cells, and the first row has {expected}")]
    Ragged {
        /// Its index.
        row: usize,
        /// Cells of the first row.
        expected: usize,
        /// Cells of this row.
        got: usize,
    },
    /// The counts cannot be added up.
    #[error("the counts of the table are too large to be added up")]
    TooMany,
}

/// Which cells and totals of a crossed breakdown to withhold so that no small group can be read, by whatever addition and subtraction
/// of what is shown.
///
/// A cell or total is small with fewer than `minimum` responses; zeros are always shown. Small ones are withheld, and with each of
/// them the smallest others (cells before totals) that it takes for every sum that can be computed and that holds it to come to at
/// least `minimum`.
///
/// Rows, columns and totals are the nodes of a network in which every count flows from its row to its column, from there through the
/// column total and the total back to its row. A sum of withheld counts can be computed exactly when they are the withheld part of a
/// cut that no other withheld count crosses backward; so a small count is safe when `minimum` can flow round it, along withheld counts
/// up to their size and against them without limit (Ford and Fulkerson). The way round is the cheapest there is for one small count
/// after the other; withholding least in all would be a problem without a fast solution.
///
/// ```
/// use radost_stats::suppress_two_way;
///
/// let withheld = suppress_two_way(&[[40, 30, 20], [25, 3, 30], [20, 22, 41]], 5)?;
/// assert_eq!(withheld.cells, [[false, false, false], [true, true, false], [true, true, false]]);
/// assert!(!withheld.total && !withheld.row_totals.contains(&true));
/// # Ok::<(), radost_stats::SuppressionError>(())
/// ```
/// # Assumptions
/// One table whose totals are shown with it; other tables of the same responses can tell more. Everyone knows that counts are not
/// negative, and no one holds more: a reader who is the only respondent of a cell can subtract himself.
/// # Errors
/// [`SuppressionError::Ragged`]; [`SuppressionError::TooMany`] when the total passes `u64::MAX`.
/// # Sources
/// Gusfield (1988), A graph theoretic approach to statistical data security, SIAM Journal on Computing 17(3), 552–571; Hundepool et al.
/// (2012), Statistical Disclosure Control, Wiley, chapter 4.
pub fn suppress_two_way<R: AsRef<[u64]>>(
    counts: &[R],
    minimum: u64,
) -> Result<TwoWaySuppression, SuppressionError> {
    let columns = counts.first().map_or(0, |row| row.as_ref().len());
    let rows = counts.len();
    let mut column_sums = vec![0_u64; columns];
    let mut arcs = Vec::with_capacity(rows * columns + rows + columns + 1);
    // Nodes: the rows, the columns, the row of column totals, the column of row totals.
    let (totals_row, totals_column) = (rows + columns, rows + columns + 1);
    let mut row_arcs = Vec::with_capacity(rows);
    let mut total = 0_u64;
    for (row, cells) in counts.iter().enumerate() {
        let cells = cells.as_ref();
        if cells.len() != columns {
            return Err(SuppressionError::Ragged {
                row,
                expected: columns,
                got: cells.len(),
            });
        }
        let mut sum = 0_u64;
        for (column, &count) in cells.iter().enumerate() {
            arcs.push(Arc::new(row, rows + column, count, minimum));
            sum = sum.checked_add(count).ok_or(SuppressionError::TooMany)?;
            // Never above the total, which is checked.
            column_sums[column] = column_sums[column].saturating_add(count);
        }
        row_arcs.push(Arc::new(totals_column, row, sum, minimum));
        total = total.checked_add(sum).ok_or(SuppressionError::TooMany)?;
    }
    let cells = arcs.len();
    arcs.extend(row_arcs);
    arcs.extend(
        column_sums
            .iter()
            .enumerate()
            .map(|(column, &sum)| Arc::new(rows + column, totals_row, sum, minimum)),
    );
    arcs.push(Arc::new(totals_row, totals_column, total, minimum));

    let mut network = Network::new(arcs, rows + columns + 2);
    // Withholding more never makes a sum smaller, so that one pass is enough.
    for small in 0..network.arcs.len() {
        let arc = &network.arcs[small];
        if 0 < arc.count && arc.count < minimum {
            network.protect(small, minimum, cells);
        }
    }

    let withheld: Vec<bool> = network.arcs.iter().map(|arc| arc.withheld).collect();
    let (inner, outer) = withheld.split_at(cells);
    Ok(TwoWaySuppression {
        cells: if columns == 0 {
            vec![Vec::new(); rows]
        } else {
            inner.chunks(columns).map(<[bool]>::to_vec).collect()
        },
        row_totals: outer.iter().take(rows).copied().collect(),
        column_totals: outer.iter().skip(rows).take(columns).copied().collect(),
        total: outer.last().copied().unwrap_or(false),
    })
}

/// One count of the table, flowing between two nodes.
struct Arc {
    from: usize,
    to: usize,
    count: u64,
    withheld: bool,
}

impl Arc {
    fn new(from: usize, to: usize, count: u64, minimum: u64) -> Self {
        Self {
            from,
            to,
            count,
            withheld: 0 < count && count < minimum,
        }
    }
}

struct Network {
    arcs: Vec<Arc>,
    /// Arcs that touch each node.
    at: Vec<Vec<usize>>,
}

impl Network {
    fn new(arcs: Vec<Arc>, nodes: usize) -> Self {
        let mut at = vec![Vec::new(); nodes];
        for (index, arc) in arcs.iter().enumerate() {
            at[arc.from].push(index);
            at[arc.to].push(index);
        }
        Self { arcs, at }
    }

    /// Withholds what it takes for `minimum` to flow from one end of `small` to the other, so that no cut between them is less.
    ///
    /// Flow runs along arcs up to their count and against them without limit, always by the cheapest way: what is withheld already costs
    /// nothing, and the first `cells` arcs cost less than the totals after them.
    fn protect(&mut self, small: usize, minimum: u64, cells: usize) {
        let (source, sink) = (self.arcs[small].from, self.arcs[small].to);
        let mut flow = vec![0_i128; self.arcs.len()];
        let mut missing = i128::from(minimum);
        while missing > 0 {
            // What leaves one side of a table comes back to it, so there always is a way round.
            let Some(way) = self.cheapest(source, sink, &flow, cells) else {
                return;
            };
            let room = way
                .iter()
                .filter(|step| step.forward)
                .map(|step| i128::from(self.arcs[step.arc].count) - flow[step.arc])
                .fold(missing, i128::min);
            for step in way {
                self.arcs[step.arc].withheld = true;
                flow[step.arc] += if step.forward { room } else { -room };
            }
            missing -= room;
        }
    }

    /// Dijkstra's shortest path over the counts that would have to be withheld.
    fn cheapest(
        &self,
        source: usize,
        sink: usize,
        flow: &[i128],
        cells: usize,
    ) -> Option<Vec<Step>> {
        let mut best: Vec<Option<(u32, u128)>> = vec![None; self.at.len()];
        let mut by: Vec<Option<Step>> = vec![None; self.at.len()];
        best[source] = Some((0, 0));
        let mut queue = BinaryHeap::from([Reverse(((0_u32, 0_u128), source))]);
        while let Some(Reverse((cost, node))) = queue.pop() {
            if best[node].is_some_and(|known| known < cost) {
                continue;
            }
            for &index in &self.at[node] {
                let arc = &self.arcs[index];
                let forward = arc.from == node;
                if arc.count == 0 || forward && flow[index] >= i128::from(arc.count) {
                    continue;
                }
                let next = if forward { arc.to } else { arc.from };
                let onward = if arc.withheld {
                    cost
                } else {
                    (
                        cost.0 + u32::from(index >= cells),
                        cost.1 + u128::from(arc.count),
                    )
                };
                if best[next].is_none_or(|known| onward < known) {
                    best[next] = Some(onward);
                    by[next] = Some(Step {
                        arc: index,
                        forward,
                    });
                    queue.push(Reverse((onward, next)));
                }
            }
        }
        let mut way = Vec::new();
        let mut node = sink;
        while node != source {
            let step = by[node]?;
            let arc = &self.arcs[step.arc];
            node = if step.forward { arc.from } else { arc.to };
            way.push(step);
        }
        Some(way)
    }
}

/// One arc of a path, and whether it is taken in its direction.
#[derive(Clone, Copy)]
struct Step {
    arc: usize,
    forward: bool,
}
