//! What those get who are denied: which of them are sent to a landing page, and what the others see.

/// What a visitor sees who is not sent anywhere: HTML in UTF-8.
pub const DENIAL_PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width\"><title>For subscribers</title>\
    <h1>For subscribers</h1><p>Log in to read this page.</p></html>\n";

/// Whether a request asks for a page to look at, so that its reader can be sent on: `GET` and `HEAD`, and
/// where the browser says what the answer is for (`Sec-Fetch-Dest`), a document or a frame.
pub fn is_navigation(method: &str, destination: Option<&str>) -> bool {
    let destinations = [None, Some("document"), Some("iframe"), Some("frame")];
    matches!(method, "GET" | "HEAD") && destinations.contains(&destination)
}
