//! Files that people and programs send: written to disk piece by piece, never held in memory.

use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt};
use tokio::io::AsyncWriteExt;

use crate::Server;
use crate::problem::Problem;
use crate::request::{Fields, PageError, Staff, form_expired, same};

/// Largest file.
pub const MAX_FILE: u64 = 2 * 1024 * 1024 * 1024;
/// Largest body of a request with a file: a route that takes a [`StaffUpload`] has
/// `.layer(DefaultBodyLimit::max(upload::MAX_BODY))`.
pub const MAX_BODY: usize = 2 * 1024 * 1024 * 1024 + 1024 * 1024;
/// Largest other field of such a form, and how many there may be.
const MAX_FIELD: usize = 64 * 1024;
const MAX_FIELDS: usize = 100;
/// How much of a file is looked at to see whether it is text.
const SNIFFED: usize = 64 * 1024;

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadRefusal {
    /// None was chosen, or it is empty.
    #[error("the file is missing or empty")]
    Missing,
    /// It is larger than [`MAX_FILE`].
    #[error("the file is larger than 2 GB")]
    TooLarge,
    /// An old workbook, an archive, a picture: anything but text and XLSX.
    #[error("the file is neither text nor an XLSX workbook; save the table as CSV (UTF-8)")]
    NotText,
    /// The sender stopped in the middle.
    #[error("the file did not arrive whole")]
    Broken,
    /// It could not be written to disk.
    #[error("the file could not be kept: {0}")]
    Disk(#[from] std::io::Error),
}

impl UploadRefusal {
    /// The id of its words.
    pub fn message(&self) -> &'static str {
        match self {
            UploadRefusal::Missing => "upload-missing",
            UploadRefusal::TooLarge => "upload-too-large",
            UploadRefusal::NotText => "upload-not-text",
            UploadRefusal::Broken => "upload-broken",
            UploadRefusal::Disk(_) => "upload-disk",
        }
    }
}

impl From<UploadRefusal> for Problem {
    fn from(refusal: UploadRefusal) -> Self {
        let status = match &refusal {
            UploadRefusal::Missing | UploadRefusal::NotText => StatusCode::UNPROCESSABLE_ENTITY,
            UploadRefusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            UploadRefusal::Broken => StatusCode::BAD_REQUEST,
            UploadRefusal::Disk(error) => {
                tracing::error!(%error, "an upload could not be kept");
                StatusCode::INSUFFICIENT_STORAGE
            }
        };
        let kind = refusal.message();
        let problem = Problem::new(status, kind, "The file is not taken");
        match refusal {
            UploadRefusal::Disk(_) => problem,
            other => problem.detail(other),
        }
    }
}

/// A file that was received. It is removed when this is dropped, unless it was [kept](UploadedFile::keep).
#[derive(Debug)]
pub struct UploadedFile {
    path: PathBuf,
    kept: bool,
    /// The name it had at the sender, for people; never part of a path.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
}

impl UploadedFile {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it for reading.
    ///
    /// # Errors
    /// When it is gone.
    pub fn open(&self) -> Result<std::fs::File, UploadRefusal> {
        Ok(std::fs::File::open(&self.path)?)
    }

    /// Leaves it where it lies, for work that goes on after the request; whoever keeps it removes it.
    pub fn keep(mut self) -> PathBuf {
        self.kept = true;
        self.path.clone()
    }
}

impl Drop for UploadedFile {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "an upload could not be removed");
        }
    }
}

/// Writes what arrives into a file of its own.
///
/// # Errors
/// [`UploadRefusal`] says why nothing is left of it.
pub async fn receive<E>(
    server: &Server,
    name: &str,
    pieces: impl Stream<Item = Result<Bytes, E>>,
) -> Result<UploadedFile, UploadRefusal> {
    let folder = server.app.files();
    tokio::fs::create_dir_all(folder).await?;
    let path = folder.join(format!("{}.upload", server.app.new_id()));
    let mut file = tokio::fs::File::create_new(&path).await?;
    // From here on whatever goes wrong removes the file.
    let mut received = UploadedFile {
        path,
        kept: false,
        name: name.chars().take(200).collect(),
        size: 0,
    };
    let mut head: Vec<u8> = Vec::new();
    let mut looked = false;
    let mut pieces = std::pin::pin!(pieces);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| UploadRefusal::Broken)?;
        received.size += piece.len() as u64;
        if received.size > MAX_FILE {
            return Err(UploadRefusal::TooLarge);
        }
        if !looked {
            head.extend(piece.iter().take(SNIFFED - head.len()));
            if head.len() == SNIFFED {
                looked = true;
                check_text(&head)?;
            }
        }
        file.write_all(&piece).await?;
    }
    if received.size == 0 {
        return Err(UploadRefusal::Missing);
    }
    check_text(&head)?;
    file.flush().await?;
    Ok(received)
}

