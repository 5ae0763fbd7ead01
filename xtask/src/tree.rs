use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

/// The text files of the repository: tracked ones and new ones that git does not ignore.
#[derive(Debug, Default)]
pub struct Tree {
    pub files: Vec<TextFile>,
}

#[derive(Debug)]
pub struct TextFile {
    /// From the root of the repository, with `/`.
    pub path: String,
    pub text: String,
}

impl Tree {
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let mut paths = match listed_by_git(root) {
            Some(paths) => paths,
            None => walked(root)?,
        };
        paths.sort();
        let files = paths
            .into_iter()
            // A file that is gone or is not text has no lines to check.
            .filter_map(|path| {
                Some(TextFile {
                    text: std::fs::read_to_string(root.join(&path)).ok()?,
                    path,
                })
            })
            .collect();
        Ok(Self { files })
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|&(path, text)| TextFile {
                path: path.into(),
                text: text.into(),
            })
            .collect();
        Self { files }
    }

    pub fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Rust sources under `folder`.
    pub fn rust(&self, folder: &str) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(move |file| {
            file.path
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
                && file.path.ends_with(".rs")
        })
    }
}

impl TextFile {
    /// Numbered lines of code: no comment lines, and nothing from the module of unit tests on,
    /// because it stands at the end of a file and may do what the code may not.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = lines
            .windows(2)
            .position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod "));
        let end = tests.unwrap_or(lines.len());
        (1..)
            .zip(lines)
            .take(end)
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The first line that holds `text`, or 1.
    pub fn line_of(&self, text: &str) -> usize {
        self.text
            .lines()
            .position(|line| line.contains(text))
            .map_or(1, |index| index + 1)
    }
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root)
        .output()
        .ok()?;
    let paths: Vec<String> = String::from_utf8(output.stdout)
        .ok()?
        .split_terminator('\0')
        .map(str::to_owned)
        .collect();
    (output.status.success() && !paths.is_empty()).then_some(paths)
}

/// For a source archive, which has no git: everything but what a build leaves behind.
fn walked(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in
            std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?
        {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let built = folder == root
                    && ["target", "data"]
                        .iter()
                        .any(|name| entry.file_name() == *name);
                if !built && entry.file_name() != ".git" {
                    folders.push(entry.path());
                }
            } else if kind.is_file() {
                paths.push(
                    entry
                        .path()
                        .strip_prefix(root)?
                        .to_string_lossy()
                        .replace('\\', "/"),
                );
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_leaves_out_comments_and_unit_tests_and_keeps_line_numbers() {
        let tree = Tree::of(&[(
            "a.rs",
            "//! doc\nlet a;\n    // why\n#[cfg(test)]\nlet b;\n#[cfg(test)]\nmod tests {\nlet c;\n}\n",
        )]);
        let lines: Vec<_> = tree.files[0].code().collect();
        assert_eq!(lines, [(2, "let a;"), (4, "#[cfg(test)]"), (5, "let b;")]);
    }

    #[test]
    fn rust_sources_are_found_by_whole_folder_names() {
        let tree = Tree::of(&[
            ("crates/app/src/lib.rs", ""),
            ("crates/app/src/x.sql", ""),
            ("crates/app/src2/lib.rs", ""),
            ("crates/app/tests/src/a.rs", ""),
        ]);
        let found: Vec<_> = tree
            .rust("crates/app/src")
            .map(|file| file.path.as_str())
            .collect();
        assert_eq!(found, ["crates/app/src/lib.rs"]);
    }

    #[test]
    fn this_repository_is_listed_the_same_way_without_git() {
        let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
        let walked = walked(Path::new(&root)).unwrap();
        assert!(walked.contains(&"src/tree.rs".to_owned()), "{walked:?}");
        assert!(walked.contains(&"Cargo.toml".to_owned()), "{walked:?}");
    }
}
