//! Paths of the site: the plain names that a URL's path stands for.

/// The names of a path from the root, decoded; none if one of them is not a plain visible name.
pub(super) fn segments(url_path: &str) -> Option<Vec<String>> {
    let names = url_path.strip_prefix('/')?;
    let names = names.strip_suffix('/').unwrap_or(names);
    if names.is_empty() {
        // `//` is no root: handed on as a path it would name a host.
        return (url_path == "/").then(Vec::new);
    }
    names
        .split('/')
        .map(|name| percent_decoded(name).filter(|name| is_plain(name)))
        .collect()
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name != "_headers"
        && !name.contains(['/', '\\', ':'])
        && !name.contains(char::is_control)
}

/// Decodes `%XX`; none if an escape is broken or the result is not UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (hex, rest) = part.as_bytes().split_at_checked(2)?;
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        bytes.push(digit(hex[0])? << 4 | digit(hex[1])?);
        bytes.extend_from_slice(rest);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_looked_up() {
        assert_eq!(segments("/").unwrap(), [""; 0]);
        assert_eq!(segments("/a/%C3%A6.html").unwrap(), ["a", "æ.html"]);
        assert_eq!(segments("/a/").unwrap(), ["a"]);
        for path in [
            "//",
            "//a",
            "/a//b",
            "/..",
            "/../x",
            "/%2e%2e/x",
            "/a%2fb",
            "/a%5cb",
            "/a%00",
            "/.git/x",
            "/_headers",
            "/%5fheaders",
            "/%ff",
            "/%",
            "/c:",
            "a",
        ] {
            assert_eq!(segments(path), None, "{path}");
        }
    }

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(percent_decoded("%C3%a6%2541").as_deref(), Some("æ%41"));
        for text in ["%", "%1", "%zz", "%ff", "%+1"] {
            assert_eq!(percent_decoded(text), None, "{text}");
        }
    }
}
