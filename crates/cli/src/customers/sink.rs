//! The end of an export: the standard output, or a file that is there whole or not at all.

use std::fs::canonicalize;
use std::io::{BufWriter, ErrorKind, StdoutLock, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

const BUFFER: usize = 64 << 10;

/// Takes lines.
pub(super) enum Sink {
    Output(BufWriter<StdoutLock<'static>>),
    File {
        /// Beside the file that it becomes; goes with the program when it does not come to that.
        part: BufWriter<NamedTempFile>,
        path: PathBuf,
    },
}

/// The reader of the standard output, still there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Here,
    /// The program behind the pipe has seen enough, as `head` does.
    Gone,
}

impl Sink {
    /// The file, or the standard output without one. Nobody but its owner may read the file: it tells much about
    /// people.
    pub(super) fn open(file: Option<&Path>) -> Result<Self, String> {
        let Some(file) = file else {
            let output = std::io::stdout().lock();
            return Ok(Self::Output(BufWriter::with_capacity(BUFFER, output)));
        };
        let named = |error: std::io::Error| format!("--output {}: {error}", file.display());
        let path = match canonicalize(file) {
            Ok(path) if path.is_file() => path,
            // To be put in the place of a device or a folder is nothing that anyone wants.
            Ok(_) => return Err(format!("--output {}: expected a file", file.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => file.to_owned(),
            Err(error) => return Err(named(error)),
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let part = Builder::new()
            .prefix(".iteras-customers-")
            .suffix(".part")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(named)?;
        let part = BufWriter::with_capacity(BUFFER, part);
        Ok(Self::File { part, path })
    }

    /// Takes a line.
    pub(super) fn write(&mut self, line: &[u8]) -> Result<Reader, String> {
        let written = match self {
            Self::Output(output) => output.write_all(line),
            Self::File { part, .. } => part.write_all(line),
        };
        self.told(written)
    }

    /// Everything was written: the file gets its name.
    pub(super) fn finish(mut self) -> Result<Reader, String> {
        let flushed = match &mut self {
            Self::Output(output) => output.flush(),
            Self::File { part, .. } => part
                .flush()
                .and_then(|()| part.get_ref().as_file().sync_all()),
        };
        let reader = self.told(flushed)?;
        if let Self::File { part, path } = self {
            let named =
                |error: &dyn std::fmt::Display| format!("--output {}: {error}", path.display());
            let part = part.into_inner().map_err(|error| named(error.error()))?;
            part.persist(&path).map_err(|error| named(&error.error))?;
        }
        Ok(reader)
    }

    fn told(&self, written: std::io::Result<()>) -> Result<Reader, String> {
        match (self, written) {
            (_, Ok(())) => Ok(Reader::Here),
            (Self::Output(_), Err(error)) if error.kind() == ErrorKind::BrokenPipe => {
                Ok(Reader::Gone)
            }
            (Self::Output(_), Err(error)) => Err(format!("standard output: {error}")),
            (Self::File { path, .. }, Err(error)) => {
                Err(format!("--output {}: {error}", path.display()))
            }
        }
    }
}
