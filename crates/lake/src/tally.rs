//! Tallies: what a file holds, counted beforehand.
//!
//! A file of a table never changes, so what is counted in it stays true as long as the file belongs to the table. For each
//! file of some size, and for each *cut* (no dimension, one, or two of those that [`Shape`] has), one small Parquet file holds
//! a row for every day and group with, for each question on a scale, how often each value was answered:
//!
//! ```text
//! <table>/_tallies/<cut>/<file>      day, dimensions of the cut, responses, question@0 … question@10
//! ```
//! Counts add up over files, so a query over any of those groups reads tallies instead of responses. A file without a tally
//! is read itself: a tally that is missing costs time and never a number. Readers of Delta do not look into folders that begin
//! with `_`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use deltalake::DeltaTable;
use deltalake::arrow::array::{
    ArrayRef, AsArray, Date32Array, Int32Array, Int32Builder, StringArray,
};
use deltalake::arrow::compute::cast;
use deltalake::arrow::datatypes::{DataType, Date32Type, Field, Int64Type, Schema, SchemaRef};
use deltalake::arrow::error::ArrowError;
use deltalake::arrow::record_batch::RecordBatch;
use deltalake::datafusion::error::DataFusionError;
use deltalake::datafusion::prelude::ident;
use deltalake::parquet::arrow::ArrowWriter;
use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::sums::VALUES;
use crate::write::{FILE_SIZE, properties};
use crate::{Lake, LakeError, Shape, TableName};

/// Rows of a tally that are written together.
const STRETCH: usize = 8_192;
/// Within a table.
const FOLDER: &str = "_tallies";

/// Dimensions by which a tally is kept, by the names of their columns in the order of [`Shape::dimensions`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cut(Vec<String>);

impl Cut {
    /// The cut that tells these columns apart; `None` when there is none, because they are too many or not all dimensions.
    pub(crate) fn of(shape: &Shape, columns: &BTreeSet<&str>) -> Option<Cut> {
        let found: Vec<String> = shape
            .dimensions()
            .filter(|name| columns.contains(name))
            .map(str::to_owned)
            .collect();
        (found.len() == columns.len() && found.len() <= 2).then_some(Cut(found))
    }

    /// Every cut of a table. The one by no dimension comes last: where it is, the others have been made.
    fn all(shape: &Shape) -> Vec<Cut> {
        let names: Vec<&str> = shape.dimensions().collect();
        let mut cuts = Vec::new();
        for (i, &one) in names.iter().enumerate() {
            let with = |two: &&str| Cut(vec![one.to_owned(), (*two).to_owned()]);
            cuts.extend(names[i + 1..].iter().map(with));
            cuts.push(Cut(vec![one.to_owned()]));
        }
        cuts.push(Cut::whole());
        cuts
    }

    fn whole() -> Cut {
        Cut(Vec::new())
    }

    /// Its folder.
    pub(crate) fn name(&self) -> String {
        match self.0.is_empty() {
            true => "all".to_owned(),
            false => self.0.join("."),
        }
    }

    /// The columns of its tallies, for these questions: a tally lacks those of values that its file does not have.
    pub(crate) fn schema<'q>(&self, questions: impl IntoIterator<Item = &'q str>) -> SchemaRef {
        let mut fields = vec![Field::new("day", DataType::Date32, true)];
        let text = |name: &String| Field::new(name, DataType::Utf8, true);
        fields.extend(self.0.iter().map(text));
        for question in questions {
            let count = |value| Field::new(count_column(question, value), DataType::Int32, true);
            fields.extend((0..VALUES).map(count));
        }
        Arc::new(Schema::new(fields))
    }
}

/// The column in which a value of a question is counted.
pub(crate) fn count_column(question: &str, value: usize) -> String {
    format!("{question}@{value}")
}

/// Which files have a tally, by cut.
pub(crate) type Tallied = BTreeMap<String, HashSet<String>>;

/// Which files are worth counting beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Those with at least so many rows: a smaller one is read as quickly itself.
    Rows(usize),
    /// Those so large that they will hardly be put together with others, when what was counted of them would be lost.
    Settled,
}

