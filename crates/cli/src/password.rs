//! A password: typed at the terminal without being shown, or sent to the standard input. Never an argument.

use std::io::{ErrorKind, IsTerminal, Read};

use zeroize::Zeroizing;

use crate::stop::INTERRUPTED;

// Longer than any password, shorter than a file sent by mistake.
const LONGEST: usize = 4096;

/// The password that was sent to the standard input; none if that is a terminal.
pub(crate) fn sent() -> Result<Option<Zeroizing<String>>, String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    line(input.lock()).and_then(some).map(Some)
}

/// Asks for it at the terminal. Ctrl-C has to be listened to (`stop`): else it ends the program while
/// nothing is shown, and the terminal stays like that.
pub(crate) fn typed() -> Result<Zeroizing<String>, String> {
    let typed = rpassword::prompt_password("Password: ").map(Zeroizing::new);
    let typed = typed.map_err(|error| match error.kind() {
        ErrorKind::Interrupted => INTERRUPTED.into(),
        ErrorKind::UnexpectedEof => "no password was typed".into(),
        _ => format!("terminal: {error}"),
    });
    typed.and_then(some)
}

fn some(password: Zeroizing<String>) -> Result<Zeroizing<String>, String> {
    match password.is_empty() {
        false => Ok(password),
        true => Err("the password is empty: type it, or send it to the standard input".into()),
    }
}

/// One line; its end does not belong to it.
fn line(input: impl Read) -> Result<Zeroizing<String>, String> {
    // As long as it may get: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 1));
    let read = input.take(LONGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("standard input: {error}"))?;
    let wrong = |what: &str| format!("standard input: expected a password, found {what}");
    if bytes.len() > LONGEST {
        return Err(wrong(&format!("more than {LONGEST} bytes")));
    }
    let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| wrong("what is not UTF-8"))?;
    if text.contains(char::is_control) {
        return Err(wrong("several lines or control characters"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_a_password() {
        let read = |text: &[u8]| line(text).map(|password| password.to_string());
        for text in ["s3cret æ:", "s3cret æ:\n", "s3cret æ:\r\n"] {
            assert_eq!(read(text.as_bytes()).unwrap(), "s3cret æ:");
        }
        assert_eq!(read(b"\n").unwrap(), "");
        let long = [b'x'; LONGEST + 1];
        assert_eq!(read(&long[1..]).unwrap().len(), LONGEST);
        for (odd, what) in [
            (&b"a\nb\n"[..], "several lines or control characters"),
            (b"a\0", "several lines or control characters"),
            (b"\xff", "what is not UTF-8"),
            (&long, "more than 4096 bytes"),
        ] {
            let error = format!("standard input: expected a password, found {what}");
            assert_eq!(read(odd).unwrap_err(), error);
        }
    }
}
