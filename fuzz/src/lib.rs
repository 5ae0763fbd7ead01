//! What the targets share: reading a table out of bytes, and a survey with every kind of question.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, Once};

use radost_domain::listen::{PublishedSurvey, Survey};
use radost_table::{Asked, Encoding, Kind, Options, Table};
use zip::write::SimpleFileOptions;

/// A small file that makes the reader take this much memory is a fault.
const MOST_MEMORY: usize = 512 << 20;

/// Ends the process when it holds too much: libFuzzer itself only looks at what has been written to, and once a second.
struct Counted(AtomicUsize);

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = self.0.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        if held > MOST_MEMORY {
            eprintln!("{held} bytes of memory, {} of them at once", layout.size());
            std::process::abort();
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.0.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static MEMORY: Counted = Counted(AtomicUsize::new(0));

static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

/// Runs a target in which libraries may panic as long as the panic goes no further than radost-table: libfuzzer-sys would end the
/// process on any panic, so its hook is replaced.
fn outliving_panics(run: impl FnOnce()) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            if let Ok(mut last) = LAST_PANIC.lock() {
                *last = info.to_string();
            }
        }));
    });
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        eprintln!("{}", LAST_PANIC.lock().map_or_else(|_| String::new(), |last| last.clone()));
        std::process::abort();
    }
}

/// A file of this process, in the folder for temporary files: TMPDIR=/dev/shm keeps it in memory.
fn file(extension: &str) -> PathBuf {
    std::env::temp_dir().join(format!("radost-fuzz-{}.{extension}", std::process::id()))
}

/// Reads everything in a file as everything, and in every way that an analyst may ask for.
fn read(file: &Path, options: &Options) {
    let table = match Table::open(file, options) {
        Ok(table) => table,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let _ = table.columns().all(["*"]);
    for kind in [Kind::Number, Kind::Text, Kind::Date] {
        let asked: Vec<Asked> =
            (0..table.columns().len().min(40)).map(|column| Asked { column, kind }).collect();
        let mut rows = 0;
        let read = table.read(&asked, |batch| {
            rows += batch.rows.len() as u64;
            assert!((0.0..=1.0).contains(&batch.done), "{} done", batch.done);
            for values in &batch.columns {
                let length = values.numbers().len() + values.texts().len() + values.dates().len();
                assert_eq!(length, batch.rows.len());
                assert!(!values.numbers().iter().any(|value| value.is_infinite()));
            }
            ControlFlow::Continue(())
        });
        match read {
            Ok(report) => assert_eq!(report.rows, rows),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// A table out of bytes, refused or read; `magic` is how a file of this kind begins.
pub fn table(extension: &str, magic: &[&[u8]], bytes: &[u8]) {
    if !magic.iter().any(|magic| bytes.starts_with(magic)) {
        return;
    }
    let file = file(extension);
    std::fs::write(&file, bytes).expect("a folder for temporary files");
    outliving_panics(|| {
        read(&file, &Options::default());
        // Separated values are read in other ways too; other files speak for themselves.
        if magic == [b""] {
            let encoding = Encoding::for_label(b"windows-1251");
            let missing = vec!["0".to_owned(), "n/a".to_owned()];
            let date_format = Some("%d/%m/%Y %H:%M".to_owned());
            read(&file, &Options { encoding, missing, date_format, limit: Some(100), ..Options::default() });
            let encoding = Encoding::for_label(b"utf-16le");
            read(&file, &Options { encoding, delimiter: Some(b';'), ..Options::default() });
        }
    });
}

/// A workbook whose parts are sound in their form and contain anything: `bytes` are the parts, each behind a line `=== name`.
pub fn workbook(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for part in text.split("=== ").skip(1) {
        let (name, content) = part.split_once('\n').unwrap_or((part, ""));
        // Two parts of one name are refused by the writer; that archive is then one part short.
        if archive.start_file(name, stored).is_ok() {
            let _ = archive.write_all(content.as_bytes());
        }
    }
    if let Ok(archive) = archive.finish() {
        table("xlsx", &[b"PK\x03\x04"], archive.get_ref());
    }
}

/// A survey with every kind of question.
pub static SURVEY: LazyLock<PublishedSurvey> = LazyLock::new(|| {
    let document = serde_json::from_str(include_str!("../surveys/every-kind.json")).expect("JSON");
    Survey::from_json(&document).and_then(|survey| survey.publish(1, &[])).expect("a sound survey")
});
