//! The lattice of all subsets of the drivers, walked depth first.
//!
//! A node of the walk has decided for the first drivers whether they are in the subset, and holds the correlations of the undecided ones
//! after the chosen ones have been swept out of them. Leaving a driver out drops its row; taking it in costs one rank-one update of what
//! is left. Half of all nodes have one driver left, a quarter two, and so on, so that a subset costs a constant number of operations
//! whatever the number of drivers, and memory is one small table per level: nothing of size 2ᵖ is kept.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use crate::resampling::Steps;
use crate::{Cancelled, Progress};

/// Sums of R² over subsets by size: all of them, and those that hold a given driver.
pub(super) struct SubsetSums {
    drivers: usize,
    /// By size, 0 to p.
    all: Vec<f64>,
    /// Of driver j and size s at j (p + 1) + s.
    holding: Vec<f64>,
}

/// Levels of the walk that are decided beforehand, so that their 2⁶ subtrees are spread over the cores.
const SPREAD: usize = 6;

impl SubsetSums {
    /// Walks the lattice; the drivers must not be collinear.
    pub(super) fn walk(
        correlation: &DMatrix<f64>,
        with_outcome: &DVector<f64>,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let p = with_outcome.len();
        let root = triangle(correlation, with_outcome);
        // Small lattices are walked by whoever asks: a bootstrap asks from all cores at once.
        let decided = if p > 14 { SPREAD } else { 0 };
        let subtrees = 1usize << decided;
        let subtree = |mask: usize| {
            let mut table = root.clone();
            let mut explained = 0.0;
            let mut size = 0;
            for j in 0..decided {
                if mask >> j & 1 == 1 {
                    let (left, gain) = sweep_out(&table, p - j);
                    table = left;
                    explained += gain;
                    size += 1;
                } else {
                    table.drain(..p - j + 1);
                }
            }
            let left = p - decided;
            let mut holding = vec![0.0; p * (p + 1)];
            let mut own = vec![0.0; left + 1];
            let mut room = vec![0.0; room(left)];
            let mut walk = Walk {
                drivers: p,
                holding: &mut holding,
            };
            walk.node(left, &table, &mut room, explained, size, &mut own);
            for j in (0..decided).filter(|j| mask >> j & 1 == 1) {
                for (s, sum) in own.iter().enumerate() {
                    holding[j * (p + 1) + size + s] += sum;
                }
            }
            let mut all = vec![0.0; p + 1];
            for (s, sum) in own.iter().enumerate() {
                all[size + s] += sum;
            }
            (all, holding)
        };
        let parts: Vec<(Vec<f64>, Vec<f64>)> = if subtrees == 1 {
            vec![subtree(0)]
        } else {
            let steps = Steps::new(subtrees as u64, *progress);
            (0..subtrees)
                .into_par_iter()
                .map(|mask| {
                    let part = subtree(mask);
                    steps.advance(1).map(|()| part)
                })
                .collect::<Result<_, _>>()?
        };
        let mut sums = Self {
            drivers: p,
            all: vec![0.0; p + 1],
            holding: vec![0.0; p * (p + 1)],
        };
        for (all, holding) in parts {
            for (mine, theirs) in sums.all.iter_mut().zip(all) {
                *mine += theirs;
            }
            for (mine, theirs) in sums.holding.iter_mut().zip(holding) {
                *mine += theirs;
            }
        }
        Ok(sums)
    }

    /// Mean gain in R² by adding driver j to the subsets of `size` others.
    pub(super) fn gain(&self, j: usize, size: usize) -> f64 {
        let held = |s: usize| self.holding[j * (self.drivers + 1) + s];
        (held(size + 1) - (self.all[size] - held(size))) / binomial(self.drivers - 1, size)
    }

    /// Mean gain over all sizes: Lindeman, Merenda and Gold's measure.
    pub(super) fn lmg(&self, j: usize) -> f64 {
        (0..self.drivers)
            .map(|size| self.gain(j, size))
            .sum::<f64>()
            / self.drivers as f64
    }
}

fn binomial(n: usize, k: usize) -> f64 {
    (0..k)
        .fold(1.0, |product, i| product * (n - i) as f64 / (i + 1) as f64)
        .round()
}