impl Worth {
    fn of(self, rows: usize, bytes: i64) -> bool {
        match self {
            Worth::Rows(least) => rows >= least,
            Worth::Settled => bytes.unsigned_abs() >= FILE_SIZE.get() / 4 * 3,
        }
    }
}

impl Lake {
    /// Makes the tallies that the files of a table lack where they are worth it, and deletes those of files that belong to it
    /// no more. Returns for how many files there are new ones.
    ///
    /// # Errors
    /// [`LakeError::Table`], [`LakeError::Query`], [`LakeError::Storage`]. What is missing is made by the next call.
    pub async fn tally(
        &self,
        name: &TableName,
        shape: &Shape,
        worth: Worth,
    ) -> Result<u64, LakeError> {
        let Some(table) = self.table(name).await? else {
            return Ok(0);
        };
        let snapshot = table
            .snapshot()
            .map_err(|error| LakeError::of(name, error))?;
        let tallied = self.tallied(name).await?;
        let done = tallied.get(&Cut::whole().name());
        let mut current = HashSet::new();
        let mut made = 0;
        for file in snapshot.log_data().iter() {
            let path = file.path().to_string();
            let large = worth.of(file.num_records().unwrap_or(0), file.size());
            if large && !done.is_some_and(|files| files.contains(&path)) {
                self.tally_file(name, &table, shape, &path).await?;
                made += 1;
            }
            current.insert(path);
        }
        self.sweep_tallies(name, &tallied, &current).await?;
        Ok(made)
    }

    /// Deletes the tallies of files that belong to a table no more.
    pub(crate) async fn forget_tallies(
        &self,
        name: &TableName,
        table: &DeltaTable,
    ) -> Result<(), LakeError> {
        let snapshot = table
            .snapshot()
            .map_err(|error| LakeError::of(name, error))?;
        let files = snapshot.log_data();
        let current = files.iter().map(|file| file.path().to_string()).collect();
        let tallied = self.tallied(name).await?;
        self.sweep_tallies(name, &tallied, &current).await
    }

