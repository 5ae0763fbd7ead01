//! Purchases as a file tells them: who, when and for how much.

use std::collections::HashMap;

use anyhow::Context;
use radost_stats::retention::{Transaction, TransactionTally};
use radost_table::SmolStr;

use super::answer::{Seen, grouped};
use super::meter::Meter;
use super::source::{Reading, day_number};

/// All purchases of a file.
pub(super) struct Purchases {
    pub(super) tally: TransactionTally,
    /// Customers by the number they have in the tally.
    pub(super) names: Vec<SmolStr>,
    /// The day of the last purchase.
    pub(super) last: jiff::civil::Date,
    pub(super) seen: Seen,
    nobody: u64,
    never: u64,
    without_amount: u64,
}

impl Purchases {
    pub(super) fn read(
        mut reading: Reading,
        customer: &str,
        date: &str,
        amount: Option<&str>,
        meter: &Meter,
    ) -> anyhow::Result<Self> {
        let customer = reading.text(customer)?;
        let date = reading.date(date)?;
        let amount = amount.map(|name| reading.number(name)).transpose()?;
        let mut tally = TransactionTally::default();
        let mut ids: HashMap<SmolStr, u64> = HashMap::new();
        let mut names: Vec<SmolStr> = Vec::new();
        let mut last: Option<jiff::civil::Date> = None;
        let (mut nobody, mut never, mut without_amount) = (0, 0, 0);
        let seen = reading.read(meter, |row| {
            let Some(who) = row.text(customer) else {
                nobody += 1;
                return Ok(());
            };
            let Some(when) = row.date(date) else {
                never += 1;
                return Ok(());
            };
            let amount = match amount {
                None => 0.0,
                Some(slot) => match row.number(slot) {
                    Some(amount) => amount,
                    None => {
                        without_amount += 1;
                        return Ok(());
                    }
                },
            };
            let id = match ids.get(who) {
                Some(id) => *id,
                None => {
                    let id = names.len() as u64;
                    ids.insert(who.clone(), id);
                    names.push(who.clone());
                    id
                }
            };
            last = last.max(Some(when));
            Ok(tally.push(Transaction {
                customer: id,
                day: day_number(when),
                amount,
            })?)
        })?;
        Ok(Self {
            tally,
            names,
            last: last.context("no row has both a customer and a date")?,
            seen,
            nobody,
            never,
            without_amount,
        })
    }

    /// The name of a customer by the number in the tally.
    pub(super) fn name(&self, customer: u64) -> String {
        let name = usize::try_from(customer)
            .ok()
            .and_then(|id| self.names.get(id));
        name.map(ToString::to_string).unwrap_or_default()
    }

    /// What to say of rows that are no purchases.
    pub(super) fn left_out(&self, refunds: u64) -> Vec<String> {
        let mut left_out = Vec::new();
        for (count, what) in [
            (self.nobody, "purchases without a customer"),
            (self.never, "purchases without a date"),
            (self.without_amount, "purchases without an amount"),
            (refunds, "refunds"),
        ] {
            if count > 0 {
                left_out.push(format!("{} {what}", grouped(count)));
            }
        }
        left_out
    }
}