/// The upper triangle by rows, each row ending in the correlation with the outcome: a suffix of it is the triangle without the first
/// drivers.
fn triangle(correlation: &DMatrix<f64>, with_outcome: &DVector<f64>) -> Vec<f64> {
    let p = with_outcome.len();
    let mut table = Vec::with_capacity(entries(p));
    for i in 0..p {
        table.extend((i..p).map(|j| correlation[(i, j)]));
        table.push(with_outcome[i]);
    }
    table
}

fn entries(drivers: usize) -> usize {
    drivers * (drivers + 3) / 2
}

/// Room for the tables and the sums of all levels below one with `drivers` left.
fn room(drivers: usize) -> usize {
    (1..=drivers).map(|left| entries(left - 1) + left).sum()
}

/// The triangle without its first driver, swept out of the others, and what it explains of the outcome.
fn sweep_out(table: &[f64], left: usize) -> (Vec<f64>, f64) {
    let mut swept = table[left + 1..].to_vec();
    let gain = sweep(table, left, &mut swept);
    (swept, gain)
}

fn sweep(table: &[f64], left: usize, swept: &mut [f64]) -> f64 {
    let (row, rest) = table.split_at(left + 1);
    let scale = 1.0 / row[0];
    let mut at = 0;
    for i in 1..left {
        let factor = row[i] * scale;
        let length = left + 1 - i;
        for ((slot, value), first) in swept[at..at + length]
            .iter_mut()
            .zip(&rest[at..at + length])
            .zip(&row[i..])
        {
            *slot = value - factor * first;
        }
        at += length;
    }
    row[left] * row[left] * scale
}

struct Walk<'a> {
    drivers: usize,
    holding: &'a mut [f64],
}

impl Walk<'_> {
    /// Walks the subsets of the last `left` drivers joined to the `size` chosen before, which explain `explained`;
    /// `own[s]` becomes the sum of R² over those with s more.
    fn node(
        &mut self,
        left: usize,
        table: &[f64],
        room: &mut [f64],
        explained: f64,
        size: usize,
        own: &mut [f64],
    ) {
        let row = (self.drivers - left) * (self.drivers + 1) + size;
        match (left, table) {
            (0, _) => own[0] = explained,
            (1, &[own_variance, with_outcome]) => {
                let both = explained + with_outcome * with_outcome / own_variance;
                own[0] = explained;
                own[1] = both;
                self.holding[row + 1] += both;
            }
            (2, &[a, ab, ay, b, by]) => {
                let scale = 1.0 / a;
                let with_a = explained + ay * ay * scale;
                let with_b = explained + by * by / b;
                let left_of_b = b - ab * ab * scale;
                let left_of_by = by - ab * ay * scale;
                let with_both = with_a + left_of_by * left_of_by / left_of_b;
                own[0] = explained;
                own[1] = with_a + with_b;
                own[2] = with_both;
                let next = row + self.drivers + 1;
                self.holding[row + 1] += with_a;
                self.holding[row + 2] += with_both;
                self.holding[next + 1] += with_b;
                self.holding[next + 2] += with_both;
            }
            _ => {
                let (swept, room) = room.split_at_mut(entries(left - 1));
                let (with, room) = room.split_at_mut(left);
                self.node(
                    left - 1,
                    &table[left + 1..],
                    room,
                    explained,
                    size,
                    &mut own[..left],
                );
                let gain = sweep(table, left, swept);
                self.node(left - 1, swept, room, explained + gain, size + 1, with);
                own[left] = 0.0;
                for (s, sum) in with.iter().enumerate() {
                    self.holding[row + 1 + s] += sum;
                    own[s + 1] += sum;
                }
            }
        }
    }
}

/// R² of every subset, by bits: driver j is in subset m when bit j of m is set.
pub(super) fn every_subset(correlation: &DMatrix<f64>, with_outcome: &DVector<f64>) -> Vec<f64> {
    fn fill(
        out: &mut [f64],
        table: &[f64],
        left: usize,
        total: usize,
        mask: usize,
        explained: f64,
    ) {
        if left == 0 {
            out[mask] = explained;
            return;
        }
        fill(out, &table[left + 1..], left - 1, total, mask, explained);
        let (swept, gain) = sweep_out(table, left);
        fill(
            out,
            &swept,
            left - 1,
            total,
            mask | 1 << (total - left),
            explained + gain,
        );
    }
    let p = with_outcome.len();
    let mut out = vec![0.0; 1 << p];
    fill(&mut out, &triangle(correlation, with_outcome), p, p, 0, 0.0);
    out
}