/// Archives and pictures have zero bytes within their first kilobytes; a text of any language has none. An XLSX workbook is let
/// through: whoever reads the file says what is wrong with it.
fn check_text(head: &[u8]) -> Result<(), UploadRefusal> {
    if head.starts_with(b"PK\x03\x04") {
        return Ok(());
    }
    // UTF-16 has zero bytes and is text: whoever reads the file says what to do about it.
    let utf_16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    let packed = [&b"%PDF"[..], b"\x1f\x8b", b"\xd0\xcf\x11\xe0"]
        .iter()
        .any(|magic| head.starts_with(magic));
    if packed || (head.contains(&0) && !utf_16) {
        Err(UploadRefusal::NotText)
    } else {
        Ok(())
    }
}

/// A form with a file, sent by somebody signed in. Its first field is the CSRF token: a form from elsewhere is refused
/// before a byte of its file is written.
#[derive(Debug)]
pub struct StaffUpload {
    /// Who sent it.
    pub staff: Staff,
    /// The other fields.
    pub fields: Fields,
    /// The file, or why it was not taken: the page says so beside the field.
    pub file: Result<UploadedFile, UploadRefusal>,
}

impl FromRequest<Server> for StaffUpload {
    type Rejection = Response;

    async fn from_request(request: Request, server: &Server) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let staff = Staff::from_request_parts(&mut parts, server).await?;
        let mut form = Multipart::from_request(Request::from_parts(parts, body), server)
            .await
            .map_err(IntoResponse::into_response)?;
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut file = Err(UploadRefusal::Missing);
        while let Ok(Some(mut field)) = form.next_field().await {
            let name = field.name().unwrap_or_default().to_owned();
            if pairs.is_empty() {
                let token = text(&mut field).await.unwrap_or_default();
                if name != "csrf" || !same(&token, staff.csrf()) {
                    return Err(form_expired(&staff.reader));
                }
                pairs.push((name, token));
            } else if let Some(file_name) = field.file_name().map(str::to_owned) {
                file = receive(server, &file_name, field).await;
                if let Err(UploadRefusal::Disk(error)) = &file {
                    tracing::error!(%error, "an upload could not be kept");
                }
                // After a refusal in the middle the rest of the body is of no use.
                if file.is_err() {
                    break;
                }
            } else if pairs.len() < MAX_FIELDS {
                match text(&mut field).await {
                    Some(value) => pairs.push((name, value)),
                    None => {
                        let error = radost_app::AppError::invalid("form", "a field is too long");
                        return Err(PageError::new(error, staff.reader.clone()).into_response());
                    }
                }
            }
        }
        if pairs.is_empty() {
            return Err(form_expired(&staff.reader));
        }
        Ok(StaffUpload {
            staff,
            fields: Fields::of(pairs),
            file,
        })
    }
}

async fn text(field: &mut Field<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    while let Ok(Some(piece)) = field.chunk().await {
        if bytes.len() + piece.len() > MAX_FIELD {
            return None;
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_is_taken() {
        let check = |head: &[u8], taken| assert_eq!(check_text(head).is_ok(), taken, "{head:?}");
        check("код;назва\n".as_bytes(), true);
        check(b"\xef\xbb\xbfcode,name", true);
        check(b"\xff\xfec\0o\0d\0e\0", true);
        check(b"\xea\xee\xe4;\xe8\xec\xff", true);
        check(b"PK\x03\x04\0workbook", true);
        check(b"\xd0\xcf\x11\xe0old workbook", false);
        check(b"\x89PNG\r\n\x1a\n\0\0", false);
        check(b"\xd0\xcf\x11\xe0\xa1", false);
    }
}