    async fn sweep_tallies(
        &self,
        name: &TableName,
        tallied: &Tallied,
        current: &HashSet<String>,
    ) -> Result<(), LakeError> {
        for (cut, files) in tallied {
            for file in files.difference(current) {
                let path = self.object(name, &tally_path(cut, file));
                match self.root.delete(&path).await {
                    Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(())
    }

    /// Which files of a table have a tally.
    pub(crate) async fn tallied(&self, name: &TableName) -> Result<Tallied, LakeError> {
        let folder = self.object(name, FOLDER);
        let mut tallied = Tallied::new();
        let mut listed = self.root.list(Some(&folder));
        while let Some(object) = listed.try_next().await? {
            let mut parts = object.location.parts().skip(folder.parts().count());
            if let (Some(cut), Some(file), None) = (parts.next(), parts.next(), parts.next()) {
                let files = tallied.entry(cut.as_ref().to_owned()).or_default();
                files.insert(file.as_ref().to_owned());
            }
        }
        Ok(tallied)
    }

    async fn tally_file(
        &self,
        name: &TableName,
        table: &DeltaTable,
        shape: &Shape,
        file: &str,
    ) -> Result<(), LakeError> {
        let session = self.session_here()?;
        let rows = session.read_table(self.provider(name, table, &[file])?)?;
        // A column that the table has not got yet holds nothing.
        let known = rows.schema().clone();
        let has = |column: &&str| known.has_column_with_unqualified_name(column);
        let mut coded = Coded::new(shape.dimensions(), shape.scales().filter(has));
        let wanted = std::iter::once("day")
            .chain(shape.dimensions().filter(|column| has(column)))
            .chain(coded.questions.iter().map(String::as_str))
            .map(ident);
        let mut rows = rows
            .select(wanted.collect::<Vec<_>>())?
            .execute_stream()
            .await?;
        while let Some(batch) = rows.try_next().await? {
            coded.read(&batch).map_err(DataFusionError::from)?;
        }
        for cut in Cut::all(shape) {
            let written = coded.tally(&cut).map_err(DataFusionError::from)?;
            if let Some(bytes) = written {
                let path = self.object(name, &tally_path(&cut.name(), file));
                self.root.put(&path, PutPayload::from(bytes)).await?;
            }
        }
        Ok(())
    }
}

/// Where a tally is within its table.
pub(crate) fn tally_path(cut: &str, file: &str) -> String {
    format!("{FOLDER}/{cut}/{file}")
}

/// The rows of a file as small numbers.
struct Coded {
    days: Vec<i32>,
    dimensions: BTreeMap<String, Codes>,
    questions: Vec<String>,
    /// For each question the answers, [`UNANSWERED`] where there is none.
    answers: Vec<Vec<u8>>,
}

/// The values of a dimension, numbered as they come; 0 is none.
#[derive(Default)]
struct Codes {
    numbers: HashMap<String, u32>,
    values: Vec<String>,
    rows: Vec<u32>,
}

const UNANSWERED: u8 = u8::MAX;

impl Codes {
    fn read(&mut self, values: &StringArray) {
        for value in values {
            let number = match value {
                None => 0,
                Some(value) => match self.numbers.get(value) {
                    Some(&number) => number,
                    None => {
                        self.values.push(value.to_owned());
                        let number = self.values.len() as u32;
                        self.numbers.insert(value.to_owned(), number);
                        number
                    }
                },
            };
            self.rows.push(number);
        }
    }

    fn value(&self, number: u32) -> Option<&str> {
        let place = (number as usize).checked_sub(1)?;
        self.values.get(place).map(String::as_str)
    }
}

impl Coded {
    fn new<'n>(
        dimensions: impl Iterator<Item = &'n str>,
        questions: impl Iterator<Item = &'n str>,
    ) -> Self {
        let questions: Vec<String> = questions.map(str::to_owned).collect();
        Coded {
            days: Vec::new(),
            dimensions: dimensions
                .map(|name| (name.to_owned(), Codes::default()))
                .collect(),
            answers: vec![Vec::new(); questions.len()],
            questions,
        }
    }

    fn read(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let column = |name: &str, kind: &DataType| {
            let column = batch.column_by_name(name);
            column.map(|column| cast(column, kind)).transpose()
        };
        if let Some(days) = column("day", &DataType::Date32)? {
            let days = days.as_primitive::<Date32Type>();
            // Every response has a day.
            self.days.extend(days.iter().map(Option::unwrap_or_default));
        }
        for (name, codes) in &mut self.dimensions {
            match column(name, &DataType::Utf8)? {
                Some(values) => codes.read(values.as_string::<i32>()),
                None => codes.rows.resize(codes.rows.len() + batch.num_rows(), 0),
            }
        }
        for (name, answers) in self.questions.iter().zip(&mut self.answers) {
            let Some(values) = column(name, &DataType::Int64)? else {
                continue;
            };
            let small = |value: Option<i64>| {
                let value = value.and_then(|value| u8::try_from(value).ok());
                value.filter(|value| usize::from(*value) < VALUES)
            };
            let values = values.as_primitive::<Int64Type>().iter();
            answers.extend(values.map(|value| small(value).unwrap_or(UNANSWERED)));
        }
        Ok(())
    }

    /// The tally of a cut as the bytes of a Parquet file; `None` when it would hardly be smaller than the rows themselves.
    fn tally(&self, cut: &Cut) -> Result<Option<Vec<u8>>, ArrowError> {
        let none = Codes::default();
        let dimensions: Vec<&Codes> = cut
            .0
            .iter()
            .map(|name| self.dimensions.get(name).unwrap_or(&none))
            .collect();
        let number = |place: usize, row: usize| {
            let codes = dimensions.get(place);
            codes
                .and_then(|codes| codes.rows.get(row))
                .copied()
                .unwrap_or(0)
        };
        // Which cell each row falls into, and how large the cells are.
        let mut cells: HashMap<(i32, u32, u32), u32> = HashMap::new();
        let cell_of: Vec<u32> = (0..self.days.len())
            .map(|row| {
                let next = cells.len() as u32;
                let cell = (self.days[row], number(0, row), number(1, row));
                *cells.entry(cell).or_insert(next)
            })
            .collect();
        if !cut.0.is_empty() && cells.len() * 2 > self.days.len() {
            return Ok(None);
        }
        let mut sizes = vec![0_u32; cells.len()];
        for &cell in &cell_of {
            sizes[cell as usize] += 1;
        }
        // The rows of each cell side by side, so that one cell is counted after the other.
        let mut begins = Vec::with_capacity(cells.len());
        let mut begin = 0;
        for &size in &sizes {
            begins.push(begin);
            begin += size as usize;
        }
        let mut rows = vec![0_u32; cell_of.len()];
        let mut next = begins.clone();
        for (row, &cell) in cell_of.iter().enumerate() {
            let place = &mut next[cell as usize];
            rows[*place] = row as u32;
            *place += 1;
        }
        let mut ordered: Vec<((i32, u32, u32), u32)> = cells.into_iter().collect();
        ordered.sort_unstable();

        let columns = self.occurring();
        let mut fields = vec![Field::new("day", DataType::Date32, true)];
        let text = |name: &String| Field::new(name, DataType::Utf8, true);
        fields.extend(cut.0.iter().map(text));
        fields.push(Field::new("responses", DataType::Int32, true));
        let count = |&(question, value): &(usize, usize)| {
            let name = count_column(&self.questions[question], value);
            Field::new(name, DataType::Int32, true)
        };
        fields.extend(columns.iter().map(count));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let mut writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties()))?;
        let mut counts = vec![[0_i32; VALUES]; self.questions.len()];
        for stretch in ordered.chunks(STRETCH) {
            let mut builders: Vec<Int32Builder> = columns
                .iter()
                .map(|_| Int32Builder::with_capacity(stretch.len()))
                .collect();
            let mut responses = Vec::with_capacity(stretch.len());
            for &(_, cell) in stretch {
                let cell = cell as usize;
                let size = sizes[cell] as usize;
                responses.push(size as i32);
                for (question, answers) in self.answers.iter().enumerate() {
                    counts[question] = [0; VALUES];
                    for &row in &rows[begins[cell]..begins[cell] + size] {
                        if let Some(count) =
                            counts[question].get_mut(usize::from(answers[row as usize]))
                        {
                            *count += 1;
                        }
                    }
                }
                for (&(question, value), builder) in columns.iter().zip(&mut builders) {
                    builder.append_value(counts[question][value]);
                }
            }
            let days: Date32Array = stretch.iter().map(|((day, _, _), _)| Some(*day)).collect();
            let mut arrays: Vec<ArrayRef> = vec![Arc::new(days)];
            for (place, codes) in dimensions.iter().enumerate() {
                let values: StringArray = stretch
                    .iter()
                    .map(|((_, one, two), _)| codes.value(if place == 0 { *one } else { *two }))
                    .collect();
                arrays.push(Arc::new(values));
            }
            arrays.push(Arc::new(Int32Array::from(responses)));
            for mut builder in builders {
                arrays.push(Arc::new(builder.finish()));
            }
            writer.write(&RecordBatch::try_new(schema.clone(), arrays)?)?;
        }
        Ok(Some(writer.into_inner()?))
    }

    /// The questions with the values that anybody answered.
    fn occurring(&self) -> Vec<(usize, usize)> {
        let mut occurring = Vec::new();
        for (question, answers) in self.answers.iter().enumerate() {
            let mut seen = [false; VALUES];
            for &answer in answers {
                if let Some(seen) = seen.get_mut(usize::from(answer)) {
                    *seen = true;
                }
            }
            let values = seen.iter().enumerate().filter(|(_, seen)| **seen);
            occurring.extend(values.map(|(value, _)| (question, value)));
        }
        occurring
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_settled_when_little_more_fits_in() {
        let size = i64::try_from(FILE_SIZE.get()).expect("a size");
        let settled = |bytes| Worth::Settled.of(usize::MAX, bytes);
        assert_eq!([settled(size / 2), settled(size)], [false, true]);
        let large = |rows| Worth::Rows(10).of(rows, 0);
        assert_eq!([large(9), large(10)], [false, true]);
    }
}
